//! `psivox ablate`: the same lines with one mechanism of the field off at a time, and what that changes, in numbers.

mod automation;
mod compare;
mod phase;
mod place;
mod repeat;
pub mod spectrum;
mod table;
mod take;

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::mechanism::Mechanism;
use crate::progress::Progress;
use crate::sentence_table::{self, TableFile, rounded};
use crate::sentences;
use automation::Lanes;
use clap::{Args, ValueEnum};
use compare::{Differences, Figures};
use psivox_core::Score;
use repeat::Repeats;
use spectrum::SpectrumMeter;
use std::path::PathBuf;
use std::sync::Arc;
use table::Row;
use take::{Player, Take};

pub const EXAMPLES: &str = "\
Examples:
  psivox ablate sentences.tsv                                 prints a table
  psivox ablate sentences.tsv --json -o table.md              prints JSON, writes the table as well
  psivox ablate sentences.tsv --still --valence -0.8 --arousal 0.9 --dominance 0.7";

/// Valence, arousal and dominance unless told otherwise: lively enough for everything to have something to do.
const DELIVERY: [f32; 3] = [0.5, 0.4, 0.3];

/// `psivox ablate`.
#[derive(Debug, Args)]
pub struct AblateArgs {
    /// One sentence a line: a name, a tab, the text. All are spoken one after the other by one engine
    #[arg(value_name = "SENTENCES.tsv")]
    pub sentences: PathBuf,
    /// Print a list of objects, one a mechanism, in place of the table
    #[arg(long)]
    pub json: bool,
    /// Write the table here: Markdown
    #[arg(short, long, value_name = "TABLE.md")]
    pub output: Option<PathBuf>,
    /// Keep valence, arousal and dominance (0.5, 0.4 and 0.3 unless given) where they are. Else they wander about that,
    /// and one of them jumps by 0.7 every 10 s
    #[arg(long)]
    pub still: bool,
    /// How often everything is spoken; the cost is the median
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=99), value_name = "1..99")]
    pub rounds: u8,
    /// Who speaks and how; what --without names is off in every row.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

/// Runs the command.
///
/// # Errors
/// A damaged sentence file, a text that cannot be spoken, a voice or field that cannot be, a file that cannot be
/// written.
pub fn run(mut args: AblateArgs) -> Result<(), CliError> {
    if args.voice.shape.f0.is_some() {
        let reason = "--f0 does not go with ablate: a contour belongs to one text; leave it out".to_owned();
        return Err(CliError::Usage(reason));
    }
    let sentences = sentences::read(&args.sentences)?;
    let scores = sentence_table::plan(&args.voice, &args.sentences, &sentences)?;
    let file = TableFile::create(args.output.as_deref(), &args.sentences)?;
    let text_s: f64 = scores.iter().map(|score| f64::from(score.duration_s())).sum();
    let centre = deliver(&mut args.voice);
    let lanes = Arc::new(if args.still { Lanes::still(centre) } else { Lanes::moving(centre, text_s) });
    let conditions = conditions(&args, scores.len(), text_s, centre);
    let rows = measure(&args, &scores, &lanes)?;
    let json = args.json.then(|| table::json(&rows));
    file.publish(&table::markdown(&rows, &conditions), &conditions, json)
}

/// Fills in the delivery where nothing was asked for; the lanes' centres.
fn deliver(voice: &mut VoiceArgs) -> [f32; 3] {
    let axes = [&mut voice.valence, &mut voice.arousal, &mut voice.dominance];
    let mut given = axes.into_iter().zip(DELIVERY).map(|(axis, usual)| *axis.get_or_insert(usual));
    std::array::from_fn(|_| given.next().unwrap_or(0.0))
}

fn conditions(args: &AblateArgs, lines: usize, text_s: f64, centre: [f32; 3]) -> String {
    let [valence, arousal, dominance] = centre;
    let name = args.sentences.file_name().unwrap_or_default().to_string_lossy();
    let voice = &args.voice;
    let motion = if args.still {
        "constant"
    } else {
        "wandering about that (standard deviation 0.12), and every 10 s one of them jumps by 0.7"
    };
    let (persona, seed, rate_hz, rounds) = (&voice.persona, voice.seed, voice.rate, args.rounds);
    format!(
        "{lines} lines of {name} ({text_s:.1} s), spoken one after the other by one engine, each half in the tone in which the first one ended; persona {persona}, seed {seed}, \
         {rate_hz} Hz, {rounds} rounds. Valence {valence}, arousal {arousal}, dominance {dominance}, {motion}. `none` is \
         the reference spoken once more; `seed` has nothing off but another seed, and shows what chance alone does. In the \
         end the first lines, {}, come back, each {} times in a row, with a constant emotion.",
        lines.min(repeat::LINES),
        repeat::TIMES,
    )
}

