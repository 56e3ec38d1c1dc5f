//! Psivox without a host: sound by JACK or ALSA, notes by MIDI, the same editor.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before the framework's own handler, which a window never asks: Ctrl-C, SIGTERM and SIGHUP would do nothing at all. The
    // framework then says that there is one already.
    let handler = ctrlc::set_handler(|| {
        psivox_plugin::face_link::close_all();
        std::process::exit(130);
    });
    if let Err(error) = handler {
        eprintln!("psivox: signals end the program without putting faces to rest: {error}");
    }
    if nice_plug::nice_export_standalone::<psivox_plugin::Psivox>() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
