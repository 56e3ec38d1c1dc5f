//! Sound cards by name.

use super::midi;
use cpal::traits::{DeviceTrait, HostTrait};
use std::fmt::Write as _;

/// Whether a name is meant by what the user typed: the whole of it or a part, in any case.
pub(super) fn matches(name: &str, wanted: &str) -> bool {
    !wanted.is_empty() && name.to_lowercase().contains(&wanted.to_lowercase())
}

/// A device's name for people, and its id.
pub(super) fn names(device: &cpal::Device) -> (String, String) {
    let name = device.description().map(|told| told.name().to_owned()).unwrap_or_default();
    let id = device.id().map(|id| id.to_string()).unwrap_or_default();
    (name, id)
}

/// The device that is meant: that of the id, else the first whose name matches, else that of the system.
///
/// # Errors
/// There is no such device, or none at all.
pub(super) fn output(wanted: Option<&str>) -> Result<cpal::Device, String> {
    let host = cpal::default_host();
    let Some(wanted) = wanted else {
        return host.default_output_device().ok_or_else(|| "the system has no device to play to".to_owned());
    };
    let devices: Vec<_> = host.output_devices().map_err(|error| error.to_string())?.collect();
    let by = |test: &dyn Fn(&(String, String)) -> bool| devices.iter().find(|device| test(&names(device)));
    let found = by(&|(_, id)| id == wanted)
        .or_else(|| by(&|(name, id)| matches(name, wanted) || matches(id, wanted)));
    found.cloned().ok_or_else(|| format!("there is no device '{wanted}'; --list-devices names what there is"))
}

/// What `--list-devices` prints.
pub(super) fn listing() -> String {
    let mut text = String::from("To play to (--audio-device):\n");
    let host = cpal::default_host();
    let chosen = host.default_output_device().map(|device| names(&device).1);
    match host.output_devices() {
        Ok(devices) => {
            for device in devices {
                let (name, id) = names(&device);
                let mark = if Some(&id) == chosen.as_ref() { " (the system's choice)" } else { "" };
                _ = writeln!(text, "  {name}{mark}\n      {id}");
            }
        }
        Err(error) => _ = writeln!(text, "  none: {error}"),
    }
    text.push_str("Notes come from (--midi-in):\n");
    for name in midi::names() {
        _ = writeln!(text, "  {name}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_is_enough() {
        assert!(matches("HDA Intel PCH, Analog", "analog"));
        assert!(!matches("HDA Intel PCH, Analog", "usb"));
        assert!(!matches("anything", ""));
    }
}
