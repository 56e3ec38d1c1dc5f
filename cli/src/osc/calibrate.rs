//! `psivox osc calibrate`: a click and a mouth together, and the offset between them moved until they are one.

use super::click::Clicks;
use crate::error::CliError;
use crate::interrupt;
use crate::play::Player;
use crate::progress;
use crate::wire_args::target_or_rig;
use clap::Args;
use psivox_wire::{FaceFeed, FaceSender, PlaybackClock, SenderConfig, Target};
use std::io::{BufRead, IsTerminal, Read};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

pub const EXAMPLES: &str = "\
Examples:
  psivox osc calibrate vmc:127.0.0.1:39539
  psivox osc calibrate vseeface --offset-ms -40
  psivox osc calibrate \"vrchat:127.0.0.1\" --no-play    the mouth alone, to see that it arrives

Look whether the mouth snaps open with the click. Where it comes late, type - and Enter; where it comes early, + and Enter;
-5 or +20 for your own steps in ms; q and Enter ends and prints the target. Put its offset into the target's settings.";

/// What `+` and `-` move, ms.
const STEP_MS: f32 = 10.0;

/// Farthest that an offset goes, ms.
const MOST_OFFSET_MS: f32 = 1_000.0;

/// How far faces are made ahead of the sound, s: more than any lead and offset together.
const AHEAD_S: f64 = 2.0;

/// Samples that are handed to the device at once.
const BLOCK_SAMPLES: usize = 256;

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(2);

/// Time for the last faces before all rest.
const TAIL: Duration = Duration::from_millis(50);

/// Longest line that is read from the keyboard.
const MAX_LINE_BYTES: u64 = 64;

/// `psivox osc calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// The receiver: PROTOCOL:HOST[:PORT] with its settings, or the name of a rig (`psivox osc rigs`)
    #[arg(value_name = "TARGET", value_parser = target_or_rig)]
    pub target: Target,
    /// Begin with this offset in place of the target's own
    #[arg(long, allow_negative_numbers = true, value_parser = offset, value_name = "-1000..1000")]
    pub offset_ms: Option<f32>,
    /// How long your speakers or headphones take beyond what the system knows, in milliseconds, as for `psivox say`
    #[arg(long, default_value_t = 0.0, value_parser = crate::wire_args::latency, value_name = "MS")]
    pub latency_ms: f32,
    /// Move the mouth without the click
    #[arg(long)]
    pub no_play: bool,
    /// Samples per second of the sound
    #[arg(long, default_value_t = 48_000, value_parser = crate::args::sample_rate, value_name = "HZ")]
    pub rate: u32,
    /// End after this time; otherwise with q or Ctrl-C
    #[arg(long, value_name = "N", value_parser = super::seconds)]
    pub seconds: Option<f64>,
}

fn offset(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|value: &f32| value.abs() <= MOST_OFFSET_MS);
    number.ok_or(format!("expected milliseconds from -{MOST_OFFSET_MS} to {MOST_OFFSET_MS}"))
}

/// Runs the command.
///
/// # Errors
/// No audio device, no thread, a target that cannot be.
pub fn run(args: CalibrateArgs) -> Result<(), CliError> {
    let mut target = args.target;
    target.offset_ms = args.offset_ms.unwrap_or(target.offset_ms);
    target.on = true;
    let clock = PlaybackClock::new(args.rate);
    let player = if args.no_play { None } else { Some(open_player(args.rate, &clock)?) };
    let config = SenderConfig {
        targets: vec![target.clone()],
        latency_ms: args.latency_ms,
        playback: Some(clock.clone()),
    };
    let (feed, sender) = FaceSender::spawn(config)?;
    let clicks = Clicks::new(args.rate);
    let mut bench =
        Bench { clicks, clock, player, feed, sender, rate_hz: args.rate, samples: 0, faces: 0, shown: 0 };
    progress::say(&format!("one {} a second to {target}", if args.no_play { "mouth" } else { "click" }));
    progress::say("+ and Enter: the mouth later; - and Enter: earlier; +20, -5: your own steps; q: done");
    let keys = keyboard();
    let end = args.seconds.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
    let outcome = bench.run(&mut target, &keys, end);
    bench.finish();
    outcome?;
    print(&target)
}

fn open_player(rate_hz: u32, clock: &PlaybackClock) -> Result<Player, CliError> {
    Player::open(rate_hz, clock.clone()).map_err(|error| match error {
        CliError::Play(reason) => {
            CliError::Play(reason.replace("write a file with -o", "see the mouth alone with --no-play"))
        }
        other => other,
    })
}

/// The target as it is typed, and as it stands in a file of targets.
fn print(target: &Target) -> Result<(), CliError> {
    progress::say(&format!("offset {} ms; the target as text and as JSON:", target.offset_ms));
    let json = serde_json::to_string(target).map_err(|error| CliError::Stdout(error.into()))?;
    super::print_line(&format!("{}\n{json}", target.line())).map(drop)
}

