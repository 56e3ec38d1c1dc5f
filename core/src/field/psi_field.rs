//! The whole field as one thing: its bands, its clocks from outside, its expectation, its memory. The engine drives it
//! through the functions below, and so may anybody else.
//!
//! | rate | what happens |
//! |---|---|
//! | control, 240 Hz | [`PsiField::turn_clock`], [`PsiField::step`], [`PsiField::follow`]: phases and modes move |
//! | observation, 60 Hz | [`PsiField::observe`]: couplings learn, Koopman's operator foretells 50 ms, errors add up |
//! | syllable | the errors of its window are judged: a surprise is an event |
//! | 2 s | the slow manifold keeps a centroid |
//!
//! ```
//! use psivox_core::field::{FieldSetup, NetworkDrive, Observable, PsiField, Role, RoleDrive, Transient};
//!
//! let mut field = PsiField::new(&FieldSetup::default(), 1);
//! field.drive(Role::Cheek, &RoleDrive { hz: Some(0.8), amplitude: Some(0.5), over_s: 0.2 });
//! field.inject(&Transient::Amplitude { role: Role::Brow, amount: 1.0 });
//! let rest = NetworkDrive { coupling_gain: 1.0, lag_gain: 1.0, syllable_omega: 0.0, prominence: 0.0, onset: 0.0 };
//! for _ in 0..480 {
//!     field.step(1.0 / 240.0, &rest);
//! }
//! assert!((field.read(Observable::Amplitude(Role::Cheek)) - 0.5).abs() < 1e-3);
//! assert!(field.read(Observable::Amplitude(Role::Brow)) < 0.01, "a transient fades");
//! ```

mod turning;

pub use turning::Turning;

use super::clock::SyllableClock;
use super::foresight::Foresight;
use super::manifold::{Bias, SlowManifold};
use super::mechanisms::Mechanisms;
use super::micro::{MicroBand, MicroTuning};
use super::network::{FieldNetwork, NetworkDrive, RoleDrive};
use super::observable::Observable;
use super::observation::{OBSERVATION_HZ, Observation, Performed, observe};
use super::pacemaker::{BeatClock, Pacemaker, PartnerClock, Pulse, Transport};
use super::roles::{Band, Role};
use super::setup::FieldSetup;
use super::surprise::{EventRing, SurpriseEvent, SurpriseResponse, SurpriseSource};
use super::transient::Transient;
use crate::carry::carried;
use crate::koopman::Operator;
use crate::score::{Score, ScoreFrame};
use crate::text::Meaning;
use std::f32::consts::TAU;

/// What the jaw's oscillator may trail the syllables by in neutral speech without being late, rad: its lag, its detuning, and
/// the head start of some 5 ms that jaws have on what is heard.
const NEUTRAL_JAW_LAG_RAD: f32 = 0.9;
/// A jaw swings no slower than this, s.
const LONGEST_SWING_S: f32 = 0.3;
/// Largest angle by which a surprise throws the population apart, rad.
const SCATTER_RAD: f32 = 0.6;

/// The field.
#[derive(Debug)]
pub struct PsiField {
    network: FieldNetwork,
    micro: MicroBand,
    mechanisms: Mechanisms,
    beat: BeatClock,
    pacemaker: Pacemaker,
    partner: PartnerClock,
    manifold: SlowManifold,
    bias: Bias,
    foresight: Foresight,
    response: SurpriseResponse,
    /// Factor on what a surprise does.
    answer_gain: f32,
    /// Counts syllables over all lines.
    syllables: u64,
    /// Rate of the clock in the last tick, rad/s.
    omega: f32,
    speaking: bool,
    /// G of the face as it was before the grammar acted: the part of V that the rules add.
    grammar_energy: f32,
}

impl PsiField {
    /// A field at rest with the expectation that ships. Allocates.
    pub fn new(setup: &FieldSetup, seed: u64) -> Self {
        Self {
            network: FieldNetwork::new(setup, seed),
            micro: MicroBand::new(&setup.micro),
            mechanisms: Mechanisms::default(),
            beat: BeatClock::default(),
            pacemaker: Pacemaker::default(),
            partner: PartnerClock::default(),
            manifold: SlowManifold::new(),
            bias: Bias::NEUTRAL,
            foresight: Foresight::new(super::expectation::shipped()),
            response: SurpriseResponse::new(),
            answer_gain: 1.0,
            syllables: 0,
            omega: 0.0,
            speaking: false,
            grammar_energy: 0.0,
        }
    }

