//! Every test of the project, one step after another, and a table at the end.

use crate::bundle::{self, Bundles, Folders};
use crate::demo;
use crate::packages::{self, Group};
use crate::shell::{self, Workspace};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// What the release-speed parts are built with.
const PROFILE: &str = "ci";
/// A foreign host that takes longer hangs; each needs well under a minute.
const HOST_LIMIT: Duration = Duration::from_secs(300);

/// What became of a step.
enum Outcome {
    /// How many tests it had; 1 for a step that is a test itself.
    Done { passed: usize, failed: usize },
    /// Why it could not run.
    Skipped(String),
}

/// A line of the table.
struct Row {
    name: &'static str,
    seconds: f32,
    outcome: Outcome,
}

/// The steps so far.
struct Session<'a> {
    workspace: &'a Workspace,
    rows: Vec<Row>,
}

/// Runs everything; true if nothing failed.
///
/// # Errors
/// The compiler is missing and cannot be installed.
pub fn run(workspace: &Workspace, quick: bool) -> Result<bool> {
    let mut groups = vec![packages::COMPILER, packages::AUDIO];
    if !quick {
        groups.extend([packages::EDITOR, packages::SCREEN, packages::HOSTS, packages::ARDOUR]);
    }
    packages::provide(&groups, true)?;
    provide_components();
    let mut session = Session { workspace, rows: Vec::new() };
    session.check("format", &["fmt", "--all", "--check"]);
    session.step("lints", lint);
    session.skip_audio();
    session.step("tests", test_workspace);
    session.step("documentation", document);
    let mut bundles = None;
    session.step("bundle", |workspace| bundle_plugin(workspace).map(|built| store(&mut bundles, built)));
    session.step("bundled plugin speaks", |workspace| {
        let bundles = bundles.as_ref().context("there is no bundle to play")?;
        let good = demo::perform(workspace, PROFILE, bundles)?;
        if good { Ok(Outcome::ONE) } else { bail!("see the lines marked !!") }
    });
    if !quick {
        session.step("program without a host", run_standalone);
        let hosts = [
            ("pedalboard", PEDALBOARD),
            ("replay in pedalboard", REPLAY),
            ("dawdreamer", DAWDREAMER),
            ("Ardour", ARDOUR),
        ];
        for (name, host) in hosts {
            session.step(name, |workspace| host.play(workspace, bundles.as_ref()));
        }
    }
    Ok(session.finish())
}

/// A minimal Rust has no formatter and no linter; without rustup the steps themselves say what is missing.
fn provide_components() {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !shell::succeeds("cargo", &[command, "--version"]) {
            let _ = shell::run(Command::new("rustup").args(["component", "add", component]));
        }
    }
}

/// One test passed, and what it made is kept for later steps.
fn store(place: &mut Option<Bundles>, bundles: Bundles) -> Outcome {
    *place = Some(bundles);
    Outcome::ONE
}

impl Outcome {
    const ONE: Self = Self::Done { passed: 1, failed: 0 };

    /// Passed, failed.
    fn counts(&self) -> (usize, usize) {
        match self {
            Self::Done { passed, failed } => (*passed, *failed),
            // On a machine that is there for testing, a test that does not run is a failure.
            Self::Skipped(_) => (0, usize::from(in_ci())),
        }
    }
}

fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

impl Session<'_> {
    /// A step that is one cargo command.
    fn check(&mut self, name: &'static str, arguments: &[&str]) {
        self.step(name, |workspace| shell::run(&mut workspace.cargo(arguments)).map(|()| Outcome::ONE));
    }

    fn step(&mut self, name: &'static str, work: impl FnOnce(&Workspace) -> Result<Outcome>) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = work(self.workspace).unwrap_or_else(|error| {
            println!("{error:#}");
            Outcome::Done { passed: 0, failed: 1 }
        });
        let row = Row { name, seconds: start.elapsed().as_secs_f32(), outcome };
        println!("== {}", row.spelled());
        self.rows.push(row);
    }

    /// Tells that the lints have left something out, if they have.
    fn skip_audio(&mut self) {
        if let Some(skipped) = lacking(&packages::AUDIO) {
            self.step("lints of sound card code", |_| Ok(skipped));
        }
    }

    /// Prints the table and the last line; true if nothing failed.
    fn finish(self) -> bool {
        println!("\n== all steps");
        for row in &self.rows {
            println!("{}", row.spelled());
        }
        let seconds: f32 = self.rows.iter().map(|row| row.seconds).sum();
        let skipped = self.rows.iter().filter(|row| matches!(row.outcome, Outcome::Skipped(_))).count();
        println!("{seconds:.0} s, {skipped} steps skipped");
        let counts = self.rows.iter().map(|row| row.outcome.counts());
        let (passed, failed) = counts.fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
        println!("{passed} passed, {failed} failed");
        failed == 0
    }
}

