//! Builds the plugin and lays it out as CLAP and VST3 hosts expect it.
//!
//! | | CLAP | VST3 |
//! |---|---|---|
//! | Linux | `Psivox.clap` (the library) | `Psivox.vst3/Contents/x86_64-linux/Psivox.so` |
//! | macOS | `Psivox.clap/Contents/MacOS/Psivox` | `Psivox.vst3/Contents/MacOS/Psivox` |
//! | Windows | `Psivox.clap` (the library) | `Psivox.vst3/Contents/x86_64-win/Psivox.vst3` |
//!
//! The name comes from `bundler.toml`, which the framework's own bundler reads too; that one knows neither
//! another output folder nor a plugin's own identifier, and takes longer to build than the rest of this program.

use crate::shell::{self, Workspace};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Cargo's name of the plugin.
const PACKAGE: &str = "psivox-plugin";
/// The same identifier as in the CLAP descriptor.
const IDENTIFIER: &str = "org.psivox.psivox";

/// Where the bundles go.
#[derive(Debug, Clone)]
pub struct Folders {
    clap: PathBuf,
    vst3: PathBuf,
}

impl Folders {
    /// Both into one folder.
    pub fn both(folder: PathBuf) -> Self {
        Self { clap: folder.clone(), vst3: folder }
    }

    /// Where hosts look for this user's plugins.
    ///
    /// # Errors
    /// The user has no home.
    pub fn of_user() -> Result<Self> {
        let (variable, clap, vst3) = match env::consts::OS {
            "macos" => ("HOME", "Library/Audio/Plug-Ins/CLAP", "Library/Audio/Plug-Ins/VST3"),
            "windows" => ("LOCALAPPDATA", "Programs/Common/CLAP", "Programs/Common/VST3"),
            _ => ("HOME", ".clap", ".vst3"),
        };
        let home = env::var_os(variable).filter(|home| !home.is_empty());
        let home = home
            .with_context(|| format!("{variable} is not set; use `cargo xtask bundle --out DIR` instead"))?;
        let home = PathBuf::from(home);
        Ok(Self { clap: home.join(clap), vst3: home.join(vst3) })
    }
}

/// Where the bundles lie.
#[derive(Debug, Clone)]
pub struct Bundles {
    /// `Psivox.clap`.
    pub clap: PathBuf,
    /// `Psivox.vst3`.
    pub vst3: PathBuf,
}

/// Builds the plugin's library.
///
/// # Errors
/// It does not compile.
pub fn build(workspace: &Workspace, profile: &str) -> Result<()> {
    shell::run(&mut workspace.cargo(&["build", "--profile", profile, "--package", PACKAGE, "--lib"]))
}

/// The files that [`lay_out`] would write.
///
/// # Errors
/// The system has no layout of bundles.
pub fn planned(workspace: &Workspace, folders: &Folders) -> Result<Vec<PathBuf>> {
    let name = display_name(workspace)?;
    let (clap, vst3) = (folders.clap.join(format!("{name}.clap")), folders.vst3.join(format!("{name}.vst3")));
    // An empty path inside the bundle leaves a separator at the end.
    let mut files =
        vec![clap.join(inside_clap(&name)).components().collect(), vst3.join(inside_vst3(&name)?)];
    if env::consts::OS == "macos" {
        for bundle in [clap, vst3] {
            files.extend(["Info.plist", "PkgInfo"].map(|file| bundle.join("Contents").join(file)));
        }
    }
    Ok(files)
}

