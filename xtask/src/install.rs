//! Puts the plug-ins, and the program if asked for, into the user's folders, and takes exactly that away again.
//!
//! What was put where stands in a receipt, one path a line; a line that ends in a separator is the folder that its
//! files lie under and that is left where it is.

use crate::bundle::{self, Folders};
use crate::shell::{self, Workspace};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Cargo's name of the program.
const PROGRAM: &str = "psivox-standalone";
const FIRST_LINE: &str = "psivox install receipt 1";

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Cargo profile.
    pub profile: String,
    /// The program that needs no host too.
    pub standalone: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// Where things go on this system.
#[derive(Debug, Clone)]
struct Places {
    plugins: Folders,
    /// Folder of the program.
    program: PathBuf,
    /// What tells the desktop of the program; Linux only.
    launcher: Option<PathBuf>,
    receipt: PathBuf,
    /// What uninstalling keeps: the user's own.
    kept: Vec<PathBuf>,
}

impl Places {
    fn of_user() -> Result<Self> {
        let plugins = Folders::of_user()?;
        let variable = if env::consts::OS == "windows" { "LOCALAPPDATA" } else { "HOME" };
        let home = env::var_os(variable).filter(|home| !home.is_empty());
        let home = PathBuf::from(home.with_context(|| format!("{variable} is not set"))?);
        Ok(Self::under(&home, plugins))
    }

    fn under(home: &Path, plugins: Folders) -> Self {
        match env::consts::OS {
            "macos" => Self {
                plugins,
                program: home.join("Applications/Psivox.app/Contents/MacOS"),
                launcher: None,
                receipt: home.join("Library/Application Support/Psivox/installed.txt"),
                kept: vec![home.join("Library/Application Support/Psivox")],
            },
            "windows" => Self {
                plugins,
                program: home.join("Programs/Psivox"),
                launcher: None,
                receipt: home.join("Psivox/installed.txt"),
                kept: env::var_os("APPDATA")
                    .map(|data| PathBuf::from(data).join("Psivox"))
                    .into_iter()
                    .collect(),
            },
            _ => Self {
                plugins,
                program: home.join(".local/bin"),
                launcher: Some(home.join(".local/share/applications/org.psivox.psivox.desktop")),
                receipt: home.join(".local/share/psivox/installed.txt"),
                kept: vec![home.join(".config/psivox")],
            },
        }
    }

    fn program_file(&self) -> PathBuf {
        self.program.join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX))
    }
}

/// Builds and installs.
///
/// # Errors
/// Something does not build, or a folder cannot be written.
pub fn install(workspace: &Workspace, wanted: &Wanted) -> Result<bool> {
    let places = Places::of_user()?;
    if wanted.dry_run {
        println!("would build with profile {} and write:", wanted.profile);
        let mut files = bundle::planned(workspace, &places.plugins)?;
        if wanted.standalone {
            files.push(places.program_file());
            files.extend(places.launcher.clone());
        }
        files.push(places.receipt.clone());
        files.iter().for_each(|file| println!("  {}", file.display()));
        return Ok(true);
    }
    // The program first: the library that is built for it has other parts than the plug-in's.
    if wanted.standalone {
        let profile = ["build", "--profile", &wanted.profile, "--package", "psivox-plugin"];
        let what = ["--features", "standalone", "--bin", PROGRAM];
        shell::run(&mut workspace.cargo(&[&profile[..], &what[..]].concat()))?;
    }
    bundle::build(workspace, &wanted.profile)?;
    let bundles = bundle::lay_out(workspace, &wanted.profile, &places.plugins)?;
    let mut put = Receipt::read(&places.receipt)?.unwrap_or_default();
    for bundle in [&bundles.clap, &bundles.vst3] {
        put.bases.extend(bundle.parent().map(Path::to_owned));
        put.files.extend(files_of(bundle)?);
    }
    if wanted.standalone {
        put_program(workspace, &wanted.profile, &places, &mut put)?;
    }
    put.write(&places.receipt)?;
    println!("cargo xtask uninstall takes it away again");
    Ok(true)
}

fn put_program(workspace: &Workspace, profile: &str, places: &Places, put: &mut Receipt) -> Result<()> {
    let file = places.program_file();
    let built = workspace.built(profile).join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX));
    bundle::place(&built, &file)?;
    put.bases.insert(places.program.clone());
    put.files.insert(file.clone());
    if let Some(launcher) = &places.launcher {
        write(launcher, &desktop_entry(&file))?;
        put.bases.extend(launcher.parent().map(Path::to_owned));
        put.files.insert(launcher.clone());
    }
    if env::consts::OS == "macos" {
        let app = places.program.ancestors().nth(2).context("an app needs a folder")?;
        bundle::describe_for_macos(app, PROGRAM, "APPL")?;
        put.bases.extend(app.parent().map(Path::to_owned));
        put.files.extend(files_of(app)?);
    }
    println!("{}", file.display());
    Ok(())
}

