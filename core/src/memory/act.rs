//! What an engine was told while a take was kept, and its bytes.

use super::bytes::Reader;
use super::error::MemoryError;
use super::pack::Writer;
use super::recollection::{BLENDED, Weights};
use crate::engine::{Control, Event, Expression};
use crate::field::{Pulse, Role, RoleDrive, Transient, Transport};
use crate::score::{SCORE_CHANNELS, Score};

/// An [`Event`] without anything that lives elsewhere: scores by [`Score::id`], recollections by their place in the take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Act {
    /// Who rests from now on.
    Load {
        score: u64,
    },
    Speak {
        score: u64,
        velocity: f32,
    },
    Queue {
        score: u64,
    },
    Stop,
    Set {
        control: Control,
        value: f32,
    },
    Drive {
        role: Role,
        drive: RoleDrive,
    },
    Inject(Transient),
    Transport(Transport),
    Partner(Pulse),
    Sing {
        score: u64,
        syllable: u32,
        f0_hz: f32,
        velocity: f32,
        lead_samples: u32,
        glide_s: f32,
    },
    Release {
        after_samples: u32,
    },
    Express(Expression),
    Follow {
        score: u64,
        at_s: f64,
        rate: f64,
    },
    Recall {
        parts: [Option<u8>; BLENDED],
        weights: Weights,
        over_s: f32,
    },
    Weigh(Weights),
}

/// An act and its sample after the take's first one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Logged {
    pub sample: u64,
    pub act: Act,
}

impl Act {
    /// What an event does to an engine; `None` for what leaves no trace in a take. `loaded` is the line that is spoken at a
    /// trigger. A recollection has no place yet.
    pub fn of(event: &Event, loaded: Option<&Score>) -> Option<Self> {
        Some(match event {
            Event::Load(score) => Act::Load { score: score.id },
            Event::Speak { velocity } => Act::Speak { score: loaded?.id, velocity: *velocity },
            Event::Queue(score) => Act::Queue { score: score.id },
            Event::Stop | Event::Follow(None) => Act::Stop,
            Event::Set { control, value } => Act::Set { control: *control, value: *value },
            Event::Drive { role, drive } => Act::Drive { role: *role, drive: *drive },
            Event::Inject(transient) => Act::Inject(*transient),
            Event::Transport(transport) => Act::Transport(*transport),
            Event::Partner(pulse) => Act::Partner(*pulse),
            Event::Sing(note) => Act::Sing {
                score: note.score.id,
                syllable: note.syllable,
                f0_hz: note.f0_hz,
                velocity: note.velocity,
                lead_samples: note.lead_samples,
                glide_s: note.glide_s,
            },
            Event::Release { after_samples } => Act::Release { after_samples: *after_samples },
            Event::Express(expression) => Act::Express(*expression),
            Event::Follow(Some(place)) => {
                Act::Follow { score: place.score.id, at_s: place.at_s, rate: place.rate }
            }
            Event::Recall(recall) => {
                Act::Recall { parts: [None; BLENDED], weights: recall.weights, over_s: recall.over_s }
            }
            Event::Weigh(weights) => Act::Weigh(*weights),
            Event::Field(_) | Event::Replay(_) | Event::Probe { .. } => return None,
        })
    }

    /// The score that it is about.
    pub fn score(&self) -> Option<u64> {
        match self {
            Act::Load { score }
            | Act::Speak { score, .. }
            | Act::Queue { score }
            | Act::Sing { score, .. }
            | Act::Follow { score, .. } => Some(*score),
            _ => None,
        }
    }

