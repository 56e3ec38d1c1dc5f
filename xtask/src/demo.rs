//! From a fresh checkout to a plugin that was heard and a face that was seen.

use crate::bundle::{self, Bundles, Folders};
use crate::packages;
use crate::shell::{self, Workspace};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Instant;

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the plugins go instead of the user's folders.
    pub out: Option<PathBuf>,
    /// Change nothing outside the target folder.
    pub no_install: bool,
    /// Build as for a release.
    pub release: bool,
    /// Build the program that needs no host as well.
    pub standalone: bool,
}

/// Builds, bundles, installs and performs; false if the performance was not as it should be.
///
/// # Errors
/// Something does not build or cannot be written.
pub fn run(workspace: &Workspace, options: &Options) -> Result<bool> {
    let start = Instant::now();
    let mut groups = vec![packages::COMPILER, packages::EDITOR];
    groups.extend(options.standalone.then_some(packages::AUDIO));
    packages::provide(&groups, !options.no_install)?;
    let profile = if options.release { "release" } else { "ci" };
    println!("building the plugin; the first time takes some minutes");
    bundle::build(workspace, profile)?;
    let folders = match &options.out {
        Some(folder) => Folders::both(std::path::absolute(folder).context("--out names no folder")?),
        None if options.no_install => Folders::both(workspace.target().join("bundled")),
        None => Folders::of_user()?,
    };
    let bundles = bundle::lay_out(workspace, profile, &folders)?;
    println!("built and bundled after {:.0} s; now it speaks", start.elapsed().as_secs_f32());
    let good = perform(workspace, profile, &bundles)?;
    println!();
    println!("Psivox.clap and Psivox.vst3 are in place.");
    println!("Load Psivox on an instrument track, type a text, play a note.");
    println!("The face goes to vmc:127.0.0.1:39539, where VMC receivers listen.");
    if options.standalone {
        build_standalone(workspace, profile);
    } else {
        println!("The standalone program, for playing without a host: cargo xtask demo --standalone");
    }
    Ok(good)
}

/// Lets the bundled CLAP speak in a host of its own; false if it was not as it should be.
///
/// # Errors
/// The host does not build.
pub fn perform(workspace: &Workspace, profile: &str, bundles: &Bundles) -> Result<bool> {
    // Not in one command with the plugin: cargo would then build the plugin with other features of shared
    // crates, and `bundle` and `test` would have to build it again.
    shell::run(&mut workspace.cargo(&["build", "--profile", profile, "-p", "psivox-demo"]))?;
    let program = workspace.built(profile).join(format!("demo{}", std::env::consts::EXE_SUFFIX));
    let mut command = workspace.program(program);
    command.arg("--clap").arg(&bundles.clap).arg("--out").arg(workspace.target().join("demo"));
    let status =
        command.status().with_context(|| format!("'{}' does not start", shell::spelled(&command)))?;
    Ok(status.success())
}

/// The program that needs no host: less than the demo, so its failure is only told.
fn build_standalone(workspace: &Workspace, profile: &str) {
    if !packages::complete(&packages::AUDIO) {
        return;
    }
    println!("building the standalone program; most of the plugin is built again, with other features");
    let arguments = ["build", "--profile", profile, "-p", "psivox-plugin", "--features", "standalone"];
    let program = format!("psivox-standalone{}", std::env::consts::EXE_SUFFIX);
    match shell::run(workspace.cargo(&arguments).args(["--bin", "psivox-standalone"])) {
        Ok(()) => println!("without a host: {}", workspace.built(profile).join(program).display()),
        Err(error) => println!("note: {error:#}; the plugin does not need it"),
    }
}
