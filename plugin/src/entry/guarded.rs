//! The instrument behind a guard: the framework calls it from `extern "C"` functions, where a panic would end the host.
//!
//! A panic in `process` becomes silence until the next reset, any other one a refusal. Either way the editor is told.

use super::guard::{caught, edge};
use super::guarded_editor::GuardedEditor;
use crate::Psivox;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::AsyncExecutor;
use nice_plug::context::process::{SendEventError, Transport};
use nice_plug::prelude::*;
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// Tells of a panic from any thread.
pub(crate) type Alarm = Arc<dyn Fn() + Send + Sync>;

/// An instrument that can tell its user of a panic.
pub(super) trait Watched: ClapPlugin {
    /// What is called after a panic.
    fn alarm(&self) -> Alarm;
}

impl Watched for Psivox {
    fn alarm(&self) -> Alarm {
        let shared = Arc::clone(&self.shared);
        Arc::new(move || shared.set_faulted(true))
    }
}

/// The instrument as the framework sees it.
pub(super) struct Guarded<P: Watched> {
    inner: ManuallyDrop<P>,
    alarm: Alarm,
    /// Whether it panicked while it processed: it may be in any state, so it is left alone until it is reset.
    broken: bool,
}

impl<P: Watched> Guarded<P> {
    /// Lets the instrument do something; tells if it panics.
    fn attempt<T>(&mut self, work: impl FnOnce(&mut P) -> T) -> Option<T> {
        let done = caught(|| work(&mut self.inner));
        if done.is_none() {
            (self.alarm)();
        }
        done
    }
}

impl<P: Watched> Default for Guarded<P> {
    fn default() -> Self {
        let inner = P::default();
        Self { alarm: inner.alarm(), inner: ManuallyDrop::new(inner), broken: false }
    }
}

impl<P: Watched> Drop for Guarded<P> {
    fn drop(&mut self) {
        // SAFETY: it is dropped here and nowhere else.
        edge((), || unsafe { ManuallyDrop::drop(&mut self.inner) });
    }
}

impl<P: Watched> Plugin for Guarded<P> {
    const NAME: &'static str = P::NAME;
    const VENDOR: &'static str = P::VENDOR;
    const URL: &'static str = P::URL;
    const EMAIL: &'static str = P::EMAIL;
    const VERSION: &'static str = P::VERSION;
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = P::AUDIO_IO_LAYOUTS;
    const MIDI_INPUT: MidiConfig = P::MIDI_INPUT;
    const MIDI_OUTPUT: MidiConfig = P::MIDI_OUTPUT;
    const SAMPLE_ACCURATE_AUTOMATION: bool = P::SAMPLE_ACCURATE_AUTOMATION;
    const HARD_REALTIME_ONLY: bool = P::HARD_REALTIME_ONLY;
    const INPUT_EVENT_CAPACITY: usize = P::INPUT_EVENT_CAPACITY;

    type Editor = GuardedEditor<P::Editor>;
    type SysExMessage = P::SysExMessage;
    type BackgroundTask = P::BackgroundTask;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let (inner, alarm) = (self.inner.task_executor(), Arc::clone(&self.alarm));
        Box::new(move |task| caught(|| inner(task)).unwrap_or_else(|| alarm()))
    }

    fn params(&self) -> Arc<dyn Params> {
        self.inner.params()
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        let later = executor.clone();
        let passed = AsyncExecutor::new(
            Arc::new(move |task| executor.execute_background(task)),
            Arc::new(move |task| later.execute_gui(task)),
        );
        let editor = self.attempt(|inner| inner.editor(passed)).flatten()?;
        Some(GuardedEditor::new(editor, Arc::clone(&self.alarm)))
    }

    fn filter_state(state: &mut PluginState) {
        edge((), || P::filter_state(state));
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let activated = self.attempt(|inner| inner.activate(layout, config, &mut Passed(context)));
        self.broken = activated.is_none();
        activated.unwrap_or(false)
    }

    fn reset(&mut self) {
        self.broken = self.attempt(P::reset).is_none();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        if !self.broken {
            let done = self.attempt(|inner| inner.process(buffer, aux, &mut Passed(context)));
            if let Some(status) = done {
                return status;
            }
            self.broken = true;
        }
        for channel in buffer.as_slice() {
            channel.fill(0.0);
        }
        ProcessStatus::Normal
    }

    fn stop_processing(&mut self) {
        self.attempt(P::stop_processing);
    }

    fn deactivate(&mut self) {
        self.attempt(P::deactivate);
    }
}

impl<P: Watched> ClapPlugin for Guarded<P> {
    const CLAP_ID: &'static str = P::CLAP_ID;
    const CLAP_DESCRIPTION: Option<&'static str> = P::CLAP_DESCRIPTION;
    const CLAP_MANUAL_URL: Option<&'static str> = P::CLAP_MANUAL_URL;
    const CLAP_SUPPORT_URL: Option<&'static str> = P::CLAP_SUPPORT_URL;
    const CLAP_FEATURES: &'static [ClapFeature] = P::CLAP_FEATURES;
    const CLAP_POLY_MODULATION_CONFIG: Option<PolyModulationConfig> = P::CLAP_POLY_MODULATION_CONFIG;

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        edge((), || self.inner.remote_controls(context));
    }
}

/// A context of the guard's, handed on to the instrument.
struct Passed<'a, C>(&'a mut C);

impl<P: Watched, C: ActivateContext<Guarded<P>>> ActivateContext<P> for Passed<'_, C> {
    fn plugin_api(&self) -> PluginApi {
        self.0.plugin_api()
    }
    fn execute(&self, task: P::BackgroundTask) {
        self.0.execute(task);
    }
    fn set_latency_samples(&self, samples: u32) {
        self.0.set_latency_samples(samples);
    }
    fn set_current_voice_capacity(&self, capacity: u32) {
        self.0.set_current_voice_capacity(capacity);
    }
}

impl<P: Watched, C: ProcessContext<Guarded<P>>> ProcessContext<P> for Passed<'_, C> {
    fn plugin_api(&self) -> PluginApi {
        self.0.plugin_api()
    }
    fn execute_background(&self, task: P::BackgroundTask) {
        self.0.execute_background(task);
    }
    fn execute_gui(&self, task: P::BackgroundTask) {
        self.0.execute_gui(task);
    }
    fn transport(&self) -> &Transport {
        self.0.transport()
    }
    fn next_event(&mut self) -> Option<PluginNoteEvent<P>> {
        self.0.next_event()
    }
    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<P>,
    ) -> Result<(), (PluginNoteEvent<P>, SendEventError)> {
        self.0.try_send_event(event)
    }
    fn set_latency_samples(&self, samples: u32) {
        self.0.set_latency_samples(samples);
    }
    fn request_restart(&self) {
        self.0.request_restart();
    }
    fn set_current_voice_capacity(&self, capacity: u32) {
        self.0.set_current_voice_capacity(capacity);
    }
}
