//! The face as a file on the clock of the sound: what lies next to a WAV. Time 0 is the sound's first sample.

mod csv;
mod json;
mod livelink;

use crate::TargetError;
use psivox_core::BlendshapeFrame;
use std::io::{self, Write};
use std::str::FromStr;

/// How a face is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceFormat {
    /// `time_s`, then the 52 shapes under ARKit's camelCase names.
    Csv,
    /// One JSON object per face.
    Jsonl,
    /// What the app Live Link Face records.
    LivelinkCsv,
}

impl FaceFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Jsonl, Self::LivelinkCsv];

    /// As written on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::LivelinkCsv => "livelink-csv",
        }
    }

    /// Usual ending of such a file, without its dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv | Self::LivelinkCsv => "csv",
        }
    }
}

impl FromStr for FaceFormat {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| TargetError::Option {
            name: "face format",
            found: text.chars().take(40).collect(),
            expected: "csv, jsonl or livelink-csv",
        })
    }
}

/// Writes the faces of one performance. Buffer what is below it: a face is several small writes.
#[derive(Debug)]
pub struct FaceWriter<W: Write> {
    format: FaceFormat,
    out: W,
    sample_rate_hz: u32,
    rate_hz: u32,
}

impl<W: Write> FaceWriter<W> {
    /// Begins a file of faces at `rate_hz`, whose times are counted at `sample_rate_hz`; a rate of 0 counts as 1.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn new(format: FaceFormat, mut out: W, sample_rate_hz: u32, rate_hz: u32) -> io::Result<Self> {
        match format {
            FaceFormat::Csv => csv::write_head(&mut out)?,
            FaceFormat::Jsonl => {}
            FaceFormat::LivelinkCsv => livelink::write_head(&mut out)?,
        }
        Ok(Self { format, out, sample_rate_hz: sample_rate_hz.max(1), rate_hz: rate_hz.max(1) })
    }

    /// Writes a face. What is not finite is written as 0.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn write(&mut self, face: &BlendshapeFrame) -> io::Result<()> {
        let out = &mut self.out;
        match self.format {
            FaceFormat::Csv => csv::write_face(out, face, self.sample_rate_hz),
            FaceFormat::Jsonl => json::write_face(out, face, self.sample_rate_hz),
            FaceFormat::LivelinkCsv => livelink::write_face(out, face, self.sample_rate_hz, self.rate_hz),
        }
    }

    /// Ends the file and gives back what is below it.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// `low..=high`; what is not a number is 0.
fn bounded(value: f32, low: f32, high: f32) -> f32 {
    if value.is_finite() { value.clamp(low, high) } else { 0.0 }
}

