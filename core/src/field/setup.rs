//! A field made ready for the audio thread: slots, rates in rad/s, sparse couplings. Plain data of fixed size, so that an
//! engine takes it over in the middle of a block without allocating.

use super::roles::{
    Band, MACRO_CAPACITY, MACRO_ROLES, MESO_CAPACITY, MESO_ROLES, POPULATION_NOISE, Pair, Role, SLOTS, Sink,
    Source, TIDE_NOISE, population_ratio, rate_of,
};
use super::spec::{FieldError, FieldSpec, LearningSpec, MoodSpec};

/// Most couplings between named oscillators.
pub const MAX_EDGES: usize = 96;
/// Most sources that pull one population.
pub const MAX_PULLS: usize = 8;
/// Most that may pull one oscillator, rad/s: at the strongest emotion (e^0.9) and 240 steps a second the kick stays well
/// inside the stability of its map, `g K dt < 2`.
pub const MAX_TOTAL_K_RAD_PER_S: f32 = 120.0;

/// Slots of the sources: the oscillators', then the mean fields of micro, meso and macro band.
pub(super) const SOURCES: usize = SLOTS + 3;

/// `K sin(p theta_source - q theta_target - alpha)`, added to the target's rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Its name.
    pub pair: Pair,
    /// Slot of what is pulled.
    pub target: usize,
    /// Slot of what pulls: an oscillator, or [`SLOTS`] + 0, 1, 2 for the mean fields.
    pub source: usize,
    /// Turns of the source to `q` turns of the target: oscillators of different bands lock n to 1 (Tass et al. 1998).
    pub p: f32,
    /// See `p`.
    pub q: f32,
    /// Strength in rad/s.
    pub k_rad_per_s: f32,
    /// Lag in rad.
    pub alpha_rad: f32,
    /// Whether it learns: it leads towards a slower band.
    pub learns: bool,
}

/// As [`Edge`], into every oscillator of a population; `share` of each one's own rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull {
    /// Its name.
    pub pair: Pair,
    /// Slot of what pulls.
    pub source: usize,
    /// K as a share of the target's own rate.
    pub share: f32,
    /// Lag in rad.
    pub alpha_rad: f32,
    /// Whether it learns.
    pub learns: bool,
}

/// A list of fixed capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Few<T, const N: usize> {
    items: [Option<T>; N],
    len: usize,
}

impl<T: Copy, const N: usize> Few<T, N> {
    pub(super) const fn new() -> Self {
        Self { items: [None; N], len: 0 }
    }

    /// Adds an item; false if there is no room.
    pub(super) fn push(&mut self, item: T) -> bool {
        let Some(slot) = self.items.get_mut(self.len) else { return false };
        *slot = Some(item);
        self.len += 1;
        true
    }

    /// The items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items[..self.len].iter().flatten()
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.items.get(index)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.items.get_mut(index)?.as_mut()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Pull of a clock from outside on the syllable clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockPull {
    /// Strength at full control, rad/s.
    pub k_rad_per_s: f32,
    /// Lag in rad.
    pub alpha_rad: f32,
}

/// The micro band's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MicroSetup {
    /// Period of the fast modes in s; the slow ones turn a quarter as fast.
    pub period_s: f32,
    /// Modes in use: fast ones of all channels first, then slow ones.
    pub count: usize,
    /// Pull of the syllable clock as a share of each mode's own rate.
    pub k: f32,
    /// Its lag in rad.
    pub alpha_rad: f32,
}

/// The compiled field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSetup {
    /// Oscillators in use of the meso band.
    pub meso: usize,
    /// Oscillators in use of the macro band.
    pub slow: usize,
    /// Intrinsic rates in rad/s: [SLOTS].
    pub rates: [f32; SLOTS],
    /// Phase noise in rad per square root of a second: [SLOTS].
    pub noise: [f32; SLOTS],
    /// Couplings into named oscillators, but for the clocks from outside.
    pub edges: Few<Edge, MAX_EDGES>,
    /// What pulls the meso population.
    pub population: Few<Pull, MAX_PULLS>,
    /// What pulls the macro population.
    pub tide: Few<Pull, MAX_PULLS>,
    /// The host's beat on the syllable clock.
    pub beat: ClockPull,
    /// Another engine on the syllable clock.
    pub partner: ClockPull,
    /// The micro band.
    pub micro: MicroSetup,
    /// Learning.
    pub learning: LearningSpec,
    /// Emotion on couplings.
    pub mood: MoodSpec,
    /// Factor on the answer to surprise.
    pub surprise_gain: f32,
    /// Factor on the bias of the slow manifold.
    pub memory_gain: f32,
    /// Weights of the grammar.
    pub grammar: crate::grammar::Weights,
}

