//! The same editor in a window of its own.

use super::host::Command;
use super::player::Plugin;
use crate::editor::{PsivoxEditor, PsivoxHandle, Sources};
use crate::entry::guard::caught;
use crate::remote::index_of;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::editor::{Editor, EditorHandle};
use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::PluginState;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, channel};
use std::time::Duration;

/// How long the window waits for the host's thread to give or take a state.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a window needs.
pub(super) struct Ready {
    /// What the editor looks at.
    pub sources: Sources,
    /// The way to the host's thread.
    pub commands: SyncSender<Command>,
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// It cannot be opened.
pub(super) fn run(ready: Ready) -> Result<(), String> {
    let context = GuiContext::new(Arc::new(Bridge::new(&ready)));
    let editor = PsivoxEditor::new(ready.sources);
    // What opens windows panics on some systems without a display.
    let opened = caught(|| editor.spawn(None, false, None, context, None).map_err(|error| error.to_string()));
    let opened = opened.unwrap_or_else(|| Err("the window system refused".to_owned()))?;
    let closed = caught(|| PsivoxHandle::run_until_closed(opened.window).map_err(|error| error.to_string()));
    drop(opened.handle);
    closed.unwrap_or_else(|| Err("the window met a defect".to_owned()))
}

/// What the editor does to the instance: values take the way of those that come by OSC.
struct Bridge {
    sources: Sources,
    commands: SyncSender<Command>,
    indices: HashMap<ParamPtr, usize>,
}

impl Bridge {
    fn new(ready: &Ready) -> Self {
        let map = ready.sources.params.param_map();
        let indices = map.into_iter().filter_map(|(id, pointer, _)| Some((pointer, index_of(&id)?)));
        Self { indices: indices.collect(), sources: ready.sources.clone(), commands: ready.commands.clone() }
    }

    /// Lets the host's thread do something with the instance.
    fn ask<T: Send + 'static>(&self, work: impl FnOnce(&Plugin) -> T + Send + 'static) -> Option<T> {
        let (answer, answered) = channel();
        let command = Command::Do(Box::new(move |plugin| _ = answer.send(work(plugin))));
        self.commands.send(command).ok()?;
        answered.recv_timeout(PATIENCE).ok()
    }
}

impl GuiContextInner for Bridge {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {}

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        if let Some(index) = self.indices.get(&param) {
            self.sources.remote.values.post(*index, normalized);
        }
    }

    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {}

    fn get_state(&self) -> PluginState {
        let blob = self.ask(Plugin::save).flatten().unwrap_or_default();
        let read = crate::state::json_of(&blob).and_then(|json| serde_json::from_slice(json).ok());
        read.unwrap_or_else(|| PluginState {
            version: String::new(),
            params: Default::default(),
            fields: Default::default(),
        })
    }

    fn set_state(&self, state: PluginState) {
        let Ok(json) = serde_json::to_vec(&state) else { return };
        let mut blob = (json.len() as u64).to_le_bytes().to_vec();
        blob.extend(json);
        self.ask(move |plugin| plugin.load(&blob));
    }

    fn request_restart(&self) {
        _ = self.commands.try_send(Command::Restart);
    }
}
