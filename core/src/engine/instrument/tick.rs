//! One control tick: the field turns, the bank renders a hop, the face moves on.

use super::recall::Shown;
use super::{Engine, NOTHING_READ, Reading};
use crate::emotion::{Manner, VoiceSignature, shaken, style_shape};
use crate::engine::articulate::{articulate, sharpened};
use crate::engine::control::Control;
use crate::engine::gains::TREMOR_DB_PER_ST;
use crate::engine::line::Line;
use crate::engine::performing::{Driven, Pace};
use crate::engine::telemetry::{PhoneMark, Telemetry};
use crate::engine::temper::{TemperInput, Tempered};
use crate::engine::tuning::{VoiceDrive, knot_of, lawful_knot, micro_tuning};
use crate::face::{BlendshapeFrame, VisageDrive};
use crate::field::{NetworkDrive, Performed, Role, RoleDrive, Turning};
use crate::grammar::{SoundState, lawful, sound_violations};
use crate::score::{Articulator, ScoreFrame, read_channel, read_mixed};
use crate::sound::{Phonation, SoundKnot};

/// Ticks between two observations of the field.
const TICKS_PER_OBSERVATION: u64 = 4;
/// Ticks after which a window of the forecast is over while nobody speaks: a fifth of a second.
const TICKS_PER_IDLE_WINDOW: u64 = 48;
/// Time in which a stopped line fades, s.
const STOP_S: f32 = 0.02;

impl Engine {
    /// Renders the next hop of sound and the faces that fall into it.
    pub(super) fn tick(&mut self, telemetry: &mut dyn Telemetry) {
        let end = self.now + self.hop as u64;
        let temper = self.temper_at(end);
        let signature = VoiceSignature::of(&temper.moods);
        self.remembering.step(self.hop_s, self.along());
        let score = self.advance(end, &temper, &signature, telemetry);
        self.render(end, &score, &temper, &signature);
        self.observe(end, &score, &temper, telemetry);
        self.show(end, &score, &temper, telemetry);
        if self.line.is_some() {
            self.remembering.impress(self.hop_s, self.along());
        }
        self.finish_line(end, telemetry);
        self.taken = 0;
    }

    pub(super) fn stop_samples(&self) -> f32 {
        STOP_S * self.config.sample_rate_hz
    }

    fn control(&self, control: Control, at: u64) -> f32 {
        self.controls.at(control, at)
    }

    fn temper_at(&mut self, at: u64) -> Tempered {
        let carry = self.control(Control::MoodCarry, at);
        let mood = self.field.bias().emotion;
        let manner = self.line.as_mut().map_or(Manner::PLAIN, Line::manner);
        let input = TemperInput {
            controls: &self.controls,
            at,
            resting: std::array::from_fn(|axis| self.speaker.resting_emotion[axis] + carry * mood[axis]),
            velocity: self.velocity.at(at),
            manner: &manner,
            numb: self.config.ablation.emotion,
        };
        let mut temper = self.temper.step(self.hop_s, &input);
        if let Some(acted) = self.remembering.acted() {
            // Who remembers a laugh laughs.
            (temper.shake, temper.shape.shake) = (style_shape(&acted).shake, style_shape(&acted).shake);
        }
        // The face shakes along where the voice does something of its own.
        if let Some(drive) = self.shaking.drive(&temper.shake, self.field.network()) {
            self.field.drive(Role::Tremor, &drive);
        }
        temper
    }