    /// Back to the start; setup and mechanisms stay.
    pub fn reset(&mut self) {
        self.network.reset();
        self.micro = MicroBand::new(&self.network.setup().micro);
        self.beat = BeatClock::default();
        self.pacemaker = Pacemaker::default();
        self.partner = PartnerClock::default();
        self.manifold.reset();
        self.bias = Bias::NEUTRAL;
        self.foresight.reset();
        self.response.reset();
        self.syllables = 0;
        self.omega = 0.0;
        self.speaking = false;
        self.grammar_energy = 0.0;
    }

    /// Switches mechanisms.
    pub fn set_mechanisms(&mut self, mechanisms: Mechanisms) {
        self.mechanisms = mechanisms;
        self.network.set_learning(mechanisms.learning);
        self.network.freeze(Band::Meso, !mechanisms.bands[1]);
        self.network.freeze(Band::Macro, !mechanisms.bands[2]);
    }

    /// Factors on the pace of learning and on what a surprise does, each 0..=2; 1 is the setup's own.
    pub fn set_gains(&mut self, learning: f32, answer: f32) {
        self.network.set_learning_gain(learning);
        self.answer_gain = answer;
    }

    /// Takes over another setup in mid-flight. Does not allocate.
    pub fn adopt(&mut self, setup: &FieldSetup) {
        self.network.adopt(setup);
        self.micro.adopt(&setup.micro);
    }

    /// The slow bands.
    pub fn network(&self) -> &FieldNetwork {
        &self.network
    }

    /// The voice's modes.
    pub fn micro(&self) -> &MicroBand {
        &self.micro
    }

    /// The setup in force.
    pub fn setup(&self) -> &FieldSetup {
        self.network.setup()
    }

    /// Moves the couplings a share of the way to what they had learned at another time, rad/s beyond the setup's.
    pub fn lean(&mut self, learned: &[f32], share: f32) {
        self.network.lean(learned, share);
    }

    /// Draws the slow oscillators by a share of the way to where they stood `age_s` after the beginning of another
    /// utterance, from the phases at which it began.
    pub fn draw(&mut self, phasors: &[(f32, f32)], age_s: f32, share: f32) {
        self.network.draw(phasors, age_s, share);
    }

    /// Sets a role's target frequency or amplitude over time.
    pub fn drive(&mut self, role: Role, drive: &RoleDrive) {
        self.network.drive(role, drive);
    }

    /// Injects a transient.
    pub fn inject(&mut self, transient: &Transient) {
        match *transient {
            Transient::Phase { role, rad } => self.network.kick_phase(role, rad),
            Transient::Amplitude { role, amount } => self.network.kick_amplitude(role, amount),
            Transient::Scatter { rad } => self.network.scatter(rad),
            Transient::Mode { channel, amount, slow } => self.micro.inject(channel, amount, slow),
        }
    }

    /// Reads an observable as it is at the last tick.
    pub fn read(&self, observable: Observable) -> f32 {
        let length = |(re, im): (f32, f32)| re.hypot(im).min(1.0);
        match observable {
            Observable::Theta(role) => self.network.theta(role),
            Observable::Amplitude(role) => self.network.r(role),
            Observable::Order(Band::Micro) => length(self.micro.mean_field()),
            Observable::Order(band) => length(self.network.mean_field(band)),
            Observable::VoiceFaceOrder => self.network.voice_face_order(),
            Observable::Energy => self.network.energy() + self.grammar_energy,
            Observable::Coupling(pair) => self.network.k(pair.target, pair.source).unwrap_or(0.0),
            Observable::Epsilon => self.foresight.epsilon(),
            Observable::Tau => self.foresight.tau(SurpriseSource::Prosody),
            Observable::Memory => self.manifold.centroid().strength,
            Observable::Entrainment => self.partner.rate_factor().ln(),
        }
    }