/// What the desktop shows of the program, after the Desktop Entry Specification.
fn desktop_entry(program: &Path) -> String {
    let quoted = program.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Psivox\n\
         Comment=A voice and the face that belongs to it\nExec=\"{quoted}\"\nTerminal=false\n\
         Categories=AudioVideo;Audio;Midi;\n"
    )
}

/// Takes away what [`install`] put there.
///
/// # Errors
/// There is no receipt, or something cannot be removed.
pub fn uninstall(dry_run: bool) -> Result<bool> {
    let places = Places::of_user()?;
    let Some(put) = Receipt::read(&places.receipt)? else {
        bail!("{} is missing: nothing was installed by `cargo xtask install`", places.receipt.display());
    };
    let removed = put.remove(dry_run)?;
    if !dry_run {
        fs::remove_file(&places.receipt).context("the receipt stays")?;
    }
    println!("{} {removed} files", if dry_run { "would remove" } else { "removed" });
    for kept in places.kept.iter().filter(|kept| kept.exists()) {
        println!("kept, because it is yours: {}", kept.display());
    }
    Ok(true)
}

/// What was installed.
#[derive(Debug, Default, PartialEq)]
struct Receipt {
    /// Folders that were there before or belong to others too.
    bases: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
}

impl Receipt {
    /// Reads one; `None` if there is none.
    fn read(path: &Path) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("{} is unreadable", path.display())),
        };
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            bail!("{} is no receipt: its first line is not '{FIRST_LINE}'", path.display());
        }
        let mut receipt = Self::default();
        for line in lines.filter(|line| !line.is_empty()) {
            match line.strip_suffix(['/', '\\']) {
                Some(base) => receipt.bases.insert(base.into()),
                None => receipt.files.insert(line.into()),
            };
        }
        Ok(Some(receipt))
    }

    fn write(&self, path: &Path) -> Result<()> {
        let mut text = format!("{FIRST_LINE}\n");
        self.bases.iter().for_each(|base| text += &format!("{}/\n", base.display()));
        self.files.iter().for_each(|file| text += &format!("{}\n", file.display()));
        write(path, &text)
    }

    /// Removes the files, then the folders that they alone filled, up to the bases. Returns how many files.
    fn remove(&self, dry_run: bool) -> Result<usize> {
        let mut removed = 0;
        for file in self.files.iter().filter(|file| file.exists()) {
            println!("{}", file.display());
            removed += 1;
            if dry_run {
                continue;
            }
            fs::remove_file(file).with_context(|| format!("{} cannot be removed", file.display()))?;
            let inside = file.ancestors().skip(1).take_while(|folder| !self.bases.contains(*folder));
            for folder in inside {
                // Fails where something of somebody else lies in it.
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        Ok(removed)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a file needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("no folder {}", folder.display()))?;
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// All files of a bundle, which may be one itself.
fn files_of(bundle: &Path) -> Result<Vec<PathBuf>> {
    if bundle.is_file() {
        return Ok(vec![bundle.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(bundle).with_context(|| format!("{} is unreadable", bundle.display()))? {
        files.extend(files_of(&entry?.path())?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uninstalling_takes_what_the_receipt_names_and_nothing_else() {
        let home = env::temp_dir().join(format!("psivox-install-{}", std::process::id()));
        let plugins = home.join("plugins");
        let (ours, inner) = (plugins.join("Psivox.clap"), plugins.join("Psivox.vst3/Contents/x/Psivox.so"));
        let (foreign, inside) = (plugins.join("Other.clap"), plugins.join("Psivox.vst3/Contents/note.txt"));
        for file in [&ours, &inner, &foreign, &inside] {
            write(file, "x").expect("written");
        }
        let mut put = Receipt::default();
        put.bases.insert(plugins.clone());
        put.files.extend([ours.clone(), inner.clone(), plugins.join("gone")]);
        let path = home.join("receipt.txt");
        put.write(&path).expect("written");
        let read = Receipt::read(&path).expect("readable").expect("there");
        assert_eq!(read, put);
        assert_eq!(read.remove(true).expect("a dry run"), 2);
        assert!(ours.exists() && inner.exists(), "nothing happened");
        assert_eq!(read.remove(false).expect("removed"), 2);
        assert!(!ours.exists() && !inner.parent().expect("a folder").exists());
        assert!(foreign.exists() && inside.exists() && plugins.exists(), "what is not ours stays");
        fs::write(&path, "something else\n/etc/passwd\n").expect("written");
        assert!(Receipt::read(&path).is_err(), "no receipt");
        assert!(Receipt::read(&home.join("none")).expect("readable").is_none());
        fs::remove_dir_all(home).expect("removed");
    }

    #[test]
    fn the_desktop_finds_programs_with_odd_names() {
        let entry = desktop_entry(Path::new("/home/a b/\"x\"/psivox"));
        assert!(entry.contains("Exec=\"/home/a b/\\\"x\\\"/psivox\"\n"), "{entry}");
    }
}
