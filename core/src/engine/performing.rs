//! The observables of the voice that memory keeps: from what the engine does to the stream, and back.

use super::tuning::VoiceDrive;
use crate::emotion::VoiceSignature;
use crate::memory::streams::VoiceObservable as Observable;
use crate::persona::Throat;
use std::ops::Range;

/// What drives the voice at an instant: the first observables of the stream.
pub(super) const DRIVE: Range<usize> = 0..Observable::LnRate as usize;
/// What drives the clock and the field: the others.
pub(super) const PACE: Range<usize> = Observable::LnRate as usize..Observable::Lags as usize + 1;

/// What drives the clock and the field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Factor on the clock's rate, but for the speaker's and the field's own.
    pub rate_ratio: f32,
    /// Factor on pauses.
    pub pause_ratio: f32,
    /// Beyond the plain and the persona's own.
    pub articulation: f32,
    /// Arousal that strikes the modes.
    pub attack: f32,
    /// Factor on the couplings.
    pub coupling_gain: f32,
    /// Factor on the lags.
    pub lag_gain: f32,
}

fn ln(ratio: f32) -> f32 {
    ratio.max(1e-3).ln()
}

impl Pace {
    /// As a stream.
    pub fn observed(&self) -> [f32; PACE.end - PACE.start] {
        let Self { rate_ratio, pause_ratio, articulation, attack, coupling_gain, lag_gain } = *self;
        [ln(rate_ratio), ln(pause_ratio), articulation, attack, ln(coupling_gain), lag_gain]
    }

    /// From a stream.
    pub fn of(stream: &[f32; PACE.end - PACE.start]) -> Self {
        let [ln_rate, ln_pause, articulation, attack, ln_coupling, lag_gain] = *stream;
        Self {
            rate_ratio: ln_rate.clamp(-1.4, 1.4).exp(),
            pause_ratio: ln_pause.clamp(-2.0, 2.0).exp(),
            articulation: articulation.clamp(-2.0, 2.0),
            attack: attack.clamp(-1.0, 1.0),
            coupling_gain: ln_coupling.clamp(-3.0, 3.0).exp(),
            lag_gain: lag_gain.clamp(0.0, 4.0),
        }
    }
}

/// The voice as it is driven: what the signature of the mood does, and all else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Driven {
    pub signature: VoiceSignature,
    pub drive: VoiceDrive,
    /// Depths of vibrato and tremor, st.
    pub wave_st: [f32; 2],
    /// Where they are, -1..=1.
    pub swing: [f32; 2],
    /// What in the drive's pitch and level, st and dB, is of the instant: ends of sentences, shakes.
    pub instant: [f32; 2],
}

impl Driven {
    /// As a stream, relative to the persona's throat.
    pub fn observed(&self, throat: &Throat) -> [f32; DRIVE.end] {
        let Self { signature, drive, wave_st, instant, .. } = self;
        let phonation = &drive.phonation;
        [
            drive.pitch_st + signature.f0_shift_st - instant[0],
            ln(drive.range_ratio * signature.f0_range_ratio / throat.pitch_range.max(0.05)),
            drive.gain_db + signature.level_db - throat.level_db - instant[1],
            signature.balance_db,
            signature.final_st,
            ln(drive.tract_ratio / signature.formant_ratio),
            phonation.tension - throat.tension,
            phonation.breath - throat.breath,
            phonation.tilt_db_per_octave - throat.tilt_db_per_octave,
            phonation.whisper - throat.whisper,
            phonation.creak - throat.creak,
            phonation.falsetto - throat.falsetto,
            phonation.jitter_percent,
            phonation.shimmer_db,
            phonation.hnr_db,
            drive.hum,
            wave_st[0] - throat.vibrato_st,
            wave_st[1] - throat.tremor_st,
        ]
    }

    /// The same voice driven as a stream says. `finality` is how near the end of a sentence is, 0..=1, `shape_st` what is
    /// laid over the melody.
    pub fn redriven(
        &self,
        stream: &[f32; DRIVE.end],
        throat: &Throat,
        finality: f32,
        shape_st: f32,
    ) -> (VoiceSignature, VoiceDrive) {
        let [
            pitch_st,
            ln_range,
            level_db,
            balance_db,
            final_st,
            ln_tract,
            tension,
            breath,
            tilt,
            whisper,
            creak,
            falsetto,
            jitter,
            shimmer,
            hnr_db,
            hum,
            vibrato_st,
            tremor_st,
        ] = *stream;
        let share = |x: f32| x.clamp(0.0, 1.0);
        let own_final_st = self.signature.final_st * finality;
        let mut drive = self.drive;
        drive.pitch_st = pitch_st + self.instant[0] - own_final_st + final_st * finality + shape_st;
        drive.range_ratio = ln_range.clamp(-4.0, 2.0).exp() * throat.pitch_range;
        drive.gain_db = level_db + throat.level_db + self.instant[1];
        drive.tract_ratio = ln_tract.clamp(-0.5, 0.5).exp();
        drive.hum = share(hum);
        let [vibrato, tremor] = self.swing;
        drive.wave_st = (vibrato_st + throat.vibrato_st) * vibrato + (tremor_st + throat.tremor_st) * tremor;
        let phonation = &mut drive.phonation;
        phonation.tension = (tension + throat.tension).clamp(-1.0, 1.0);
        phonation.breath = share(breath + throat.breath);
        phonation.tilt_db_per_octave = (tilt + throat.tilt_db_per_octave).clamp(-6.0, 6.0);
        phonation.whisper = share(whisper + throat.whisper);
        phonation.creak = share(creak + throat.creak);
        phonation.falsetto = share(falsetto + throat.falsetto);
        phonation.jitter_percent = jitter.clamp(0.0, 10.0);
        phonation.shimmer_db = shimmer.clamp(0.0, 6.0);
        phonation.hnr_db = hnr_db.clamp(-6.0, 6.0);
        // Everything of it is in the drive now.
        let signature = VoiceSignature {
            f0_shift_st: 0.0,
            f0_range_ratio: 1.0,
            level_db: 0.0,
            formant_ratio: 1.0,
            balance_db,
            ..self.signature
        };
        (signature, drive)
    }
}
