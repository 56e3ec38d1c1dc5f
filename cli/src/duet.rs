//! `psivox duet`: two speakers in one process, each hearing the other's syllable clock.

use crate::error::CliError;
use crate::field::{read_field, table};
use crate::formats::WavFile;
use crate::interrupt;
use crate::numbers::{number, share};
use crate::progress::Progress;
use crate::render::at_once;
use clap::Args;
use psivox_core::engine::NoTelemetry;
use psivox_core::field::{FieldSetup, Pulse};
use psivox_core::{Control, Delivery, Engine, EngineConfig, Event, Persona, Planner, Score};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

pub const EXAMPLES: &str = "\
Examples:
  psivox duet \"How are you today?\" \"I am fine, and how are you?\" -o duo.wav
  psivox duet \"One two three four five.\" \"One two three four five.\" -o duo.wav --speed-a 1.2 --speed-b 0.9
  psivox duet \"Good morning.\" \"Good evening.\" -o apart.wav --coupling 0

A is on the left, B on the right. What is printed compares the two with a run in which neither hears the other.";

/// Rest after the last word, s.
const TAIL_S: f64 = 0.1;

/// `psivox duet`.
#[derive(Debug, Args)]
pub struct DuetArgs {
    /// What A says
    pub text_a: String,
    /// What B says
    pub text_b: String,
    /// Write the sound here: WAV, stereo, 16 bit
    #[arg(short, long, value_name = "FILE.wav")]
    pub output: PathBuf,
    /// How much each follows the other's clock
    #[arg(long, default_value_t = 0.8, allow_negative_numbers = true, value_parser = share, value_name = "0..1")]
    pub coupling: f32,
    /// Who A is
    #[arg(long, default_value = "heart", value_name = "NAME")]
    pub persona_a: String,
    /// Who B is
    #[arg(long, default_value = "michael", value_name = "NAME")]
    pub persona_b: String,
    /// How fast A speaks, times the persona's own
    #[arg(long, default_value_t = 1.0, value_parser = speed, value_name = "0.5..2")]
    pub speed_a: f32,
    /// How fast B speaks, times the persona's own
    #[arg(long, default_value_t = 1.0, value_parser = speed, value_name = "0.5..2")]
    pub speed_b: f32,
    /// The field of both: default, tight, loose, alone, or a file such as `psivox field set` writes
    #[arg(long, value_name = "NAME|FILE.json")]
    pub field: Option<String>,
    /// Samples per second of the sound, 44100 to 192000
    #[arg(long, default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(44_100..=192_000), value_name = "HZ")]
    pub rate: u32,
    /// Another number gives another, equally repeatable take
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
}