    /// Turns the field by one tick and returns the score's channels at its new time.
    fn advance(
        &mut self,
        end: u64,
        temper: &Tempered,
        signature: &VoiceSignature,
        telemetry: &mut dyn Telemetry,
    ) -> ScoreFrame {
        let shown = temper.emotion.shown();
        let at = |control| self.controls.at(control, end);
        self.field.set_gains(at(Control::FieldLearning), at(Control::FieldPrediction));
        let (gain, lags) = self.field.gains(shown);
        let (gain, lags) = (gain * at(Control::FieldCoupling), lags * at(Control::FieldLag));
        let articulation = self.control(Control::Articulation, end)
            + signature.articulation
            + temper.shape.articulation
            + (self.speaker.throat.articulation - 1.0);
        let remembered = self.remembered_pace(end, (temper, signature), (gain, lags));
        let (gain, lags) = remembered.map_or((gain, lags), |pace| (pace.coupling_gain, pace.lag_gain));
        let coupling_gain = if self.config.ablation.coupling { 0.0 } else { gain };
        let mut drive = NetworkDrive {
            coupling_gain,
            lag_gain: if self.config.ablation.lags { 0.0 } else { lags },
            syllable_omega: 0.0,
            prominence: 0.0,
            onset: self.field.onset(),
        };
        let turned = self.turn(end, (temper, signature), remembered, &mut drive, telemetry);
        self.field.step(self.hop_s, &drive);
        if !turned {
            self.field.rest(self.hop_s);
            return NOTHING_READ.target;
        }
        self.go_on(end, telemetry);
        let own = self.speaker.throat.articulation;
        let attack = remembered.map_or(shown[1], |pace| pace.attack);
        let articulation = remembered.map_or(articulation, |pace| pace.articulation + own);
        self.follow(end, coupling_gain, attack, articulation)
    }

    /// Turns the syllable clock; false if nothing is being said.
    fn turn(
        &mut self,
        end: u64,
        (temper, signature): (&Tempered, &VoiceSignature),
        remembered: Option<Pace>,
        drive: &mut NetworkDrive,
        telemetry: &mut dyn Telemetry,
    ) -> bool {
        if self.line.as_ref().is_some_and(Line::is_led) {
            return self.turn_led(end, drive, telemetry);
        }
        let at = |control| self.controls.at(control, end);
        let coupled = if self.config.ablation.coupling { 0.0 } else { at(Control::FieldCoupling) };
        let own_rate = self.speaker.rate_ratio * signature.rate_ratio;
        let rate_ratio =
            at(Control::RateRatio) * own_rate * temper.manner.rate_ratio * self.field.rate_factor();
        let rate_ratio = rate_ratio * temper.shape.rate_ratio;
        let rate_ratio = remembered
            .map_or(rate_ratio, |pace| pace.rate_ratio * self.speaker.rate_ratio * self.field.rate_factor());
        let [beat_coupling, partner_coupling] =
            [Control::BeatCoupling, Control::PartnerCoupling].map(|own| (coupled * at(own)).min(1.0));
        let Some(line) = &mut self.line else { return false };
        let before_s = line.clock.position_s(&line.score);
        let mut pace = self.hold.pace(self.controls.holds(), &line.score, before_s, self.hop_s);
        if line.clock.cursor.beat(&line.score).is_some_and(|beat| beat.prominence == 0.0) {
            pace /= remembered.map_or(signature.pause_ratio, |pace| pace.pause_ratio);
        }
        let turning = Turning {
            score: &line.score,
            dt_s: self.hop_s,
            sample: self.now,
            sample_rate_hz: self.config.sample_rate_hz,
            rate_ratio,
            pace,
            beat_coupling,
            beat_division: self.controls.beat_division(),
            partner_coupling,
        };
        let before = line.clock.beat_index();
        let pace = self.field.turn_clock(&turning, &mut line.clock);
        drive.syllable_omega = self.field.omega();
        // A clock that rests beats no time: nods, brows and jaw come to rest with it.
        drive.prominence = pace * line.clock.cursor.beat(&line.score).map_or(0.0, |beat| beat.prominence);
        let ticks = (self.now, self.hop as f32);
        if !std::mem::replace(&mut line.told, true) {
            telemetry.line(&line.score, self.now);
        }
        tell_phones(line, before_s, ticks, telemetry);
        self.pass(before, telemetry);
        true
    }

    /// What the clock has come by since it stood at beat `before`: words for the field, marks, at a new beat what was
    /// foretold of it.
    pub(super) fn pass(&mut self, before: usize, telemetry: &mut dyn Telemetry) {
        let Some(line) = &mut self.line else { return };
        line.tell_words(&mut self.field);
        while let Some(mark) = line.pass_mark() {
            telemetry.mark(mark as u32, self.now);
        }
        if line.clock.beat_index() != before {
            self.judge(telemetry);
        }
    }

