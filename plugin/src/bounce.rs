//! The face of an offline bounce: every face goes into a file, on the clock of the sound that the host writes.
//!
//! The file begins at the first sample after the host's last reset, and stands complete once the host has deactivated the
//! instance.

use crate::wire_state::BounceState;
use psivox_core::BlendshapeFrame;
use psivox_wire::Draft;
use psivox_wire::record::FaceWriter;
use rtrb::{Consumer, Producer, RingBuffer};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// Faces a second of the engine.
pub const ENGINE_RATE_HZ: u32 = 120;
/// Faces that wait to be written.
const CAPACITY: usize = 4_096;
/// How long a bounce waits for a disk that is busy before it loses faces.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(2);

/// The rendering thread's end.
pub struct BounceTap {
    faces: Producer<BlendshapeFrame>,
    /// Whether a face was lost.
    lost: Arc<AtomicBool>,
    /// Every how manieth face is written.
    step: u64,
    count: u64,
    last_samples: Option<u64>,
}

impl BounceTap {
    /// Hands a face on. Only in a bounce, which no clock drives: it waits for the disk if it must.
    pub fn push(&mut self, face: &BlendshapeFrame) {
        // Faces come in order of time: what does not go on begins anew.
        if self.last_samples.is_some_and(|last| face.time_samples <= last) {
            self.count = 0;
        }
        self.last_samples = Some(face.time_samples);
        self.count += 1;
        if !(self.count - 1).is_multiple_of(self.step) {
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        while self.faces.push(*face).is_err() {
            if Instant::now() > deadline || self.faces.is_abandoned() {
                self.lost.store(true, Ordering::Relaxed);
                return;
            }
            sleep(Duration::from_micros(200));
        }
    }
}

/// The file's end.
#[derive(Debug)]
pub struct BounceFile {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<io::Result<u64>>>,
    path: PathBuf,
}

impl BounceFile {
    /// Opens the file and starts the thread that writes it.
    ///
    /// # Errors
    /// The file cannot be written there, in words.
    pub fn open(state: &BounceState, sample_rate_hz: u32) -> Result<(BounceTap, Self), String> {
        let path = PathBuf::from(&state.path);
        let mut sheet = Sheet::begin(state, &path, sample_rate_hz).map_err(|error| explain(&path, &error))?;
        let (faces, incoming) = RingBuffer::new(CAPACITY);
        let (ended, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (stop, short) = (Arc::clone(&ended), Arc::clone(&lost));
        let thread = Builder::new()
            .name("psivox-bounce".to_owned())
            .spawn(move || {
                sheet.fill(incoming, &stop)?;
                sheet.finish(&short)
            })
            .map_err(|error| explain(&path, &error))?;
        let step = u64::from((ENGINE_RATE_HZ / state.rate_hz.max(1)).max(1));
        let tap = BounceTap { faces, lost: Arc::clone(&lost), step, count: 0, last_samples: None };
        Ok((tap, Self { ended, thread: Some(thread), path }))
    }

    /// Completes the file; how many faces it has.
    ///
    /// # Errors
    /// It could not be written whole, in words; then there is none.
    pub fn finish(mut self) -> Result<u64, String> {
        self.ended.store(true, Ordering::Release);
        let Some(thread) = self.thread.take() else { return Ok(0) };
        let written = thread.join().unwrap_or_else(|_| Err(io::Error::other("the writer failed")));
        written.map_err(|error| explain(&self.path, &error))
    }
}

impl Drop for BounceFile {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn explain(path: &Path, error: &io::Error) -> String {
    format!("the face could not be written to {}: {error}; choose another file", path.display())
}

/// The file under construction.
struct Sheet {
    state: BounceState,
    sample_rate_hz: u32,
    /// Before the draft, so that it is closed first: some systems remove no open file.
    writer: Option<FaceWriter<BufWriter<File>>>,
    draft: Draft,
    count: u64,
}

impl Sheet {
    fn begin(state: &BounceState, place: &Path, sample_rate_hz: u32) -> io::Result<Self> {
        let draft = Draft::beside(place)?;
        let writer = Some(open(state, draft.path(), sample_rate_hz)?);
        Ok(Self { state: state.clone(), sample_rate_hz, writer, draft, count: 0 })
    }

