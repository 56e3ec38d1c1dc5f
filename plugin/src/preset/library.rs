//! All presets there are: those that ship and those of the user.

use super::factory::FACTORY_PRESETS;
use super::folder::{file_name, read, user_folder, write};
use super::{Preset, PresetError};
use std::fs;
use std::path::{Path, PathBuf};

/// Most files of the user's folder that are looked at.
pub const MAX_FILES: usize = 2_000;

/// Where a preset comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It ships; its place in [`FACTORY_PRESETS`].
    Factory(usize),
    /// A file of the user's.
    User(PathBuf),
}

/// A preset in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it comes from.
    pub source: Source,
    /// Its name; the file's where it cannot be read.
    pub name: String,
    /// Who made it.
    pub author: String,
    /// What it is.
    pub description: String,
    /// Where it is listed.
    pub tags: Vec<String>,
    /// Why it cannot be used.
    pub result: Result<(), String>,
}

impl Entry {
    fn of(source: Source, file: &str, read: Result<Preset, PresetError>) -> Self {
        match read {
            Ok(Preset { name, author, description, tags, .. }) => {
                Self { source, name, author, description, tags, result: Ok(()) }
            }
            Err(error) => Self {
                source,
                name: file.to_owned(),
                author: String::new(),
                description: String::new(),
                tags: Vec::new(),
                result: Err(error.to_string()),
            },
        }
    }

    /// Whether it is the user's own and can be renamed and deleted.
    pub fn is_own(&self) -> bool {
        matches!(self.source, Source::User(_))
    }
}

/// All presets, those that ship first, then the user's by name. Reads files: for the editor and the worker.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    /// What there is.
    pub entries: Vec<Entry>,
    /// Where the user's lie; none where the system has no such place.
    pub folder: Option<PathBuf>,
    /// What the user should know about the folder.
    pub notice: Option<String>,
}

impl Library {
    /// Looks at everything.
    pub fn scan() -> Self {
        Self::scan_in(user_folder())
    }

    /// The same with the user's presets in that folder.
    pub fn scan_in(folder: Option<PathBuf>) -> Self {
        let mut library = Self { entries: Vec::new(), folder, notice: None };
        library.rescan();
        library
    }

    /// Looks again: somebody may have put files there.
    pub fn rescan(&mut self) {
        let factory = FACTORY_PRESETS.iter().enumerate();
        self.entries = factory
            .map(|(index, (file, json))| Entry::of(Source::Factory(index), file, Preset::from_json(json)))
            .collect();
        let (files, notice) = self.files();
        self.notice = notice;
        let mut own: Vec<Entry> = files.into_iter().map(entry_of).collect();
        own.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.name.clone()));
        self.entries.append(&mut own);
    }

    /// Files of the user's folder by name, at most [`MAX_FILES`]; a folder that is not there has none.
    fn files(&self) -> (Vec<PathBuf>, Option<String>) {
        let Some(folder) = &self.folder else { return (Vec::new(), Some(PresetError::NoFolder.to_string())) };
        let listed = match fs::read_dir(folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Vec::new(), None),
            Err(reason) => {
                let error = PresetError::Io { doing: "look into", path: folder.clone(), reason };
                return (Vec::new(), Some(error.to_string()));
            }
        };
        let paths = listed.filter_map(|file| file.ok().map(|file| file.path()));
        let mut files: Vec<PathBuf> = paths.filter(|path| is_listed(path)).take(MAX_FILES + 1).collect();
        files.sort_unstable();
        let full = files.len() > MAX_FILES;
        files.truncate(MAX_FILES);
        (files, full.then(|| PresetError::Full { found: MAX_FILES + 1, most: MAX_FILES }.to_string()))
    }

    /// The preset itself.
    ///
    /// # Errors
    /// It is gone or cannot be read.
    pub fn load(&self, entry: &Entry) -> Result<Preset, PresetError> {
        match &entry.source {
            Source::Factory(index) => FACTORY_PRESETS
                .get(*index)
                .map_or(Err(PresetError::NotAPreset), |(_, json)| Preset::from_json(json)),
            Source::User(path) => read(path),
        }
    }

    /// Keeps a preset among the user's, in a file of its name; lists it.
    ///
    /// # Errors
    /// [`PresetError::Exists`] where that file is there and must not be replaced; the preset is not lawful; the system
    /// refuses.
    pub fn save(&mut self, preset: &Preset, overwrite: bool) -> Result<PathBuf, PresetError> {
        let path = self.path_of(&preset.name)?;
        let own = self.entries.iter().filter(|entry| entry.is_own()).count();
        if own >= MAX_FILES && !path.exists() {
            return Err(PresetError::Full { found: own, most: MAX_FILES });
        }
        write(preset, &path, overwrite)?;
        self.rescan();
        Ok(path)
    }

    /// Gives one of the user's presets another name and its file with it.
    ///
    /// # Errors
    /// It ships, cannot be read, or the name is taken.
    pub fn rename(&mut self, entry: &Entry, name: &str) -> Result<PathBuf, PresetError> {
        let Source::User(old) = &entry.source else { return Err(PresetError::ReadOnly) };
        let preset = Preset { name: name.trim().to_owned(), ..read(old)? };
        let new = self.path_of(&preset.name)?;
        // On a file system that ignores case the new name may be the same file.
        let same = new == *old
            || fs::canonicalize(&new).ok().is_some_and(|new| fs::canonicalize(old).ok() == Some(new));
        write(&preset, &new, same)?;
        if !same {
            fs::remove_file(old).map_err(|reason| PresetError::Io {
                doing: "remove",
                path: old.clone(),
                reason,
            })?;
        }
        self.rescan();
        Ok(new)
    }

    /// Deletes one of the user's presets, readable or not.
    ///
    /// # Errors
    /// It ships, or the system refuses.
    pub fn delete(&mut self, entry: &Entry) -> Result<(), PresetError> {
        let Source::User(path) = &entry.source else { return Err(PresetError::ReadOnly) };
        fs::remove_file(path).map_err(|reason| PresetError::Io {
            doing: "delete",
            path: path.clone(),
            reason,
        })?;
        self.rescan();
        Ok(())
    }

    /// Takes a file from anywhere over into the user's presets.
    ///
    /// # Errors
    /// It is no preset, or one of its name is there.
    pub fn import(&mut self, path: &Path) -> Result<PathBuf, PresetError> {
        let preset = read(path)?;
        self.save(&preset, false)
    }

    /// Writes a preset anywhere, over what was there.
    ///
    /// # Errors
    /// It is not lawful, or the system refuses.
    pub fn export(preset: &Preset, path: &Path) -> Result<(), PresetError> {
        write(preset, path, true)
    }

    /// All tags, those of the factory's presets first, each once.
    pub fn tags(&self) -> Vec<&str> {
        let mut tags: Vec<&str> = Vec::new();
        for tag in self.entries.iter().flat_map(|entry| &entry.tags) {
            if !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
                tags.push(tag);
            }
        }
        tags
    }

    fn path_of(&self, name: &str) -> Result<PathBuf, PresetError> {
        Ok(self.folder.as_ref().ok_or(PresetError::NoFolder)?.join(file_name(name)))
    }
}

fn entry_of(path: PathBuf) -> Entry {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let read = read(&path);
    Entry::of(Source::User(path), &name, read)
}

/// Whether a file is meant to be a preset; what is being written is not.
fn is_listed(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && path.is_file()
}
