//! A target in one line: `PROTOCOL:HOST[:PORT][?KEY=VALUE&...]`.
//!
//! The keys are those of the JSON, the dialect's own among them: `vmc:127.0.0.1?rate_hz=30&clips=vrm1`. `mask` takes
//! groups joined by `+`, or `speech` for what the voice alone moves.

use super::place::{split_place, write_place};
use super::{Dialect, Group, Mask, Target};
use crate::TargetError;
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// Longest line that is looked at.
const MAX_LINE_BYTES: usize = 2_048;

impl Target {
    /// `PROTOCOL:HOST:PORT`.
    pub fn address(&self) -> String {
        format!("{}:{}", self.dialect.name(), write_place(&self.host, self.port))
    }

    /// The whole target in one line, as it is read: whatever is not as usual follows a question mark. Calibrations, and
    /// texts with `&` in them, have no place in a line; the JSON has all.
    pub fn line(&self) -> String {
        let usual = Dialect::named(self.dialect.name()).unwrap_or_else(|| self.dialect.clone());
        let usual = serde_json::to_value(Self::new(usual, &self.host, self.port)).unwrap_or_default();
        let own = serde_json::to_value(self).unwrap_or_default();
        let mut pairs = differences(&usual, &own);
        if self.mask != Mask::default() {
            pairs.extend(write_mask(&self.mask).map(|mask| format!("mask={mask}")));
        }
        pairs.extend(differences(&usual["dialect"], &own["dialect"]));
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        self.address() + &query
    }
}

/// The plain values that are other than usual, as `KEY=VALUE`.
fn differences(usual: &Value, own: &Value) -> Vec<String> {
    let (Some(usual), Some(own)) = (usual.as_object(), own.as_object()) else { return Vec::new() };
    let changed = own.iter().filter(|(key, value)| fits(own, key) && usual.get(*key) != Some(*value));
    let spelled = changed.map(|(key, value)| match value {
        Value::String(text) => (key, text.clone()),
        other => (key, other.to_string()),
    });
    spelled.filter(|(_, text)| !text.contains('&')).map(|(key, text)| format!("{key}={text}")).collect()
}

/// Where it is; the whole is its JSON.
impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.address())
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.len() > MAX_LINE_BYTES {
            return Err(TargetError::Long { found: text.len(), most: MAX_LINE_BYTES });
        }
        let (place, query) = text.split_once('?').map_or((text, None), |(place, query)| (place, Some(query)));
        let no_protocol = || TargetError::NoProtocol { found: text.to_owned() };
        let (protocol, place) = place.split_once(':').ok_or_else(no_protocol)?;
        let dialect = read_protocol(protocol, text)?;
        let usual = dialect.default_port();
        let (host, port) = split_place(place, text, usual)?;
        let target = Self::new(dialect, host, port.unwrap_or(usual));
        let target = query.map_or(Ok(target.clone()), |query| target.with(query))?;
        target.check()?;
        Ok(target)
    }
}

fn read_protocol(name: &str, whole: &str) -> Result<Dialect, TargetError> {
    if let Some(dialect) = Dialect::named(name) {
        return Ok(dialect);
    }
    // "localhost:39539" or "192.168.0.7:39539": the protocol was forgotten, not misspelt.
    if name.is_empty() || name.contains(['.', '[']) || name.eq_ignore_ascii_case("localhost") {
        return Err(TargetError::NoProtocol { found: whole.to_owned() });
    }
    Err(TargetError::Protocol { found: name.to_owned() })
}

impl Target {
    /// The target with `KEY=VALUE&...` taken over.
    fn with(&self, query: &str) -> Result<Self, TargetError> {
        let unreadable = |reason: String| TargetError::Query { reason };
        let mut whole = serde_json::to_value(self).map_err(|error| unreadable(error.to_string()))?;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            // `bundles` alone switches on.
            let (key, value) = pair.split_once('=').unwrap_or((pair, "true"));
            let known = set(&mut whole, key, value)?;
            if !known {
                return Err(TargetError::Key { found: key.to_owned(), known: keys(&whole) });
            }
        }
        serde_json::from_value(whole).map_err(|error| unreadable(error.to_string()))
    }
}

