//! The host's output buffers, looked at before the framework writes to them: it trusts every pointer and count.

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::process::clap_process;

/// Channels of the voice.
const CHANNELS: usize = 2;
/// More frames than this in one call are an error of the host.
const MAX_FRAMES: u32 = 1 << 24;
/// More channels or ports than this are not believed.
const MAX_COUNT: u32 = 64;

/// The main output with the voice's channels and no others; `None` if the host gives no room for them.
///
/// # Safety
/// What is not null must be as long as the block says.
///
/// # Realtime
/// Safe.
pub(super) unsafe fn voice(block: &clap_process) -> Option<clap_audio_buffer> {
    if block.audio_outputs_count == 0 || block.frames_count > MAX_FRAMES {
        return None;
    }
    // SAFETY: the caller vouches for what is not null.
    unsafe {
        let mut output = *block.audio_outputs.as_ref()?;
        if output.data32.is_null() || (output.channel_count as usize) < CHANNELS {
            return None;
        }
        let pointers = std::slice::from_raw_parts(output.data32.cast_const(), CHANNELS);
        // Two channels in one place could not be written apart.
        if pointers.iter().any(|pointer| pointer.is_null()) || pointers[0] == pointers[1] {
            return None;
        }
        output.channel_count = CHANNELS as u32;
        Some(output)
    }
}

/// Writes silence to every channel that the voice does not fill: all of them if there is no `voice`.
///
/// # Safety
/// As for [`voice`].
///
/// # Realtime
/// Safe.
pub(super) unsafe fn silence(block: &clap_process, has_voice: bool) {
    if block.audio_outputs.is_null() || block.frames_count > MAX_FRAMES {
        return;
    }
    let frames = block.frames_count as usize;
    // SAFETY: the caller vouches for what is not null.
    unsafe {
        for port in 0..block.audio_outputs_count.min(MAX_COUNT) as usize {
            let output = &*block.audio_outputs.add(port);
            let kept = if port == 0 && has_voice { CHANNELS } else { 0 };
            for channel in kept..output.channel_count.min(MAX_COUNT) as usize {
                if !output.data32.is_null() {
                    clear(*output.data32.add(channel), frames);
                }
                if !output.data64.is_null() {
                    clear(*output.data64.add(channel), frames);
                }
            }
        }
    }
}

unsafe fn clear<T>(channel: *mut T, frames: usize) {
    if !channel.is_null() {
        // SAFETY: the caller vouches for the length; all bits zero is the number 0.
        unsafe { channel.write_bytes(0, frames) };
    }
}
