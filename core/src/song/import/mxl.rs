//! Compressed MusicXML: a zip archive of which one XML file is wanted (PKWARE APPNOTE 6.3.10; stored or deflated).

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use roxmltree::Document;

/// Longest XML that is unpacked: music packs ten to one, a bomb a thousand to one.
const MAX_XML_BYTES: usize = 24 << 20;
/// Most files of an archive that are looked at.
const MOST_FILES: usize = 1_000;

/// A file of the archive.
struct Entry<'a> {
    name: &'a [u8],
    method: u16,
    packed: usize,
    /// Where its own head stands.
    at: usize,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
}

/// The score inside an archive.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let entries = directory(bytes).ok_or("the archive is damaged: its list of files cannot be read")?;
    let find = |name: &[u8]| entries.iter().find(|entry| entry.name == name);
    let listed = find(b"META-INF/container.xml").and_then(|entry| contents(bytes, entry).ok());
    let named = listed.and_then(|xml| root_file(&xml));
    let is_score = |entry: &&Entry| {
        let folder = entry.name.starts_with(b"META-INF/") || entry.name.starts_with(b"__MACOSX/");
        !folder && (entry.name.ends_with(b".xml") || entry.name.ends_with(b".musicxml"))
    };
    let entry = named.and_then(|name| find(name.as_bytes())).or_else(|| entries.iter().find(is_score));
    contents(bytes, entry.ok_or("the archive holds no score; expected a .xml or .musicxml file in it")?)
}

/// The files that the archive's end lists.
fn directory(bytes: &[u8]) -> Option<Vec<Entry<'_>>> {
    // The end's own comment is at most 64 KiB long.
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end =
        (from..=bytes.len().checked_sub(22)?).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))?;
    let (count, mut at) = (usize::from(u16_at(bytes, end + 10)?), u32_at(bytes, end + 16)?);
    let mut entries = Vec::new();
    for _ in 0..count.min(MOST_FILES) {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let lengths = [28, 30, 32].map(|offset| u16_at(bytes, at + offset).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = lengths else { return None };
        entries.push(Entry {
            name: bytes.get(at + 46..at + 46 + name)?,
            method: u16_at(bytes, at + 10)?,
            packed: u32_at(bytes, at + 20)?,
            at: u32_at(bytes, at + 42)?,
        });
        at += 46 + name + extra + comment;
    }
    Some(entries)
}

fn contents(bytes: &[u8], entry: &Entry) -> Result<Vec<u8>, String> {
    let name = String::from_utf8_lossy(entry.name);
    let damaged = || format!("'{name}' in the archive is damaged");
    let packed = (|| {
        let head = bytes.get(entry.at..)?;
        let lengths = [26, 28].map(|offset| u16_at(head, offset).map(usize::from));
        let [Some(name), Some(extra)] = lengths else { return None };
        let body = head.starts_with(b"PK\x03\x04").then(|| head.get(30 + name + extra..))??;
        body.get(..entry.packed)
    })()
    .ok_or_else(damaged)?;
    match entry.method {
        0 => Ok(packed.to_vec()),
        8 => decompress_to_vec_with_limit(packed, MAX_XML_BYTES).map_err(|error| match error.status {
            miniz_oxide::inflate::TINFLStatus::HasMoreOutput => {
                format!("'{name}' in the archive unpacks to more than {MAX_XML_BYTES} bytes")
            }
            _ => damaged(),
        }),
        other => {
            Err(format!("'{name}' in the archive is packed by method {other}; expected stored or deflated"))
        }
    }
}

/// The score that the container names.
fn root_file(xml: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(xml).ok()?;
    let document = Document::parse(text).ok()?;
    let root = document.descendants().find(|node| node.tag_name().name() == "rootfile")?;
    root.attribute("full-path").map(str::to_owned)
}
