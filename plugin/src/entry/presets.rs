//! Sounds in the host's own browser: the factory by which hosts find presets, and the extension that loads one.
//!
//! Loading is a state: the present one with the preset's values in it, handed to the framework as a host would, so that
//! everything that follows a state (plans, rescans, the window) follows a preset, too.

use super::guard::edge;
use super::instance::Instance;
use super::state::{load_blob, save_blob};
use crate::preset::{Preset, shipped, user_folder};
use crate::state::with_preset;
use clap_sys::ext::params::{CLAP_EXT_PARAMS, CLAP_PARAM_RESCAN_VALUES, clap_host_params};
use clap_sys::ext::preset_load::{
    CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_host_preset_load, clap_plugin_preset_load,
};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_factory, clap_preset_discovery_filetype, clap_preset_discovery_indexer,
    clap_preset_discovery_location, clap_preset_discovery_metadata_receiver, clap_preset_discovery_provider,
    clap_preset_discovery_provider_descriptor,
};
use clap_sys::plugin::clap_plugin;
use clap_sys::universal_plugin_id::clap_universal_plugin_id;
use clap_sys::version::CLAP_VERSION;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;

/// [`crate::Psivox`]'s id, as the host knows it.
const PLUGIN_ID: &CStr = c"org.psivox.psivox";
const PROVIDER_ID: &CStr = c"org.psivox.psivox.presets";

/// The names of the extension.
pub(super) fn is_load(id: &CStr) -> bool {
    id == CLAP_EXT_PRESET_LOAD || id == CLAP_EXT_PRESET_LOAD_COMPAT
}

/// The names of the factory.
pub(super) fn is_factory(id: &CStr) -> bool {
    id == CLAP_PRESET_DISCOVERY_FACTORY_ID || id == CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT
}

/// The extension.
pub(super) static LOAD: clap_plugin_preset_load =
    clap_plugin_preset_load { from_location: Some(from_location) };

/// The factory.
pub(super) static FACTORY: clap_preset_discovery_factory = clap_preset_discovery_factory {
    count: Some(count),
    get_descriptor: Some(get_descriptor),
    create: Some(create),
};

static DESCRIPTOR: clap_preset_discovery_provider_descriptor = clap_preset_discovery_provider_descriptor {
    clap_version: CLAP_VERSION,
    id: PROVIDER_ID.as_ptr(),
    name: c"Psivox".as_ptr(),
    vendor: c"Psivox".as_ptr(),
};

unsafe extern "C" fn count(_factory: *const clap_preset_discovery_factory) -> u32 {
    1
}

unsafe extern "C" fn get_descriptor(
    _factory: *const clap_preset_discovery_factory,
    index: u32,
) -> *const clap_preset_discovery_provider_descriptor {
    if index == 0 { &raw const DESCRIPTOR } else { std::ptr::null() }
}

unsafe extern "C" fn create(
    _factory: *const clap_preset_discovery_factory,
    indexer: *const clap_preset_discovery_indexer,
    provider_id: *const c_char,
) -> *const clap_preset_discovery_provider {
    edge(std::ptr::null(), || {
        // SAFETY: hosts pass a terminated string.
        if indexer.is_null() || provider_id.is_null() || unsafe { CStr::from_ptr(provider_id) } != PROVIDER_ID
        {
            return std::ptr::null();
        }
        let provider = clap_preset_discovery_provider {
            desc: &raw const DESCRIPTOR,
            // The host keeps its indexer as long as the provider.
            provider_data: indexer.cast_mut().cast(),
            init: Some(init),
            destroy: Some(destroy),
            get_metadata: Some(get_metadata),
            get_extension: Some(get_extension),
        };
        Box::into_raw(Box::new(provider))
    })
}

/// Tells the host what a preset is and where presets lie.
unsafe extern "C" fn init(provider: *const clap_preset_discovery_provider) -> bool {
    edge(false, || {
        // SAFETY: `create` made the provider; its indexer lives as long.
        let indexer = unsafe { provider.as_ref() }.map(|own| own.provider_data.cast_const());
        let indexer: *const clap_preset_discovery_indexer = indexer.unwrap_or(std::ptr::null()).cast();
        let Some(own) = (unsafe { indexer.as_ref() }) else { return false };
        let (Some(declare_type), Some(declare_place)) = (own.declare_filetype, own.declare_location) else {
            return false;
        };
        let filetype = clap_preset_discovery_filetype {
            name: c"Psivox preset".as_ptr(),
            description: c"A sound of Psivox as JSON".as_ptr(),
            file_extension: c"json".as_ptr(),
        };
        let shipped = clap_preset_discovery_location {
            flags: CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT,
            name: c"Factory".as_ptr(),
            kind: CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
            location: std::ptr::null(),
        };
        // SAFETY: the strings are constants or outlive the call.
        unsafe {
            let told = declare_type(indexer, &filetype) && declare_place(indexer, &shipped);
            let folder = user_folder().filter(|folder| folder.is_dir());
            let Some(folder) = folder.and_then(|folder| CString::new(folder.to_str()?).ok()) else {
                return told;
            };
            let own = clap_preset_discovery_location {
                flags: CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
                name: c"Own".as_ptr(),
                kind: CLAP_PRESET_DISCOVERY_LOCATION_FILE,
                location: folder.as_ptr(),
            };
            told && declare_place(indexer, &own)
        }
    })
}

unsafe extern "C" fn destroy(provider: *const clap_preset_discovery_provider) {
    if !provider.is_null() {
        // SAFETY: `create` made the box, and a host destroys once.
        edge((), || drop(unsafe { Box::from_raw(provider.cast_mut()) }));
    }
}