    /// The host tells its place.
    pub fn hear_transport(&mut self, transport: Transport, sample: u64, sample_rate_hz: f32) {
        self.beat.hear(transport, sample, sample_rate_hz);
    }

    /// Another engine tells of its clock.
    pub fn hear_partner(&mut self, pulse: Pulse) {
        self.partner.hear(pulse);
    }

    /// Rate of the syllable clock in the last tick, pulls from outside included, in rad/s; 0 while nothing is said.
    pub fn omega(&self) -> f32 {
        self.omega
    }

    /// Factor that memory and surprise put on the rate.
    pub fn rate_factor(&self) -> f32 {
        self.bias.rate_ratio * (1.0 + self.answer().min(1.0) * (self.response.rate_ratio() - 1.0))
    }

    /// What another engine may hear.
    pub fn pulse(&self) -> Pulse {
        self.partner.pulse(self.network.theta(Role::Syllable), self.omega, self.speaking)
    }

    /// How what is being said is coloured by what was said before.
    pub fn bias(&self) -> Bias {
        self.bias
    }

    /// Factor on the answer to surprise.
    fn answer(&self) -> f32 {
        self.answer_gain * self.network.setup().surprise_gain
    }

    /// How far a surprise raises the brows, 0..=1.
    pub fn brow_raise(&self) -> f32 {
        (self.answer() * self.response.brow()).min(1.0)
    }

    /// Factor on the movements of the mouth: one surprise after the other enlarges them.
    pub fn mouth_gain(&self) -> f32 {
        1.0 + self.answer().min(1.0) * (self.response.mouth_gain() - 1.0)
    }

    /// The grammar tells its G.
    pub fn set_grammar_energy(&mut self, grammar_energy: f32) {
        self.grammar_energy = grammar_energy;
    }

    /// The last surprises, newest first.
    pub fn surprises(&self) -> &EventRing {
        self.foresight.events()
    }

    /// The slow manifold.
    pub fn manifold(&self) -> &SlowManifold {
        &self.manifold
    }

    /// The expectation.
    pub fn operator(&self) -> &Operator {
        self.foresight.operator()
    }

    /// Puts the field at the start of an utterance about something.
    pub fn begin(&mut self, frame: &ScoreFrame, topic: &Meaning) {
        self.micro.settle(frame);
        self.network.place(Role::Syllable, 0.0);
        self.network.place(Role::Stress, 0.0);
        self.pacemaker = Pacemaker::default();
        self.foresight.start_anew();
        let gain = self.network.setup().memory_gain;
        self.bias =
            if self.mechanisms.memory { scaled(self.manifold.bias(topic), gain) } else { Bias::NEUTRAL };
    }

    /// A word arrives with the prominence of its strongest syllable.
    pub fn hear_word(&mut self, meaning: &Meaning, prominence: f32) {
        self.manifold.hear(meaning, prominence);
        self.network.hear_word(meaning);
    }

    /// Factors on couplings and lags for an emotion as shown: the emotion's own, and the answer to surprise.
    pub fn gains(&self, emotion: [f32; 3]) -> (f32, f32) {
        let mood = self.network.setup().mood;
        let gain = (mood.k_arousal * emotion[1] + mood.k_dominance * emotion[2]).exp();
        let lags = (1.0 + mood.alpha_arousal * emotion[1]).clamp(0.1, 2.0);
        (gain * (1.0 + self.answer() * (self.response.lyapunov_gain() - 1.0)), lags)
    }

    /// Moves the slow bands on by one tick.
    pub fn step(&mut self, dt_s: f32, drive: &NetworkDrive) {
        self.network.step(dt_s, drive);
        self.response.step(dt_s);
    }

    /// Nothing is being said: the clock rests.
    pub fn rest(&mut self, dt_s: f32) {
        (self.omega, self.speaking) = (0.0, false);
        self.partner.step(dt_s, 0.0, 0.0, false);
    }