/// Everything that runs while the user looks and listens.
struct Bench {
    clicks: Clicks,
    clock: PlaybackClock,
    player: Option<Player>,
    feed: FaceFeed,
    sender: FaceSender,
    rate_hz: u32,
    /// Samples and faces handed over so far.
    samples: u64,
    faces: u64,
    /// Clicks that were shown.
    shown: u64,
}

impl Bench {
    fn run(
        &mut self,
        target: &mut Target,
        keys: &Receiver<String>,
        end: Option<Instant>,
    ) -> Result<(), CliError> {
        if self.player.is_none() {
            self.clock.start();
        }
        let mut keys_open = true;
        while !interrupt::pressed() && end.is_none_or(|end| Instant::now() < end) {
            self.step()?;
            match keys.try_recv() {
                Ok(line) => {
                    if !self.obey(&line, target)? {
                        return Ok(());
                    }
                }
                // A closed input is no reason to stop: Ctrl-C still does.
                Err(TryRecvError::Disconnected) if keys_open => keys_open = false,
                Err(_) => {}
            }
            std::thread::sleep(TICK);
        }
        Ok(())
    }

    /// Hands over what is due.
    fn step(&mut self) -> Result<(), CliError> {
        if let Some(player) = &mut self.player {
            player.check()?;
            let mut block = [0.0; BLOCK_SAMPLES];
            loop {
                self.clicks.sound(self.samples, &mut block);
                let taken = player.push(&block);
                self.samples += taken as u64;
                if taken < block.len() {
                    break;
                }
            }
        }
        let heard = self.clock.position().unwrap_or(0.0).max(0.0);
        let until = (heard + AHEAD_S * f64::from(self.rate_hz)) as u64;
        loop {
            let frame = self.clicks.face(self.faces);
            if frame.face.time_samples > until {
                break;
            }
            self.feed.push(&frame);
            self.faces += 1;
        }
        let clicked = (heard / f64::from(self.rate_hz)) as u64;
        if clicked > self.shown {
            self.shown = clicked;
            self.show();
        }
        Ok(())
    }

    /// A sign of life at every click, on a terminal; what keeps faces from arriving, anywhere.
    fn show(&self) {
        let report = self.sender.report();
        let trouble = report.complaint().unwrap_or_default();
        if std::io::stderr().is_terminal() {
            use std::io::Write;
            let _ = write!(std::io::stderr(), "\r● {:4}  {trouble}\x1b[K", self.shown);
        } else if !trouble.is_empty() {
            progress::say(&format!("psivox: {trouble}"));
        }
    }

    /// Does what a line says; `false` at the end.
    fn obey(&self, line: &str, target: &mut Target) -> Result<bool, CliError> {
        match order(line) {
            Order::End => return Ok(false),
            Order::Move(step_ms) => {
                let offset_ms = target.offset_ms + step_ms;
                target.offset_ms = offset_ms.clamp(-MOST_OFFSET_MS, MOST_OFFSET_MS);
                self.sender.set_targets(vec![target.clone()])?;
                progress::say(&format!("offset {} ms", target.offset_ms));
            }
            Order::Nothing => progress::say(&format!("offset {} ms", target.offset_ms)),
            Order::Unknown => progress::say("type +, -, a step such as +20 or -5, or q"),
        }
        Ok(true)
    }

    /// Puts the face to rest.
    fn finish(self) {
        std::thread::sleep(TAIL);
        let Self { feed, sender, .. } = self;
        drop(feed);
        let report = sender.finish();
        if std::io::stderr().is_terminal() {
            progress::say("");
        }
        if let Some(trouble) = report.complaint() {
            progress::say(&format!("psivox: {trouble}"));
        }
    }
}

/// What a typed line means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    Move(f32),
    End,
    Nothing,
    Unknown,
}

fn order(line: &str) -> Order {
    let line = line.trim();
    match line {
        "" => Order::Nothing,
        "q" | "Q" => Order::End,
        "+" => Order::Move(STEP_MS),
        "-" => Order::Move(-STEP_MS),
        _ if line.starts_with(['+', '-']) => {
            let step = line.parse().ok().filter(|step: &f32| step.abs() <= 2.0 * MOST_OFFSET_MS);
            step.map_or(Order::Unknown, Order::Move)
        }
        _ => Order::Unknown,
    }
}

/// Lines of the standard input. Reading waits without end, so the thread lives until the program does.
fn keyboard() -> Receiver<String> {
    let (sender, lines) = sync_channel(4);
    // Without it the offset stays as it was given.
    let _ = std::thread::Builder::new().name("psivox-keys".to_owned()).spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            match input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                        return;
                    }
                }
            }
        }
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_the_offset() {
        let found = ["+", "-\n", " +20 ", "-5.5", "q", "", "x", "20", "+nan", "-9999"].map(order);
        use Order::*;
        let expected = [
            Move(10.0),
            Move(-10.0),
            Move(20.0),
            Move(-5.5),
            End,
            Nothing,
            Unknown,
            Unknown,
            Unknown,
            Unknown,
        ];
        assert_eq!(found, expected);
    }
}
