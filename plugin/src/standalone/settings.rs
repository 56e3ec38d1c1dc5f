//! What the program remembers between runs: a JSON file in the user's own folder for such things.

use super::options::Options;
use psivox_wire::UserFolder;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const VERSION: u32 = 1;

/// Devices as they were chosen last; what is missing is the system's choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    version: u32,
    /// Device to play to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_device: Option<String>,
    /// Port that notes come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub midi_in: Option<String>,
    /// Samples a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<u32>,
    /// Samples in a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_samples: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            audio_device: None,
            midi_in: None,
            sample_rate_hz: None,
            period_samples: None,
        }
    }
}

impl Settings {
    /// What was remembered; what is unreadable is told and left for the user to look at.
    pub(super) fn load(forget: bool) -> Self {
        let Some(path) = folder().map(|folder| folder.join("standalone.json")).filter(|_| !forget) else {
            return Self::default();
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::from_json(&text).unwrap_or_else(|error| {
                eprintln!("psivox: {} is not used: {error}", path.display());
                Self::default()
            }),
            Err(_) => Self::default(),
        }
    }

    fn from_json(text: &str) -> Result<Self, String> {
        let settings: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if settings.version != VERSION {
            return Err(format!("it has version {}, this program reads version {VERSION}", settings.version));
        }
        Ok(settings)
    }

    /// What was asked for now wins.
    pub(super) fn take(&mut self, options: &Options) {
        let Options { audio_device, midi_in, sample_rate_hz, period_samples, .. } = options;
        self.audio_device = audio_device.clone().or(self.audio_device.take());
        self.midi_in = midi_in.clone().or(self.midi_in.take());
        self.sample_rate_hz = sample_rate_hz.or(self.sample_rate_hz);
        self.period_samples = period_samples.or(self.period_samples);
    }

    /// Remembers it.
    ///
    /// # Errors
    /// There is no folder for it, or it cannot be written.
    pub(super) fn save(&self) -> Result<(), String> {
        let folder = folder().ok_or("the user has no home folder")?;
        let json = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        write_whole(&folder.join("standalone.json"), json.as_bytes())
    }
}

/// Where the program keeps what it remembers.
pub(super) fn folder() -> Option<PathBuf> {
    UserFolder::Config.path()
}

/// The same as [`psivox_wire::write_whole`], and makes the folder.
///
/// # Errors
/// It cannot be written; the message names the file.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    psivox_wire::write_whole(path, bytes).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_go_round_and_options_win() {
        let mut settings = Settings { audio_device: Some("old".to_owned()), ..Settings::default() };
        let options =
            Options { midi_in: Some("Keys".to_owned()), period_samples: Some(64), ..Options::default() };
        settings.take(&options);
        let json = serde_json::to_string(&settings).expect("JSON");
        assert_eq!(json, r#"{"version":1,"audio_device":"old","midi_in":"Keys","period_samples":64}"#);
        assert_eq!(Settings::from_json(&json), Ok(settings.clone()));
        settings.take(&Options { audio_device: Some("new".to_owned()), ..Options::default() });
        assert_eq!(settings.audio_device.as_deref(), Some("new"));
    }

    #[test]
    fn unreadable_settings_are_refused() {
        for (text, word) in
            [("{", "EOF"), (r#"{"version":9}"#, "version 9"), (r#"{"version":1,"x":2}"#, "`x`")]
        {
            let error = Settings::from_json(text).expect_err(word);
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = std::env::temp_dir().join(format!("psivox-settings-{}", std::process::id()));
        let path = folder.join("deep/file.json");
        write_whole(&path, b"one").expect("written");
        write_whole(&path, b"two").expect("written");
        assert_eq!(std::fs::read(&path).expect("there"), b"two");
        assert_eq!(
            std::fs::read_dir(folder.join("deep")).expect("a folder").count(),
            1,
            "nothing lies about"
        );
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