    /// Writes it; `scores` are the ids of the take.
    pub(super) fn write(&self, scores: &[u64], to: &mut Writer) {
        let id = self.score().and_then(|own| scores.iter().position(|id| *id == own)).unwrap_or(0) as u64;
        match self {
            Act::Load { .. } => {
                to.byte(0);
                to.whole(id);
            }
            Act::Speak { velocity, .. } => {
                to.byte(1);
                to.whole(id);
                to.f32(*velocity);
            }
            Act::Queue { .. } => {
                to.byte(2);
                to.whole(id);
            }
            Act::Stop => to.byte(3),
            Act::Set { control, value } => {
                to.byte(4);
                to.byte(*control as u8);
                to.f32(*value);
            }
            Act::Drive { role, drive } => {
                to.byte(5);
                write_role(*role, to);
                to.byte(u8::from(drive.hz.is_some()) | u8::from(drive.amplitude.is_some()) << 1);
                [drive.hz, drive.amplitude].into_iter().flatten().for_each(|x| to.f32(x));
                to.f32(drive.over_s);
            }
            Act::Inject(transient) => write_transient(transient, to),
            Act::Transport(Transport { tempo_bpm, beats, playing }) => {
                to.byte(10);
                to.f32(*tempo_bpm);
                to.f64(*beats);
                to.byte(u8::from(*playing));
            }
            Act::Partner(Pulse { theta, omega, pace_hz, speaking }) => {
                to.byte(11);
                [theta, omega, pace_hz].into_iter().for_each(|x| to.f32(*x));
                to.byte(u8::from(*speaking));
            }
            Act::Sing { syllable, f0_hz, velocity, lead_samples, glide_s, .. } => {
                to.byte(12);
                [id, u64::from(*syllable), u64::from(*lead_samples)].into_iter().for_each(|x| to.whole(x));
                [f0_hz, velocity, glide_s].into_iter().for_each(|x| to.f32(*x));
            }
            Act::Release { after_samples } => {
                to.byte(13);
                to.whole(u64::from(*after_samples));
            }
            Act::Express(Expression { bend_st, level_db, brightness, pitch_weight }) => {
                to.byte(14);
                [bend_st, level_db, brightness, pitch_weight].into_iter().for_each(|x| to.f32(*x));
            }
            Act::Follow { at_s, rate, .. } => {
                to.byte(15);
                to.whole(id);
                to.f64(*at_s);
                to.f64(*rate);
            }
            Act::Recall { parts, weights, over_s } => {
                to.byte(16);
                parts.iter().for_each(|place| to.byte(place.map_or(0, |place| place + 1)));
                write_weights(weights, to);
                to.f32(*over_s);
            }
            Act::Weigh(weights) => {
                to.byte(17);
                write_weights(weights, to);
            }
        }
    }

    /// Reads one; there are so many recollections in the take.
    pub(super) fn read(
        scores: &[u64],
        recollections: usize,
        from: &mut Reader<'_>,
    ) -> Result<Self, MemoryError> {
        let kind = from.byte()?;
        let score = |from: &mut Reader<'_>| -> Result<u64, MemoryError> {
            let index = from.index(scores.len(), "the number of a score")?;
            scores
                .get(index)
                .copied()
                .ok_or_else(|| MemoryError::DamagedTake { what: "it has no score".to_owned() })
        };
        let count = |from: &mut Reader<'_>| from.at_most(u64::from(u32::MAX), "a count").map(|x| x as u32);
        Ok(match kind {
            0 => Act::Load { score: score(from)? },
            1 => Act::Speak { score: score(from)?, velocity: from.f32()? },
            2 => Act::Queue { score: score(from)? },
            3 => Act::Stop,
            4 => {
                let index = from.index(Control::ALL.len(), "the number of a control")?;
                Act::Set { control: Control::ALL[index], value: from.f32()? }
            }
            5 => {
                let (role, has) = (read_role(from)?, from.byte()?);
                let mut number = |bit| (has & bit != 0).then(|| from.f32()).transpose();
                let (hz, amplitude) = (number(1)?, number(2)?);
                Act::Drive { role, drive: RoleDrive { hz, amplitude, over_s: from.f32()? } }
            }
            6..=9 => Act::Inject(read_transient(kind, from)?),
            10 => Act::Transport(Transport {
                tempo_bpm: from.f32()?,
                beats: from.f64()?,
                playing: from.byte()? != 0,
            }),
            11 => Act::Partner(Pulse {
                theta: from.f32()?,
                omega: from.f32()?,
                pace_hz: from.f32()?,
                speaking: from.byte()? != 0,
            }),
            12 => {
                let (score, syllable, lead_samples) = (score(from)?, count(from)?, count(from)?);
                let (f0_hz, velocity, glide_s) = (from.f32()?, from.f32()?, from.f32()?);
                Act::Sing { score, syllable, f0_hz, velocity, lead_samples, glide_s }
            }
            13 => Act::Release { after_samples: count(from)? },
            14 => Act::Express(Expression {
                bend_st: from.f32()?,
                level_db: from.f32()?,
                brightness: from.f32()?,
                pitch_weight: from.f32()?,
            }),
            15 => Act::Follow { score: score(from)?, at_s: from.f64()?, rate: from.f64()? },
            16 => {
                let mut parts = [None; BLENDED];
                for part in &mut parts {
                    let place = from.at_most(recollections as u64, "the number of a recollection")?;
                    *part = (place as u8).checked_sub(1);
                }
                Act::Recall { parts, weights: read_weights(from)?, over_s: from.f32()? }
            }
            17 => Act::Weigh(read_weights(from)?),
            _ => {
                return Err(MemoryError::DamagedTake {
                    what: format!("an event of the unknown kind {kind}"),
                });
            }
        })
    }
}

fn write_weights(weights: &Weights, to: &mut Writer) {
    weights.parts.iter().chain([&weights.voice, &weights.face]).for_each(|x| to.f32(*x));
}