fn speed(text: &str) -> Result<f32, String> {
    number(text, 0.5, 2.0)
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps one of the texts from being spoken or the sound from being written; nothing half-written stays behind.
pub fn run(args: &DuetArgs) -> Result<(), CliError> {
    let field = args.field.as_deref().map(read_field).transpose()?;
    let field = field.map(|spec| FieldSetup::compile(&spec)).transpose()?.map(Arc::new);
    let scores = [
        plan(&args.persona_a, &args.text_a, args.speed_a)?,
        plan(&args.persona_b, &args.text_b, args.speed_b)?,
    ];
    let mut file = WavFile::stereo(&args.output, args.rate)?;
    let mut bar = Progress::new("Speaking");
    let stage = |coupling| Pair::new(args, coupling, field.as_ref(), &scores);
    let together =
        stage(args.coupling)?.perform(&mut |a, b| file.take_pair(a, b), |done| bar.show(done, 2.0))?;
    let alone = stage(0.0)?.perform(&mut |_, _| Ok(()), |done| bar.show(1.0 + done, 2.0))?;
    drop(bar);
    file.finish()?;
    let text = report(args, &together, &alone);
    std::io::stdout().write_all(text.as_bytes()).map_err(CliError::Stdout)
}

fn plan(persona: &str, text: &str, rate_ratio: f32) -> Result<Arc<Score>, CliError> {
    let planner = Planner::new(&Persona::named(persona)?)?;
    let delivery = Delivery { rate_ratio, ..Delivery::default() };
    Ok(Arc::new(planner.plan_as(text, delivery)?.score))
}

/// Takes a tick of A's and B's sound.
type Take<'a> = dyn FnMut(&[f32], &[f32]) -> Result<(), CliError> + 'a;

/// Two engines in lockstep.
struct Pair {
    engines: [Engine; 2],
    rate_hz: f64,
    limit_s: f64,
}

impl Pair {
    fn new(
        args: &DuetArgs,
        coupling: f32,
        field: Option<&Arc<FieldSetup>>,
        scores: &[Arc<Score>; 2],
    ) -> Result<Self, CliError> {
        let engine = |score: &Arc<Score>, speed: f32, seed: u64| -> Result<Engine, CliError> {
            let mut engine = Engine::new(EngineConfig { seed, ..EngineConfig::new(args.rate as f32) })?;
            let mut events = vec![
                Event::Set { control: Control::PartnerCoupling, value: coupling },
                Event::Set { control: Control::RateRatio, value: speed },
            ];
            events.extend(field.map(|setup| Event::Field(Arc::clone(setup))));
            engine.process(&events.into_iter().map(at_once).collect::<Vec<_>>(), &mut [], &mut NoTelemetry);
            engine.reset();
            engine.process(&[at_once(Event::Queue(Arc::clone(score)))], &mut [], &mut NoTelemetry);
            Ok(engine)
        };
        let [a, b] = scores;
        Ok(Self {
            engines: [
                engine(a, args.speed_a, args.seed)?,
                engine(b, args.speed_b, args.seed.wrapping_add(1))?,
            ],
            rate_hz: f64::from(args.rate),
            // The slowest a line can get is less than four times its own length.
            limit_s: 10.0 + 4.0 * f64::from(a.duration_s().max(b.duration_s())),
        })
    }

    /// Lets both speak to their ends. Before every tick each hears the other's clock as it was after the last one.
    fn perform(mut self, take: &mut Take<'_>, mut progress: impl FnMut(f64)) -> Result<Meeting, CliError> {
        let hop = self.engines[0].tick_samples();
        let mut sounds = [vec![0.0f32; hop], vec![0.0f32; hop]];
        let mut ticks: Vec<[Pulse; 2]> = Vec::new();
        let tail = (TAIL_S * self.rate_hz / hop as f64).ceil() as usize;
        let mut resting = 0;
        while resting <= tail {
            interrupt::check()?;
            let [a, b] = &mut self.engines;
            let heard = [b.pulse(), a.pulse()];
            for ((engine, sound), pulse) in [a, b].into_iter().zip(&mut sounds).zip(heard) {
                engine.process(&[at_once(Event::Partner(pulse))], sound, &mut NoTelemetry);
            }
            take(&sounds[0], &sounds[1])?;
            let told = self.engines.each_ref().map(Engine::pulse);
            let speaks = self.engines.iter().any(|engine| engine.observables().speaking);
            resting = if speaks { 0 } else { resting + 1 };
            ticks.push(told);
            let spoken_s = ticks.len() as f64 * hop as f64 / self.rate_hz;
            progress((spoken_s / (self.limit_s - 10.0) * 4.0).min(1.0));
            if spoken_s > self.limit_s {
                return Err(CliError::Endless { limit_s: self.limit_s });
            }
        }
        Ok(Meeting::of(&ticks, hop as f64 / self.rate_hz))
    }
}

/// How two clocks ran while both spoke.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Meeting {
    /// How long both spoke, s.
    shared_s: f64,
    /// Syllables a second of A and B in the first and in the last third of it.
    syllables_hz: [[f64; 2]; 2],
    /// Phase-locking value of the two clocks in the first and in the last third, 0..=1 (Lachaux et al. 1999).
    locking: [f64; 2],
}