impl Row {
    fn spelled(&self) -> String {
        let result = match &self.outcome {
            Outcome::Done { passed: 1, failed: 0 } => "passed".to_owned(),
            Outcome::Done { passed: 0, failed: 1 } => "FAILED".to_owned(),
            Outcome::Done { passed, failed } => format!("{passed} passed, {failed} failed"),
            Outcome::Skipped(why) => {
                format!("{}: {why}", if in_ci() { "FAILED, could not run" } else { "skipped" })
            }
        };
        format!("{:<26} {:>6.1} s  {result}", self.name, self.seconds)
    }
}

/// All code, and what opens a sound card too where its headers are.
fn lint(workspace: &Workspace) -> Result<Outcome> {
    let mut command = workspace.cargo(&["clippy", "--workspace", "--all-targets"]);
    if packages::complete(&packages::AUDIO) {
        command.args(["--features", "psivox-plugin/standalone,psivox/play"]);
    }
    shell::run(command.args(["--", "-D", "warnings"]))?;
    Ok(Outcome::ONE)
}

/// All of `cargo test`, in the dev profile: with overflow checks, and with every allocation left in place for
/// the tests that count them. Counts what the harnesses report.
fn test_workspace(workspace: &Workspace) -> Result<Outcome> {
    let (mut passed, mut failed) = (0, 0);
    let result =
        shell::run_watched(&mut on_a_screen(workspace, &["test", "--workspace", "--no-fail-fast"]), |line| {
            let counts = harness_counts(line);
            passed += counts.0;
            failed += counts.1;
        });
    // Also when a test program does not compile or dies without a count.
    if result.is_err() && failed == 0 {
        failed = 1;
    }
    if passed == 0 && failed == 0 {
        bail!("no test reported a result");
    }
    Ok(Outcome::Done { passed, failed })
}

/// A command of cargo with a screen for windows: that of the user, else one that nobody sees, else none.
fn on_a_screen(workspace: &Workspace, arguments: &[&str]) -> Command {
    let linux = env::consts::OS == "linux";
    if !linux || env::var_os("DISPLAY").is_some() || !packages::complete(&packages::SCREEN) {
        return workspace.cargo(arguments);
    }
    let cargo = workspace.cargo(arguments);
    let mut command = workspace.program("xvfb-run");
    command.args(["--auto-servernum", "--server-args", "-screen 0 1280x1024x24"]);
    command.arg(cargo.get_program()).args(cargo.get_args());
    command
}

/// Passed and failed of a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; ...`.
fn harness_counts(line: &str) -> (usize, usize) {
    let Some(result) = line.trim().strip_prefix("test result:") else { return (0, 0) };
    let count = |what: &str| {
        let before = result.split(';').find_map(|part| part.trim().strip_suffix(what))?;
        before.split_whitespace().last()?.parse().ok()
    };
    (count("passed").unwrap_or(0), count("failed").unwrap_or(0))
}

fn document(workspace: &Workspace) -> Result<Outcome> {
    let mut command = workspace.cargo(&["doc", "--no-deps", "-p", "psivox-core", "-p", "psivox-wire"]);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::ONE)
}

fn bundle_plugin(workspace: &Workspace) -> Result<Bundles> {
    bundle::build(workspace, PROFILE)?;
    bundle::lay_out(workspace, PROFILE, &Folders::both(workspace.target().join("bundled")))
}

