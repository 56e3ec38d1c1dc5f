//! The default audio device. Its callback takes samples from a ring and moves the clock of the performance.

use crate::error::CliError;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, Stream, StreamConfig};
use psivox_wire::PlaybackClock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Sound that is rendered ahead of the device: rides out a busy moment of the machine.
const RING_S: f64 = 0.25;

/// Share of the ring that must be full before the first sample is played.
const START_SHARE: usize = 2;

/// A device that asks for no samples for this long has failed. Single errors are common while a sound server
/// starts a stream, and pass.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the callback and the program tell each other.
#[derive(Debug, Default)]
struct Shared {
    /// No more samples will come: play what is there.
    ended: AtomicBool,
    /// How often the device has asked for samples.
    requests: AtomicU64,
    /// What the device last complained about.
    complaint: Mutex<Option<String>>,
}

/// Plays mono sound on all channels of the default device.
pub struct Player {
    /// Keeps the device open.
    _stream: Stream,
    samples: rtrb::Producer<f32>,
    shared: Arc<Shared>,
    /// Requests at the last look, and when they last grew.
    seen: (u64, Instant),
}

impl Player {
    /// Opens the device; `clock` runs from the first sample on.
    ///
    /// # Errors
    /// [`CliError::Play`] if there is no device, or none that takes this rate.
    pub fn open(sample_rate_hz: u32, clock: PlaybackClock) -> Result<Self, CliError> {
        let absent = || CliError::Play("there is no audio device; write a file with -o instead".to_owned());
        let device = cpal::default_host().default_output_device().ok_or_else(absent)?;
        let (config, format) = choose(&device, sample_rate_hz)?;
        let (samples, outgoing) = rtrb::RingBuffer::new((RING_S * f64::from(sample_rate_hz)) as usize);
        let shared = Arc::new(Shared::default());
        let feed = Feed { outgoing, clock, shared: Arc::clone(&shared), played: 0, started: false };
        let stream = match format {
            SampleFormat::I16 => build::<i16>(&device, config, feed),
            SampleFormat::I32 => build::<i32>(&device, config, feed),
            _ => build::<f32>(&device, config, feed),
        };
        let stream = stream.map_err(failed)?;
        stream.play().map_err(failed)?;
        Ok(Self { _stream: stream, samples, shared, seen: (0, Instant::now()) })
    }

    /// Hands over as many samples as there is room for; returns how many.
    pub fn push(&mut self, sound: &[f32]) -> usize {
        sound.iter().take_while(|sample| self.samples.push(**sample).is_ok()).count()
    }

    /// Lets the device play what is left.
    pub fn end(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
    }

    /// Whether the device still works.
    ///
    /// # Errors
    /// [`CliError::Play`] with the device's reason.
    pub fn check(&mut self) -> Result<(), CliError> {
        let requests = self.shared.requests.load(Ordering::Relaxed);
        if requests != self.seen.0 {
            self.seen = (requests, Instant::now());
        }
        if self.seen.1.elapsed() < PATIENCE {
            return Ok(());
        }
        let complaint = self.shared.complaint.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let reason = complaint.unwrap_or_else(|| "the audio device takes no sound".to_owned());
        Err(CliError::Play(format!("{reason}; check the audio device, or write a file with -o")))
    }
}

fn failed(error: cpal::Error) -> CliError {
    CliError::Play(format!("{}; check the audio device, or write a file with -o", reason(&error)))
}

/// The library's words, fit to go on after.
fn reason(error: &cpal::Error) -> String {
    error.to_string().trim_end_matches('.').replace(". ", ", ")
}

/// The plainest layout that takes this rate: float before integer, stereo before anything else.
fn choose(device: &Device, sample_rate_hz: u32) -> Result<(StreamConfig, SampleFormat), CliError> {
    let formats = [SampleFormat::F32, SampleFormat::I16, SampleFormat::I32];
    let rank = |format: SampleFormat| formats.iter().position(|known| *known == format);
    let ranges = device.supported_output_configs().map_err(failed)?;
    let fitting = ranges
        .filter_map(|range| range.try_with_sample_rate(sample_rate_hz))
        .filter_map(|config| Some((rank(config.sample_format())?, config)));
    let best = fitting.min_by_key(|(rank, config)| (*rank, config.channels().abs_diff(2)));
    let refused = || {
        CliError::Play(format!(
            "the audio device does not take {sample_rate_hz} Hz; try --rate 48000 or --rate 44100"
        ))
    };
    best.map(|(_, config)| (config.config(), config.sample_format())).ok_or_else(refused)
}

fn build<T>(device: &Device, config: StreamConfig, mut feed: Feed) -> Result<Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let channels = usize::from(config.channels);
    let shared = Arc::clone(&feed.shared);
    let callback = move |out: &mut [T], info: &OutputCallbackInfo| feed.fill(out, channels, info);
    let on_error = move |error: cpal::Error| {
        *shared.complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason(&error));
    };
    device.build_output_stream(config, callback, on_error, None)
}

/// The callback's end of the ring.
struct Feed {
    outgoing: rtrb::Consumer<f32>,
    clock: PlaybackClock,
    shared: Arc<Shared>,
    /// Samples handed to the device.
    played: u64,
    started: bool,
}

impl Feed {
    fn fill<T: SizedSample + FromSample<f32>>(
        &mut self,
        out: &mut [T],
        channels: usize,
        info: &OutputCallbackInfo,
    ) {
        self.shared.requests.fetch_add(1, Ordering::Relaxed);
        // Read before the ring: what was pushed before the end is then sure to be seen.
        let ended = self.shared.ended.load(Ordering::Acquire);
        let ready = self.outgoing.slots();
        self.started |= ended || ready * START_SHARE >= self.outgoing.buffer().capacity();
        if self.started && ready > 0 {
            let times = info.timestamp();
            self.clock.anchor(self.played, times.playback.duration_since(times.callback).as_secs_f64());
        }
        for picture in out.chunks_mut(channels.max(1)) {
            let sample = if self.started { self.outgoing.pop().ok() } else { None };
            self.played += u64::from(sample.is_some());
            picture.fill(T::from_sample(sample.unwrap_or(0.0)));
        }
    }
}
