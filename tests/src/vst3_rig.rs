//! A small VST3 host in this process, on the raw interfaces: what a DAW calls, in its order.
// The interfaces' constants have other types on Windows.
#![allow(clippy::unnecessary_cast)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComWrapper, Interface};

/// One processing call, as the host would fill it.
#[derive(Debug, Clone, Default)]
pub struct Vst3Block {
    /// Note-ons: sample, pitch, velocity.
    pub notes: Vec<(i32, i16, f32)>,
    /// SysEx with its frame: sample, bytes.
    pub sysex: Vec<(i32, Vec<u8>)>,
    /// Automation: parameter, sample, normalised value.
    pub automation: Vec<(ParamID, i32, f64)>,
    /// Tempo in beats a minute and place in beats of a song that plays; the host tells nothing if there is none.
    pub place: Option<(f64, f64)>,
}

impl Vst3Block {
    /// What the host tells of its song.
    fn context(&self) -> Option<ProcessContext> {
        use ProcessContext_::StatesAndFlags_::{kPlaying, kProjectTimeMusicValid, kTempoValid};
        let (tempo, beats) = self.place?;
        // SAFETY: numbers only, for which zero is a value.
        let mut context: ProcessContext = unsafe { std::mem::zeroed() };
        context.state = (kPlaying | kTempoValid | kProjectTimeMusicValid) as uint32;
        (context.tempo, context.projectTimeMusic) = (tempo, beats);
        Some(context)
    }
}

/// Events of a block.
struct Events(Vec<Event>);

impl Class for Events {
    type Interfaces = (IEventList,);
}

impl IEventListTrait for Events {
    unsafe fn getEventCount(&self) -> int32 {
        self.0.len() as int32
    }
    unsafe fn getEvent(&self, index: int32, event: *mut Event) -> tresult {
        unsafe { *event = self.0[index as usize] };
        kResultOk
    }
    unsafe fn addEvent(&self, _event: *mut Event) -> tresult {
        kResultFalse
    }
}

/// All points of one parameter in a block.
struct Queue(ParamID, Vec<(i32, f64)>);

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.0
    }
    unsafe fn getPointCount(&self) -> int32 {
        self.1.len() as int32
    }
    unsafe fn getPoint(&self, index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        let (sample, normalised) = self.1[index as usize];
        unsafe { (*offset, *value) = (sample, normalised) };
        kResultOk
    }
    unsafe fn addPoint(&self, _offset: int32, _value: ParamValue, _index: *mut int32) -> tresult {
        kResultFalse
    }
}

/// All queues of a block.
struct Changes(Vec<ComPtr<IParamValueQueue>>);

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> int32 {
        self.0.len() as int32
    }
    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        self.0[index as usize].as_ptr()
    }
    unsafe fn addParameterData(&self, _id: *const ParamID, _index: *mut int32) -> *mut IParamValueQueue {
        std::ptr::null_mut()
    }
}

/// What the plugin writes to one parameter in a block.
struct Written(ParamID, Mutex<Vec<(i32, f64)>>);

