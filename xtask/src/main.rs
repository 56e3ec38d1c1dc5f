//! The project's own commands: `cargo xtask demo | test | bundle | install | uninstall`.

mod bundle;
mod demo;
mod install;
mod packages;
mod shell;
mod test;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use shell::Workspace;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
Psivox: the project's own commands

usage: cargo xtask COMMAND [OPTIONS]

  demo      build, bundle and install the plugin, let it speak in a host while its face comes back
            over OSC, and write speech.wav, face.csv and picture.png to target/demo
              --out DIR       put the plugins into DIR instead of the user's plug-in folders
              --no-install    change nothing outside target/: no Debian packages, no plug-in folders
              --release       build with link-time optimisation (slower to build)
              --standalone    build the program that needs no host as well

  test      set up and run every test: format, lints, unit, property, golden and host tests,
            documentation, and the plugin in foreign hosts (pedalboard, dawdreamer, Ardour)
              --quick         leave out the foreign hosts

  bundle    build the plugin and lay out Psivox.clap and Psivox.vst3
              --profile NAME  cargo profile: release (default) or ci (much faster to build)
              --out DIR       folder of the bundles (default target/bundled)

  install   bundle into the user's plug-in folders
              --profile NAME  as above
              --standalone    the program that needs no host too, and what starts it from the desktop
              --dry-run       only say what would be written

  uninstall take away what install put there, and say what is kept
              --dry-run       only say what would be removed

On Debian, missing packages are installed by apt-get where root or sudo without a password allow it;
elsewhere the command to type is printed.";

/// What the command line says after the command; each command takes its own part.
#[derive(Debug, Default)]
struct Options {
    out: Option<PathBuf>,
    profile: Option<String>,
    no_install: bool,
    release: bool,
    standalone: bool,
    quick: bool,
    dry_run: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let mut parser = lexopt::Parser::from_env();
    let command = match parser.next()? {
        Some(Value(command)) => command.string()?,
        Some(Short('h') | Long("help")) => "help".to_owned(),
        Some(other) => bail!("{}\n\n{USAGE}", other.unexpected()),
        None => bail!("a command is needed\n\n{USAGE}"),
    };
    let allowed: &[&str] = match command.as_str() {
        "demo" => &["out", "no-install", "release", "standalone"],
        "test" => &["quick"],
        "bundle" => &["profile", "out"],
        "install" => &["profile", "standalone", "dry-run"],
        "uninstall" => &["dry-run"],
        "help" => {
            println!("{USAGE}");
            return Ok(true);
        }
        other => bail!("there is no command '{other}'\n\n{USAGE}"),
    };
    let Some(options) = read_options(&mut parser, allowed)? else {
        println!("{USAGE}");
        return Ok(true);
    };
    let workspace = Workspace::find()?;
    let profile = options.profile.as_deref().unwrap_or("release");
    match command.as_str() {
        "demo" => demo::run(
            &workspace,
            &demo::Options {
                out: options.out,
                no_install: options.no_install,
                release: options.release,
                standalone: options.standalone,
            },
        ),
        "test" => test::run(&workspace, options.quick),
        "bundle" => {
            let out = options.out.unwrap_or_else(|| workspace.target().join("bundled"));
            bundle::build(&workspace, profile)?;
            bundle::lay_out(&workspace, profile, &bundle::Folders::both(out)).map(|_| true)
        }
        "install" => install::install(
            &workspace,
            &install::Wanted {
                profile: profile.to_owned(),
                standalone: options.standalone,
                dry_run: options.dry_run,
            },
        ),
        _ => install::uninstall(options.dry_run),
    }
}

/// The options of a command; `None` if help was asked for.
fn read_options(parser: &mut lexopt::Parser, allowed: &[&str]) -> Result<Option<Options>> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        let name = match &argument {
            Short('h') | Long("help") => return Ok(None),
            Long(name) if allowed.contains(name) => (*name).to_owned(),
            _ => bail!("{}\n\n{USAGE}", argument.unexpected()),
        };
        match name.as_str() {
            "out" => options.out = Some(parser.value()?.into()),
            "profile" => options.profile = Some(parser.value()?.string()?),
            "no-install" => options.no_install = true,
            "release" => options.release = true,
            "standalone" => options.standalone = true,
            "dry-run" => options.dry_run = true,
            _ => options.quick = true,
        }
    }
    Ok(Some(options))
}
