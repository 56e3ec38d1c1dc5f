//! `psivox field set`: a preset with some values changed.

use crate::error::CliError;
use crate::field::read_field;
use crate::output::{PendingFile, explain};
use clap::Args;
use psivox_core::field::FieldSpec;
use std::io::Write;
use std::path::PathBuf;

pub const EXAMPLES: &str = "\
Examples:
  psivox field set K.jaw.syllable=0.4 alpha.jaw.syllable=0.1 -o my.json
  psivox field set bands.meso.count=48 --from tight -o wide.json
  psivox field set learning.rate=0 grammar.lids=2               prints the preset
  psivox say \"Hello there.\" --field my.json

Paths: K.TARGET.SOURCE, alpha.TARGET.SOURCE, upward_gain, downward_gain, bands.BAND.period_ms, bands.BAND.count,
hz.ROLE, noise.ROLE, learning.*, emotion.*, surprise.gain, memory.gain, grammar.RULE, name, description.
`psivox field show` lists targets, sources, roles and rules.";

/// `psivox field set`.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// What changes, such as K.jaw.syllable=0.4
    #[arg(required = true, value_name = "PATH=VALUE", value_parser = assignment)]
    pub values: Vec<(String, String)>,
    /// The field that is changed: a preset's name or a file
    #[arg(long, value_name = "NAME|FILE.json", default_value = "default")]
    pub from: String,
    /// Write the preset here; without it the preset is printed
    #[arg(short, long, value_name = "FILE.json")]
    pub output: Option<PathBuf>,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("expected PATH=VALUE such as K.jaw.syllable=0.4")?;
    Ok((path.trim().to_owned(), value.to_owned()))
}

/// Runs the command.
///
/// # Errors
/// A field that cannot be read, a path that does not exist, a value that breaks a rule, a file that cannot be written.
pub fn run(args: &SetArgs) -> Result<(), CliError> {
    let json = changed(read_field(&args.from)?, &args.values)?.to_json();
    let Some(path) = &args.output else {
        return writeln!(std::io::stdout(), "{json}").map_err(CliError::Stdout);
    };
    let (mut file, pending) = PendingFile::create(path)?;
    writeln!(file, "{json}").map_err(|error| explain(path, &error))?;
    drop(file);
    pending.commit()
}

fn changed(mut spec: FieldSpec, values: &[(String, String)]) -> Result<FieldSpec, CliError> {
    for (path, value) in values {
        spec.set(path, value)?;
    }
    Ok(spec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::field::{Pair, Role};

    #[test]
    fn values_are_set_in_order_and_the_first_mistake_ends_it() {
        let pair = |text: &str| assignment(text).expect("a pair");
        let values = [pair("K.jaw.syllable=0.4"), pair("K.jaw.syllable= 0.5"), pair("name=mine = yours")];
        let spec = changed(FieldSpec::default(), &values).expect("a field");
        assert_eq!(spec.k(Pair::of(Role::Jaw, Role::Syllable)), 0.5);
        assert_eq!(spec.name, "mine = yours");
        assert_eq!(FieldSpec::from_json(&spec.to_json()).expect("reads what it writes"), spec);
        assert!(assignment("K.jaw.syllable").is_err());
        for (bad, word) in
            [("K.jaw.tail=1", "tail"), ("K.jaw.syllable=99", "-4 to 4"), ("nothing=1", "upward_gain")]
        {
            let error = changed(FieldSpec::default(), &[pair(bad)]).expect_err("refused").to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
