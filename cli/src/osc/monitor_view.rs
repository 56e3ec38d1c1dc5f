//! The monitor's table: what a Psivox tells about its wire, in columns. Pure.

use super::screen::plain;
use serde_json::Value;

/// Most receivers and messages that are read from an answer.
const MOST_TARGETS: usize = 16;
const MOST_MESSAGES: usize = 128;

/// Widest names and notes, in columns.
const LABEL_COLUMNS: usize = 26;

/// One receiver.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    label: String,
    address: String,
    on: bool,
    rate_hz: f64,
    faces: u64,
    dropped: u64,
    bytes: u64,
    errors: u64,
    note: String,
    messages: Vec<String>,
}

/// An answer, as far as it can be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    rows: Vec<Row>,
    overflowed: u64,
    latency_ms: f64,
    block_ms: f64,
    remote: Option<String>,
    error: Option<String>,
}

impl Report {
    /// Reads an answer; what is missing or of another kind counts as nothing.
    pub fn of(answer: &Value) -> Self {
        let report = &answer["report"];
        let messages = |index: usize| {
            let lines = answer["messages"][index].as_array().map(Vec::as_slice).unwrap_or_default();
            lines.iter().take(MOST_MESSAGES).filter_map(Value::as_str).map(|line| plain(line, 400)).collect()
        };
        let targets = report["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
        let rows = targets.iter().take(MOST_TARGETS).enumerate();
        let rows = rows.map(|(index, target)| Row::of(target, messages(index))).collect();
        Self {
            rows,
            overflowed: report["overflowed"].as_u64().unwrap_or(0),
            latency_ms: report["clock"]["latency_ms"].as_f64().unwrap_or(0.0),
            block_ms: report["clock"]["block_ms"].as_f64().unwrap_or(0.0),
            remote: remote_of(&answer["remote"]),
            error: answer["error"].as_str().map(|error| plain(error, 200)),
        }
    }
}

impl Row {
    fn of(target: &Value, messages: Vec<String>) -> Self {
        let text = |key: &str| plain(target[key].as_str().unwrap_or_default(), 200);
        let number = |key: &str| target[key].as_u64().unwrap_or(0);
        let trouble = text("last_error");
        Self {
            label: text("label"),
            address: text("address"),
            on: target["on"].as_bool().unwrap_or(true),
            rate_hz: target["rate_hz"].as_f64().unwrap_or(0.0),
            faces: number("frames_sent"),
            dropped: number("frames_dropped"),
            bytes: number("bytes_sent"),
            errors: number("errors"),
            note: if trouble.is_empty() { text("note") } else { trouble },
            messages,
        }
    }