unsafe extern "C" fn get_extension(
    _provider: *const clap_preset_discovery_provider,
    _id: *const c_char,
) -> *const c_void {
    std::ptr::null()
}

/// Tells what presets are at a place.
unsafe extern "C" fn get_metadata(
    _provider: *const clap_preset_discovery_provider,
    kind: u32,
    location: *const c_char,
    receiver: *const clap_preset_discovery_metadata_receiver,
) -> bool {
    edge(false, || {
        if receiver.is_null() {
            return false;
        }
        if kind == CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN {
            // SAFETY: the receiver is valid during the call.
            return shipped().all(|preset| unsafe { describe(&preset, true, receiver) });
        }
        // SAFETY: a place of this kind is a terminated path.
        let Some(path) = (unsafe { text(location) }) else { return false };
        match crate::preset::read(Path::new(&path)) {
            Ok(preset) => unsafe { describe(&preset, false, receiver) },
            Err(error) => {
                unsafe { refuse(receiver, &error.to_string()) };
                false
            }
        }
    })
}

/// # Safety
/// The receiver must be valid.
unsafe fn describe(
    preset: &Preset,
    shipped: bool,
    receiver: *const clap_preset_discovery_metadata_receiver,
) -> bool {
    let words = |text: &str| CString::new(text.replace('\0', " ")).unwrap_or_default();
    let name = words(&preset.name);
    let key = if shipped { name.as_ptr() } else { std::ptr::null() };
    // SAFETY: as the caller promises; every string outlives its call.
    unsafe {
        let Some(own) = receiver.as_ref() else { return false };
        if !own.begin_preset.is_some_and(|begin| begin(receiver, name.as_ptr(), key)) {
            return false;
        }
        if let Some(add) = own.add_plugin_id {
            let id = clap_universal_plugin_id { abi: c"clap".as_ptr(), id: PLUGIN_ID.as_ptr() };
            add(receiver, &id);
        }
        if let Some(set) = own.set_flags {
            let flags = match shipped {
                true => CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT,
                false => CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
            };
            set(receiver, flags);
        }
        if let Some(set) = own.set_description {
            set(receiver, words(&preset.description).as_ptr());
        }
        if let Some(add) = own.add_creator.filter(|_| !preset.author.is_empty()) {
            add(receiver, words(&preset.author).as_ptr());
        }
        if let Some(add) = own.add_feature {
            preset.tags.iter().for_each(|tag| add(receiver, words(&tag.to_lowercase()).as_ptr()));
        }
    }
    true
}

/// # Safety
/// The receiver must be valid.
unsafe fn refuse(receiver: *const clap_preset_discovery_metadata_receiver, reason: &str) {
    let reason = CString::new(reason.replace('\0', " ")).unwrap_or_default();
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(tell) = receiver.as_ref().and_then(|own| own.on_error) {
            tell(receiver, 0, reason.as_ptr());
        }
    }
}

/// A host's string, if it is one.
///
/// # Safety
/// The pointer must be null or a terminated string.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    let own = (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) })?;
    own.to_str().ok().map(str::to_owned)
}

unsafe extern "C" fn from_location(
    plugin: *const clap_plugin,
    kind: u32,
    location: *const c_char,
    load_key: *const c_char,
) -> bool {
    edge(false, || {
        // SAFETY: the host's plugin and its strings, in its main thread.
        let loaded = unsafe { load(plugin, kind, text(location), text(load_key)) };
        unsafe { tell(plugin, kind, location, load_key, loaded.as_ref().err()) };
        loaded.is_ok()
    })
}

/// # Safety
/// The plugin must be alive.
unsafe fn load(
    plugin: *const clap_plugin,
    kind: u32,
    location: Option<String>,
    key: Option<String>,
) -> Result<(), String> {
    let preset = match (kind, location, key) {
        (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, _, Some(key)) => {
            let found = shipped().find(|preset| preset.name == key);
            found.ok_or_else(|| format!("there is no factory preset '{key}'"))?
        }
        (CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(path), _) => {
            crate::preset::read(Path::new(&path)).map_err(|error| error.to_string())?
        }
        _ => return Err("the host names no preset; choose one of the list".to_owned()),
    };
    // SAFETY: as the caller promises.
    unsafe {
        let blob = save_blob(plugin).ok_or("the present state cannot be read; save the project first")?;
        load_blob(plugin, &with_preset(&blob, &preset)?).map(|_| ())
    }
}

/// Tells the host how it went.
///
/// # Safety
/// The plugin must be alive, the strings null or terminated.
unsafe fn tell(
    plugin: *const clap_plugin,
    kind: u32,
    location: *const c_char,
    load_key: *const c_char,
    error: Option<&String>,
) {
    // SAFETY: as the caller promises; the host outlives the instance.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        let names = [CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT];
        let host = names.iter().find_map(|name| instance.host_extension::<clap_host_preset_load>(name));
        match error {
            None => {
                let params = instance.host_extension::<clap_host_params>(CLAP_EXT_PARAMS);
                if let Some(rescan) = params.and_then(|params| params.rescan) {
                    rescan(instance.host, CLAP_PARAM_RESCAN_VALUES);
                }
                if let Some(loaded) = host.and_then(|host| host.loaded) {
                    loaded(instance.host, kind, location, load_key);
                }
                if let Some(values) = &instance.values {
                    values.mark_dirty();
                }
            }
            Some(error) => {
                let reason = CString::new(error.replace('\0', " ")).unwrap_or_default();
                if let Some(refused) = host.and_then(|host| host.on_error) {
                    refused(instance.host, kind, location, load_key, 0, reason.as_ptr());
                }
            }
        }
    }
}