impl Class for Written {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Written {
    unsafe fn getParameterId(&self) -> ParamID {
        self.0
    }
    unsafe fn getPointCount(&self) -> int32 {
        self.1.lock().expect("unpoisoned").len() as int32
    }
    unsafe fn getPoint(&self, _index: int32, _offset: *mut int32, _value: *mut ParamValue) -> tresult {
        kResultFalse
    }
    unsafe fn addPoint(&self, offset: int32, value: ParamValue, index: *mut int32) -> tresult {
        let mut points = self.1.lock().expect("unpoisoned");
        unsafe {
            if !index.is_null() {
                *index = points.len() as int32;
            }
        }
        points.push((offset, value));
        kResultOk
    }
}

/// All that the plugin writes in a block.
#[derive(Default)]
struct Output(Mutex<Vec<ComWrapper<Written>>>);

impl Class for Output {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Output {
    unsafe fn getParameterCount(&self) -> int32 {
        self.0.lock().expect("unpoisoned").len() as int32
    }
    unsafe fn getParameterData(&self, _index: int32) -> *mut IParamValueQueue {
        std::ptr::null_mut()
    }
    unsafe fn addParameterData(&self, id: *const ParamID, index: *mut int32) -> *mut IParamValueQueue {
        let mut all = self.0.lock().expect("unpoisoned");
        let id = unsafe { *id };
        let place = all.iter().position(|one| one.0 == id).unwrap_or_else(|| {
            all.push(ComWrapper::new(Written(id, Mutex::default())));
            all.len() - 1
        });
        unsafe {
            if !index.is_null() {
                *index = place as int32;
            }
        }
        // `Output` keeps the queue alive until the block is over.
        all[place].as_com_ref::<IParamValueQueue>().expect("a queue").as_ptr()
    }
}

/// A state in memory.
#[derive(Default)]
struct Stream(Mutex<(Vec<u8>, usize)>);

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut std::ffi::c_void, size: int32, read: *mut int32) -> tresult {
        let mut inner = self.0.lock().expect("unpoisoned");
        let start = inner.1;
        let count = (size.max(0) as usize).min(inner.0.len() - start);
        unsafe {
            std::ptr::copy_nonoverlapping(inner.0[start..].as_ptr(), buffer.cast(), count);
            if !read.is_null() {
                *read = count as int32;
            }
        }
        inner.1 += count;
        kResultOk
    }
    unsafe fn write(&self, buffer: *mut std::ffi::c_void, size: int32, written: *mut int32) -> tresult {
        let mut inner = self.0.lock().expect("unpoisoned");
        let bytes = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), size.max(0) as usize) };
        inner.0.extend_from_slice(bytes);
        unsafe {
            if !written.is_null() {
                *written = size;
            }
        }
        kResultOk
    }
    unsafe fn seek(&self, position: int64, mode: int32, result: *mut int64) -> tresult {
        let mut inner = self.0.lock().expect("unpoisoned");
        let base = [0, inner.1, inner.0.len()][mode.clamp(0, 2) as usize] as int64;
        inner.1 = (base + position).clamp(0, inner.0.len() as int64) as usize;
        unsafe {
            if !result.is_null() {
                *result = inner.1 as int64;
            }
        }
        kResultOk
    }
    unsafe fn tell(&self, position: *mut int64) -> tresult {
        unsafe { *position = self.0.lock().expect("unpoisoned").1 as int64 };
        kResultOk
    }
}

/// What every host hands to the controller before anything else; counts what it is asked for.
#[derive(Default)]
struct Handler {
    restarts: AtomicU32,
}

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, _id: ParamID) -> tresult {
        kResultOk
    }
    unsafe fn performEdit(&self, _id: ParamID, _value: ParamValue) -> tresult {
        kResultOk
    }
    unsafe fn endEdit(&self, _id: ParamID) -> tresult {
        kResultOk
    }
    unsafe fn restartComponent(&self, _flags: int32) -> tresult {
        self.restarts.fetch_add(1, Ordering::Relaxed);
        kResultOk
    }
}

/// One instance.
pub struct Vst3Rig {
    component: ComPtr<IComponent>,
    processor: ComPtr<IAudioProcessor>,
    controller: ComPtr<IEditController>,
    handler: ComWrapper<Handler>,
    /// What the plugin has written to its parameters: number, sample of the block, normalised value.
    pub written: std::cell::RefCell<Vec<(ParamID, i32, f64)>>,
}

impl Vst3Rig {
    /// An instance of the plugin that is linked into this binary.
    ///
    /// # Panics
    /// If it does not load.
    pub fn new() -> Self {
        // SAFETY: the factory and what it makes are used as VST3 prescribes.
        unsafe {
            let factory = psivox_plugin::GetPluginFactory().cast::<IPluginFactory>();
            let factory = ComPtr::from_raw(factory).expect("a factory");
            let mut class: PClassInfo = std::mem::zeroed();
            assert_eq!(factory.getClassInfo(0, &mut class), kResultOk);
            let mut object = std::ptr::null_mut();
            let made =
                factory.createInstance(class.cid.as_ptr(), IComponent::IID.as_ptr().cast(), &mut object);
            assert_eq!(made, kResultOk);
            let component = ComPtr::<IComponent>::from_raw(object.cast()).expect("a component");
            let host = ComWrapper::new(Application).to_com_ptr::<IHostApplication>().expect("a host");
            assert_eq!(component.initialize(host.as_ptr().cast()), kResultOk);
            let rig = Self {
                processor: component.cast().expect("a processor"),
                controller: component.cast().expect("a controller"),
                component,
                handler: ComWrapper::new(Handler::default()),
                written: Default::default(),
            };
            let handler = rig.handler.to_com_ptr::<IComponentHandler>().expect("a handler");
            assert_eq!(rig.controller.setComponentHandler(handler.as_ptr()), kResultOk);
            rig
        }
    }

