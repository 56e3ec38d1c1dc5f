//! Where the user's presets lie, and how files are read and written there.

use super::{PRESET_LIMIT_BYTES, Preset, PresetError};
use psivox_wire::{UserFolder, write_whole};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The folder of the user's presets: `PSIVOX_PRESETS`, else within [`UserFolder::Data`].
pub fn user_folder() -> Option<PathBuf> {
    let wanted = std::env::var_os("PSIVOX_PRESETS").filter(|folder| !folder.is_empty());
    if let Some(folder) = wanted {
        return Some(PathBuf::from(folder));
    }
    UserFolder::Data.path().map(|data| data.join("presets"))
}

/// The file of a name: only letters that every file system takes.
pub fn file_name(name: &str) -> String {
    let safe = |letter: char| match letter.is_alphanumeric() || " -_()&+',".contains(letter) {
        true => letter,
        false => '_',
    };
    // 200 bytes leave room below the 255 that file systems take; 48 letters of 4 bytes fit.
    let name: String = name.trim().chars().take(48).map(safe).collect();
    let name = name.trim_end_matches(' ');
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()))
    };
    // Names of devices on Windows.
    let reserved =
        ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str()) || numbered("COM") || numbered("LPT");
    match (name.is_empty(), reserved) {
        (true, _) => "preset.json".to_owned(),
        (false, true) => format!("{name}_.json"),
        (false, false) => format!("{name}.json"),
    }
}

/// Reads and checks a file.
pub fn read(path: &Path) -> Result<Preset, PresetError> {
    let io = |reason| PresetError::Io { doing: "read", path: path.to_owned(), reason };
    // Anything else, such as a pipe, may never end.
    if !fs::metadata(path).map_err(io)?.is_file() {
        return Err(io(std::io::Error::other("it is no file")));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(io)?;
    let limit = PRESET_LIMIT_BYTES as u64;
    let length = file.metadata().map_err(io)?.len();
    if length > limit {
        return Err(PresetError::TooLong { found: length });
    }
    file.take(limit + 1).read_to_end(&mut bytes).map_err(io)?;
    let text = String::from_utf8(bytes);
    Preset::from_json(&text.map_err(|_| io(std::io::Error::other("it is not UTF-8 text")))?)
}

/// Writes a file whole or not at all.
pub fn write(preset: &Preset, path: &Path, overwrite: bool) -> Result<(), PresetError> {
    preset.check()?;
    let json = preset.to_json();
    if json.len() > PRESET_LIMIT_BYTES {
        return Err(PresetError::TooLong { found: json.len() as u64 });
    }
    if !overwrite && path.exists() {
        return Err(PresetError::Exists(path.to_owned()));
    }
    let io = |doing| move |reason| PresetError::Io { doing, path: path.to_owned(), reason };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(io("make a folder for"))?;
    }
    write_whole(path, json.as_bytes()).map_err(io("write"))
}