    fn fill(&mut self, mut faces: Consumer<BlendshapeFrame>, ended: &AtomicBool) -> io::Result<()> {
        let mut last_samples = None;
        loop {
            // Read before the ring: what was pushed before the end is then sure to be seen.
            let end = ended.load(Ordering::Acquire);
            while let Ok(face) = faces.pop() {
                if last_samples.is_some_and(|last| face.time_samples <= last) {
                    // The host has gone back to its beginning.
                    self.writer = Some(open(&self.state, self.draft.path(), self.sample_rate_hz)?);
                    self.count = 0;
                }
                last_samples = Some(face.time_samples);
                if let Some(writer) = &mut self.writer {
                    writer.write(&face)?;
                    self.count += 1;
                }
            }
            if end {
                return Ok(());
            }
            sleep(POLL);
        }
    }

    /// A bounce without a face (the host only tried) leaves the last file alone.
    fn finish(mut self, lost: &AtomicBool) -> io::Result<u64> {
        if let Some(writer) = self.writer.take() {
            writer.finish()?;
        }
        if lost.load(Ordering::Relaxed) {
            return Err(io::Error::other("the disk was too slow and faces were lost; bounce again"));
        }
        if self.count > 0 {
            self.draft.commit()?;
        }
        Ok(self.count)
    }
}

fn open(state: &BounceState, path: &Path, sample_rate_hz: u32) -> io::Result<FaceWriter<BufWriter<File>>> {
    let file = BufWriter::new(File::create(path)?);
    FaceWriter::new(state.format(), file, sample_rate_hz, state.rate_hz)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn face(time_samples: u64) -> BlendshapeFrame {
        BlendshapeFrame { time_samples, ..BlendshapeFrame::NEUTRAL }
    }

    fn state(name: &str) -> BounceState {
        let folder = std::env::temp_dir().join(format!("psivox-bounce-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("face.csv");
        BounceState { path: path.to_string_lossy().into_owned(), ..BounceState::default() }
    }

    fn folder(state: &BounceState) -> &Path {
        Path::new(&state.path).parent().expect("a folder")
    }

    /// Files beside it, itself included.
    fn left_in(state: &BounceState) -> usize {
        fs::read_dir(folder(state)).expect("a folder").count()
    }

    fn clear(state: &BounceState) {
        fs::remove_dir_all(folder(state)).expect("removed");
    }

    #[test]
    fn a_bounce_writes_every_second_face_from_its_beginning() {
        let state = state("whole");
        let (mut tap, file) = BounceFile::open(&state, 48_000).expect("writable");
        tap.push(&face(0));
        for time in 0..50 {
            tap.push(&face(400 * time));
        }
        // The host goes back: what was before was a rehearsal.
        for time in 0..20_000 {
            tap.push(&face(400 * time));
        }
        drop(tap);
        assert_eq!(file.finish(), Ok(10_000));
        let text = fs::read_to_string(&state.path).expect("it stands");
        let times: Vec<&str> =
            text.lines().skip(1).map(|line| line.split(',').next().expect("time")).collect();
        assert_eq!(times.len(), 10_000);
        let times: Vec<f64> = times.iter().map(|time| time.parse().expect("a number")).collect();
        assert!(times.iter().zip(0..).all(|(time, row)| (time - f64::from(row) / 60.0).abs() < 1e-4));
        clear(&state);
    }

    #[test]
    fn a_bounce_without_a_face_leaves_no_file_and_a_bad_place_says_so() {
        let empty = state("empty");
        let (_tap, file) = BounceFile::open(&empty, 48_000).expect("writable");
        assert_eq!(file.finish(), Ok(0));
        assert_eq!(left_in(&empty), 0);
        clear(&empty);
        let nowhere = BounceState { path: "/no/such/folder/x.csv".into(), ..BounceState::default() };
        let error = BounceFile::open(&nowhere, 48_000).map(drop).expect_err("refused");
        assert!(error.contains("choose another file"), "{error}");
    }

    #[test]
    fn a_bounce_that_lost_faces_leaves_the_last_good_file() {
        let state = state("lost");
        fs::write(&state.path, "good").expect("written");
        let (mut tap, file) = BounceFile::open(&state, 48_000).expect("writable");
        tap.push(&face(0));
        tap.lost.store(true, Ordering::Relaxed);
        assert!(file.finish().expect_err("told").contains("bounce again"));
        assert_eq!(fs::read_to_string(&state.path).expect("it stands"), "good");
        assert_eq!(left_in(&state), 1, "nothing is left behind");
        clear(&state);
    }
}