    /// How often the plugin asked the host to read its values again or to restart it.
    pub fn restarts(&self) -> u32 {
        self.handler.restarts.load(Ordering::Relaxed)
    }

    /// The class id of the first plugin in the factory.
    ///
    /// # Panics
    /// If there is none.
    pub fn class_id() -> [u8; 16] {
        // SAFETY: as above.
        unsafe {
            let factory = psivox_plugin::GetPluginFactory().cast::<IPluginFactory>();
            let factory = ComPtr::from_raw(factory).expect("a factory");
            let mut class: PClassInfo = std::mem::zeroed();
            assert_eq!(factory.getClassInfo(0, &mut class), kResultOk);
            class.cid.map(|byte| byte as u8)
        }
    }

    /// How many parameters the host sees.
    pub fn param_count(&self) -> i32 {
        unsafe { self.controller.getParameterCount() }
    }

    /// Titles and ids of all parameters.
    ///
    /// # Panics
    /// If one cannot be asked.
    pub fn params(&self) -> Vec<(String, ParamID)> {
        (0..self.param_count())
            .map(|index| unsafe {
                let mut info: ParameterInfo = std::mem::zeroed();
                assert_eq!(self.controller.getParameterInfo(index, &mut info), kResultOk);
                let title: Vec<u16> =
                    info.title.iter().map(|unit| *unit as u16).take_while(|unit| *unit != 0).collect();
                (String::from_utf16_lossy(&title), info.id)
            })
            .collect()
    }

    /// The id of a parameter.
    ///
    /// # Panics
    /// If there is none of that title.
    pub fn param(&self, title: &str) -> ParamID {
        let params = self.params();
        params
            .iter()
            .find(|(name, _)| name == title)
            .unwrap_or_else(|| panic!("no '{title}' in {params:?}"))
            .1
    }

    /// A parameter's normalised value as the controller tells it.
    pub fn value(&self, id: ParamID) -> f64 {
        unsafe { self.controller.getParamNormalized(id) }
    }

    /// What the plugin says to a bus arrangement without inputs, given as null and 0.
    pub fn arrange_without_inputs(&self) -> tresult {
        let mut stereo: SpeakerArrangement = 0x3;
        unsafe { self.processor.setBusArrangements(std::ptr::null_mut(), 0, &mut stereo, 1) }
    }

    /// Sets up and starts. `offline` is VST3's process mode.
    ///
    /// # Panics
    /// If the plugin refuses.
    pub fn start(&self, sample_rate_hz: f64, offline: bool) {
        let process_mode = if offline { ProcessModes_::kOffline } else { ProcessModes_::kRealtime } as int32;
        let mut setup = ProcessSetup {
            processMode: process_mode,
            symbolicSampleSize: 0,
            maxSamplesPerBlock: 4096,
            sampleRate: sample_rate_hz,
        };
        unsafe {
            assert_eq!(self.processor.setupProcessing(&mut setup), kResultOk);
            assert_eq!(self.component.setActive(1), kResultOk);
            self.processor.setProcessing(1);
        }
    }

    /// Stops and deactivates.
    pub fn stop(&self) {
        unsafe {
            self.processor.setProcessing(0);
            self.component.setActive(0);
        }
    }

    /// Processes one block and returns the left channel.
    ///
    /// # Panics
    /// If the plugin fails or the channels differ.
    pub fn block(&self, samples: usize, block: &Vst3Block) -> Vec<f32> {
        let mut sound = [vec![f32::NAN; samples], vec![f32::NAN; samples]];
        let mut channels = sound.each_mut().map(|channel| channel.as_mut_ptr());
        let events = ComWrapper::new(Events(events_of(block))).to_com_ptr::<IEventList>().expect("a list");
        let changes =
            ComWrapper::new(Changes(queues_of(block))).to_com_ptr::<IParameterChanges>().expect("changes");
        // SAFETY: all pointers live until the call returns.
        unsafe {
            let mut bus: AudioBusBuffers = std::mem::zeroed();
            bus.numChannels = 2;
            bus.__field0.channelBuffers32 = channels.as_mut_ptr();
            let mut data: ProcessData = std::mem::zeroed();
            data.numSamples = samples as int32;
            data.numOutputs = 1;
            data.outputs = &mut bus;
            data.inputEvents = events.as_ptr();
            let mut context = block.context();
            data.processContext = context.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
            data.inputParameterChanges = changes.as_ptr();
            let output = ComWrapper::new(Output::default());
            let pointer = output.to_com_ptr::<IParameterChanges>().expect("changes");
            data.outputParameterChanges = pointer.as_ptr();
            assert_eq!(self.processor.process(&mut data), kResultOk);
            for queue in output.0.lock().expect("unpoisoned").iter() {
                let points = queue.1.lock().expect("unpoisoned");
                self.written.borrow_mut().extend(points.iter().map(|(at, value)| (queue.0, *at, *value)));
            }
        }
        let [left, right] = sound;
        assert_eq!(left, right, "the voice is mono");
        left
    }

