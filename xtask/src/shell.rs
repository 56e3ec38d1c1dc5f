//! Where the workspace is, and how other programs are run.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Folders of this checkout.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Where `Cargo.toml` of the workspace lies.
    root: PathBuf,
    /// Where cargo puts what it builds.
    target: PathBuf,
}

impl Workspace {
    /// The workspace that this program was built in, and the target folder that it lies in: the environment
    /// and the user's configuration may have put it anywhere.
    ///
    /// # Errors
    /// This program was moved away from where cargo built it.
    pub fn find() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().context("the workspace has no folder")?.to_owned();
        let program = env::current_exe().context("this program does not know where it lies")?;
        // <target>/<profile>/xtask
        let target =
            program.ancestors().nth(2).context("this program lies outside of a target folder")?.to_owned();
        Ok(Self { root, target })
    }

    /// Where `Cargo.toml` of the workspace lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Where cargo puts what it builds with a profile.
    pub fn built(&self, profile: &str) -> PathBuf {
        self.target.join(if profile == "dev" { "debug" } else { profile })
    }

    /// The same cargo that runs this program, in the workspace.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = self.program(cargo);
        command.args(arguments);
        command
    }

    /// A program in the workspace.
    pub fn program(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }
}

/// A command as one would type it.
pub fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Runs a command, its output passing through.
///
/// # Errors
/// It does not start or does not succeed.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", spelled(command));
    let status = command.status().with_context(|| format!("'{}' does not start", spelled(command)))?;
    if !status.success() {
        bail!("'{}' failed ({status}); what it said stands above", spelled(command));
    }
    Ok(())
}

/// Runs a command that might never end.
///
/// # Errors
/// As [`run`], or it took longer than `limit` and was ended.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    println!("$ {}", spelled(command));
    let mut child = command.spawn().with_context(|| format!("'{}' does not start", spelled(command)))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { bail!("'{}' failed ({status})", spelled(command)) };
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("'{}' was ended after {} s", spelled(command), limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Runs a command and hands each line of its standard output to `look`, after printing it.
///
/// # Errors
/// As [`run`].
pub fn run_watched(command: &mut Command, mut look: impl FnMut(&str)) -> Result<()> {
    println!("$ {}", spelled(command));
    let name = spelled(command);
    let starting = command.stdout(Stdio::piped()).spawn();
    let mut child = starting.with_context(|| format!("'{name}' does not start"))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            look(&line);
        }
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { bail!("'{name}' failed ({status})") }
}

/// Whether a program starts and succeeds; says nothing.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let quiet = |command: &mut Command| {
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    quiet(&mut Command::new(program)).is_ok_and(|status| status.success())
}
