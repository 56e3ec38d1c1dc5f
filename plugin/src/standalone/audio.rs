//! The sound card's side: a stream that calls the player, or a clock where there is no sound card.

use super::devices;
use super::player::{MAX_BLOCK, Player};
use super::settings::Settings;
use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, FromSample, SampleFormat, SizedSample, StreamConfig};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Rate without a sound card, in Hz.
const SILENT_RATE_HZ: u32 = 48_000;
/// Block of the clock without a sound card.
const SILENT_BLOCK: usize = 480;
/// Louder than this is sound.
const AUDIBLE: f32 = 1e-4;

/// What both sides see.
pub(super) struct Stage {
    /// Locked by one stream at a time; nobody else takes it while one runs.
    player: Mutex<Player>,
    /// Whether the stream has failed.
    failed: AtomicBool,
    /// Samples rendered, and those since the last audible one.
    quiet_samples: AtomicU64,
}

impl Stage {
    /// A stage with nobody listening.
    pub(super) fn new(player: Player) -> Arc<Self> {
        Arc::new(Self {
            player: Mutex::new(player),
            failed: AtomicBool::new(false),
            quiet_samples: AtomicU64::new(0),
        })
    }

    /// Whether the stream has failed since the last call.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.swap(false, Ordering::AcqRel)
    }

    /// Samples since the last one that could be heard.
    pub(super) fn quiet_samples(&self) -> u64 {
        self.quiet_samples.load(Ordering::Acquire)
    }

    /// Plays on into interleaved channels: left, right, and nothing on the others.
    fn fill<T: SizedSample + FromSample<f32>>(&self, data: &mut [T], channels: usize) {
        let mut player = match self.player.try_lock() {
            Ok(player) => player,
            Err(TryLockError::Poisoned(player)) => player.into_inner(),
            Err(TryLockError::WouldBlock) => return data.fill(T::from_sample(0.0)),
        };
        for part in data.chunks_mut(MAX_BLOCK * channels) {
            let frames = part.len() / channels;
            let [left, right] = player.render(frames);
            self.note(left);
            for (frame, (left, right)) in part.chunks_exact_mut(channels).zip(left.iter().zip(right)) {
                frame.fill(T::from_sample(0.0));
                frame[0] = T::from_sample(*left);
                if let Some(second) = frame.get_mut(1) {
                    *second = T::from_sample(*right);
                }
            }
        }
    }

    fn note(&self, sound: &[f32]) {
        let after = sound.iter().rev().take_while(|sample| sample.abs() < AUDIBLE).count() as u64;
        let quiet = if after == sound.len() as u64 { self.quiet_samples() + after } else { after };
        self.quiet_samples.store(quiet, Ordering::Release);
    }
}

/// Who calls the player. Dropping it ends the calls.
pub(super) enum Drive {
    /// A sound card.
    Card {
        /// Ends the calls when it is dropped.
        _stream: cpal::Stream,
    },
    /// Nobody listens: a thread that keeps real time, for faces and orders by OSC.
    Clock {
        /// Asks the thread to end.
        stop: Arc<AtomicBool>,
        /// The thread.
        thread: Option<JoinHandle<()>>,
    },
}

/// What a sound card will be asked for.
pub(super) struct Plan {
    device: cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    /// Its name.
    pub name: String,
}

