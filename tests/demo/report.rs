//! What the demo saw, in words, and whether it is what a working plugin does.

use crate::pitch::{Pitch, median_hz};
use crate::receive::Heard;
use crate::reference::{Reference, Span};
use crate::script::{AROUSAL, BLOCK_SAMPLES, SPEAK_BLOCK, time_s};
use std::path::PathBuf;

/// Faces per second that the engine makes.
const FACE_RATE_HZ: f32 = 60.0;
/// Largest UDP payload that crosses an Ethernet unbroken.
const LARGEST_DATAGRAM_BYTES: usize = 1_472;

/// Everything that is judged.
pub struct Report<'a> {
    /// The plugin's sound.
    pub sound: &'a [f32],
    /// The faces.
    pub heard: &'a Heard,
    /// Blocks that came too late to be heard.
    pub late_blocks: usize,
    /// Measured f0.
    pub pitch: &'a [Pitch],
    /// What the engine alone did.
    pub reference: &'a Reference,
}

impl Report<'_> {
    /// Prints what was seen; true if nothing was silent or missing.
    pub fn print(&self, files: &[PathBuf]) -> bool {
        println!("\nwhat the host heard and the receiver saw");
        let good = [self.sound(), self.same(), self.faces(), self.network(), self.end(), self.emotion()];
        for file in files {
            println!("  file        {}", file.display());
        }
        let good = good.into_iter().all(|good| good);
        println!(
            "{}",
            if good { "all of it is there" } else { "NOT as it should be: see the lines marked !!" }
        );
        good
    }

    fn sound(&self) -> bool {
        let peak = self.sound.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let from = (SPEAK_BLOCK * BLOCK_SAMPLES).min(self.sound.len());
        let spoken = &self.sound[from..];
        let energy: f32 = spoken.iter().map(|sample| sample * sample).sum();
        let rms = (energy / spoken.len().max(1) as f32).sqrt();
        let finite = self.sound.iter().all(|sample| sample.is_finite());
        let seconds = time_s(self.sound.len());
        let line = format!("{seconds:.2} s, peak {:.1} dBFS, rms {:.1} dBFS", db(peak), db(rms));
        // -50 dBFS is inaudible beside any music; above full scale it would clip.
        say("sound", &line, finite && rms > 0.003 && peak <= 1.0)
    }

    /// The labels of the picture stand only if plugin and engine made the same sound.
    fn same(&self) -> bool {
        let pairs = self.sound.iter().zip(&self.reference.sound);
        let difference = pairs.fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
        let peak = self.reference.sound.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let line = match difference == 0.0 {
            true => "bit for bit what the engine makes without plugin and host".to_owned(),
            false => format!("differs from the engine alone by {:.1} dBFS at most", db(difference)),
        };
        // Another processor may round the host's normalised values otherwise; the labels bear that.
        say("clock", &line, self.sound.len() == self.reference.sound.len() && difference <= 0.05 * peak)
    }

    fn faces(&self) -> bool {
        let count = self.heard.faces.len();
        let rate_hz = count as f32 / time_s(self.sound.len());
        let mut line = format!("{count} received ({} and a last one at rest were due)", self.reference.faces);
        line += &format!(", {rate_hz:.1} per second");
        if self.late_blocks > 0 {
            line += &format!(" ({} blocks came late: the machine is busy)", self.late_blocks);
        }
        let jaw = self.heard.curve("jawOpen").iter().fold(0.0f32, |widest, (_, value)| widest.max(*value));
        line += &format!(", the jaw opens to {jaw:.2}");
        // On a busy machine late faces are skipped for newer ones.
        say("faces", &line, rate_hz > 0.7 * FACE_RATE_HZ && jaw > 0.05)
    }

    fn network(&self) -> bool {
        let Heard { datagrams, largest_bytes, .. } = self.heard;
        let line = format!("{datagrams} datagrams, the largest {largest_bytes} bytes");
        say("network", &line, *datagrams > 0 && *largest_bytes <= LARGEST_DATAGRAM_BYTES)
    }

    fn end(&self) -> bool {
        let neutral = self.heard.ends_neutral();
        let line = if neutral { "yes" } else { "no: the avatar would be left with a frozen face" };
        say("neutral end", line, neutral)
    }

    /// f0 of the same words before and after arousal has risen.
    fn emotion(&self) -> bool {
        let words = &self.reference.words;
        let (first, second) = words.split_at(words.len() / 2);
        let over = |words: &[Span]| {
            let (start, end) = (words.first()?.start_s, words.last()?.end_s);
            median_hz(self.pitch, start, end).map(|f0_hz| (f0_hz, end - start))
        };
        let (Some((low_hz, slow_s)), Some((high_hz, fast_s))) = (over(first), over(second)) else {
            return say("emotion", "f0 cannot be measured: no voice was found", false);
        };
        let semitones = 12.0 * (high_hz / low_hz).log2();
        let line = format!(
            "arousal {:+.1} to {:+.1}: the same words at {low_hz:.0} Hz in {slow_s:.2} s, then {high_hz:.0} Hz in {fast_s:.2} s ({semitones:+.1} semitones)",
            AROUSAL[0], AROUSAL[1],
        );
        say("emotion", &line, semitones.abs() > 0.2)
    }
}

fn say(topic: &str, line: &str, good: bool) -> bool {
    println!("{} {topic:<11} {line}", if good { "  " } else { "!!" });
    good
}

fn db(magnitude: f32) -> f32 {
    20.0 * magnitude.max(1e-9).log10()
}
