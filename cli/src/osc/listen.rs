//! `psivox osc listen`: any face from the network, drawn in the terminal or told as JSON.

use super::face_json::face_json;
use super::receiver::Receiver;
use super::screen::{Screen, plain};
use super::tally::{Rates, Tally};
use crate::error::CliError;
use crate::interrupt;
use crate::progress;
use clap::Args;
use psivox_wire::decode::draw::draw_with;
use psivox_wire::decode::{Decoder, Protocol};
use psivox_wire::encode::ifacialmocap::{ASK_PORT, REQUEST};
use psivox_wire::target::resolve;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

pub const EXAMPLES: &str = "\
Examples:
  psivox osc listen 39539                            draws what arrives, and names its protocol
  psivox say \"Hello there.\" --osc vmc:127.0.0.1:39539     in another terminal: something to look at
  psivox osc listen 11111 --protocol livelink
  psivox osc listen 39540 --bind 0.0.0.0             takes faces from other machines too
  psivox osc listen 49983 --ask 192.168.0.7 --bind 0.0.0.0   asks iFacialMocap for its face
  psivox osc listen 39539 --json --seconds 10 --strict       for scripts: a line a second; exit code 1 if
                                                     anything was malformed

The face on the screen looks at you: its left is on your right.";

/// Pictures a second.
const DRAW: Duration = Duration::from_nanos(1_000_000_000 / 15);

/// Between two lines of JSON.
const TELL: Duration = Duration::from_secs(1);

/// How often a sender that has not answered is asked again.
const ASK: Duration = Duration::from_secs(2);

/// Senders that are shown.
const SHOWN_SOURCES: usize = 4;

/// `psivox osc listen`.
#[derive(Debug, Args)]
pub struct ListenArgs {
    /// UDP port to listen on, as in the sender's settings; 0 lets the system choose
    #[arg(value_name = "PORT", value_parser = port)]
    pub port: u16,
    /// Read only this protocol (vmc, vrchat, livelink, ifacialmocap, facecap, osc, events), where it is not to be told
    /// from the datagrams
    #[arg(long, value_name = "NAME")]
    pub protocol: Option<Protocol>,
    /// Address to listen on; 0.0.0.0 takes faces from other machines too
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = address, value_name = "ADDRESS")]
    pub bind: IpAddr,
    /// Ask this machine for its face first, at port 49983, as receivers of iFacialMocap do; it answers to port 49983
    #[arg(long, value_name = "HOST[:PORT]")]
    pub ask: Option<String>,
    /// Print one line of JSON a second in place of the picture; so it is also where the output is no terminal
    #[arg(long)]
    pub json: bool,
    /// End after this time; otherwise with Ctrl-C
    #[arg(long, value_name = "N", value_parser = super::seconds)]
    pub seconds: Option<f64>,
    /// End with exit code 1 if anything was malformed
    #[arg(long)]
    pub strict: bool,
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "expected a port from 1 to 65535, such as 39539".to_owned())
}

fn address(text: &str) -> Result<IpAddr, String> {
    let expected =
        "expected an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of its networks";
    text.parse().map_err(|_| expected.to_owned())
}

/// Runs the command.
///
/// # Errors
/// A port that cannot be had, a host that cannot be asked; with `--strict` anything that was malformed.
pub fn run(args: &ListenArgs) -> Result<(), CliError> {
    let receiver = Receiver::open(args.bind, args.port)?;
    let asked = args.ask.as_deref().map(asked).transpose()?;
    if let Some(host) = asked {
        ask(&receiver, host)?;
    }
    let mut ear = Ear { decoder: Decoder::new(args.protocol), tally: Tally::new(Instant::now()) };
    let picture = !args.json && std::io::stdout().is_terminal();
    progress::say(&format!("listening on {}; Ctrl-C ends", receiver.address()));
    if picture {
        draw(args, &receiver, asked, &mut ear)?
    } else {
        tell(args, &receiver, asked, &mut ear)?
    }
    progress::say(&ear.summary(receiver.lost()));
    match ear.decoder.last_fault().filter(|_| args.strict) {
        None => Ok(()),
        Some(fault) => Err(CliError::Malformed {
            count: ear.decoder.malformed(),
            all: ear.tally.datagrams(),
            reason: fault.to_string(),
        }),
    }
}

