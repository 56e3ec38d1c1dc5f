//! Save and load of a project's state, with a look at what comes in before the framework sees it.

use super::extension::inner_extension;
use super::guard::edge;
use super::instance::Instance;
use crate::state::{BLOB_LIMIT_BYTES, prepare_blob, salvage, seal};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};
use nice_plug::nice_error;
use std::ffi::c_void;

/// The extension.
pub(super) static STATE: clap_plugin_state =
    clap_plugin_state { save: Some(save_state), load: Some(load_state) };

unsafe extern "C" fn save_state(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    // SAFETY: the host's pointers are null or valid during the call.
    edge(false, || unsafe {
        let Some(write) = stream.as_ref().and_then(|stream| stream.write) else { return false };
        let Some(blob) = save_blob(plugin) else { return false };
        // A host that says that it has written more than there is would make the framework panic.
        let blob = seal(blob);
        let mut left = &blob[..];
        while !left.is_empty() {
            let count = write(stream, left.as_ptr().cast(), left.len() as u64);
            match usize::try_from(count) {
                Ok(count) if (1..=left.len()).contains(&count) => left = &left[count..],
                _ => return false,
            }
        }
        true
    })
}

/// The instance's state as the framework writes it, without a checksum.
///
/// # Safety
/// The plugin must be alive.
pub(super) unsafe fn save_blob(plugin: *const clap_plugin) -> Option<Vec<u8>> {
    let mut blob: Vec<u8> = Vec::new();
    let own = clap_ostream { ctx: (&raw mut blob).cast(), write: Some(write_blob) };
    // SAFETY: as the caller promises; the stream outlives the call.
    let saved = unsafe {
        let inner = inner_extension::<clap_plugin_state>(plugin, CLAP_EXT_STATE);
        inner.and_then(|state| state.save).is_some_and(|save| save(plugin, &own))
    };
    saved.then_some(blob)
}

unsafe extern "C" fn write_blob(stream: *const clap_ostream, bytes: *const c_void, size: u64) -> i64 {
    // SAFETY: `save_state` made this stream; its vector outlives the call; the framework's bytes are as many as it says.
    unsafe {
        let blob = &mut *(*stream).ctx.cast::<Vec<u8>>();
        blob.extend_from_slice(std::slice::from_raw_parts(bytes.cast(), size as usize));
        size as i64
    }
}

unsafe extern "C" fn load_state(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    edge(false, || unsafe { load(plugin, stream) })
}

/// Loads a state whole, or what is left of a damaged one.
///
/// # Safety
/// The plugin must be alive, the stream null or valid.
unsafe fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    let read = unsafe { read_all(stream) };
    let read = read.ok_or_else(|| {
        format!("the host's stream failed or holds more than {BLOB_LIMIT_BYTES} bytes; load it again")
    });
    let loaded = read.and_then(|blob| unsafe { load_blob(plugin, &blob) });
    // SAFETY: the plugin is alive.
    if let Some(values) = unsafe { Instance::of(plugin) }.and_then(|instance| instance.values.as_ref()) {
        let said = |error: &String| format!("the state was not loaded, the one before it stays: {error}");
        values.set_refusal(loaded.as_ref().map_or_else(|error| Some(said(error)), Clone::clone));
    }
    loaded
        .inspect_err(|error| nice_error!("the state was not loaded, the one before it stays: {error}"))
        .is_ok()
}

/// Gives the framework a state that was looked at: what its user should know of it, if it was damaged.
///
/// # Errors
/// Why nothing was taken over.
///
/// # Safety
/// The plugin must be alive.
pub(super) unsafe fn load_blob(plugin: *const clap_plugin, blob: &[u8]) -> Result<Option<String>, String> {
    let error = match prepare_blob(blob) {
        // SAFETY: as the caller promises.
        Ok(blob) => return unsafe { give(plugin, &blob) }.map(|()| None),
        Err(error) => error,
    };
    if !error.is_damage() {
        return Err(error.to_string());
    }
    // SAFETY: as the caller promises.
    let present = unsafe { save_blob(plugin) };
    let Some(found) = present.map(|present| salvage(blob, &present)) else { return Err(error.to_string()) };
    let found =
        found.map_err(|reason| if reason.is_damage() { error.to_string() } else { reason.to_string() })?;
    let blob = prepare_blob(&found.blob).map_err(|error| error.to_string())?;
    // SAFETY: as the caller promises.
    unsafe { give(plugin, &blob) }?;
    let notice = found.to_string();
    nice_error!("{notice}");
    Ok(Some(notice))
}

/// Gives the framework a state in the present layout.
///
/// # Safety
/// The plugin must be alive.
unsafe fn give(plugin: *const clap_plugin, blob: &[u8]) -> Result<(), String> {
    let mut source = Source { blob, read: 0 };
    let checked = clap_istream { ctx: (&raw mut source).cast(), read: Some(read_source) };
    // SAFETY: as the caller promises; the stream outlives the call.
    let loaded = unsafe {
        let inner = inner_extension::<clap_plugin_state>(plugin, CLAP_EXT_STATE);
        inner.and_then(|state| state.load).is_some_and(|load| load(plugin, &checked))
    };
    loaded.then_some(()).ok_or_else(|| "the framework did not take it; load it again".to_owned())
}

/// Everything that the host's stream holds; `None` if it fails or is too long.
unsafe fn read_all(stream: *const clap_istream) -> Option<Vec<u8>> {
    let read = unsafe { stream.as_ref() }?.read?;
    let mut blob = Vec::new();
    let mut part = [0u8; 16_384];
    loop {
        match unsafe { read(stream, part.as_mut_ptr().cast(), part.len() as u64) } {
            0 => return Some(blob),
            count if count < 0 || count as usize > part.len() => return None,
            count => blob.extend_from_slice(&part[..count as usize]),
        }
        if blob.len() > BLOB_LIMIT_BYTES {
            return None;
        }
    }
}

/// A checked blob as the framework reads it.
struct Source<'a> {
    blob: &'a [u8],
    read: usize,
}

unsafe extern "C" fn read_source(stream: *const clap_istream, buffer: *mut c_void, size: u64) -> i64 {
    // SAFETY: `load_state` made this stream; its source outlives the call; the caller's buffer holds `size`.
    unsafe {
        let source = &mut *(*stream).ctx.cast::<Source>();
        let left = &source.blob[source.read..];
        let count = left.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        std::ptr::copy_nonoverlapping(left.as_ptr(), buffer.cast(), count);
        source.read += count;
        count as i64
    }
}