/// One row under way.
struct Contender {
    name: String,
    /// Whether it foretells.
    foretells: bool,
    figures: Figures,
    differences: Differences,
    repeats: Repeats,
    /// CPU time of each round in s.
    cpu_s: Vec<Option<f64>>,
}

/// The rows: what they are called, what is off, and by how much the seed differs.
fn line_up(voice: &VoiceArgs) -> Vec<(String, Vec<Mechanism>, u64)> {
    let mut rows = vec![("none".to_owned(), Vec::new(), 0)];
    let left = Mechanism::value_variants().iter().filter(|mechanism| !voice.without.contains(mechanism));
    rows.extend(left.map(|mechanism| {
        let name =
            mechanism.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        (name, vec![*mechanism], 0)
    }));
    rows.push(("seed".to_owned(), Vec::new(), 1));
    rows
}

/// Speaks everything with everything on, and as each contender; line by line in turn, so that all see the same machine.
fn measure(args: &AblateArgs, scores: &[Arc<Score>], lanes: &Arc<Lanes>) -> Result<Vec<Row>, CliError> {
    let rate_hz = f64::from(args.voice.rate);
    let meter = SpectrumMeter::new(rate_hz);
    let line_up = line_up(&args.voice);
    let mut contenders: Vec<Contender> =
        line_up.iter().map(|(name, off, _)| contender(args, name, off)).collect();
    let mut reference_cpu_s = Vec::new();
    let mut bar = Progress::new("Ablating");
    let work = (usize::from(args.rounds) * scores.len()) as f64;
    for round in 0..usize::from(args.rounds) {
        let mut players = players(args, &line_up, lanes)?;
        let mut cpu_s = vec![Some(0.0); players.len()];
        for (index, score) in scores.iter().enumerate() {
            bar.show((round * scores.len() + index) as f64, work);
            let takes = speak(&mut players, score, round * scores.len() + index)?;
            for (sum, take) in cpu_s.iter_mut().zip(&takes) {
                *sum = sum.zip(take.cpu_s).map(|(sum, more)| sum + more);
            }
            // Every round speaks the same.
            if round == 0 {
                compare(&mut contenders, score, &takes, &meter);
            }
        }
        if round == 0 {
            repeat(&mut contenders, &mut players, scores)?;
        }
        reference_cpu_s.push(cpu_s[0]);
        for (contender, cpu_s) in contenders.iter_mut().zip(&cpu_s[1..]) {
            contender.cpu_s.push(*cpu_s);
        }
    }
    Ok(contenders.iter().map(|contender| row(contender, &reference_cpu_s, rate_hz)).collect())
}

/// All speak a line, in turn from the player `first` on: whoever is first finds the line in no cache.
fn speak(players: &mut [Player], score: &Arc<Score>, first: usize) -> Result<Vec<Take>, CliError> {
    let count = players.len();
    let mut takes: Vec<Take> = std::iter::repeat_with(Take::default).take(count).collect();
    for turn in 0..count {
        let player = (first + turn) % count;
        takes[player] = players[player].speak(score)?;
    }
    Ok(takes)
}

fn contender(args: &AblateArgs, name: &str, off: &[Mechanism]) -> Contender {
    let foretells = ![off, &args.voice.without].concat().contains(&Mechanism::Prediction);
    let (figures, differences, repeats) = Default::default();
    Contender { name: name.to_owned(), foretells, figures, differences, repeats, cpu_s: Vec::new() }
}

/// The reference and the contenders, at rest.
fn players(
    args: &AblateArgs,
    line_up: &[(String, Vec<Mechanism>, u64)],
    lanes: &Arc<Lanes>,
) -> Result<Vec<Player>, CliError> {
    let reference = (&[][..], 0);
    let rest = line_up.iter().map(|(_, off, seed)| (off.as_slice(), *seed));
    let player = |(off, seed): (&[Mechanism], u64)| {
        let ablation = Mechanism::ablation(&[off, &args.voice.without].concat());
        Player::new(&args.voice, args.voice.seed.wrapping_add(seed), ablation, lanes)
    };
    std::iter::once(reference).chain(rest).map(player).collect()
}

/// The first take is the reference's.
fn compare(contenders: &mut [Contender], score: &Score, takes: &[Take], meter: &SpectrumMeter) {
    let Some((reference, takes)) = takes.split_first() else { return };
    for (contender, take) in contenders.iter_mut().zip(takes) {
        contender.figures.add(score, take, meter);
        contender.differences.add(score, reference, take, meter);
    }
}