    /// A window of the forecast is over.
    pub(super) fn judge(&mut self, telemetry: &mut dyn Telemetry) {
        let Some(event) = self.field.judge(self.now) else { return };
        self.observables.surprises = self.observables.surprises.saturating_add(1);
        self.observables.surprise = Some(event);
        telemetry.surprise(&event);
    }

    /// The next line begins where the present one has ended: the field, the bank and the face go on as they are.
    fn go_on(&mut self, end: u64, telemetry: &mut dyn Telemetry) {
        if !self.line.as_ref().is_some_and(|line| line.is_spoken(end) && line.stopped_at.is_none()) {
            return;
        }
        let Some(score) = self.queue.pop() else { return };
        self.leave_impression(end, telemetry);
        self.adopt(&score.speaker);
        self.let_go();
        self.sung = None;
        telemetry.next_line(self.now);
        telemetry.line(&score, self.now);
        let mut line = Line::new(score);
        line.told = true;
        tell_phones(&mut line, 0.0, (self.now, 0.0), telemetry);
        self.line = Some(line);
        self.begin_impression(true);
    }

    /// Moves the micro band to the channels at the clock's place and reads it.
    fn follow(&mut self, end: u64, coupling_gain: f32, arousal: f32, articulation: f32) -> ScoreFrame {
        let Some(line) = &mut self.line else { return NOTHING_READ.target };
        let place_s = line.clock.position_s(&line.score);
        let voice_mix = self.controls.at(Control::VoiceMix, end);
        if self.reading.place_s != place_s || self.reading.voice_mix != voice_mix {
            self.reading =
                Reading { place_s, voice_mix, target: read_mixed(&line.score, place_s, voice_mix) };
        }
        let jaw = Articulator::Jaw.channel();
        let jaw_s = place_s - self.field.jaw_lag_s(&line.clock, &line.score);
        self.reading.target[jaw] = read_channel(&line.score, jaw_s, jaw);
        let target = self.crossing.step(&self.reading.target, self.hop_s);
        self.field.follow(&target, &mut line.clock, &line.score, self.hop_s, coupling_gain);
        self.observables.position_s = place_s;
        let articulation = articulation.clamp(0.0, 2.0);
        let tuning = sharpened(micro_tuning(&self.config.ablation, arousal), articulation);
        let mut frame = self.field.play(&tuning);
        articulate(&mut frame, &line.score, place_s, articulation);
        frame
    }

    fn render(&mut self, end: u64, score: &ScoreFrame, temper: &Tempered, signature: &VoiceSignature) {
        let (signature, drive) = self.remembered_drive(end, temper, signature);
        let drive = self.bent(end, drive);
        let Some(line) = &self.line else {
            if self.sounding {
                self.bank.render(&SoundKnot::SILENT, &mut self.sound);
                self.sounding = false;
                self.quiet = false;
            } else {
                self.sound.fill(0.0);
                self.quiet = true;
            }
            self.choir.join(&SoundKnot::SILENT, &self.speaker.ensemble, &mut self.sound);
            self.quiet &= self.choir.is_quiet();
            self.observables.f0_hz = 0.0;
            return;
        };
        let stop_samples = self.stop_samples();
        let (faded, over) = (line.faded(end, stop_samples), line.is_over(end, stop_samples));
        let locked = self.config.ablation.locking;
        let network = self.field.network();
        let mut knot = knot_of(score, &self.speaker, &self.curves, &signature, network, &drive, locked);
        knot.gain *= if over { 0.0 } else { (1.0 - faded) * line.gain };
        let weights = (!self.config.ablation.grammar).then_some(&self.field.setup().grammar);
        let share = self.control(Control::FieldGrammar, end);
        self.sound_tally.add(lawful_knot(&mut knot, &self.speaker, weights, share));
        let played = SoundState { knot: &knot, f0_range_hz: self.speaker.f0_range_hz() };
        let broken = u32::from(!sound_violations(&played).is_empty());
        self.observables.sound_violations = self.observables.sound_violations.saturating_add(broken);
        self.bank.render(&knot, &mut self.sound);
        self.choir.join(&knot, &self.speaker.ensemble, &mut self.sound);
        self.guard.apply(&mut self.sound);
        (self.sounding, self.quiet) = (knot.gain > 0.0, false);
        self.observables.f0_hz = knot.f0_hz;
    }

