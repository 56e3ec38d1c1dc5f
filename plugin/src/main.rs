//! Psivox without a host: sound by JACK or ALSA, notes by MIDI, the same editor.

use std::process::ExitCode;

fn main() -> ExitCode {
    if nice_plug::nice_export_standalone::<psivox_plugin::Psivox>() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
