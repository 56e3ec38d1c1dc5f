//! Tests in a process of their own: this very binary, asked for one test that is ignored otherwise.

use std::process::Command;

/// Runs the ignored test of this name with these variables.
///
/// # Panics
/// It fails or is not there.
pub fn run(test: &str, variables: &[(&str, String)]) {
    let mut child = Command::new(std::env::current_exe().expect("this binary"));
    child.args(["--exact", test, "--ignored", "--nocapture", "--test-threads", "1"]);
    let output = child.envs(variables.iter().map(|(key, value)| (key, value))).output().expect("a child");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{test} with {variables:?}: {}\n{out}\n{err}", output.status);
    assert!(out.contains("1 passed"), "there is no ignored test '{test}': {out}");
}