impl FieldSetup {
    /// Slots in use, meso band first.
    pub fn slots(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.meso).chain(MESO_CAPACITY..MESO_CAPACITY + self.slow)
    }

    /// Makes a preset ready.
    ///
    /// # Errors
    /// Couplings that are too many, or too strong together; the preset is then not used.
    pub fn compile(spec: &FieldSpec) -> Result<Self, FieldError> {
        let bands = &spec.bands;
        let (meso, slow) = (bands.meso.count as usize, bands.slow.count as usize);
        let (meso, slow) = (meso.clamp(MESO_ROLES, MESO_CAPACITY), slow.clamp(MACRO_ROLES, MACRO_CAPACITY));
        let mut setup = Self {
            meso,
            slow,
            rates: [0.0; SLOTS],
            noise: [0.0; SLOTS],
            edges: Few::new(),
            population: Few::new(),
            tide: Few::new(),
            beat: ClockPull { k_rad_per_s: 0.0, alpha_rad: 0.0 },
            partner: ClockPull { k_rad_per_s: 0.0, alpha_rad: 0.0 },
            micro: MicroSetup {
                period_s: bands.micro.period_ms / 1e3,
                count: bands.micro.count as usize,
                k: 0.0,
                alpha_rad: 0.0,
            },
            learning: spec.learning,
            mood: spec.emotion,
            surprise_gain: spec.surprise.gain,
            memory_gain: spec.memory.gain,
            grammar: spec.grammar_weights()?,
        };
        setup.fill_rates(spec);
        for pair in spec.pairs() {
            setup.add(pair, spec.k(pair), spec.alpha(pair))?;
        }
        setup.check_totals()?;
        Ok(setup)
    }

    fn fill_rates(&mut self, spec: &FieldSpec) {
        for role in Role::ALL {
            self.rates[role as usize] = rate_of(spec.hz(role));
            self.noise[role as usize] = spec.noise(role);
        }
        let unnamed = self.meso - MESO_ROLES;
        for i in 0..unnamed {
            let ratio = population_ratio(Band::Meso, i, unnamed);
            self.rates[MESO_ROLES + i] = rate_of(ratio / (spec.bands.meso.period_ms / 1e3));
            self.noise[MESO_ROLES + i] = POPULATION_NOISE;
        }
        let unnamed = self.slow - MACRO_ROLES;
        for i in 0..unnamed {
            let slot = MESO_CAPACITY + MACRO_ROLES + i;
            self.rates[slot] =
                rate_of(population_ratio(Band::Macro, i, unnamed) / (spec.bands.slow.period_ms / 1e3));
            self.noise[slot] = TIDE_NOISE;
        }
    }

    fn add(&mut self, pair: Pair, k: f32, alpha_rad: f32) -> Result<(), FieldError> {
        let learns = pair.is_upward();
        if k == 0.0 && !learns {
            return Ok(());
        }
        let source = match pair.source {
            Source::Role(role) => role as usize,
            Source::Micro => SLOTS,
            Source::Meso => SLOTS + 1,
            Source::Macro => SLOTS + 2,
        };
        let has_room = match (pair.target, pair.source) {
            (Sink::Role(Role::Syllable), Source::Role(Role::Beat)) => {
                self.beat = ClockPull { k_rad_per_s: k * self.rates[Role::Syllable as usize], alpha_rad };
                true
            }
            (Sink::Role(Role::Syllable), Source::Role(Role::Partner)) => {
                self.partner = ClockPull { k_rad_per_s: k * self.rates[Role::Syllable as usize], alpha_rad };
                true
            }
            (Sink::Role(role), _) => {
                let (p, q) = self.ratio(role, pair.source);
                let target = role as usize;
                let k_rad_per_s = k * self.rates[target];
                self.edges.push(Edge { pair, target, source, p, q, k_rad_per_s, alpha_rad, learns })
            }
            (Sink::Population, _) => self.population.push(Pull { pair, source, share: k, alpha_rad, learns }),
            (Sink::Tide, _) => self.tide.push(Pull { pair, source, share: k, alpha_rad, learns }),
            (Sink::Micro, _) => {
                (self.micro.k, self.micro.alpha_rad) = (k, alpha_rad);
                true
            }
        };
        if has_room {
            return Ok(());
        }
        Err(FieldError::Rule(format!(
            "{pair} is one coupling too many: at most {MAX_EDGES} into named oscillators and {MAX_PULLS} into a population"
        )))
    }

    /// Turns of source and target that meet, from their intrinsic rates. Mean fields pull one to one.
    fn ratio(&self, target: Role, source: Source) -> (f32, f32) {
        let Source::Role(source) = source else { return (1.0, 1.0) };
        if source.band() == target.band() {
            return (1.0, 1.0);
        }
        let (from, to) = (self.rates[source as usize], self.rates[target as usize]);
        if from >= to {
            (1.0, (from / to).round().clamp(1.0, 40.0))
        } else {
            ((to / from).round().clamp(1.0, 40.0), 1.0)
        }
    }

    fn check_totals(&self) -> Result<(), FieldError> {
        for role in Role::ALL {
            let total: f32 = self
                .edges
                .iter()
                .filter(|edge| edge.target == role as usize)
                .map(|edge| edge.q * edge.k_rad_per_s.abs())
                .sum();
            if total > MAX_TOTAL_K_RAD_PER_S {
                let name = role.name();
                return Err(FieldError::Rule(format!(
                    "{name} is pulled by {total:.0} rad/s in all, more than the {MAX_TOTAL_K_RAD_PER_S} that its steps can follow: lower K.{name}.*"
                )));
            }
        }
        let fastest =
            self.rates[MESO_ROLES..self.meso].iter().fold(0.0f32, |fastest, rate| fastest.max(*rate));
        let share: f32 = self.population.iter().map(|pull| pull.share.abs()).sum();
        if share * fastest > MAX_TOTAL_K_RAD_PER_S {
            let total = share * fastest;
            return Err(FieldError::Rule(format!(
                "population is pulled by {total:.0} rad/s in all, more than the {MAX_TOTAL_K_RAD_PER_S} that its steps can follow: lower K.population.*"
            )));
        }
        Ok(())
    }
}

