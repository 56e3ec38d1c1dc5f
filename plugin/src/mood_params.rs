//! The parameters of mood and style. Their string ids are frozen like all others.

use crate::parameter_kinds::{percent, seconds};
use nice_plug::prelude::*;
use psivox_core::Control;

/// Named modes, styles and registers, and how moods move.
#[derive(Params)]
pub struct MoodParams {
    /// How happy, 0..=1.
    #[id = "happy"]
    pub happy: FloatParam,
    /// How sad, 0..=1.
    #[id = "sad"]
    pub sad: FloatParam,
    /// How angry, 0..=1.
    #[id = "angry"]
    pub angry: FloatParam,
    /// How afraid, 0..=1.
    #[id = "afraid"]
    pub afraid: FloatParam,
    /// How disgusted, 0..=1.
    #[id = "disgusted"]
    pub disgusted: FloatParam,
    /// How surprised, 0..=1.
    #[id = "surprised"]
    pub surprised: FloatParam,
    /// How calm, 0..=1.
    #[id = "calm"]
    pub calm: FloatParam,
    /// How tender, 0..=1.
    #[id = "tender"]
    pub tender: FloatParam,
    /// How bored, 0..=1.
    #[id = "bored"]
    pub bored: FloatParam,
    /// How contemptuous, 0..=1.
    #[id = "contempt"]
    pub contempt: FloatParam,
    /// How excited, 0..=1.
    #[id = "excited"]
    pub excited: FloatParam,
    /// How much is whispered, 0..=1.
    #[id = "whisper"]
    pub whisper: FloatParam,
    /// How much is murmured, 0..=1.
    #[id = "murmur"]
    pub murmur: FloatParam,
    /// How much is shouted, 0..=1.
    #[id = "shout"]
    pub shout: FloatParam,
    /// How much the words are laughed, 0..=1.
    #[id = "laugh"]
    pub laugh: FloatParam,
    /// How much the words are sobbed, 0..=1.
    #[id = "sob"]
    pub sob: FloatParam,
    /// How much is hummed, 0..=1.
    #[id = "hum"]
    pub hum: FloatParam,
    /// Vocal fry, 0..=1.
    #[id = "creak"]
    pub creak: FloatParam,
    /// The thin register, 0..=1.
    #[id = "falsetto"]
    pub falsetto: FloatParam,
    /// How much of the emotion that the text suggests is taken, 0..=1.
    #[id = "emotion_from_text"]
    pub emotion_from_text: FloatParam,
    /// Time constant with which moods change, s.
    #[id = "emotion_glide"]
    pub emotion_glide: FloatParam,
    /// How much the mood of earlier lines carries over, 0..=1.
    #[id = "mood_carry"]
    pub mood_carry: FloatParam,
}

impl Default for MoodParams {
    fn default() -> Self {
        Self {
            happy: percent("Happy", Control::Happy),
            sad: percent("Sad", Control::Sad),
            angry: percent("Angry", Control::Angry),
            afraid: percent("Afraid", Control::Afraid),
            disgusted: percent("Disgusted", Control::Disgusted),
            surprised: percent("Surprised", Control::Surprised),
            calm: percent("Calm", Control::Calm),
            tender: percent("Tender", Control::Tender),
            bored: percent("Bored", Control::Bored),
            contempt: percent("Contempt", Control::Contempt),
            excited: percent("Excited", Control::Excited),
            whisper: percent("Whisper", Control::Whisper),
            murmur: percent("Murmur", Control::Murmur),
            shout: percent("Shout", Control::Shout),
            laugh: percent("Laugh", Control::Laugh),
            sob: percent("Sob", Control::Sob),
            hum: percent("Hum", Control::Hum),
            creak: percent("Creak", Control::Creak),
            falsetto: percent("Falsetto", Control::Falsetto),
            emotion_from_text: percent("From Text", Control::EmotionFromText),
            emotion_glide: seconds("Glide", Control::EmotionGlideS),
            mood_carry: percent("Carry Over", Control::MoodCarry),
        }
    }
}

impl MoodParams {
    /// The parameter of a control that is one of these.
    pub fn of(&self, control: Control) -> Option<&FloatParam> {
        Some(match control {
            Control::Happy => &self.happy,
            Control::Sad => &self.sad,
            Control::Angry => &self.angry,
            Control::Afraid => &self.afraid,
            Control::Disgusted => &self.disgusted,
            Control::Surprised => &self.surprised,
            Control::Calm => &self.calm,
            Control::Tender => &self.tender,
            Control::Bored => &self.bored,
            Control::Contempt => &self.contempt,
            Control::Excited => &self.excited,
            Control::Whisper => &self.whisper,
            Control::Murmur => &self.murmur,
            Control::Shout => &self.shout,
            Control::Laugh => &self.laugh,
            Control::Sob => &self.sob,
            Control::Hum => &self.hum,
            Control::Creak => &self.creak,
            Control::Falsetto => &self.falsetto,
            Control::EmotionFromText => &self.emotion_from_text,
            Control::EmotionGlideS => &self.emotion_glide,
            Control::MoodCarry => &self.mood_carry,
            _ => return None,
        })
    }
}