/// Lays out both bundles around the library that was built with `profile`.
///
/// # Errors
/// There is no library, or a folder cannot be written.
pub fn lay_out(workspace: &Workspace, profile: &str, folders: &Folders) -> Result<Bundles> {
    let name = display_name(workspace)?;
    let file = format!("{}psivox_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let library = workspace.built(profile).join(file);
    if !library.is_file() {
        bail!(
            "{} is missing; build it with `cargo build --profile {profile} -p {PACKAGE}`",
            library.display()
        );
    }
    let (clap, vst3) = (folders.clap.join(format!("{name}.clap")), folders.vst3.join(format!("{name}.vst3")));
    place(&library, &clap.join(inside_clap(&name)))?;
    place(&library, &vst3.join(inside_vst3(&name)?))?;
    if env::consts::OS == "macos" {
        for bundle in [&clap, &vst3] {
            describe_for_macos(bundle, &name, "BNDL")?;
        }
    }
    println!("{}\n{}", clap.display(), vst3.display());
    Ok(Bundles { clap, vst3 })
}

/// Path of the library in the CLAP bundle; empty where the bundle is the library.
fn inside_clap(name: &str) -> PathBuf {
    if env::consts::OS == "macos" { PathBuf::from(format!("Contents/MacOS/{name}")) } else { PathBuf::new() }
}

/// Path of the library in the VST3 bundle, as Steinberg's "Plug-in Format Structure" has it.
fn inside_vst3(name: &str) -> Result<PathBuf> {
    Ok(PathBuf::from(match (env::consts::OS, env::consts::ARCH) {
        ("macos", _) => format!("Contents/MacOS/{name}"),
        ("windows", "x86_64") => format!("Contents/x86_64-win/{name}.vst3"),
        ("windows", "aarch64") => format!("Contents/arm64-win/{name}.vst3"),
        ("linux" | "freebsd", arch) => format!("Contents/{arch}-linux/{name}.so"),
        (os, arch) => bail!("VST3 has no bundle layout for {os} on {arch}"),
    }))
}

/// Copies a library to where it belongs. A host may have the old one loaded: it keeps it, because the new one
/// takes the name and not the place of the old one.
pub fn place(library: &Path, to: &Path) -> Result<()> {
    // An empty path inside the bundle leaves a separator at the end.
    let to: PathBuf = to.components().collect();
    let folder = to.parent().context("a bundle needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let fresh = folder.join(format!(".psivox-{}.new", std::process::id()));
    let placed = fs::copy(library, &fresh).and_then(|_| fs::rename(&fresh, &to));
    if placed.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    placed.with_context(|| {
        format!("{} cannot be written; close hosts that use it, or choose another folder", to.display())
    })
}

/// What macOS wants to find in a bundle; signed by nobody, which is enough on the machine that built it.
pub fn describe_for_macos(bundle: &Path, name: &str, kind: &str) -> Result<()> {
    let contents = bundle.join("Contents");
    let version = env!("CARGO_PKG_VERSION");
    let entries = [
        ("CFBundleExecutable", name),
        ("CFBundleIdentifier", IDENTIFIER),
        ("CFBundleName", name),
        ("CFBundleDisplayName", name),
        ("CFBundlePackageType", kind),
        ("CFBundleSignature", "????"),
        ("CFBundleShortVersionString", version),
        ("CFBundleVersion", version),
    ];
    let rows =
        entries.map(|(key, value)| format!("    <key>{key}</key>\n    <string>{value}</string>\n")).concat();
    let plist = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n  <dict>\n{rows}    <key>NSHighResolutionCapable</key>\n    <true/>\n  </dict>\n</plist>\n"
    );
    fs::write(contents.join("PkgInfo"), format!("{kind}????")).context("PkgInfo cannot be written")?;
    fs::write(contents.join("Info.plist"), plist).context("Info.plist cannot be written")?;
    let bundle = bundle.to_string_lossy();
    if !shell::succeeds("codesign", &["--force", "--sign", "-", &bundle]) {
        println!("note: {bundle} is not signed; if a host refuses it: codesign --force --sign - '{bundle}'");
    }
    Ok(())
}

/// The plugin's name in `bundler.toml`: `name = "..."` below `[psivox-plugin]`.
fn display_name(workspace: &Workspace) -> Result<String> {
    let path = workspace.root().join("bundler.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} is unreadable", path.display()))?;
    name_in(&text).with_context(|| format!("{} lacks [{PACKAGE}] with name = \"...\"", path.display()))
}

fn name_in(toml: &str) -> Option<String> {
    let section = format!("[{PACKAGE}]");
    let lines = toml.lines().map(str::trim).skip_while(|line| *line != section).skip(1);
    let mut entries = lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once('='));
    let (_, value) = entries.find(|(key, _)| key.trim() == "name")?;
    let name = value.trim().strip_prefix('"')?.split('"').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_read_from_its_own_section() {
        let toml =
            "# comment\n[other]\nname = \"Other\"\n\n[psivox-plugin]\n# more\nname = \"Psivox\" # end\n";
        assert_eq!(name_in(toml).as_deref(), Some("Psivox"));
        assert_eq!(name_in("[psivox-plugin]\n[other]\nname = \"Other\"\n"), None);
        assert_eq!(name_in("[psivox-plugin]\nname = \"\"\n"), None);
    }
}
