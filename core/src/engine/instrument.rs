//! The engine itself: events in, control ticks of about 4 ms, sound and faces out.
//!
//! Every quantity is a function of the sample count: an event acts from its own sample on, a tick reads only events
//! that came before it, and the sound of a tick is rendered whole. So the output does not depend on block sizes.

use super::articulate::{articulate, sharpened};
use super::config::{EngineConfig, EngineError};
use super::control::{Control, Smoothed};
use super::controls::Controls;
use super::event::{Event, TimedEvent};
use super::hold::Hold;
use super::line::{Line, LineQueue};
use super::telemetry::{ObservableFrame, PhoneMark, Telemetry};
use super::tuning::{SpeakerCurves, VoiceDrive, knot_of, micro_tuning};
use super::vibrato::Vibrato;
use crate::emotion::{EmotionState, VoiceSignature};
use crate::face::{BLENDSHAPE_COUNT, BlendshapeFrame, Visage, VisageDrive};
use crate::field::{Band, FieldNetwork, MicroBand, NetworkDrive, Role};
use crate::score::{Articulator, Score, ScoreFrame, Speaker, read_mixed};
use crate::sound::{OscillatorBank, OutputGuard, Phonation, SoundKnot, VoiceprintGains};
use crate::voice::KnotAxis;
use std::sync::Arc;

/// Control ticks per second: the rate of the voice's own frames.
const TICK_HZ: f32 = 240.0;
/// Time in which a stopped line fades, s.
const STOP_S: f32 = 0.02;

/// The whole instrument from score to sound and face.
#[derive(Debug)]
pub struct Engine {
    config: EngineConfig,
    hop: usize,
    hop_s: f32,
    /// Samples given out since `reset`.
    now: u64,
    controls: Controls,
    /// Velocity of the last trigger; scales intensity.
    velocity: Smoothed,
    loaded: Option<Arc<Score>>,
    line: Option<Line>,
    /// What is spoken after the line.
    queue: LineQueue,
    speaker: Speaker,
    curves: SpeakerCurves,
    hold: Hold,
    vibrato: Vibrato,
    network: FieldNetwork,
    micro: MicroBand,
    visage: Visage,
    bank: OscillatorBank,
    /// Whether the bank still has amplitudes to fade.
    sounding: bool,
    guard: OutputGuard,
    /// The sound of the present tick: [hop].
    sound: Vec<f32>,
    /// How much of it has been given out.
    taken: usize,
    /// What was left of a tick that a new trigger cut short, fading: [hop].
    tail: Vec<f32>,
    tail_taken: usize,
    face: BlendshapeFrame,
    faces: u64,
    observables: ObservableFrame,
}

/// Who an engine is before its first line.
const REST: Speaker = Speaker {
    pitch_st: 0.0,
    rate_ratio: 1.0,
    formant_ratio: 1.0,
    resting_emotion: [0.0; 3],
    resting_shapes: [0.0; BLENDSHAPE_COUNT],
    f0_mean_hz: 190.0,
    f0_mean_b_hz: 190.0,
    axis: KnotAxis { base_hz: 1500.0, ratio: 9.0 },
    noise_gain: 1.154_700_5,
    voiceprint: VoiceprintGains::NEUTRAL,
    keeps_time: false,
};

impl Engine {
    /// Builds a silent engine. Allocates.
    ///
    /// # Errors
    /// A rate is outside its range.
    pub fn new(config: EngineConfig) -> Result<Self, EngineError> {
        config.check()?;
        let hop = (config.sample_rate_hz / TICK_HZ).round() as usize;
        Ok(Self {
            config,
            hop,
            hop_s: hop as f32 / config.sample_rate_hz,
            now: 0,
            controls: Controls::new(config.sample_rate_hz),
            velocity: Smoothed::new(1.0, 0.03 * config.sample_rate_hz),
            loaded: None,
            line: None,
            queue: LineQueue::default(),
            speaker: REST,
            curves: SpeakerCurves::new(&REST.axis),
            hold: Hold::new(config.seed),
            vibrato: Vibrato::new(config.seed),
            network: FieldNetwork::new(config.seed),
            micro: MicroBand::default(),
            visage: Visage::new(config.seed),
            bank: OscillatorBank::new(config.sample_rate_hz, REST.axis, REST.noise_gain, hop, config.seed),
            sounding: false,
            guard: OutputGuard::default(),
            sound: vec![0.0; hop],
            taken: hop,
            tail: vec![0.0; hop],
            tail_taken: hop,
            face: BlendshapeFrame::NEUTRAL,
            faces: 0,
            observables: ObservableFrame::default(),
        })
    }

