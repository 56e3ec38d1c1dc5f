//! What can be typed of emotion beyond its three axes: named modes, styles, registers, how much the text suggests.

use crate::numbers::share;
use clap::Args;
use psivox_core::emotion::{Mode, Style};
use psivox_core::engine::Control;

/// Moods and styles; everything left out is neutral.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Mood and style")]
pub struct MoodArgs {
    /// Named moods, such as angry or happy=0.6,surprised=0.3
    #[arg(long, value_delimiter = ',', value_parser = mood, value_name = "NAME[=0..1],...")]
    pub mood: Vec<(Control, f32)>,
    /// Styles: whisper, murmur, shout, laugh, sob, hum, each with =0..1
    #[arg(long, value_delimiter = ',', value_parser = style, value_name = "NAME[=0..1],...")]
    pub style: Vec<(Control, f32)>,
    /// Vocal fry
    #[arg(long, value_parser = share, value_name = "0..1")]
    pub creak: Option<f32>,
    /// The thin register above the modal one
    #[arg(long, value_parser = share, value_name = "0..1")]
    pub falsetto: Option<f32>,
    /// How much of the emotion that the words suggest is taken [default: 0.5]
    #[arg(long, value_parser = share, value_name = "0..1")]
    pub emotion_from_text: Option<f32>,
    /// Time constant with which moods change, in s [default: 0.12]
    #[arg(long, value_parser = glide, value_name = "0.02..5")]
    pub glide: Option<f32>,
    /// How much of the mood of earlier lines carries over [default: 1]
    #[arg(long, value_parser = share, value_name = "0..1")]
    pub mood_carry: Option<f32>,
}

impl MoodArgs {
    /// The controls that were given.
    pub fn controls(&self) -> impl Iterator<Item = (Control, f32)> {
        let given = [
            (Control::Creak, self.creak),
            (Control::Falsetto, self.falsetto),
            (Control::EmotionFromText, self.emotion_from_text),
            (Control::EmotionGlideS, self.glide),
            (Control::MoodCarry, self.mood_carry),
        ];
        let given = given.into_iter().filter_map(|(control, value)| Some((control, value?)));
        self.mood.iter().chain(&self.style).copied().chain(given)
    }
}

fn glide(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value| (0.02..=5.0).contains(value));
    value.ok_or_else(|| "expected seconds from 0.02 to 5".to_owned())
}

/// A name and a degree, 1 if none is given.
fn degree(text: &str) -> Result<(&str, f32), String> {
    match text.split_once('=') {
        Some((name, degree)) => Ok((name, share(degree)?)),
        None => Ok((text, 1.0)),
    }
}

fn mood(text: &str) -> Result<(Control, f32), String> {
    let (name, degree) = degree(text)?;
    let mode = Mode::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = Mode::ALL.iter().map(|mode| mode.name()).collect();
        format!("there is no mood '{name}'; choose from {}", known.join(", "))
    })?;
    // Neutral is what is left when nothing is felt.
    Ok(Control::of_mode(mode).map_or((Control::Intensity, 0.0), |control| (control, degree)))
}

fn style(text: &str) -> Result<(Control, f32), String> {
    let (name, degree) = degree(text)?;
    let style = Style::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = Style::ALL.iter().map(|style| style.name()).collect();
        format!("there is no style '{name}'; choose from {}", known.join(", "))
    })?;
    Ok((Control::of_style(style), degree))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_and_styles_are_read_and_mistakes_name_the_choice() {
        assert_eq!(mood("angry"), Ok((Control::Angry, 1.0)));
        assert_eq!(mood("scared=0.4"), Ok((Control::Afraid, 0.4)));
        assert_eq!(style("whisper=0.5"), Ok((Control::Whisper, 0.5)));
        assert!(mood("purple").is_err_and(|error| error.contains("disgusted")));
        assert!(style("polka").is_err_and(|error| error.contains("murmur")));
        assert!(mood("angry=2").is_err_and(|error| error.contains("0 to 1")));
        assert!(share("nan").is_err() && glide("0").is_err());
    }
}