    /// What the performer does to the voice at sample `end`. Steps the sway: call it once a tick.
    pub(super) fn voice_drive(&mut self, end: u64, temper: &Tempered, signature: &VoiceSignature) -> Driven {
        let at = |control| self.controls.at(control, end);
        let finality = self.line.as_ref().map_or(0.0, Line::finality);
        let (shape, throat, network) = (&temper.shape, &self.speaker.throat, self.field.network());
        let vibrato = network.r(Role::Vibrato) * network.sin(Role::Vibrato);
        let (tremor, tremor_st) = (self.shaking.tremor(network), at(Control::TremorSt));
        let shaken = shaken(shape, self.shaking.now(network));
        let sum = |parts: [f32; 4], low: f32, high: f32| parts.iter().sum::<f32>().clamp(low, high);
        let wave_st = [
            at(Control::VibratoSt) + throat.vibrato_st,
            signature.tremor_st + throat.tremor_st + shape.tremor_st + tremor_st,
        ];
        let instant = [
            signature.final_st * finality + shaken.f0_st,
            shaken.level_db + TREMOR_DB_PER_ST * tremor_st * tremor,
        ];
        let drive = VoiceDrive {
            pitch_st: at(Control::PitchSt)
                + at(Control::MoodCarry) * self.field.bias().pitch_st
                + temper.manner.pitch_st
                + signature.final_st * finality
                + shape.f0_shift_st
                + shaken.f0_st,
            gain_db: at(Control::GainDb)
                + temper.manner.level_db
                + shape.level_db
                + shaken.level_db
                + throat.level_db
                + TREMOR_DB_PER_ST * tremor_st * tremor,
            range_ratio: at(Control::PitchRangeRatio)
                * temper.manner.range_ratio
                * throat.pitch_range
                * shape.f0_range_ratio,
            voice_mix: at(Control::VoiceMix),
            tract_ratio: (1.0 + at(Control::SizePercent) / 100.0) / shape.formant_ratio,
            phonation: Phonation {
                tension: sum(
                    [at(Control::Tension), signature.tension, throat.tension, shape.tension],
                    -1.0,
                    1.0,
                ),
                breath: sum(
                    [at(Control::Breath), signature.breath, throat.breath, shape.breath + shaken.breath],
                    0.0,
                    1.0,
                ),
                tilt_db_per_octave: sum(
                    [at(Control::TiltDbPerOctave), throat.tilt_db_per_octave, shape.tilt_db_per_octave, 0.0],
                    -6.0,
                    6.0,
                ),
                whisper: sum([throat.whisper, shape.whisper, 0.0, 0.0], 0.0, 1.0),
                creak: sum([at(Control::Creak), signature.creak, throat.creak, shape.creak], 0.0, 1.0),
                falsetto: sum([at(Control::Falsetto), throat.falsetto, shape.falsetto, 0.0], 0.0, 1.0),
                jitter_percent: sum([signature.jitter_percent, shape.jitter_percent, 0.0, 0.0], 0.0, 10.0),
                shimmer_db: sum([signature.shimmer_db, shape.shimmer_db, 0.0, 0.0], 0.0, 6.0),
                hnr_db: signature.hnr_db.clamp(-6.0, 6.0),
            },
            hum: shape.hum,
            bend_st: 0.0,
            outside_f0: self.controls.outside_f0(end),
            wave_st: wave_st[0] * vibrato + wave_st[1] * tremor,
            sway: self.hold.sway(self.hop_s),
        };
        Driven { signature: *signature, drive, wave_st, swing: [vibrato, tremor], instant }
    }

