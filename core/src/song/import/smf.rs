//! Standard MIDI files: chunks, events, and what of them a song needs (MIDI Association, RP-001).

/// Most notes and texts of a file.
const MOST_EVENTS: usize = 500_000;

/// A note of a channel, in ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SmfNote {
    pub track: usize,
    pub channel: u8,
    pub start: u64,
    pub end: u64,
    pub key: u8,
    pub velocity: u8,
}

/// A text event of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SmfText {
    pub track: usize,
    pub at: u64,
    /// FF 05, else FF 01.
    pub is_lyric: bool,
    pub text: String,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Smf {
    /// Ticks of a quarter note.
    pub ticks: f64,
    /// Tick and quarter notes a minute.
    pub tempos: Vec<(u64, f64)>,
    /// By track.
    pub names: Vec<String>,
    pub notes: Vec<SmfNote>,
    pub texts: Vec<SmfText>,
}

/// Bytes that are read from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(part)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// A number of at most four groups of seven bits.
    fn variable(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let byte = self.byte()?;
            value = value << 7 | u32::from(byte & 0x7f);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

/// Reads a whole file.
pub(super) fn parse(bytes: &[u8]) -> Result<Smf, String> {
    let mut bytes = Bytes(bytes);
    let head = chunk(&mut bytes).filter(|(kind, body)| kind == b"MThd" && body.len() >= 6);
    let (_, head) = head.ok_or("its head is cut short; expected MThd and 6 bytes")?;
    let division = i16::from_be_bytes([head[4], head[5]]);
    let mut smf = Smf { ticks: f64::from(division), ..Smf::default() };
    if division <= 0 {
        // Frames a second and ticks of a frame: half a second is a quarter note of 120 a minute.
        let frames = -f64::from(head[4] as i8);
        smf.ticks = 0.5 * frames * f64::from(head[5]);
        if smf.ticks <= 0.0 {
            return Err("a quarter note has no ticks; expected a division above 0".to_owned());
        }
    }
    let mut track = 0;
    while let Some((kind, body)) = chunk(&mut bytes) {
        if kind == b"MTrk" {
            smf.names.push(String::new());
            read_track(body, track, &mut smf)?;
            track += 1;
        }
    }
    if track == 0 {
        return Err("it has no track (MTrk)".to_owned());
    }
    if division <= 0 {
        smf.tempos.clear();
    }
    Ok(smf)
}

/// The next chunk; a last one that is cut short is what there is of it.
fn chunk<'a>(bytes: &mut Bytes<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let kind = bytes.take(4)?;
    let length = bytes.u32()? as usize;
    let length = length.min(bytes.0.len());
    Some((kind, bytes.take(length)?))
}

fn read_track(body: &[u8], track: usize, smf: &mut Smf) -> Result<(), String> {
    let mut bytes = Bytes(body);
    let (mut at, mut status) = (0u64, 0u8);
    // Where the sounding notes of each channel are.
    let mut sounding = [[None::<usize>; 128]; 16];
    let broken = |at: u64| format!("track {} breaks off at tick {at}", track + 1);
    while !bytes.0.is_empty() {
        // What stands at the end of a damaged track is nothing.
        let Some(delta) = bytes.variable() else { break };
        at += u64::from(delta);
        let Some(first) = bytes.byte() else { break };
        if first == 0xff {
            let kind = bytes.byte().ok_or_else(|| broken(at))?;
            let length = bytes.variable().ok_or_else(|| broken(at))?;
            let text = bytes.take(length as usize).ok_or_else(|| broken(at))?;
            if kind == 0x2f {
                break;
            }
            meta(kind, text, (track, at), smf)?;
            continue;
        }
        if first == 0xf0 || first == 0xf7 {
            let length = bytes.variable().ok_or_else(|| broken(at))?;
            bytes.take(length as usize).ok_or_else(|| broken(at))?;
            continue;
        }
        let key = if first >= 0x80 {
            status = first;
            bytes.byte().ok_or_else(|| broken(at))?
        } else {
            first
        };
        let (kind, channel) = (status >> 4, status & 15);
        let value = match kind {
            0x8 | 0x9 | 0xa | 0xb | 0xe => bytes.byte().ok_or_else(|| broken(at))?,
            0xc | 0xd => 0,
            _ => {
                return Err(format!(
                    "track {} has byte {first:#04x} where an event begins, tick {at}",
                    track + 1
                ));
            }
        };
        let slot = &mut sounding[usize::from(channel)][usize::from(key & 0x7f)];
        if matches!(kind, 0x8 | 0x9)
            && let Some(open) = slot.take().and_then(|index| smf.notes.get_mut(index))
        {
            open.end = at;
        }
        // The tenth channel is drums.
        if kind == 0x9 && value > 0 && channel != 9 {
            *slot = Some(smf.notes.len());
            let (key, velocity) = (key & 0x7f, value & 0x7f);
            smf.notes.push(SmfNote { track, channel, start: at, end: at, key, velocity });
            few(smf.notes.len())?;
        }
    }
    for note in sounding.iter().flatten().flatten() {
        smf.notes[*note].end = at;
    }
    Ok(())
}

fn few(count: usize) -> Result<(), String> {
    if count > MOST_EVENTS { Err(format!("it has more than {MOST_EVENTS} events")) } else { Ok(()) }
}

fn meta(kind: u8, bytes: &[u8], (track, at): (usize, u64), smf: &mut Smf) -> Result<(), String> {
    match (kind, bytes) {
        (0x51, [a, b, c]) => {
            let micros = u32::from_be_bytes([0, *a, *b, *c]);
            if micros > 0 {
                smf.tempos.push((at, 6e7 / f64::from(micros)));
                few(smf.tempos.len())?;
            }
        }
        (0x03, _) if smf.names[track].is_empty() => smf.names[track] = text_of(bytes).trim().to_owned(),
        (0x01 | 0x05, _) => {
            smf.texts.push(SmfText { track, at, is_lyric: kind == 5, text: text_of(bytes) });
            few(smf.texts.len())?;
        }
        _ => {}
    }
    Ok(())
}

/// UTF-8, else Latin-1.
fn text_of(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(1_000)];
    let latin = || bytes.iter().map(|byte| char::from(*byte)).collect();
    std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned)
}