/// Every contender says the first lines again, each several times in a row and with a constant emotion. The first player
/// is the reference, which `none` repeats.
fn repeat(
    contenders: &mut [Contender],
    players: &mut [Player],
    scores: &[Arc<Score>],
) -> Result<(), CliError> {
    for (contender, player) in contenders.iter_mut().zip(players.iter_mut().skip(1)) {
        player.hold();
        for score in scores.iter().take(repeat::LINES) {
            let mut before = player.speak(score)?;
            for _ in 1..repeat::TIMES {
                let again = player.speak(score)?;
                contender.repeats.add(&before, &again);
                before = again;
            }
        }
    }
    Ok(())
}

fn row(contender: &Contender, reference_cpu_s: &[Option<f64>], rate_hz: f64) -> Row {
    let Contender { name, foretells, figures, differences, repeats, cpu_s } = contender;
    let cost = |(own, reference): (&Option<f64>, &Option<f64>)| {
        own.zip(reference.filter(|cpu_s| *cpu_s > 0.0)).map(|(own, reference)| 100.0 * own / reference)
    };
    let costs: Option<Vec<f64>> = cpu_s.iter().zip(reference_cpu_s).map(cost).collect();
    Row {
        mechanism: name.clone(),
        log_spectral_distance_db: rounded(differences.log_spectral_distance_db()),
        band_distance_db: rounded(differences.band_distance_db()),
        sample_difference_percent: rounded(differences.sample_percent()),
        duration_change_percent: rounded(differences.duration_percent()),
        onset_shift_ms: rounded(1e3 * differences.onset_samples() / rate_hz),
        f0_change_st: rounded(differences.f0_st()),
        level_change_db: rounded(differences.level_db()),
        face_change: rounded(differences.face()),
        head_change_deg: rounded(differences.head_deg()),
        jaw_voice_jitter_rad: figures.jaw_jitter_rad().map(rounded),
        jaw_envelope_lag_ms: figures.jaw_lag_ms().map(rounded),
        repeat_head_deg: rounded(repeats.head_deg()),
        repeat_face: rounded(repeats.face()),
        grammar_violations: figures.unlawful,
        prediction_error: foretells.then(|| rounded(figures.epsilon())),
        surprises: figures.surprises,
        cost_percent: costs.map(|mut costs| rounded(crate::batch::median(&mut costs))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    fn parse(line: &[&str]) -> AblateArgs {
        let line = [&["psivox", "ablate", "x.tsv"], line].concat();
        let Command::Ablate(args) = Cli::try_parse_from(line).expect("parses").command else {
            panic!("ablate")
        };
        args
    }

    #[test]
    fn every_mechanism_has_its_row() {
        let names = |line: &[&str]| -> Vec<String> {
            line_up(&parse(line).voice).into_iter().map(|(name, ..)| name).collect()
        };
        let all = names(&[]);
        assert_eq!((all[0].as_str(), all[all.len() - 1].as_str()), ("none", "seed"));
        for name in ["coupling", "lags", "micro", "meso", "macro", "locking", "learning"] {
            assert!(all.iter().any(|found| found == name), "{name}");
        }
        for name in ["grammar", "prediction", "emotion", "memory"] {
            assert!(all.iter().any(|found| found == name), "{name}");
        }
        assert!(!names(&["--without", "lags"]).iter().any(|name| name == "lags"));
    }

    #[test]
    fn the_delivery_is_lively_unless_told_otherwise() {
        assert_eq!(deliver(&mut parse(&[]).voice), DELIVERY);
        assert_eq!(deliver(&mut parse(&["--arousal=-1"]).voice), [0.5, -1.0, 0.3]);
    }

    #[test]
    fn the_cost_is_the_median_of_the_rounds() {
        let mut contender = contender(&parse(&[]), "lags", &[Mechanism::Lags]);
        contender.cpu_s = vec![Some(1.0), Some(3.0), Some(1.2)];
        let row = |reference: &[Option<f64>]| row(&contender, reference, 48_000.0);
        assert_eq!(row(&[Some(1.0); 3]).cost_percent, Some(120.0));
        assert_eq!(row(&[Some(1.0), None, Some(1.0)]).cost_percent, None);
    }

    #[test]
    fn without_a_forecast_there_is_no_error_of_one() {
        let told = |line: &[&str], off: &[Mechanism]| contender(&parse(line), "x", off).foretells;
        assert!(told(&[], &[Mechanism::Lags]) && !told(&[], &[Mechanism::Prediction]));
        assert!(!told(&["--without", "prediction"], &[Mechanism::Lags]));
    }
}
