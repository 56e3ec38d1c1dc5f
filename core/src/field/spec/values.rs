//! Values that are checked where they stand in the file, so that a message carries their line.

use super::sections::OscillatorSpec;
use crate::field::roles::{MICRO, Pair, Role};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serializer};
use std::collections::BTreeMap;
use std::f32::consts::PI;
use std::marker::PhantomData;

/// Bounds of K, a share of the target's own rate.
pub(super) const K_RANGE: (f32, f32) = (-4.0, 4.0);
/// Bounds of a direction's gain.
pub(super) const GAIN_RANGE: (f32, f32) = (-1.0, 1.0);
pub(super) const HZ_RANGE: (f32, f32) = (0.01, 20.0);
pub(super) const NOISE_RANGE: (f32, f32) = (0.0, 10.0);

pub(super) fn within(name: &str, value: f32, (low, high): (f32, f32)) -> Result<(), String> {
    let good = value.is_finite() && (low..=high).contains(&value);
    if good { Ok(()) } else { Err(format!("{name} is {value}, expected {low} to {high}")) }
}

/// Adds the line of the first quoted name of a preset that the rule speaks of.
pub(super) fn at_line(rule: &str, json: &str) -> String {
    let found = rule.split([' ', ':', ',']).find_map(|word| {
        let quoted = format!("\"{word}\"");
        (word.len() > 2).then(|| json.lines().position(|line| line.contains(&quoted))).flatten()
    });
    found.map_or_else(|| rule.to_owned(), |line| format!("{rule} (line {})", line + 1))
}

/// A number that is checked where it stands, so that the message carries its line.
pub(super) fn number<'de, D: Deserializer<'de>>(
    from: D,
    name: &str,
    range: (f32, f32),
) -> Result<f32, D::Error> {
    let value = f32::deserialize(from)?;
    within(name, value, range).map_err(D::Error::custom)?;
    Ok(value)
}

pub(super) fn gain<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    number(from, "a gain of the couplings", GAIN_RANGE)
}

pub(super) fn period<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    number(from, "period_ms", (5.0, 60_000.0))
}

pub(super) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let value = number(from, "count", (0.0, MICRO as f32))?;
    if value.fract() == 0.0 {
        Ok(value as u32)
    } else {
        Err(D::Error::custom(format!("count is {value}, expected a whole number")))
    }
}

pub(super) fn hertz<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f32>, D::Error> {
    number(from, "hz", HZ_RANGE).map(Some)
}

pub(super) fn noise<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f32>, D::Error> {
    number(from, "noise", NOISE_RANGE).map(Some)
}

pub(super) fn strengths<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Pair, f32>, D::Error> {
    named_values(from, Pair::parse, |pair, k: &f32| within(&format!("K of {pair}"), *k, K_RANGE))
}

pub(super) fn lags<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Pair, f32>, D::Error> {
    named_values(from, Pair::parse, |pair, alpha: &f32| {
        within(&format!("alpha of {pair}"), *alpha, (-PI, PI))
    })
}

pub(super) fn oscillators<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<Role, OscillatorSpec>, D::Error> {
    let known = || Role::ALL.map(Role::name).join(", ");
    let role = |name: &str| {
        Role::by_name(name).ok_or_else(|| format!("there is no oscillator '{name}'; use one of: {}", known()))
    };
    named_values(from, role, |_, _| Ok(()))
}

/// A map whose keys are read by `key`, each at most once, and whose values are checked where they stand.
pub(super) fn named_values<'de, D, K, V>(
    from: D,
    key: impl Fn(&str) -> Result<K, String>,
    check: impl Fn(&K, &V) -> Result<(), String>,
) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Ord,
    V: Deserialize<'de>,
{
    struct Named<K, V, F, C>(F, C, PhantomData<(K, V)>);
    impl<'de, K, V, F, C> Visitor<'de> for Named<K, V, F, C>
    where
        K: Ord,
        V: Deserialize<'de>,
        F: Fn(&str) -> Result<K, String>,
        C: Fn(&K, &V) -> Result<(), String>,
    {
        type Value = BTreeMap<K, V>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of named values")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = BTreeMap::new();
            while let Some(name) = map.next_key::<String>()? {
                let known = (self.0)(&name).map_err(A::Error::custom)?;
                let value = map.next_value()?;
                (self.1)(&known, &value).map_err(A::Error::custom)?;
                if values.insert(known, value).is_some() {
                    return Err(A::Error::custom(format!("'{name}' is given twice")));
                }
            }
            Ok(values)
        }
    }
    from.deserialize_map(Named(key, check, PhantomData))
}

pub(super) fn by_pair<S: Serializer>(map: &BTreeMap<Pair, f32>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(map.iter().map(|(pair, value)| (pair.to_string(), value)))
}

pub(super) fn by_role<S: Serializer>(map: &BTreeMap<Role, OscillatorSpec>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(map.iter().map(|(role, value)| (role.name(), value)))
}