/// Sets a key at the top or of the dialect; whether it exists.
fn set(whole: &mut Value, key: &str, value: &str) -> Result<bool, TargetError> {
    let Some(top) = whole.as_object_mut() else { return Ok(false) };
    if key == "mask" {
        let mask = serde_json::to_value(read_mask(value)?);
        top.insert(key.to_owned(), mask.unwrap_or_default());
        return Ok(true);
    }
    if fits(top, key) {
        top.insert(key.to_owned(), like(top.get(key), value));
        return Ok(true);
    }
    match top.get_mut("dialect").and_then(Value::as_object_mut) {
        Some(own) if key != "protocol" && own.contains_key(key) => {
            let value = like(own.get(key), value);
            own.insert(key.to_owned(), value);
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Plain values only: place and language stand in front of the query.
fn fits(top: &Map<String, Value>, key: &str) -> bool {
    !matches!(key, "host" | "port") && top.get(key).is_some_and(|value| !value.is_object())
}

/// Text stays text where text was.
fn like(old: Option<&Value>, value: &str) -> Value {
    match old {
        Some(Value::String(_)) => Value::String(value.to_owned()),
        _ => serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned())),
    }
}

fn keys(whole: &Value) -> String {
    let plain = |map: &Map<String, Value>| {
        let keys = map.iter().filter(|(key, _)| fits(map, key) && *key != "protocol");
        keys.map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let top = whole.as_object().map(plain).unwrap_or_default();
    let own = whole.get("dialect").and_then(Value::as_object).map(plain).unwrap_or_default();
    [top, vec!["mask".to_owned()], own].concat().join(", ")
}

/// The opposite of [`read_mask`], where a line can say it.
fn write_mask(mask: &Mask) -> Option<String> {
    if *mask == Mask::VOICE_OWNS_THE_MOUTH {
        return Some("speech".to_owned());
    }
    let groups = Group::ALL.into_iter().filter(|group| mask.has(*group)).map(Group::name);
    let text = groups.collect::<Vec<_>>().join("+");
    (read_mask(&text).as_ref() == Ok(mask)).then_some(text)
}

fn read_mask(text: &str) -> Result<Mask, TargetError> {
    if text == "speech" {
        return Ok(Mask::VOICE_OWNS_THE_MOUTH);
    }
    let mut mask = Mask {
        mouth: false,
        brows: false,
        eyes: false,
        cheeks: false,
        tongue: false,
        head: false,
        speech_only: false,
    };
    for name in text.split('+') {
        match Group::ALL.into_iter().find(|group| group.name() == name) {
            Some(Group::Mouth) => mask.mouth = true,
            Some(Group::Brows) => mask.brows = true,
            Some(Group::Eyes) => mask.eyes = true,
            Some(Group::Cheeks) => mask.cheeks = true,
            Some(Group::Tongue) => mask.tongue = true,
            Some(Group::Head) => mask.head = true,
            None => return Err(TargetError::Mask { found: name.to_owned() }),
        }
    }
    Ok(mask)
}

#[cfg(test)]
mod tests {
    use super::super::{Clips, VmcOptions};
    use super::*;

    fn vmc(host: &str, port: u16) -> Result<Target, TargetError> {
        Ok(Target::new(Dialect::Vmc(VmcOptions::default()), host, port))
    }

    #[test]
    fn a_line_says_all_that_was_set() {
        for line in [
            "vmc:127.0.0.1:39539",
            "vmc:127.0.0.1:39539?offset_ms=-15.0&rate_hz=120",
            "osc:[::1]:9000?idle=false&name=Left stage&mask=mouth+tongue&bundles=false&shape=/x/{name}",
            "vrchat:vr:9000?mask=speech",
        ] {
            let target: Target = line.parse().expect(line);
            assert_eq!(target.line().parse(), Ok(target.clone()), "{}", target.line());
            let keys = |line: &str| {
                let mut keys: Vec<String> = line.split(['?', '&']).map(str::to_owned).collect();
                keys.sort();
                keys
            };
            assert_eq!(keys(&target.line()), keys(line));
        }
    }

    #[test]
    fn every_spelling_of_a_target() {
        assert_eq!("vmc:127.0.0.1:39540".parse(), vmc("127.0.0.1", 39540));
        assert_eq!("VMC:localhost".parse(), vmc("localhost", 39539));
        assert_eq!(" vmc:my-pc.local:1 ".parse(), vmc("my-pc.local", 1));
        assert_eq!("vmc:[::1]:65535".parse(), vmc("::1", 65535));
        assert_eq!("vmc:[fe80::1%eth0]".parse(), vmc("fe80::1%eth0", 39539));
        for dialect in Dialect::all() {
            let text = format!("{}:stage", dialect.name());
            let expected = Target::new(dialect.clone(), "stage", dialect.default_port());
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn keys_set_what_the_json_calls_so() {
        let target: Target =
            "vmc:h?rate_hz=30&lead_ms=5.5&clips=vrm1&bundles=false&performer&mask=mouth+tongue&name=7"
                .parse()
                .expect("lawful");
        let expected = Target {
            name: "7".to_owned(),
            rate_hz: 30,
            lead_ms: 5.5,
            mask: read_mask("mouth+tongue").expect("groups"),
            dialect: Dialect::Vmc(VmcOptions {
                clips: Clips::Vrm1,
                bundles: false,
                performer: true,
                ..VmcOptions::default()
            }),
            ..vmc("h", 39539).expect("good")
        };
        assert_eq!(target, expected);
        assert_eq!("vmc:h?mask=speech".parse::<Target>().expect("lawful").mask, Mask::VOICE_OWNS_THE_MOUTH);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["vmc:127.0.0.1:39539", "vmc:[::1]:39540", "vrchat:stage:9000"] {
            assert_eq!(text.parse::<Target>().map(|target| target.to_string()), Ok(text.to_owned()));
        }
        for dialect in Dialect::all() {
            let target = Target::new(dialect, "h", 1);
            let json = serde_json::to_string(&target).expect("writes");
            assert_eq!(serde_json::from_str::<Target>(&json).expect("reads"), target);
        }
    }

    #[test]
    fn errors_name_what_was_found_and_what_to_write() {
        let message = |text: &str| text.parse::<Target>().expect_err(text).to_string();
        for (text, expected) in [
            ("", "vmc:HOST:PORT"),
            ("localhost", "vmc:HOST:PORT"),
            ("localhost:39539", "vmc:HOST:PORT"),
            ("192.168.0.7:39539", "vmc:HOST:PORT"),
            ("midi:localhost:1", "'midi'"),
            ("vmc:", "no host"),
            ("vmc::39539", "no host"),
            ("vmc:local host:1", "'local host'"),
            ("vmc:http://x:1", "'http://x:1'"),
            ("vmc:localhost:0", "1 to 65535"),
            ("vmc:localhost:65536", "'65536'"),
            ("vmc:localhost:+1", "'+1'"),
            ("vmc:localhost:", "''"),
            ("vmc:::1", "vmc:[::1]:39539"),
            ("vmc:[::1", "brackets"),
            ("vmc:[::1]9", "brackets"),
            ("vmc:[stage]:1", "'stage'"),
            ("vmc:h?clip=vrm1", "clips"),
            ("vmc:h?clips=vrm2", "vrm2"),
            ("vmc:h?rate_hz=61", "30, 60, 90 or 120"),
            ("vmc:h?lead_ms=-1", "0 to 500"),
            ("vmc:h?lead_ms=soon", "soon"),
            ("vmc:h?strength=3", "0 to 2"),
            ("vmc:h?mask=nose", "cheeks"),
            ("vmc:h?host=x", "host"),
            ("osc:h?shape=face", "'/'"),
            ("ifacialmocap:h?version=3", "1 or 2"),
        ] {
            assert!(message(text).contains(expected), "{text}: {}", message(text));
        }
    }
}
