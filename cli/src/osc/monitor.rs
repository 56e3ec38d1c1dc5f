//! `psivox osc monitor`: what a running Psivox sends, asked over HTTP.

use super::monitor_view::{Rate, Report, table};
use super::screen::Screen;
use crate::error::CliError;
use crate::interrupt;
use crate::progress;
use clap::Args;
use psivox_wire::oscquery::{MonitorClient, find_psivox};
use serde_json::Value;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

pub const EXAMPLES: &str = "\
Examples:
  psivox osc monitor                         finds the plug-in on this machine or network
  psivox osc monitor 127.0.0.1:40123         asks this one; the plug-in's page Receivers shows its port
  psivox osc monitor --target 2              with the last messages to the second receiver
  psivox osc monitor --json --seconds 5      a line of JSON a second

The plug-in answers while \"Listen for OSC\" is on in its page Receivers. Without a place the plug-in on the usual port \
of this machine is asked, then whoever has \"announce\" on beside that switch. `psivox say` cannot be watched.";

/// Where a plug-in answers whose port nobody has changed.
const USUAL_PLACE: &str = "127.0.0.1:9010";

/// Longest search.
const SEARCH: Duration = Duration::from_secs(3);

/// Between two questions: for the screen, and for JSON.
const LOOK: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(1));

/// How often Ctrl-C is looked for while nothing is to be done.
const TICK: Duration = Duration::from_millis(20);

/// `psivox osc monitor`.
#[derive(Debug, Args)]
pub struct MonitorArgs {
    /// Where to ask: the address and the HTTP port of a plug-in that listens; without it, 127.0.0.1:9010 is asked, then
    /// a plug-in is looked for that announces itself
    #[arg(value_name = "HOST:PORT")]
    pub place: Option<String>,
    /// Show the last messages to this receiver, counted from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    pub target: Option<u8>,
    /// Print one line of JSON a second in place of the table; so it is also where the output is no terminal
    #[arg(long)]
    pub json: bool,
    /// End after this time; otherwise with Ctrl-C
    #[arg(long, value_name = "N", value_parser = super::seconds)]
    pub seconds: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// Nothing that answers at first; later silences are shown and waited for.
pub fn run(args: &MonitorArgs) -> Result<(), CliError> {
    let client = match &args.place {
        Some(place) => MonitorClient::new(place).ok_or_else(|| {
            let found = super::screen::plain(place, 60);
            CliError::Usage(format!(
                "'{found}' is no place to ask, expected HOST:PORT such as 127.0.0.1:40123"
            ))
        })?,
        None => search()?,
    };
    let first = client.ask().map_err(|error| unanswered(client.place(), &error))?;
    let mut watch = Watch { args, client, start: Instant::now(), before: None };
    if args.json || !std::io::stdout().is_terminal() { watch.tell(first) } else { watch.show(first) }
}

fn unanswered(place: &str, error: &str) -> CliError {
    CliError::Monitor(format!(
        "no plug-in answers at {place}: {error}; check that \"Listen for OSC\" is on in its page Receivers, and the port of \
         OSCQuery shown there"
    ))
}

fn search() -> Result<MonitorClient, CliError> {
    if let Some(usual) = MonitorClient::new(USUAL_PLACE)
        && usual.ask().is_ok()
    {
        return Ok(usual);
    }
    let found = find_psivox(SEARCH, || !interrupt::pressed());
    interrupt::check()?;
    let absent = || {
        CliError::Monitor(
            "no plug-in was found; switch \"Listen for OSC\" on in its page Receivers, and \"announce\" beside it unless \
             its port is 9010 on this machine, or give HOST:PORT as shown there"
                .to_owned(),
        )
    };
    let (one, others) = found.split_first().ok_or_else(absent)?;
    progress::say(&format!("{} at {}", one.name, one.address));
    for other in others {
        progress::say(&format!("note: there is also {}: `psivox osc monitor {}`", other.name, other.address));
    }
    MonitorClient::new(&one.address.to_string()).ok_or_else(absent)
}

struct Watch<'a> {
    args: &'a MonitorArgs,
    client: MonitorClient,
    start: Instant,
    /// The last answer and when it came: rates follow from two.
    before: Option<(Report, Instant)>,
}

impl Watch<'_> {
    fn tell(&mut self, first: Value) -> Result<(), CliError> {
        let mut answer = Ok(first);
        loop {
            let line = match answer {
                Ok(value) => value,
                Err(error) => serde_json::json!({"error": error}),
            };
            if !super::print_line(&line.to_string())? || !self.wait(LOOK.1) {
                return Ok(());
            }
            answer = self.client.ask();
        }
    }

    fn show(&mut self, first: Value) -> Result<(), CliError> {
        let screen = Screen::open();
        let mut answer = Ok(first);
        loop {
            let text = match &answer {
                Ok(value) => self.table(value, screen.size()),
                Err(error) => format!("{}: no answer: {error}", self.client.place()),
            };
            screen.show(&text).map_err(CliError::Stdout)?;
            if !self.wait(LOOK.0) {
                return Ok(());
            }
            answer = self.client.ask();
        }
    }

    fn table(&mut self, value: &Value, size: (usize, usize)) -> String {
        let (report, now) = (Report::of(value), Instant::now());
        let rate = match &self.before {
            Some((before, at)) => Rate::between(before, &report, now.duration_since(*at).as_secs_f64()),
            None => Rate::default(),
        };
        let text = table(&report, &rate, self.args.target.map(usize::from), self.client.place(), size);
        self.before = Some((report, now));
        text
    }

    /// Whether to go on afterwards.
    fn wait(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let end = self.args.seconds.map(|seconds| self.start + Duration::from_secs_f64(seconds));
        while Instant::now() < until {
            if interrupt::pressed() || end.is_some_and(|end| Instant::now() >= end) {
                return false;
            }
            std::thread::sleep(TICK);
        }
        true
    }
}