    /// Left channel of `blocks` blocks of 512, the first one with events.
    pub fn render(&self, first: &Vst3Block, blocks: usize) -> Vec<f32> {
        let mut sound = self.block(512, first);
        for _ in 1..blocks {
            sound.extend(self.block(512, &Vst3Block::default()));
        }
        sound
    }

    /// Saves as a project does.
    ///
    /// # Panics
    /// If the plugin fails to.
    pub fn save(&self) -> Vec<u8> {
        let stream = ComWrapper::new(Stream::default());
        let pointer = stream.to_com_ptr::<IBStream>().expect("a stream");
        assert_eq!(unsafe { self.component.getState(pointer.as_ptr()) }, kResultOk);
        let inner = stream.0.lock().expect("unpoisoned");
        inner.0.clone()
    }

    /// Loads as a project does, component first; false if the plugin refuses.
    pub fn load(&self, blob: &[u8]) -> bool {
        let stream = |bytes: &[u8]| {
            ComWrapper::new(Stream(Mutex::new((bytes.to_vec(), 0))))
                .to_com_ptr::<IBStream>()
                .expect("a stream")
        };
        unsafe {
            let loaded = self.component.setState(stream(blob).as_ptr()) == kResultOk;
            // Its answer does not matter: a single component has nothing left to take over.
            let _ = self.controller.setComponentState(stream(blob).as_ptr());
            loaded
        }
    }
}

impl Default for Vst3Rig {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Vst3Rig {
    fn drop(&mut self) {
        unsafe { self.component.terminate() };
    }
}

/// The host as the plugin sees it.
struct Application;

impl Class for Application {
    type Interfaces = (IHostApplication,);
}

impl IHostApplicationTrait for Application {
    unsafe fn getName(&self, name: *mut String128) -> tresult {
        for (slot, unit) in unsafe { (*name).iter_mut() }.zip("psivox-tests\0".encode_utf16()) {
            *slot = unit as _;
        }
        kResultOk
    }
    unsafe fn createInstance(
        &self,
        _class: *mut TUID,
        _interface: *mut TUID,
        _object: *mut *mut std::ffi::c_void,
    ) -> tresult {
        kNotImplemented
    }
}

fn events_of(block: &Vst3Block) -> Vec<Event> {
    let blank = |sample: i32| {
        // SAFETY: an event is plain data.
        let mut event: Event = unsafe { std::mem::zeroed() };
        event.sampleOffset = sample;
        event
    };
    let mut events = Vec::new();
    for (sample, bytes) in &block.sysex {
        let mut event = blank(*sample);
        event.r#type = Event_::EventTypes_::kDataEvent as u16;
        event.__field0.data = DataEvent {
            size: bytes.len() as u32,
            r#type: DataEvent_::DataTypes_::kMidiSysEx as u32,
            bytes: bytes.as_ptr(),
        };
        events.push(event);
    }
    for (sample, pitch, velocity) in &block.notes {
        let mut event = blank(*sample);
        event.r#type = Event_::EventTypes_::kNoteOnEvent as u16;
        event.__field0.noteOn = NoteOnEvent {
            channel: 0,
            pitch: *pitch,
            tuning: 0.0,
            velocity: *velocity,
            length: 0,
            noteId: -1,
        };
        events.push(event);
    }
    events.sort_by_key(|event| event.sampleOffset);
    events
}

fn queues_of(block: &Vst3Block) -> Vec<ComPtr<IParamValueQueue>> {
    let mut queues: Vec<(ParamID, Vec<(i32, f64)>)> = Vec::new();
    for (id, sample, value) in &block.automation {
        match queues.iter_mut().find(|(known, _)| known == id) {
            Some((_, points)) => points.push((*sample, *value)),
            None => queues.push((*id, vec![(*sample, *value)])),
        }
    }
    let pointer = |(id, points)| ComWrapper::new(Queue(id, points)).to_com_ptr().expect("a queue");
    queues.into_iter().map(pointer).collect()
}