impl Default for FieldSetup {
    /// The field that ships. Allocates.
    fn default() -> Self {
        Self::compile(&FieldSpec::default()).expect("the field that ships is lawful")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_field_has_the_blueprint_s_sizes() {
        let setup = FieldSetup::default();
        assert_eq!((setup.micro.count, setup.meso, setup.slow), (128, 32, 8));
        assert_eq!(setup.slots().count(), 40);
        assert!(setup.edges.iter().any(|edge| edge.learns) && setup.edges.iter().any(|edge| !edge.learns));
        assert!((setup.rates[Role::Syllable as usize] - rate_of(4.0)).abs() < 1e-4);
    }

    #[test]
    fn bands_lock_n_to_one() {
        let setup = FieldSetup::default();
        let edge = |target: Role, source: Role| {
            *setup.edges.iter().find(|edge| edge.pair == Pair::of(target, source)).expect("a coupling")
        };
        let cheek = edge(Role::Cheek, Role::Jaw);
        assert_eq!((cheek.p, cheek.q), (1.0, 8.0));
        let jaw = edge(Role::Jaw, Role::Breath);
        assert_eq!((jaw.p, jaw.q), (16.0, 1.0));
        assert_eq!(edge(Role::Nod, Role::Stress).q, 1.0);
    }

    #[test]
    fn too_many_couplings_are_refused() {
        let mut spec = FieldSpec::default();
        let mut refused = None;
        for target in Role::ALL {
            for source in Role::ALL {
                if let Err(error) = spec.set(&format!("K.{}.{}", target.name(), source.name()), "0.001") {
                    refused =
                        Some(error.to_string()).filter(|message| message.contains("too many")).or(refused);
                }
            }
        }
        assert!(refused.is_some_and(|message| message.contains("96")));
    }
}