impl Meeting {
    fn of(ticks: &[[Pulse; 2]], tick_s: f64) -> Self {
        let shared: Vec<&[Pulse; 2]> =
            ticks.iter().filter(|pair| pair.iter().all(|pulse| pulse.speaking)).collect();
        let third = shared.len() / 3;
        let parts = [&shared[..third], &shared[shared.len() - third..]];
        let rate = |part: &[&[Pulse; 2]], who: usize| {
            let turned: f64 = part.iter().map(|pair| f64::from(pair[who].omega)).sum();
            turned / std::f64::consts::TAU / part.len().max(1) as f64
        };
        let locking = |part: &[&[Pulse; 2]]| {
            let (re, im) = part.iter().fold((0.0, 0.0), |(re, im), [a, b]| {
                let between = f64::from(a.theta - b.theta);
                (re + between.cos(), im + between.sin())
            });
            f64::hypot(re, im) / part.len().max(1) as f64
        };
        Self {
            shared_s: shared.len() as f64 * tick_s,
            syllables_hz: [0, 1].map(|who| parts.map(|part| rate(part, who))),
            locking: parts.map(locking),
        }
    }

    /// |ln| of the ratio of both paces, first and last third.
    fn apart(&self) -> [f64; 2] {
        let [a, b] = self.syllables_hz;
        [0, 1].map(|part| if a[part] > 0.0 && b[part] > 0.0 { (a[part] / b[part]).ln().abs() } else { 0.0 })
    }
}

fn report(args: &DuetArgs, together: &Meeting, alone: &Meeting) -> String {
    let row = |name: &str, pick: &dyn Fn(&Meeting) -> [f64; 2], unit: f64, digits: usize| {
        let mut cells = vec![name.to_owned()];
        for meeting in [together, alone] {
            cells.extend(pick(meeting).iter().map(|value| format!("{:.digits$}", unit * value)));
        }
        cells
    };
    let head = ["", "first third", "last third", "alone: first", "alone: last"].map(str::to_owned).to_vec();
    let rows = [
        head,
        row(&format!("A, {}: syllables/s", args.persona_a), &|m| m.syllables_hz[0], 1.0, 2),
        row(&format!("B, {}: syllables/s", args.persona_b), &|m| m.syllables_hz[1], 1.0, 2),
        row("paces apart, %", &Meeting::apart, 100.0, 1),
        row("clocks locked, 0 to 1", &|m| m.locking, 1.0, 3),
    ];
    let coupling = args.coupling;
    let intro = format!(
        "Coupling {coupling}: both spoke for {:.1} s ({:.1} s alone)\n",
        together.shared_s, alone.shared_s
    );
    intro + &table(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulse(theta: f32, omega: f32, speaking: bool) -> Pulse {
        Pulse { theta, omega, pace_hz: 0.0, speaking }
    }

    #[test]
    fn only_shared_time_counts() {
        let turn = |i: usize, hz: f32| std::f32::consts::TAU * hz * i as f32 / 240.0;
        let tick = |i: usize| {
            let a = pulse(turn(i, 4.0), std::f32::consts::TAU * 4.0, true);
            let b = pulse(turn(i, 4.0) + 0.6, std::f32::consts::TAU * 5.0, i < 720);
            [a, b]
        };
        let meeting = Meeting::of(&(0..960).map(tick).collect::<Vec<_>>(), 1.0 / 240.0);
        assert!((meeting.shared_s - 3.0).abs() < 1e-9);
        assert!(
            (meeting.syllables_hz[0][0] - 4.0).abs() < 1e-5
                && (meeting.syllables_hz[1][1] - 5.0).abs() < 1e-5
        );
        assert!(meeting.locking.iter().all(|locking| (locking - 1.0).abs() < 1e-6));
        assert!((meeting.apart()[0] - 1.25f64.ln()).abs() < 1e-5);
    }

    #[test]
    fn nothing_shared_is_nothing() {
        let meeting = Meeting::of(&[[pulse(0.0, 1.0, true), pulse(0.0, 1.0, false)]], 0.1);
        assert_eq!((meeting.shared_s, meeting.locking, meeting.apart()), (0.0, [0.0; 2], [0.0; 2]));
    }
}
