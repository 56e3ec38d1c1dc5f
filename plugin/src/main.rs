//! Psivox without a host: sound by the system's sound card, notes by MIDI, text by standard input, the same editor.

use std::process::ExitCode;

fn main() -> ExitCode {
    psivox_plugin::standalone::main()
}
