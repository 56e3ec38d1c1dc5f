//! `psivox osc rigs`: the programs whose settings ship.

use crate::error::CliError;
use clap::Args;
use psivox_wire::Rig;
use serde_json::{Value, json};

pub const EXAMPLES: &str = "\
Examples:
  psivox osc rigs
  psivox say \"Hello there.\" --rig vseeface               sends with the settings of one of them
  psivox say \"Hello there.\" --rig vrchat@192.168.0.7     to another machine
  psivox osc rigs --json                                 with every setting of the targets";

/// Columns of the sentences on what to switch on.
const SETUP_COLUMNS: usize = 96;

/// `psivox osc rigs`.
#[derive(Debug, Args)]
pub struct RigsArgs {
    /// Print a JSON list: id, name, address, setup and the whole target
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// [`CliError::Stdout`].
pub fn run(args: &RigsArgs) -> Result<(), CliError> {
    let rigs = Rig::all();
    let text = if args.json { json_of(rigs).to_string() } else { table(rigs) };
    super::print_line(text.trim_end()).map(drop)
}

fn json_of(rigs: &[Rig]) -> Value {
    let one = |rig: &Rig| {
        let (name, address) = (rig.target.label(), rig.target.address());
        json!({"id": rig.id, "name": name, "address": address, "setup": rig.setup, "target": rig.target})
    };
    rigs.iter().map(one).collect()
}

fn table(rigs: &[Rig]) -> String {
    let wide = |of: fn(&Rig) -> usize| rigs.iter().map(of).max().unwrap_or(0);
    let (ids, names) = (wide(|rig| rig.id.len()), wide(|rig| rig.target.label().chars().count()));
    let mut out = String::new();
    for rig in rigs {
        let (name, address) = (rig.target.label(), rig.target.address());
        out.push_str(&format!("{:ids$}  {name:names$}  {address}\n", rig.id));
        for line in wrapped(&rig.setup, SETUP_COLUMNS) {
            out.push_str(&format!("{:ids$}  {line}\n", ""));
        }
    }
    out
}

/// Lines of at most `columns` characters, unless a word is longer.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rig_has_its_row_and_what_to_do() {
        let text = table(Rig::all());
        for rig in Rig::all() {
            assert!(
                text.lines().any(|line| line.starts_with(&rig.id) && line.contains(&rig.target.address()))
            );
            let first = rig.setup.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
            assert!(text.contains(&first), "{first}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120));
    }

    #[test]
    fn text_is_wrapped_between_words() {
        assert_eq!(wrapped("aa bb cc dddddddd", 5), ["aa bb", "cc", "dddddddd"]);
    }
}
