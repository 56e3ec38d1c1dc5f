//! What the VST3 wrapper asks beside CLAP: the class id, the category, the reach of notes.

use clap_sys::plugin::clap_plugin;
use std::ffi::{CStr, c_char};

/// Name of the extension [`TRAITS`].
pub(super) const TRAITS_ID: &CStr = c"clap.plugin-info-as-vst3/0";
/// Name of the factory [`FACTORY_INFO`].
pub(super) const FACTORY_INFO_ID: &CStr = c"clap.plugin-factory-info-as-vst3/0";
/// `host.vendor` of the VST3 wrapper; its name is that of the host around it.
pub(super) const WRAPPER_VENDOR: &CStr = c"The CLAP Wrapper Team";
/// The VST3 class id. Projects refer to it: never change it.
const CLASS_ID: [u8; 16] = *b"PsivoxVoiceFace1";

/// What an instance tells the wrapper.
pub(super) static TRAITS: Vst3Traits =
    Vst3Traits { midi_channels: Some(midi_channels), note_expressions: Some(note_expressions) };
/// What the library tells the wrapper.
pub(super) static FACTORY_INFO: Vst3FactoryInfo = Vst3FactoryInfo {
    vendor: c"Psivox".as_ptr(),
    vendor_url: c"".as_ptr(),
    email_contact: c"".as_ptr(),
    get_vst3_info: Some(vst3_class),
};

/// `clap_plugin_as_vst3` of the wrapper's `clapwrapper/vst3.h`.
#[repr(C)]
pub(super) struct Vst3Traits {
    midi_channels: Option<unsafe extern "C" fn(*const clap_plugin, u32) -> u32>,
    note_expressions: Option<unsafe extern "C" fn(*const clap_plugin) -> u32>,
}

unsafe extern "C" fn midi_channels(_plugin: *const clap_plugin, _note_port: u32) -> u32 {
    16
}

unsafe extern "C" fn note_expressions(_plugin: *const clap_plugin) -> u32 {
    0
}

/// `clap_plugin_info_as_vst3` of the same header.
#[repr(C)]
pub(super) struct Vst3ClassInfo {
    vendor: *const c_char,
    class_id: *const [u8; 16],
    features: *const c_char,
}

// SAFETY: it only points to constants.
unsafe impl Sync for Vst3ClassInfo {}

/// `clap_plugin_factory_as_vst3` of the same header.
#[repr(C)]
pub(super) struct Vst3FactoryInfo {
    vendor: *const c_char,
    vendor_url: *const c_char,
    email_contact: *const c_char,
    get_vst3_info: Option<unsafe extern "C" fn(*const Vst3FactoryInfo, u32) -> *const Vst3ClassInfo>,
}

// SAFETY: it only points to constants.
unsafe impl Sync for Vst3FactoryInfo {}

unsafe extern "C" fn vst3_class(_factory: *const Vst3FactoryInfo, index: u32) -> *const Vst3ClassInfo {
    static CLASS: Vst3ClassInfo = Vst3ClassInfo {
        vendor: c"Psivox".as_ptr(),
        class_id: &CLASS_ID,
        features: c"Instrument|Synth|Stereo".as_ptr(),
    };
    if index == 0 { &raw const CLASS } else { std::ptr::null() }
}