fn asked(place: &str) -> Result<SocketAddr, CliError> {
    let (host, port) = split(place);
    resolve(host, port).map_err(|error| {
        let place = plain(place, 60);
        CliError::Usage(format!("--ask: {place} cannot be found: {error}; give the address of a machine"))
    })
}

/// Host and port of `HOST[:PORT]`; an IPv6 address with a port is in brackets.
fn split(place: &str) -> (&str, u16) {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            port.parse().map_or((place, ASK_PORT), |port| (host, port))
        }
        _ => (place, ASK_PORT),
    };
    (host.trim_start_matches('[').trim_end_matches(']'), port)
}

fn ask(receiver: &Receiver, host: SocketAddr) -> Result<(), CliError> {
    receiver.send(REQUEST, host).map_err(|error| {
        CliError::Usage(format!(
            "--ask: {host} cannot be asked: {error}; add --bind 0.0.0.0 if it is another machine"
        ))
    })
}

/// Takes what arrives until `until`; asks again where nothing has come.
fn hear(
    args: &ListenArgs,
    receiver: &Receiver,
    asked: &mut Option<(SocketAddr, Instant)>,
    ear: &mut Ear,
    until: Instant,
) -> bool {
    let end = args.seconds.map(|seconds| ear.tally.start() + Duration::from_secs_f64(seconds));
    let until = end.map_or(until, |end| end.min(until));
    while let Some(arrival) = receiver.next(until) {
        let applied = ear.decoder.take(&arrival.bytes).is_ok_and(|taken| taken.applied);
        ear.tally.count(&arrival, applied);
        if interrupt::pressed() || Instant::now() >= until {
            break;
        }
    }
    if let Some((host, next)) = asked
        && ear.tally.datagrams() == 0
        && Instant::now() >= *next
    {
        let _ = receiver.send(REQUEST, *host);
        *next = Instant::now() + ASK;
    }
    !interrupt::pressed() && end.is_none_or(|end| Instant::now() < end)
}

fn draw(
    args: &ListenArgs,
    receiver: &Receiver,
    asked: Option<SocketAddr>,
    ear: &mut Ear,
) -> Result<(), CliError> {
    let mut asked = asked.map(|host| (host, Instant::now() + ASK));
    let screen = Screen::open();
    let (columns, lines) = screen.size();
    let mut next = Instant::now();
    loop {
        next = (next + DRAW).max(Instant::now());
        let goes_on = hear(args, receiver, &mut asked, ear, next);
        let notes = ear.notes(receiver);
        let picture = draw_with(ear.decoder.face(), &notes, columns, lines);
        screen.show(&picture).map_err(CliError::Stdout)?;
        if !goes_on {
            return Ok(());
        }
    }
}

fn tell(
    args: &ListenArgs,
    receiver: &Receiver,
    asked: Option<SocketAddr>,
    ear: &mut Ear,
) -> Result<(), CliError> {
    let mut asked = asked.map(|host| (host, Instant::now() + ASK));
    let mut next = Instant::now();
    loop {
        next += TELL;
        let mut goes_on = true;
        while goes_on && Instant::now() < next {
            // Short waits, so that Ctrl-C is heard.
            let look = next.min(Instant::now() + DRAW);
            goes_on = hear(args, receiver, &mut asked, ear, look);
        }
        if !super::print_line(&ear.json(receiver.lost()).to_string())? || !goes_on {
            return Ok(());
        }
    }
}

/// What has been heard.
struct Ear {
    decoder: Decoder,
    tally: Tally,
}

impl Ear {
    /// Languages that have come and how many datagrams of each.
    fn protocols(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let count = |protocol: Protocol| (protocol.name(), self.decoder.count(protocol));
        Protocol::ALL.into_iter().map(count).filter(|(_, count)| *count > 0)
    }