impl Plan {
    /// Looks at the wanted device.
    ///
    /// # Errors
    /// It is not there, or cannot be played to.
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        let device = devices::output(settings.audio_device.as_deref())?;
        let (name, _) = devices::names(&device);
        let told = |error: cpal::Error| format!("{name}: {error}");
        let own = device.default_output_config().map_err(told)?;
        let mut config = own.config();
        let rate_hz = settings.sample_rate_hz.unwrap_or(config.sample_rate);
        let offered = |range: &cpal::SupportedStreamConfigRange| {
            (range.min_sample_rate()..=range.max_sample_rate()).contains(&rate_hz)
        };
        if device.supported_output_configs().map_err(told)?.any(|range| offered(&range)) {
            config.sample_rate = rate_hz;
        } else {
            eprintln!("psivox: {name} does not offer {rate_hz} Hz; it plays at {} Hz", config.sample_rate);
        }
        if let Some(period) = settings.period_samples {
            config.buffer_size = BufferSize::Fixed(period);
        }
        Ok(Self { device, config, format: own.sample_format(), name })
    }

    /// Samples a second.
    pub(super) fn rate_hz(&self) -> u32 {
        self.config.sample_rate
    }

    /// Begins to play.
    ///
    /// # Errors
    /// The device refuses, also with a period of its own choice.
    pub(super) fn start(mut self, stage: &Arc<Stage>) -> Result<Drive, String> {
        let first = self.build(stage);
        let stream = first.or_else(|error| {
            if matches!(self.config.buffer_size, BufferSize::Default) {
                return Err(error);
            }
            eprintln!("psivox: {} chooses its own period: {error}", self.name);
            self.config.buffer_size = BufferSize::Default;
            self.build(stage)
        })?;
        stream.play().map_err(|error| format!("{}: {error}", self.name))?;
        Ok(Drive::Card { _stream: stream })
    }

    fn build(&self, stage: &Arc<Stage>) -> Result<cpal::Stream, String> {
        match self.format {
            SampleFormat::F32 => self.stream::<f32>(stage),
            SampleFormat::F64 => self.stream::<f64>(stage),
            SampleFormat::I8 => self.stream::<i8>(stage),
            SampleFormat::I16 => self.stream::<i16>(stage),
            SampleFormat::I24 => self.stream::<cpal::I24>(stage),
            SampleFormat::I32 => self.stream::<i32>(stage),
            SampleFormat::U8 => self.stream::<u8>(stage),
            SampleFormat::U16 => self.stream::<u16>(stage),
            SampleFormat::U32 => self.stream::<u32>(stage),
            other => Err(format!("{} counts samples as {other}, which this program cannot", self.name)),
        }
    }

    fn stream<T: SizedSample + FromSample<f32>>(&self, stage: &Arc<Stage>) -> Result<cpal::Stream, String> {
        let channels = usize::from(self.config.channels.max(1));
        let (playing, failing) = (Arc::clone(stage), Arc::clone(stage));
        let name = self.name.clone();
        let stream = self.device.build_output_stream(
            self.config,
            move |data: &mut [T], _| playing.fill(data, channels),
            move |error| {
                use cpal::ErrorKind::{DeviceChanged, RealtimeDenied, Xrun};
                if !matches!(error.kind(), DeviceChanged | RealtimeDenied | Xrun) {
                    eprintln!("psivox: {name}: {error}");
                    failing.failed.store(true, Ordering::Release);
                }
            },
            None,
        );
        stream.map_err(|error| format!("{}: {error}", self.name))
    }
}

impl Drive {
    /// Plays to nobody, in real time.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn clock(stage: &Arc<Stage>) -> Result<Self, String> {
        let (stage, stop) = (Arc::clone(stage), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let run = move || {
            let mut data = [0.0f32; 2 * SILENT_BLOCK];
            let period = Duration::from_secs_f64(SILENT_BLOCK as f64 / f64::from(SILENT_RATE_HZ));
            let mut due = Instant::now();
            while !stopped.load(Ordering::Acquire) {
                stage.fill(&mut data, 2);
                due += period;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        };
        let thread = std::thread::Builder::new().name("psivox-clock".to_owned()).spawn(run);
        let thread = thread.map_err(|error| format!("no thread: {error}"))?;
        Ok(Self::Clock { stop, thread: Some(thread) })
    }

    /// Samples a second of the clock.
    pub(super) fn clock_rate_hz() -> u32 {
        SILENT_RATE_HZ
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        if let Self::Clock { stop, thread } = self {
            stop.store(true, Ordering::Release);
            if let Some(thread) = thread.take() {
                // A clock that panicked has stopped too.
                _ = thread.join();
            }
        }
    }
}