/// A signed number without the `-0` of a small one.
fn signed(value: f32, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b'0' | b'.'))) {
        return text[1..].to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::face::{BLENDSHAPE_NAMES, Shape, pascal_case};

    fn face(time_samples: u64) -> BlendshapeFrame {
        let mut face = BlendshapeFrame { time_samples, ..BlendshapeFrame::NEUTRAL };
        face.shapes = std::array::from_fn(|index| index as f32 / 64.0);
        face.head_rad = [0.25, -0.125, 0.0625];
        face.emotion = [-0.5, 0.25, 0.0, 1.0];
        face
    }

    fn file(format: FaceFormat, faces: &[BlendshapeFrame], rate_hz: u32) -> String {
        let mut writer = FaceWriter::new(format, Vec::new(), 48_000, rate_hz).expect("begins");
        for face in faces {
            writer.write(face).expect("written");
        }
        String::from_utf8(writer.finish().expect("ends")).expect("text")
    }

    #[test]
    fn names_are_read_and_others_refused() {
        for format in FaceFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let message = "xml".parse::<FaceFormat>().expect_err("none").to_string();
        assert!(message.contains("xml") && message.contains("livelink-csv"), "{message}");
    }

    #[test]
    fn csv_has_53_columns_of_fixed_width() {
        let text = file(FaceFormat::Csv, &[face(0), face(800)], 60);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], format!("time_s,{}", BLENDSHAPE_NAMES.join(",")));
        assert!(lines[1].starts_with("0.00000,0.0000,0.0156,0.0312,"), "{}", lines[1]);
        assert!(lines[2].starts_with("0.01667,") && lines[2].ends_with(",0.7969"), "{}", lines[2]);
        assert!(lines.iter().all(|line| line.split(',').count() == 53) && text.ends_with('\n'));
    }

    #[test]
    fn jsonl_is_an_object_for_each_face() {
        let text = file(FaceFormat::Jsonl, &[face(0), face(96_000)], 60);
        let rows: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!((&rows[1]["time_s"], &rows[1]["sample"]), (&2.0.into(), &96_000.into()));
        assert_eq!(rows[1]["shapes"].as_object().map(serde_json::Map::len), Some(52));
        assert_eq!(rows[1]["shapes"]["tongueOut"], 0.7969);
        assert_eq!(
            (&rows[1]["head_deg"]["yaw"], &rows[1]["head_deg"]["pitch"]),
            (&14.324.into(), &(-7.162).into())
        );
        assert_eq!(
            (&rows[1]["emotion"]["valence"], &rows[1]["emotion"]["intensity"]),
            (&(-0.5).into(), &1.0.into())
        );
        assert!(
            text.starts_with(r#"{"time_s":0.00000,"sample":0,"shapes":{"eyeBlinkLeft":0.0000,"#),
            "{text}"
        );
    }

    #[test]
    fn live_link_is_read_by_its_header() {
        let text = file(FaceFormat::LivelinkCsv, &[face(0), face(800 * 61 + 400)], 60);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert!(lines.iter().all(|cells| cells.len() == 63));
        let at = |row: usize, name: &str| {
            let column = lines[0].iter().position(|cell| *cell == name).expect(name);
            lines[row][column]
        };
        assert_eq!((at(1, "Timecode"), at(2, "Timecode")), ("00:00:00:00.000", "00:00:01:01.500"));
        assert_eq!(at(2, "BlendShapeCount"), "61");
        for shape in Shape::ALL {
            let found: f32 = at(2, &pascal_case(shape.name())).parse().expect("a number");
            assert!((found - face(0).get(shape)).abs() < 1e-6, "{}", shape.name());
        }
        for (name, expected) in [("HeadYaw", -0.25), ("HeadPitch", 0.125), ("HeadRoll", 0.0625)] {
            assert_eq!(at(2, name).parse::<f32>().expect("a number"), expected, "{name}");
        }
        // The app's own order, which is not that of its packets.
        let joined = lines[0].join(",");
        assert!(joined.starts_with("Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,"));
        assert!(joined.contains("EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose"));
        assert!(joined.contains("MouthPucker,MouthRight,MouthLeft,MouthSmileLeft"));
        assert!(joined.ends_with("TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"));
    }

    #[test]
    fn timecodes_carry_at_every_rate() {
        let of = |samples, rate_hz| {
            let text = file(FaceFormat::LivelinkCsv, &[face(samples)], rate_hz);
            text.lines().nth(1).and_then(|line| line.split(',').next()).expect("a cell").to_owned()
        };
        assert_eq!(of(48_000 * 3_661, 60), "01:01:01:00.000");
        assert_eq!(of(47_999, 60), "00:00:00:59.998");
        assert_eq!(of(47_600, 120), "00:00:00:119.000");
        assert_eq!(of(1_600, 30), "00:00:00:01.000");
        assert_eq!(of(48_000 * 86_400, 30), "24:00:00:00.000");
    }

    #[test]
    fn nonsense_is_never_written() {
        let mut broken = face(u64::MAX);
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e30, 1e30] {
            broken.shapes = [bad; 52];
            broken.head_rad = [bad; 3];
            broken.emotion = [bad; 4];
            for format in FaceFormat::ALL {
                let text = file(format, &[broken], 0).to_lowercase();
                let row = text.lines().last().expect("a row");
                for word in [":nan", ",nan", "inf"] {
                    assert!(!row.contains(word), "{row}");
                }
                assert!(row.len() < 3_000 && !row.contains("-0.0000,"), "{row}");
            }
        }
    }
}