    /// `vmc` of `vmc:127.0.0.1:39539`, and the rest.
    fn protocol_and_place(&self) -> (&str, &str) {
        self.address.split_once(':').unwrap_or(("", &self.address))
    }
}

/// How the orders that come in are doing, in a line: counts, the last order, what went wrong.
fn remote_of(remote: &Value) -> Option<String> {
    let text = |key: &str| remote[key].as_str().filter(|text| !text.is_empty()).map(|text| plain(text, 160));
    let mut parts: Vec<String> =
        remote["osc_port"].as_u64().map(|port| format!("port {port}")).into_iter().collect();
    for key in ["received", "acted", "refused", "limited", "waiting"] {
        parts.extend(remote[key].as_u64().map(|count| format!("{count} {key}")));
    }
    parts.extend(text("announced").map(|name| format!("announced as {name}")));
    parts.extend(text("last_message").map(|message| format!("last {message}")));
    parts.extend(text("trouble").or_else(|| text("last_error")));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Bytes a second of every receiver; `None` where two answers do not belong together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rate {
    bytes_per_s: Vec<Option<f64>>,
}

impl Rate {
    /// From two answers `span_s` apart.
    pub fn between(before: &Report, after: &Report, span_s: f64) -> Self {
        let one = |(index, row): (usize, &Row)| {
            let old = before.rows.get(index).filter(|old| old.address == row.address)?;
            let sent = row.bytes.checked_sub(old.bytes)?;
            (span_s > 0.0).then(|| sent as f64 / span_s)
        };
        Self { bytes_per_s: after.rows.iter().enumerate().map(one).collect() }
    }
}

/// The table, and the messages to the receiver `chosen` (from 1), no larger than `size` in columns and lines.
pub fn table(
    report: &Report,
    rate: &Rate,
    chosen: Option<usize>,
    place: &str,
    (columns, lines): (usize, usize),
) -> String {
    let mut out = vec![format!("Psivox at {place}: {}", state(report))];
    out.extend(report.remote.as_ref().map(|remote| format!("in: {remote}")));
    out.extend(report.error.as_ref().map(|error| format!("out: {error}")));
    out.push(String::new());
    let wide = report.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
    let wide = wide.clamp("receiver".len(), LABEL_COLUMNS);
    out.push(format!(
        "    {:wide$} {:12} {:>7} {:>8} {:>7} {:>9} {:>6}  note",
        "receiver", "protocol", "faces/s", "faces", "dropped", "bytes/s", "errors"
    ));
    for (index, row) in report.rows.iter().enumerate() {
        let bytes = rate.bytes_per_s.get(index).copied().flatten();
        out.push(line(index + 1, row, bytes, wide));
    }
    if let Some(chosen) = chosen {
        out.push(String::new());
        match report.rows.get(chosen - 1) {
            None => out.push(format!("there is no receiver {chosen}; there are {}", report.rows.len())),
            Some(row) => {
                out.push(format!("to {} ({}):", row.label, row.protocol_and_place().1));
                // The face comes last, so that the newest is what is seen.
                let room = lines.saturating_sub(out.len());
                let first = row.messages.len().saturating_sub(room);
                out.extend(row.messages[first..].iter().map(|message| format!("  {message}")));
            }
        }
    }
    out.truncate(lines);
    out.iter().map(|line| plain(line, columns)).collect::<Vec<_>>().join("\n")
}

fn state(report: &Report) -> String {
    let mut parts = vec![match report.rows.len() {
        0 => "no receivers; add one in the page Receivers".to_owned(),
        1 => "1 receiver".to_owned(),
        count => format!("{count} receivers"),
    }];
    if report.latency_ms > 0.0 {
        parts.push(format!("latency {:.0} ms", report.latency_ms));
    }
    if report.block_ms > 0.0 {
        parts.push(format!("blocks of {:.1} ms", report.block_ms));
    }
    if report.overflowed > 0 {
        parts.push(format!("{} lost before they were sent", report.overflowed));
    }
    parts.join(", ")
}

fn line(number: usize, row: &Row, bytes_per_s: Option<f64>, wide: usize) -> String {
    let note = if row.on { row.note.as_str() } else { "off" };
    let bytes = bytes_per_s.map_or("-".to_owned(), |bytes| format!("{bytes:.0}"));
    format!(
        "{number:>2}  {:wide$} {:12} {:>7.1} {:>8} {:>7} {bytes:>9} {:>6}  {note}",
        plain(&row.label, wide),
        plain(row.protocol_and_place().0, 12),
        row.rate_hz,
        row.faces,
        row.dropped,
        row.errors,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_wire::oscquery::monitor_json;
    use psivox_wire::{TargetStatus, WireReport};
    use serde_json::json;

    fn answer(bytes_sent: u64) -> Value {
        let target = TargetStatus {
            label: "Warudo".to_owned(),
            address: "vmc:127.0.0.1:39539".to_owned(),
            on: true,
            frames_sent: 1_234,
            frames_dropped: 2,
            bytes_sent,
            rate_hz: 60.0,
            note: "as \x1b[2J usual".to_owned(),
            ..TargetStatus::default()
        };
        let broken = TargetStatus {
            label: "Stage".to_owned(),
            address: "osc:stage:9000".to_owned(),
            on: true,
            errors: 7,
            last_error: Some("stage cannot be found".to_owned()),
            ..TargetStatus::default()
        };
        let report = WireReport { targets: vec![target, broken], ..WireReport::default() };
        let messages = [vec!["/VMC/Ext/OK 1".to_owned(), "/VMC/Ext/T 0.5".to_owned()], Vec::new()];
        let remote = json!({"osc_port": 9010, "acted": 3, "waiting": 0, "last_error": "a\x1b[2Jb"});
        monitor_json(&report, &messages, remote, None)
    }

    #[test]
    fn the_table_tells_rates_losses_and_errors() {
        let (before, after) = (Report::of(&answer(10_000)), Report::of(&answer(40_000)));
        let rate = Rate::between(&before, &after, 0.5);
        let text = table(&after, &rate, Some(1), "127.0.0.1:1", (120, 24));
        let lines: Vec<&str> = text.lines().collect();
        let words = |line: usize| lines[line].split_whitespace().collect::<Vec<_>>();
        assert!(
            lines[0].contains("127.0.0.1:1: 2 receivers")
                && lines[1].ends_with("port 9010, 3 acted, 0 waiting, a?[2Jb"),
            "{text}"
        );
        assert_eq!(words(4)[..8], ["1", "Warudo", "vmc", "60.0", "1234", "2", "60000", "0"], "{text}");
        assert!(
            lines[4].ends_with("as ?[2J usual") && lines[5].ends_with("7  stage cannot be found"),
            "{text}"
        );
        assert!(lines[7].starts_with("to Warudo (127.0.0.1:39539)"));
        assert_eq!(lines[8..], ["  /VMC/Ext/OK 1", "  /VMC/Ext/T 0.5"]);
    }

    #[test]
    fn it_fits_and_bad_answers_do_no_harm() {
        for bad in [json!(null), json!({"report": 3}), json!({"report": {"targets": [1, null, "x"]}})] {
            let text = table(&Report::of(&bad), &Rate::default(), Some(2), "x", (40, 10));
            assert!(text.lines().count() <= 10 && text.lines().all(|line| line.chars().count() <= 40));
        }
        let report = Report::of(&answer(0));
        assert!(table(&report, &Rate::default(), Some(5), "x", (80, 24)).contains("there is no receiver 5"));
        let short = table(&report, &Rate::default(), Some(1), "x", (60, 10));
        let told = monitor_json(&WireReport::default(), &[], Value::Null, Some("no thread"));
        let told = table(&Report::of(&told), &Rate::default(), None, "x", (60, 10));
        assert!(told.contains("out: no thread") && !told.contains("in: "), "{told}");
        assert!(short.lines().last().expect("a line").contains("/VMC/Ext/T"), "the newest is seen: {short}");
        assert_eq!(Rate::between(&Report::of(&answer(9)), &Report::of(&answer(3)), 1.0).bytes_per_s[0], None);
    }
}