/// The program speaks what it reads, keeps its session and ends by itself.
fn run_standalone(workspace: &Workspace) -> Result<Outcome> {
    if let Some(skipped) = lacking(&packages::AUDIO) {
        return Ok(skipped);
    }
    let build = ["build", "--profile", PROFILE, "-p", "psivox-plugin", "--features", "standalone"];
    shell::run(workspace.cargo(&build).args(["--bin", "psivox-standalone"]))?;
    let home = workspace.target().join("standalone-home");
    _ = std::fs::remove_dir_all(&home);
    let text = workspace.target().join("standalone.txt");
    std::fs::write(&text, "Hello.\nThis is the second line.\n")?;
    let program = workspace.built(PROFILE).join(format!("psivox-standalone{}", env::consts::EXE_SUFFIX));
    let mut command = workspace.program(program);
    command.args(["--no-gui", "--audio-device", "none", "--quit-at-end"]);
    for variable in ["HOME", "XDG_CONFIG_HOME", "APPDATA"] {
        command.env(variable, &home);
    }
    command.stdin(std::fs::File::open(&text)?);
    shell::run_within(&mut command, HOST_LIMIT)?;
    for file in ["standalone.json", "session.psivox"] {
        let kept = ["psivox", "Psivox", "Library/Application Support/Psivox"];
        if !kept.iter().any(|folder| home.join(folder).join(file).is_file()) {
            bail!("{file} was not kept below {}", home.display());
        }
    }
    Ok(Outcome::ONE)
}

/// A host that was not written for this project.
#[derive(Clone, Copy)]
struct ForeignHost {
    /// What it needs of Debian.
    needs: &'static [Group],
    /// Its script in `tests/hosts`, run with the bundle as its argument.
    script: &'static str,
    /// An example of the tests that leaves in a folder what the script compares with; the script is told the folder.
    example: Option<&'static str>,
}

impl ForeignHost {
    const fn new(needs: &'static [Group], script: &'static str) -> Self {
        Self { needs, script, example: None }
    }
}

const PEDALBOARD: ForeignHost = ForeignHost::new(&[packages::HOSTS], "pedalboard_host.py");
const REPLAY: ForeignHost = ForeignHost {
    example: Some("remembered"),
    ..ForeignHost::new(&[packages::HOSTS], "pedalboard_replay.py")
};
const DAWDREAMER: ForeignHost = ForeignHost::new(&[packages::HOSTS], "dawdreamer_host.py");
const ARDOUR: ForeignHost = ForeignHost::new(&[packages::HOSTS, packages::ARDOUR], "ardour_session.sh");

impl ForeignHost {
    fn play(self, workspace: &Workspace, bundles: Option<&Bundles>) -> Result<Outcome> {
        if env::consts::OS != "linux" {
            return Ok(Outcome::Skipped("the host scripts are written for Linux".to_owned()));
        }
        if let Some(skipped) = self.needs.iter().find_map(lacking) {
            return Ok(skipped);
        }
        let bundles = bundles.context("there is no bundle to play")?;
        let python = python(workspace)?;
        let script = workspace.root().join("tests/hosts").join(self.script);
        let mut command = match self.script.ends_with(".py") {
            true => workspace.program(&python),
            false => workspace.program("bash"),
        };
        command.arg(script).arg(&bundles.vst3).env("PYTHON", &python);
        if let Some(example) = self.example {
            let folder = workspace.target().join(example);
            // As the tests have built it: for one package alone all that it needs would be built once more.
            shell::run(&mut workspace.cargo(&["build", "--workspace", "--example", example]))?;
            let program = format!("{example}{}", env::consts::EXE_SUFFIX);
            let program = workspace.built("dev").join("examples").join(program);
            shell::run_within(workspace.program(program).arg(&folder), HOST_LIMIT)?;
            command.arg(folder);
        }
        shell::run_within(&mut command, HOST_LIMIT)?;
        Ok(Outcome::ONE)
    }
}

/// A skip that names what is missing, if something is.
fn lacking(group: &Group) -> Option<Outcome> {
    let why = || format!("not installed: {}", group.names.join(" "));
    (!packages::complete(group)).then(|| Outcome::Skipped(why()))
}

/// An interpreter with the packages of `tests/hosts/requirements.txt`, in a folder of its own.
fn python(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target().join("hosts-venv");
    let python = folder.join("bin/python");
    if !python.exists() {
        let mut make = Command::new("python3");
        shell::run(make.args(["-m", "venv"]).arg(&folder))
            .context("no Python environment; is python3-venv installed?")?;
    }
    let requirements = workspace.root().join("tests/hosts/requirements.txt");
    let mut pip = workspace.program(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(requirements);
    shell::run(&mut pip)?;
    Ok(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_the_harness_are_counted() {
        let good =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(harness_counts(good), (12, 0));
        assert_eq!(harness_counts(bad), (3, 2));
        assert_eq!(harness_counts("test some_name ... ok"), (0, 0));
    }
}