    /// Moves the face on and tells the faces whose times fall into this hop, between the last pose and the new one.
    fn show(&mut self, end: u64, score: &ScoreFrame, temper: &Tempered, telemetry: &mut dyn Telemetry) {
        let demand = |articulator: Articulator| score[articulator.channel()].clamp(0.0, 1.0);
        let Shown { moods, acted, emotion, gains } = self.remembered_face(end, temper);
        self.observables.moods = moods;
        // Teeth on a lip are a movement, and scaled as such; lips that touch are none.
        let labiodental = gains.strength.min(1.0) * demand(Articulator::Labiodental);
        let closure = demand(Articulator::Closure);
        self.observables.lip_demands = [closure, labiodental];
        let weights = self.field.setup().grammar;
        let drive = VisageDrive {
            mouth: score,
            closure,
            labiodental,
            weights: &weights,
            network: self.field.network(),
            emotion: &emotion,
            moods: &moods,
            styles: &acted,
            brow_raise: self.field.brow_raise(),
            mouth_gain: self.field.mouth_gain(),
            gains: &gains,
            resting: &self.speaker.resting_shapes,
            grammar: !self.config.ablation.grammar,
        };
        while let Some(cue) = self.line.as_mut().and_then(Line::pass_gesture) {
            self.visage.gesture(cue.gesture, cue.strength);
        }
        let next = self.visage.step(self.hop_s, &drive);
        self.field.set_grammar_energy(gains.grammar * self.visage.grammar_energy());
        if self.faces.is_first() {
            // There is no pose before the first one to come from.
            self.face = next;
        }
        let along = |due: u64| (due.saturating_sub(self.now)) as f32 / self.hop as f32;
        while let Some(due) = self.faces.next_before(end, self.config.sample_rate_hz) {
            let mut frame = between(&self.face, &next, along(due));
            self.replaying.cross(&mut frame, due, self.config.sample_rate_hz);
            if !self.config.ablation.grammar && gains.grammar >= 1.0 {
                // A mix of two lawful faces need not be one.
                lawful(&mut frame, closure, labiodental, &weights);
            }
            frame.time_samples = due;
            // What the field is like is looked up for those who are told only.
            let observables = self.observables();
            telemetry.face(&frame, &observables);
        }
        self.probes.tell((self.now, end), &self.field, self.config.sample_rate_hz, telemetry);
        self.face = next;
    }

    /// Lets the field observe itself, 60 times a second.
    fn observe(&mut self, end: u64, score: &ScoreFrame, temper: &Tempered, telemetry: &mut dyn Telemetry) {
        self.ticks += 1;
        if !self.ticks.is_multiple_of(TICKS_PER_OBSERVATION) {
            return;
        }
        let at = |control| self.controls.at(control, end);
        let performed = Performed {
            emotion: temper.lanes,
            felt: self.remembering.felt().unwrap_or_else(|| temper.emotion.shown()),
            pitch_st: at(Control::PitchSt),
            gain_db: at(Control::GainDb),
            rate_ratio: at(Control::RateRatio),
        };
        let vibrato_hz = at(Control::VibratoHz);
        let frame = self.line.is_some().then_some(score);
        self.observables.observation = self.field.observe(frame, self.speaker.f0_mean_hz.ln(), &performed);
        telemetry.observation(end, &self.observables.observation);
        if frame.is_none() && self.ticks.is_multiple_of(TICKS_PER_IDLE_WINDOW) {
            self.judge(telemetry);
        }
        if self.field.network().driven_hz(Role::Vibrato) != Some(vibrato_hz) {
            let drive = RoleDrive { hz: Some(vibrato_hz), ..RoleDrive::default() };
            self.field.drive(Role::Vibrato, &drive);
        }
    }

    fn finish_line(&mut self, end: u64, telemetry: &mut dyn Telemetry) {
        let stop_samples = self.stop_samples();
        if self.line.as_ref().is_some_and(|line| line.is_over(end, stop_samples)) {
            self.leave_impression(end, telemetry);
            self.let_go();
            self.line = None;
            self.visage.hand_over();
            self.observables.position_s = 0.0;
            self.observables.syllable = None;
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
