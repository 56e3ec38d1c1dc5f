//! Changing one value of a preset by its path.

use super::sections::OscillatorSpec;
use super::{FieldError, FieldSpec};
use crate::field::roles::{Pair, Role};

impl FieldSpec {
    /// Sets one value by its path, such as `K.jaw.syllable`, `alpha.nod.stress`, `upward_gain`, `bands.meso.period_ms`,
    /// `hz.tremor`, `noise.lid`, `learning.k_max`, `emotion.K_arousal`, `grammar.lids` or `name`.
    ///
    /// # Errors
    /// The path is unknown or the value breaks a rule; nothing has changed then.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), FieldError> {
        let mut next = self.clone();
        next.put(path, value.trim()).map_err(FieldError::Rule)?;
        next.check()?;
        *self = next;
        Ok(())
    }

    fn put(&mut self, path: &str, value: &str) -> Result<(), String> {
        if path == "name" || path == "description" {
            let text = value.chars().filter(|c| !c.is_control()).take(200).collect();
            *(if path == "name" { &mut self.name } else { &mut self.description }) = text;
            return Ok(());
        }
        let number: f32 = value
            .parse()
            .ok()
            .filter(|x: &f32| x.is_finite())
            .ok_or_else(|| format!("{path} is '{value}', expected a finite number"))?;
        match path.split_once('.').unwrap_or((path, "")) {
            ("upward_gain", "") => self.coupling.upward_gain = number,
            ("downward_gain", "") => self.coupling.downward_gain = number,
            ("K", pair) => _ = self.coupling.k.insert(Pair::parse(pair)?, number),
            ("alpha", pair) => _ = self.coupling.alpha.insert(Pair::parse(pair)?, number),
            ("hz", role) => self.oscillator(role)?.hz = Some(number),
            ("noise", role) => self.oscillator(role)?.noise = Some(number),
            ("bands", rest) => return self.put_band(rest, number),
            ("grammar", rule) => _ = self.grammar.insert(rule.to_owned(), number),
            (section, name) => return self.put_number(section, name, number),
        }
        Ok(())
    }

    fn oscillator(&mut self, role: &str) -> Result<&mut OscillatorSpec, String> {
        let known = || Role::ALL.map(Role::name).join(", ");
        let role = Role::by_name(role)
            .ok_or_else(|| format!("there is no oscillator '{role}'; use one of: {}", known()))?;
        Ok(self.oscillators.entry(role).or_default())
    }

    fn put_band(&mut self, rest: &str, number: f32) -> Result<(), String> {
        let unknown = || {
            format!(
                "there is no value 'bands.{rest}'; use bands.micro, bands.meso or bands.macro with .period_ms or .count"
            )
        };
        let (band, name) = rest.split_once('.').ok_or_else(unknown)?;
        let band = self.bands.of_mut(band).ok_or_else(unknown)?;
        match name {
            "period_ms" => band.period_ms = number,
            "count" if number >= 0.0 && number.fract() == 0.0 => band.count = number as u32,
            "count" => {
                return Err(format!(
                    "bands.{rest} is {number}, expected a whole number that is not negative"
                ));
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    fn put_number(&mut self, section: &str, name: &str, number: f32) -> Result<(), String> {
        let mut known = vec!["K.TARGET.SOURCE".to_owned(), "alpha.TARGET.SOURCE".to_owned()];
        known.extend(
            ["upward_gain", "downward_gain", "bands.BAND.period_ms", "bands.BAND.count"].map(str::to_owned),
        );
        known.extend(["hz.OSCILLATOR", "noise.OSCILLATOR", "grammar.RULE", "name"].map(str::to_owned));
        for (title, numbers) in self.sections() {
            for (key, slot, _, _) in numbers {
                if title == section && key == name {
                    *slot = number;
                    return Ok(());
                }
                known.push(format!("{title}.{key}"));
            }
        }
        Err(format!("there is no value '{section}.{name}'; use one of: {}", known.join(", ")))
    }
}