    /// Silence, time 0, all noise from its start. The loaded line and the controls' targets stay.
    ///
    /// # Realtime
    /// Safe.
    pub fn reset(&mut self) {
        self.now = 0;
        self.controls.settle();
        self.velocity.jump(1.0, 0);
        self.line = None;
        self.queue = LineQueue::default();
        self.hold.reset();
        self.vibrato.reset();
        self.network.reset();
        self.micro = MicroBand::default();
        self.visage.reset();
        self.bank.reset();
        self.sounding = false;
        self.guard = OutputGuard::default();
        self.taken = self.hop;
        self.tail_taken = self.hop;
        self.face = BlendshapeFrame::NEUTRAL;
        self.faces = 0;
        self.observables = ObservableFrame::default();
    }

    /// Fills `sound` (mono, overwritten) and tells `telemetry` about the faces and phones of that stretch. `events`
    /// are taken in order; one that lies before its predecessor counts as simultaneous with it.
    ///
    /// # Realtime
    /// Neither allocates, frees, locks, logs, panics nor calls the OS, if `telemetry` does not.
    pub fn process(&mut self, events: &[TimedEvent], sound: &mut [f32], telemetry: &mut dyn Telemetry) {
        let mut done = 0;
        for timed in events {
            let at = (timed.offset_samples as usize).clamp(done, sound.len());
            self.fill(&mut sound[done..at], telemetry);
            done = at;
            self.apply(&timed.event);
        }
        self.fill(&mut sound[done..], telemetry);
    }

    /// The state of the field at the last tick.
    pub fn observables(&self) -> ObservableFrame {
        self.observables
    }