fn read_weights(from: &mut Reader<'_>) -> Result<Weights, MemoryError> {
    let mut weights = Weights::NONE;
    for part in &mut weights.parts {
        *part = from.f32()?;
    }
    (weights.voice, weights.face) = (from.f32()?, from.f32()?);
    Ok(weights)
}

fn write_role(role: Role, to: &mut Writer) {
    to.whole(Role::ALL.iter().position(|own| *own == role).unwrap_or(0) as u64);
}

fn read_role(from: &mut Reader<'_>) -> Result<Role, MemoryError> {
    from.index(Role::ALL.len(), "the number of an oscillator").map(|index| Role::ALL[index])
}

fn write_transient(transient: &Transient, to: &mut Writer) {
    match transient {
        Transient::Phase { role, rad } => {
            to.byte(6);
            write_role(*role, to);
            to.f32(*rad);
        }
        Transient::Amplitude { role, amount } => {
            to.byte(7);
            write_role(*role, to);
            to.f32(*amount);
        }
        Transient::Scatter { rad } => {
            to.byte(8);
            to.f32(*rad);
        }
        Transient::Mode { channel, amount, slow } => {
            to.byte(9);
            // A channel that does not exist does nothing.
            to.whole((*channel).min(SCORE_CHANNELS) as u64);
            to.f32(*amount);
            to.byte(u8::from(*slow));
        }
    }
}

fn read_transient(kind: u8, from: &mut Reader<'_>) -> Result<Transient, MemoryError> {
    Ok(match kind {
        6 => Transient::Phase { role: read_role(from)?, rad: from.f32()? },
        7 => Transient::Amplitude { role: read_role(from)?, amount: from.f32()? },
        8 => Transient::Scatter { rad: from.f32()? },
        _ => Transient::Mode {
            channel: from.index(SCORE_CHANNELS + 1, "the number of a channel")?,
            amount: from.f32()?,
            slow: from.byte()? != 0,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_comes_back() {
        let drive = RoleDrive { hz: Some(2.0), amplitude: None, over_s: 0.5 };
        let acts = [
            Act::Load { score: 7 },
            Act::Speak { score: 9, velocity: 0.4 },
            Act::Queue { score: 9 },
            Act::Stop,
            Act::Set { control: Control::FaceIdle, value: -0.0 },
            Act::Drive { role: Role::Lid, drive },
            Act::Drive { role: Role::Jaw, drive: RoleDrive { hz: None, amplitude: Some(1.0), over_s: 0.0 } },
            Act::Inject(Transient::Phase { role: Role::Brow, rad: 1.0 }),
            Act::Inject(Transient::Amplitude { role: Role::Brow, amount: -1.0 }),
            Act::Inject(Transient::Scatter { rad: 0.3 }),
            Act::Inject(Transient::Mode { channel: 63, amount: 0.3, slow: true }),
            Act::Transport(Transport { tempo_bpm: 90.0, beats: 1.0 / 3.0, playing: true }),
            Act::Partner(Pulse { theta: 1.0, omega: 2.0, pace_hz: 3.0, speaking: true }),
            Act::Sing {
                score: 7,
                syllable: 300,
                f0_hz: 220.0,
                velocity: 0.8,
                lead_samples: 70_000,
                glide_s: 0.1,
            },
            Act::Release { after_samples: u32::MAX },
            Act::Express(Expression { bend_st: 1.0, level_db: 2.0, brightness: 3.0, pitch_weight: 0.5 }),
            Act::Follow { score: 9, at_s: -0.25, rate: 1.5 },
            Act::Recall {
                parts: [Some(1), None, Some(0), None],
                weights: Weights::of_pad([0.25, 0.5], 0.75),
                over_s: 2.0,
            },
            Act::Recall { parts: [None; BLENDED], weights: Weights::NONE, over_s: 2.0 },
            Act::Weigh(Weights::of_pad([1.0, 0.5], 0.25)),
        ];
        let scores = [7, 9];
        for act in acts {
            let mut writer = Writer::default();
            act.write(&scores, &mut writer);
            let mut reader = Reader(&writer.bytes);
            assert_eq!(Act::read(&scores, 2, &mut reader), Ok(act));
            assert!(reader.end().is_ok());
            for cut in 0..writer.bytes.len() {
                assert!(
                    Act::read(&scores, 2, &mut Reader(&writer.bytes[..cut])).is_err(),
                    "{act:?} cut to {cut}"
                );
            }
        }
        assert!(Act::read(&scores, 2, &mut Reader(&[4, 200, 1, 0, 0, 0, 0])).is_err(), "no such control");
        assert!(Act::read(&[], 0, &mut Reader(&[0, 0])).is_err(), "no such score");
        assert!(Act::read(&scores, 0, &mut Reader(&[99])).unwrap_err().to_string().contains("kind 99"));
    }
}
