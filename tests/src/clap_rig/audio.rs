//! The audio thread's side of the CLAP host: blocks, events, a song.

use super::Host;
use clack_extensions::tail::PluginTail;
use clack_host::events::EventFlags;
use clack_host::events::event_types::*;
use clack_host::prelude::*;
use clack_host::process::StartedPluginAudioProcessor;
use clack_host::utils::{BeatTime, ClapId, SecondsTime};
use std::time::{Duration, Instant};

/// The audio thread's side of a running instance.
pub struct ClapAudio {
    pub(super) processor: Option<StartedPluginAudioProcessor<Host>>,
    tail: PluginTail,
    steady: u64,
    sample_rate_hz: f64,
    /// What the host tells of its song; nothing if there is none.
    pub song: Option<Song>,
    /// What the plugin has told of its parameters.
    pub told: Vec<Told>,
}

/// What a plugin tells of a parameter that it moves itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Told {
    /// A gesture begins.
    Begin(ClapId),
    /// A value, as the host counts.
    Value(ClapId, f64),
    /// The gesture ends.
    End(ClapId),
}

pub(super) fn told(events: &EventBuffer) -> Vec<Told> {
    use clack_host::events::spaces::CoreEventSpace;
    let read = |event: &UnknownEvent| match event.as_core_event()? {
        CoreEventSpace::ParamGestureBegin(event) => Some(Told::Begin(event.param_id()?)),
        CoreEventSpace::ParamValue(event) => Some(Told::Value(event.param_id()?, event.value())),
        CoreEventSpace::ParamGestureEnd(event) => Some(Told::End(event.param_id()?)),
        _ => None,
    };
    events.iter().filter_map(read).collect()
}

/// A song of one tempo.
#[derive(Debug, Clone, Copy)]
pub struct Song {
    /// Beats a minute.
    pub tempo_bpm: f64,
    /// Place in beats when processing started.
    pub start_beats: f64,
    /// Whether it moves.
    pub playing: bool,
}

impl Song {
    /// Place after so many samples, as hosts write it.
    fn event(&self, steady: u64, sample_rate_hz: f64) -> TransportEvent {
        let elapsed_s = if self.playing { steady as f64 / sample_rate_hz } else { 0.0 };
        let mut flags = TransportFlags::HAS_TEMPO | TransportFlags::HAS_BEATS_TIMELINE;
        flags.set(TransportFlags::IS_PLAYING, self.playing);
        TransportEvent {
            header: EventHeader::new_core(0, EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(self.start_beats + elapsed_s * self.tempo_bpm / 60.0),
            song_pos_seconds: SecondsTime::from_float(0.0),
            tempo: self.tempo_bpm,
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_float(0.0),
            loop_end_beats: BeatTime::from_float(0.0),
            loop_start_seconds: SecondsTime::from_float(0.0),
            loop_end_seconds: SecondsTime::from_float(0.0),
            bar_start: BeatTime::from_float(0.0),
            bar_number: 0,
            time_signature_numerator: 4,
            time_signature_denominator: 4,
        }
    }
}

impl ClapAudio {
    /// A processor that has just started.
    pub(super) fn new(
        processor: StartedPluginAudioProcessor<Host>,
        tail: PluginTail,
        sample_rate_hz: f64,
    ) -> Self {
        Self { processor: Some(processor), tail, steady: 0, sample_rate_hz, song: None, told: Vec::new() }
    }

    /// Whether the plugin wants to be called for ever.
    ///
    /// # Panics
    /// If it was stopped.
    pub fn tail_is_infinite(&mut self) -> bool {
        let processor = self.processor.as_mut().expect("started");
        format!("{:?}", self.tail.get(&processor.plugin_handle())).contains("Infinite")
    }

    /// Processes one block and returns left and right.
    ///
    /// # Panics
    /// If the plugin fails.
    pub fn block(&mut self, samples: usize, events: &EventBuffer) -> [Vec<f32>; 2] {
        // NaN shows where the plugin writes nothing.
        let mut sound = [vec![f32::NAN; samples], vec![f32::NAN; samples]];
        self.fill(&mut sound, events);
        sound
    }

    /// Processes one block into what is given and returns how long the plugin took.
    ///
    /// # Panics
    /// If the plugin fails.
    pub fn fill(&mut self, sound: &mut [Vec<f32>; 2], events: &EventBuffer) -> Duration {
        let samples = sound[0].len();
        let mut ports = AudioPorts::with_capacity(2, 1);
        let channels = sound.iter_mut().map(Vec::as_mut_slice);
        let mut outputs = ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(channels),
        }]);
        let mut out_events = EventBuffer::new();
        let song = self.song.map(|song| song.event(self.steady, self.sample_rate_hz));
        let processor = self.processor.as_mut().expect("started");
        let beginning = Instant::now();
        processor
            .process(
                &InputAudioBuffers::empty(),
                &mut outputs,
                &events.as_input(),
                &mut out_events.as_output(),
                Some(self.steady),
                song.as_ref(),
            )
            .expect("processed");
        let taken = beginning.elapsed();
        self.told.extend(told(&out_events));
        self.steady += samples as u64;
        taken
    }

    /// Left channel of `samples` samples in blocks of `block`, the events at their times from the start.
    ///
    /// # Panics
    /// If the plugin fails or the channels differ.
    pub fn render(&mut self, samples: usize, block: usize, events: &[(usize, Cue)]) -> Vec<f32> {
        let mut sound = Vec::with_capacity(samples);
        while sound.len() < samples {
            let length = block.min(samples - sound.len());
            let window = sound.len()..sound.len() + length;
            let mut buffer = EventBuffer::new();
            for (time, cue) in events.iter().filter(|(time, _)| window.contains(time)) {
                cue.push(&mut buffer, (time - window.start) as u32);
            }
            let [left, right] = self.block(length, &buffer);
            assert_eq!(left, right, "the voice is mono");
            sound.extend_from_slice(&left);
        }
        sound
    }
}

/// Something that happens at a sample.
#[derive(Debug, Clone)]
pub enum Cue {
    /// A note-on with this velocity.
    On(f64),
    /// The note-off of the same note.
    Off,
    /// A choke of the same note.
    Choke,
    /// A parameter takes this value, as the host counts.
    Param(ClapId, f64),
    /// Three raw MIDI bytes.
    Midi([u8; 3]),
    /// A SysEx message with its frame.
    SysEx(Vec<u8>),
}

impl Cue {
    /// Adds the event at a time in the block.
    pub fn push(&self, buffer: &mut EventBuffer, time: u32) {
        let note = Pckn::new(0u16, 0u16, 60u16, 1u32);
        match self {
            Self::On(velocity) => buffer.push(&NoteOnEvent::new(time, note, *velocity)),
            Self::Off => buffer.push(&NoteOffEvent::new(time, note, 0.0)),
            Self::Choke => buffer.push(&NoteChokeEvent::new(time, note)),
            Self::Param(id, value) => {
                buffer.push(&ParamValueEvent::new(time, *id, Pckn::match_all(), *value))
            }
            Self::Midi(bytes) => buffer.push(&MidiEvent::new(time, 0, *bytes)),
            // SAFETY: the bytes live as long as the cue, which outlives the block.
            Self::SysEx(bytes) => buffer.push(&unsafe { MidiSysExEvent::new(time, 0, bytes) }),
        }
    }
}