    /// Lines beside the picture, none of them longer than its panel.
    fn notes(&mut self, receiver: &Receiver) -> Vec<String> {
        let Rates { faces_per_s, datagrams_per_s, bytes_per_s, jitter_p95_ms } =
            self.tally.rates(Instant::now());
        let jitter = jitter_p95_ms.map_or("-".to_owned(), |jitter| format!("{jitter:.1} ms"));
        let mut notes = vec![
            format!("on {}", receiver.address()),
            format!("{faces_per_s:.1} faces/s, jitter {jitter}"),
            format!("{datagrams_per_s:.0} datagrams/s, {:.1} kB/s", 1e-3 * bytes_per_s),
        ];
        if self.tally.datagrams() == 0 {
            notes.push("nothing has come yet".to_owned());
        }
        notes.extend(self.protocols().map(|(name, count)| format!("{name} {count}")));
        let malformed = self.decoder.malformed();
        if let Some(fault) = self.decoder.last_fault() {
            notes.push(format!("malformed {malformed}:"));
            notes.push(format!(" {fault}"));
        }
        if self.decoder.unknown() > 0 {
            notes.push(format!("other messages {}", self.decoder.unknown()));
        }
        if receiver.lost() > 0 {
            notes.push(format!("too fast for here {}", receiver.lost()));
        }
        notes.extend(self.tally.sources().take(SHOWN_SOURCES).map(|(from, _)| format!("from {from}")));
        let more = self.tally.sources().count().saturating_sub(SHOWN_SOURCES);
        if more > 0 {
            notes.push(format!("and {more} more"));
        }
        if !self.tally.split_senders().is_empty() {
            notes.push("one sender, several ports!".to_owned());
        }
        notes
    }

    fn json(&mut self, lost: u64) -> Value {
        let now = Instant::now();
        let rates = self.tally.rates(now);
        let sources: Vec<Value> = self
            .tally
            .sources()
            .map(|(from, count)| json!({"address": from.to_string(), "datagrams": count}))
            .collect();
        let protocols: serde_json::Map<String, Value> =
            self.protocols().map(|(name, count)| (name.to_owned(), count.into())).collect();
        let mut out = json!({
            "time_s": rounded(self.tally.since(now)),
            "faces_per_s": rounded(rates.faces_per_s),
            "jitter_p95_ms": rates.jitter_p95_ms.map(rounded),
            "datagrams_per_s": rounded(rates.datagrams_per_s),
            "bytes_per_s": rates.bytes_per_s.round(),
            "faces": self.tally.faces(),
            "datagrams": self.tally.datagrams(),
            "bytes": self.tally.bytes(),
            "protocols": protocols,
            "malformed": self.decoder.malformed(),
            "last_fault": self.decoder.last_fault().map(ToString::to_string),
            "other_messages": self.decoder.unknown(),
            "lost_here": lost,
            "sources": sources,
            "datagrams_of_others": self.tally.others(),
            "several_ports": self.tally.split_senders(),
        });
        if let (Value::Object(out), Value::Object(face)) = (&mut out, face_json(self.decoder.face())) {
            out.extend(face);
        }
        out
    }

    fn summary(&self, lost: u64) -> String {
        if self.tally.datagrams() == 0 {
            return "nothing came; check the sender's address and port, and its firewall".to_owned();
        }
        let protocols: Vec<&str> = self.protocols().map(|(name, _)| name).collect();
        let named = if protocols.is_empty() { "no known protocol".to_owned() } else { protocols.join(", ") };
        let mut parts = vec![format!(
            "{} faces in {} datagrams ({} bytes), {named}",
            self.tally.faces(),
            self.tally.datagrams(),
            self.tally.bytes()
        )];
        if let (Some(rate_hz), Some(jitter_ms)) = (self.tally.mean_rate_hz(), self.tally.jitter_p95_ms()) {
            parts.push(format!("{rate_hz:.2} faces/s with a jitter of {jitter_ms:.2} ms (95 %)"));
        }
        parts.push(match self.decoder.last_fault() {
            None => "0 malformed".to_owned(),
            Some(fault) => format!("{} malformed, the last one: {fault}", self.decoder.malformed()),
        });
        if lost > 0 {
            parts.push(format!("{lost} came too fast to be looked at"));
        }
        let split: Vec<String> = self.tally.split_senders().iter().map(ToString::to_string).collect();
        if !split.is_empty() {
            parts.push(format!("{} sent from several ports", split.join(", ")));
        }
        parts.join("; ")
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_to_ask() {
        for (place, expected) in [
            ("192.168.0.7", ("192.168.0.7", 49_983)),
            ("phone.local:1234", ("phone.local", 1_234)),
            ("fe80::1", ("fe80::1", 49_983)),
            ("[fe80::1]:99", ("fe80::1", 99)),
            ("[::1]", ("::1", 49_983)),
        ] {
            assert_eq!(split(place), expected);
        }
    }
}