    /// The speaker that an engine starts with: a neutral face and no voice of its own.
    pub const fn resting_speaker() -> Speaker {
        REST
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Load(score) => {
                if self.line.is_none() {
                    self.speaker = score.speaker;
                }
                self.loaded = Some(Arc::clone(score));
            }
            Event::Speak { velocity } => {
                let Some(score) = self.loaded.clone() else { return };
                self.queue.clear();
                self.trigger(score, *velocity);
            }
            Event::Queue(score) if self.line.is_none() => self.trigger(Arc::clone(score), 1.0),
            Event::Queue(score) => self.queue.push(score),
            Event::Stop => {
                let now = self.now;
                self.queue.clear();
                if let Some(line) = &mut self.line {
                    line.stopped_at.get_or_insert(now);
                }
            }
            Event::Set { control, value } => self.controls.set(*control, *value, self.now),
        }
    }

    /// Speaks a line from this sample on, whatever is being spoken.
    fn trigger(&mut self, score: Arc<Score>, velocity: f32) {
        self.keep_tail();
        let strength = if velocity.is_finite() { velocity.clamp(0.0, 1.0) } else { 1.0 };
        if self.line.is_none() {
            self.velocity.jump(strength, self.now);
        } else {
            self.velocity.set_target(strength, self.now);
        }
        self.begin(score);
        self.taken = self.hop;
    }

    /// Puts the field and the bank at the start of a line.
    fn begin(&mut self, score: Arc<Score>) {
        self.adopt(&score.speaker);
        self.micro.settle(&read_mixed(&score, 0.0, self.controls.at(Control::VoiceMix, self.now)));
        self.visage.hand_over();
        self.bank.restart(self.speaker.f0_mean_hz);
        self.network.set_syllable_theta(0.0);
        self.line = Some(Line::new(score));
    }

    fn adopt(&mut self, speaker: &Speaker) {
        self.speaker = *speaker;
        self.curves = SpeakerCurves::new(&speaker.axis);
        self.bank.set_voice(speaker.axis, speaker.noise_gain);
    }

    /// A new trigger cuts the present tick short: what is left of it fades under the new sound.
    fn keep_tail(&mut self) {
        let left = self.hop - self.taken;
        for i in 0..left {
            let old = self.tail.get(self.tail_taken + i).copied().unwrap_or(0.0);
            self.tail[i] = (self.sound[self.taken + i] + old) * (1.0 - (i + 1) as f32 / left as f32);
        }
        self.tail[left..].fill(0.0);
        self.tail_taken = 0;
    }

    fn fill(&mut self, out: &mut [f32], telemetry: &mut dyn Telemetry) {
        let mut done = 0;
        while done < out.len() {
            if self.taken == self.hop {
                self.tick(telemetry);
            }
            let count = (self.hop - self.taken).min(out.len() - done);
            out[done..done + count].copy_from_slice(&self.sound[self.taken..self.taken + count]);
            for x in &mut out[done..done + count] {
                if self.tail_taken < self.hop {
                    *x += self.tail[self.tail_taken];
                    self.tail_taken += 1;
                }
            }
            self.taken += count;
            self.now += count as u64;
            done += count;
        }
    }

    /// Renders the next hop of sound and the faces that fall into it.
    fn tick(&mut self, telemetry: &mut dyn Telemetry) {
        let end = self.now + self.hop as u64;
        let emotion = self.emotion_at(end);
        let signature = VoiceSignature::of(&emotion);
        let score = self.advance(end, &emotion, &signature, telemetry);
        self.render(end, &score, &signature);
        self.show(end, &score, &emotion, telemetry);
        self.finish_line(end, telemetry);
        self.taken = 0;
    }

    fn stop_samples(&self) -> f32 {
        STOP_S * self.config.sample_rate_hz
    }

    fn control(&self, control: Control, at: u64) -> f32 {
        self.controls.at(control, at)
    }

    fn emotion_at(&self, at: u64) -> EmotionState {
        let resting = self.speaker.resting_emotion;
        let axis = |control, rest: f32| (self.control(control, at) + rest).clamp(-1.0, 1.0);
        let intensity = self.control(Control::Intensity, at) * self.velocity.at(at);
        EmotionState {
            valence: axis(Control::Valence, resting[0]),
            arousal: axis(Control::Arousal, resting[1]),
            dominance: axis(Control::Dominance, resting[2]),
            intensity: if self.config.ablation.emotion { 0.0 } else { intensity.clamp(0.0, 1.0) },
        }
    }

    /// Turns the field by one tick and returns the score's channels at its new time.
    fn advance(
        &mut self,
        end: u64,
        emotion: &EmotionState,
        signature: &VoiceSignature,
        telemetry: &mut dyn Telemetry,
    ) -> ScoreFrame {
        let ablation = self.config.ablation;
        let shown = emotion.shown();
        // Arousal and dominance tighten the field and take its lags away; calm loosens it: drawl, late smile.
        let coupling_gain = if ablation.coupling { 0.0 } else { (0.6 * shown[1] + 0.3 * shown[2]).exp() };
        let lag_gain = if ablation.lags { 0.0 } else { (1.0 - 0.8 * shown[1]).clamp(0.1, 2.0) };
        let rate = self.control(Control::RateRatio, end) * self.speaker.rate_ratio * signature.rate_ratio;
        let mut drive = NetworkDrive {
            coupling_gain,
            lag_gain,
            syllable_omega: 0.0,
            prominence: 0.0,
            micro_mean: self.micro.mean_field(),
        };
        let Some(line) = &mut self.line else {
            self.network.step(self.hop_s, &drive);
            return [0.0; crate::score::SCORE_CHANNELS];
        };
        let before_s = line.clock.position_s(&line.score);
        let pace = self.hold.pace(self.controls.holds(), &line.score, before_s, self.hop_s);
        let rate = rate * pace;
        drive.syllable_omega = line.clock.omega(&line.score, rate);
        // A clock that rests beats no time: nods, brows and jaw come to rest with it.
        drive.prominence = pace * line.clock.cursor.beat(&line.score).map_or(0.0, |beat| beat.prominence);
        let nominal = drive.syllable_omega.max(1e-3);
        let keeps_time = line.score.speaker.keeps_time;
        let push = if keeps_time { 1.0 } else { self.network.syllable_rate(nominal) / nominal };
        line.clock.turn(&line.score, rate, push, self.hop_s);
        let ticks = (self.now, self.hop as f32);
        tell_phones(line, before_s, ticks, telemetry);
        self.network.step(self.hop_s, &drive);
        self.go_on(telemetry);
        self.follow(end, coupling_gain, shown[1])
    }

    /// The next line begins where the present one has ended: the field, the bank and the face go on as they are.
    fn go_on(&mut self, telemetry: &mut dyn Telemetry) {
        if !self.line.as_ref().is_some_and(|line| line.is_spoken() && line.stopped_at.is_none()) {
            return;
        }
        let Some(score) = self.queue.pop() else { return };
        self.adopt(&score.speaker);
        telemetry.next_line(self.now);
        let mut line = Line::new(score);
        tell_phones(&mut line, 0.0, (self.now, 0.0), telemetry);
        self.line = Some(line);
    }

    /// Moves the micro band to the channels at the clock's place and reads it.
    fn follow(&mut self, end: u64, coupling_gain: f32, arousal: f32) -> ScoreFrame {
        let Some(line) = &self.line else { return [0.0; crate::score::SCORE_CHANNELS] };
        self.network.set_syllable_theta(line.clock.theta());
        let place_s = line.clock.position_s(&line.score);
        let target = read_mixed(&line.score, place_s, self.controls.at(Control::VoiceMix, end));
        self.micro.step(&target, self.hop_s, line.clock.theta(), coupling_gain);
        self.observables.position_s = place_s;
        let articulation = self.control(Control::Articulation, end);
        let tuning = sharpened(micro_tuning(&self.config.ablation, arousal), articulation);
        let mut frame = self.micro.read(&tuning);
        articulate(&mut frame, &line.score, place_s, articulation);
        frame
    }

    fn render(&mut self, end: u64, score: &ScoreFrame, signature: &VoiceSignature) {
        let drive = self.voice_drive(end);
        let Some(line) = &self.line else {
            if self.sounding {
                self.bank.render(&SoundKnot::SILENT, &mut self.sound);
                self.sounding = false;
            } else {
                self.sound.fill(0.0);
            }
            self.observables.f0_hz = 0.0;
            return;
        };
        let stop_samples = self.stop_samples();
        let (faded, over) = (line.faded(end, stop_samples), line.is_over(end, stop_samples));
        let locked = self.config.ablation.locking;
        let mut knot = knot_of(score, &self.speaker, &self.curves, signature, &self.network, &drive, locked);
        knot.gain *= if over { 0.0 } else { 1.0 - faded };
        self.bank.render(&knot, &mut self.sound);
        self.guard.apply(&mut self.sound);
        self.sounding = knot.gain > 0.0;
        self.observables.f0_hz = knot.f0_hz;
    }

    /// What the performer does to the voice at sample `end`. Steps vibrato and sway: call it once a tick.
    fn voice_drive(&mut self, end: u64) -> VoiceDrive {
        let at = |control| self.controls.at(control, end);
        let (vibrato_hz, vibrato_st) = (at(Control::VibratoHz), at(Control::VibratoSt));
        VoiceDrive {
            pitch_st: at(Control::PitchSt),
            gain_db: at(Control::GainDb),
            range_ratio: at(Control::PitchRangeRatio),
            voice_mix: at(Control::VoiceMix),
            tract_ratio: 1.0 + at(Control::SizePercent) / 100.0,
            phonation: Phonation {
                tension: at(Control::Tension),
                breath: at(Control::Breath),
                tilt_db_per_octave: at(Control::TiltDbPerOctave),
            },
            outside_f0: self.controls.outside_f0(end),
            vibrato_st: self.vibrato.step(vibrato_hz, vibrato_st, self.hop_s),
            sway: self.hold.sway(self.hop_s),
        }
    }

    /// Moves the face on and tells the faces whose times fall into this hop, between the last pose and the new one.
    fn show(&mut self, end: u64, score: &ScoreFrame, emotion: &EmotionState, telemetry: &mut dyn Telemetry) {
        let drive = VisageDrive {
            mouth: score,
            closure: score[Articulator::Closure.channel()].clamp(0.0, 1.0),
            network: &self.network,
            emotion,
            resting: &self.speaker.resting_shapes,
            grammar: !self.config.ablation.grammar,
        };
        let next = self.visage.step(self.hop_s, &drive);
        if self.faces == 0 {
            // There is no pose before the first one to come from.
            self.face = next;
        }
        self.observe();
        loop {
            let due = (self.faces as f64 * self.config.sample_rate_hz as f64
                / self.config.face_rate_hz as f64) as u64;
            if due >= end {
                break;
            }
            let along = (due.saturating_sub(self.now)) as f32 / self.hop as f32;
            let mut frame = between(&self.face, &next, along);
            frame.time_samples = due;
            telemetry.face(&frame, &self.observables);
            self.faces += 1;
        }
        self.face = next;
    }

    fn observe(&mut self) {
        let length = |(re, im): (f32, f32)| re.hypot(im).min(1.0);
        let network = &self.network;
        let observables = &mut self.observables;
        observables.order = [
            length(self.micro.mean_field()),
            length(network.mean_field(Band::Meso)),
            length(network.mean_field(Band::Macro)),
        ];
        observables.syllable_theta = network.theta(Role::Syllable);
        observables.jaw_theta = network.theta(Role::Jaw);
        observables.energy = network.energy();
        observables.grammar_corrections = self.visage.corrections();
        observables.silenced_samples = self.guard.silenced();
        observables.speaking = self.line.is_some();
        observables.lines_waiting = self.queue.len();
        observables.lines_refused = self.queue.refused();
    }

    fn finish_line(&mut self, end: u64, telemetry: &mut dyn Telemetry) {
        let stop_samples = self.stop_samples();
        if self.line.as_ref().is_some_and(|line| line.is_over(end, stop_samples)) {
            self.line = None;
            self.visage.hand_over();
            self.observables.position_s = 0.0;
            telemetry.finished(end);
            // Queued while the present line was fading.
            if let Some(score) = self.queue.pop() {
                self.begin(score);
            }
        }
    }
}

/// Tells the phones that started since `before_s` of the line; `ticks` is the tick's first sample and its length.
fn tell_phones(line: &mut Line, before_s: f32, ticks: (u64, f32), telemetry: &mut dyn Telemetry) {
    let after_s = line.clock.position_s(&line.score);
    while let Some((phone, start_s)) = line.clock.cursor.pass_phone(&line.score, after_s) {
        let along = ((start_s - before_s) / (after_s - before_s).max(1e-6)).clamp(0.0, 1.0);
        telemetry.phone(PhoneMark { phone, time_samples: ticks.0 + (along * ticks.1) as u64 });
    }
}

fn between(from: &BlendshapeFrame, to: &BlendshapeFrame, along: f32) -> BlendshapeFrame {
    let u = along.clamp(0.0, 1.0);
    let mix = |a: f32, b: f32| a + (b - a) * u;
    BlendshapeFrame {
        time_samples: 0,
        shapes: std::array::from_fn(|i| mix(from.shapes[i], to.shapes[i])),
        head_rad: std::array::from_fn(|i| mix(from.head_rad[i], to.head_rad[i])),
        emotion: to.emotion,
    }
}