    /// How far the jaw is behind the syllables, in nominal s: the phase by which its oscillator trails the clock beyond its
    /// neutral lag, as time of the present syllable. So the jaw opens when its own oscillator says, and lags, detuning and
    /// emotion are seen.
    pub fn jaw_lag_s(&self, clock: &SyllableClock, score: &Score) -> f32 {
        let strength = self.network.r(Role::Jaw);
        if strength < 1e-3 {
            return 0.0;
        }
        let beat_s =
            clock.cursor.beat(score).map_or(0.0, |beat| beat.end_s - beat.start_s).min(LONGEST_SWING_S);
        let behind = clock.theta() - self.network.theta(Role::Jaw) - NEUTRAL_JAW_LAG_RAD;
        (1.5 * strength).min(1.0) * behind.sin() * beat_s / TAU
    }

    /// Places the clock's phases and moves the micro band to a frame of the score.
    pub fn follow(
        &mut self,
        frame: &ScoreFrame,
        clock: &mut SyllableClock,
        score: &Score,
        dt_s: f32,
        coupling_gain: f32,
    ) {
        self.network.place(Role::Syllable, clock.theta());
        self.network.place(Role::Stress, clock.stress_theta(score));
        if self.mechanisms.bands[0] {
            self.micro.step(frame, dt_s, clock.theta(), coupling_gain);
        } else {
            self.micro.settle(frame);
        }
    }

    /// The frame of the score as the modes play it.
    pub fn play(&self, tuning: &MicroTuning) -> ScoreFrame {
        self.micro.read(tuning)
    }

    /// Strength of the transients under way, 0..=1.
    pub fn onset(&self) -> f32 {
        self.micro.onset()
    }

    /// Observes, 60 times a second: couplings learn, forecasts are held against what came.
    pub fn observe(
        &mut self,
        frame: Option<&ScoreFrame>,
        ln_f0_mean: f32,
        performed: &Performed,
    ) -> Observation {
        const DT_S: f32 = 1.0 / OBSERVATION_HZ;
        self.network.learn(DT_S);
        self.manifold.step(DT_S, performed.felt);
        let resting = [0.0; crate::score::SCORE_CHANNELS];
        let observed = observe(frame.unwrap_or(&resting), ln_f0_mean, self.omega, &self.network, performed);
        if self.mechanisms.prediction {
            let partner_error = self.partner.speaks().then(|| self.partner.take_error());
            self.foresight.foretell(frame.is_some(), &observed, partner_error);
        }
        observed
    }

    /// Judges a syllable's window. A surprise tightens the field after a moment of disorder, raises the brows and makes the
    /// clock pause.
    pub fn judge(&mut self, time_samples: u64) -> Option<SurpriseEvent> {
        if !self.mechanisms.prediction {
            return None;
        }
        let event = self.foresight.judge(time_samples)?;
        let gain = self.answer();
        if gain > 0.0 {
            self.response.fire(&event);
            self.inject(&Transient::Scatter { rad: SCATTER_RAD * gain.min(1.0) });
        }
        Some(event)
    }
}

/// A part of a bias, or twice of it.
fn scaled(bias: Bias, gain: f32) -> Bias {
    Bias {
        emotion: bias.emotion.map(|axis| gain * axis),
        pitch_st: gain * bias.pitch_st,
        rate_ratio: 1.0 + gain * (bias.rate_ratio - 1.0),
        ..bias
    }
}

impl PsiField {
    /// As [`PsiField::adopt`], for a field whose state is read from a ledger right after.
    pub(crate) fn stand_in(&mut self, setup: &FieldSetup) {
        self.network.adopt(setup);
        self.micro = MicroBand::new(&setup.micro);
    }

    /// The host's beat as it is heard.
    pub(crate) fn beat(&self) -> BeatClock {
        self.beat
    }

    /// See [`Self::beat`].
    pub(crate) fn beat_mut(&mut self) -> &mut BeatClock {
        &mut self.beat
    }

    /// Whether no phase has been lost.
    pub(crate) fn is_finite(&self) -> bool {
        self.network.phasors().all(|(theta, r)| theta.is_finite() && r.is_finite())
    }
}

// A line that begins settles the voice's modes on its first frame.
carried!(
    PsiField {
        network,
        beat,
        pacemaker,
        partner,
        manifold,
        bias,
        foresight,
        response,
        answer_gain,
        syllables,
        omega,
        speaking,
        grammar_energy,
    } but { mechanisms, micro }
);
