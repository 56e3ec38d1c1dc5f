//! The default audio device. Its callback takes samples from a ring and moves the clock of the performance.

use crate::error::CliError;
use crate::pace::SoundClock;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    Device, ErrorKind, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, Stream, StreamConfig,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Sound that is rendered ahead of the device: rides out a busy moment of the machine.
const RING_S: f64 = 0.25;

/// Share of the ring that must be full before the first sample is played.
const START_SHARE: usize = 2;

/// What the callback and the program tell each other.
#[derive(Debug, Default)]
struct Shared {
    /// No more samples will come: play what is there.
    ended: AtomicBool,
    /// Why the device gave up.
    failure: Mutex<Option<String>>,
}

/// Plays mono sound on all channels of the default device.
pub struct Player {
    /// Keeps the device open.
    _stream: Stream,
    samples: rtrb::Producer<f32>,
    shared: Arc<Shared>,
}

impl Player {
    /// Opens the device; `clock` runs from the first sample on.
    ///
    /// # Errors
    /// [`CliError::Play`] if there is no device, or none that takes this rate.
    pub fn open(sample_rate_hz: u32, clock: SoundClock) -> Result<Self, CliError> {
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
        Ok(Self { _stream: stream, samples, shared })
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
    pub fn check(&self) -> Result<(), CliError> {
        let failure = self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        failure.map_or(Ok(()), |reason| Err(CliError::Play(reason)))
    }
}

fn failed(error: cpal::Error) -> CliError {
    CliError::Play(format!("{error}; check the audio device, or write a file with -o"))
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
    // A gap or a change of the device is heard but not fatal.
    let on_error = move |error: cpal::Error| {
        if !matches!(error.kind(), ErrorKind::DeviceChanged | ErrorKind::Xrun | ErrorKind::RealtimeDenied) {
            let reason = format!("{error}; check the audio device");
            *shared.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        }
    };
    device.build_output_stream(config, callback, on_error, None)
}

/// The callback's end of the ring.
struct Feed {
    outgoing: rtrb::Consumer<f32>,
    clock: SoundClock,
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
