//! Debian packages: what is needed for what, what is missing, and how it gets installed.

use crate::shell;
use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// Packages that serve one purpose.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What is left out without them, as the end of a sentence.
    pub purpose: &'static str,
    /// Names in Debian.
    pub names: &'static [&'static str],
    /// Programs that show that it is all there, wherever it came from.
    pub proof: &'static [&'static str],
    /// Whether nothing works without them.
    pub vital: bool,
}

/// To build the plugin. The VST3 interface is C++.
pub const COMPILER: Group = Group {
    purpose: "the plugin cannot be built",
    names: &["gcc", "g++", "libc6-dev"],
    proof: &["cc", "c++"],
    vital: true,
};

/// To build what opens a sound card itself.
pub const AUDIO: Group = Group {
    purpose: "the standalone program and `psivox say --play` are left out",
    names: &["pkg-config", "libasound2-dev"],
    proof: &[],
    vital: false,
};

/// To open the editor's window.
pub const EDITOR: Group = Group {
    purpose: "the plugin's editor does not open on this machine; sound and face work",
    names: &["libx11-xcb1", "libxkbcommon0", "libxkbcommon-x11-0", "libegl1", "libgl1-mesa-dri"],
    proof: &[],
    vital: false,
};

/// To open windows where there is no screen.
pub const SCREEN: Group = Group {
    purpose: "the editor's windows are left out of the tests",
    names: &["xvfb", "xauth", "xdotool"],
    proof: &["Xvfb", "xvfb-run", "xdotool"],
    vital: false,
};

/// To run the foreign hosts, which link to graphics libraries even without a screen.
pub const HOSTS: Group = Group {
    purpose: "the plugin is not tested in pedalboard and dawdreamer",
    names: &["python3", "python3-venv", "libgl1", "libglib2.0-0", "libatomic1"],
    proof: &[],
    vital: false,
};

/// The digital audio workstation that renders a session.
pub const ARDOUR: Group =
    Group { purpose: "the plugin is not tested in Ardour", names: &["ardour"], proof: &[], vital: false };

/// How packages can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Root,
    Sudo,
}

/// Installs what is missing where it may, and returns the groups that stay incomplete. Anywhere but on Debian
/// and its kin nothing is known to be missing.
///
/// # Errors
/// A vital group stays incomplete.
pub fn provide(groups: &[Group], may_install: bool) -> Result<Vec<Group>> {
    if !is_debian() {
        return Ok(Vec::new());
    }
    let wanted: Vec<&str> = groups.iter().flat_map(|group| missing(group)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    if may_install && let Some(means) = means() {
        println!("installing Debian packages: {}", wanted.join(" "));
        // Group by group: one that this release of Debian lacks must not keep the others out.
        for group in groups {
            install(means, &missing(group));
        }
    }
    let incomplete: Vec<Group> = groups.iter().copied().filter(|group| !missing(group).is_empty()).collect();
    for group in &incomplete {
        let command = format!("sudo apt-get install {}", missing(group).join(" "));
        if group.vital {
            bail!("{}: install what is missing, then run this again:\n    {command}", group.purpose);
        }
        println!("note: {}. To change that:\n    {command}", group.purpose);
    }
    Ok(incomplete)
}

/// Whether every package of a group is there; assumed where there is no dpkg to ask.
pub fn complete(group: &Group) -> bool {
    !is_debian() || missing(group).is_empty()
}

fn is_debian() -> bool {
    shell::succeeds("dpkg-query", &["--version"])
}

fn missing(group: &Group) -> Vec<&'static str> {
    if !group.proof.is_empty() && group.proof.iter().all(|program| shell::succeeds(program, &["--version"])) {
        return Vec::new();
    }
    // Debian 13 renamed libraries whose 32-bit clock changed; the old name still installs them.
    let installed = |name: &str| is_installed(name) || is_installed(&format!("{name}t64"));
    group.names.iter().copied().filter(|name| !installed(name)).collect()
}

fn is_installed(name: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status}\n", name]).stderr(Stdio::null());
    query
        .output()
        .is_ok_and(|answer| answer.stdout.split(|byte| *byte == b'\n').any(|line| line == b"installed"))
}

/// Root, or sudo without a password; whoever has to be asked types the command.
fn means() -> Option<Means> {
    let output = Command::new("id").arg("-u").output().ok()?;
    if output.stdout.trim_ascii() == b"0" {
        return Some(Means::Root);
    }
    shell::succeeds("sudo", &["-n", "true"]).then_some(Means::Sudo)
}

/// Failures are not reported here: what counts is what is there afterwards.
fn install(means: Means, names: &[&str]) {
    if names.is_empty() {
        return;
    }
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(names);
    // A fresh machine has no lists of packages yet, an old one has outdated ones.
    if shell::run(&mut apt(means, &arguments)).is_err() && shell::run(&mut apt(means, &["update"])).is_ok() {
        let _ = shell::run(&mut apt(means, &arguments));
    }
}

fn apt(means: Means, arguments: &[&str]) -> Command {
    let mut command = match means {
        Means::Root => Command::new("apt-get"),
        Means::Sudo => {
            let mut command = Command::new("sudo");
            command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        }
    };
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}
