//! Presets in a host's own browser: found by the discovery factory, loaded by the extension.

use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, clap_plugin_preset_load};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_LOCATION_FILE,
    CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, clap_preset_discovery_factory, clap_preset_discovery_filetype,
    clap_preset_discovery_indexer, clap_preset_discovery_location, clap_preset_discovery_metadata_receiver,
};
use clap_sys::version::CLAP_VERSION;
use psivox_tests::raw_clap::RawClap;
use std::ffi::{CStr, CString, c_char};

/// What a host writes down about presets.
#[derive(Default)]
struct Notes {
    places: Vec<u32>,
    names: Vec<String>,
    keys: Vec<Option<String>>,
    tags: usize,
    errors: Vec<String>,
}

unsafe fn string(pointer: *const c_char) -> String {
    unsafe { CStr::from_ptr(pointer) }.to_str().expect("UTF-8").to_owned()
}

unsafe extern "C" fn filetype(
    _indexer: *const clap_preset_discovery_indexer,
    filetype: *const clap_preset_discovery_filetype,
) -> bool {
    unsafe { string((*filetype).file_extension) == "json" }
}

unsafe extern "C" fn place(
    indexer: *const clap_preset_discovery_indexer,
    place: *const clap_preset_discovery_location,
) -> bool {
    unsafe { (*(*indexer).indexer_data.cast::<Notes>()).places.push((*place).kind) };
    true
}

unsafe fn notes<'a>(receiver: *const clap_preset_discovery_metadata_receiver) -> &'a mut Notes {
    unsafe { &mut *(*receiver).receiver_data.cast::<Notes>() }
}

unsafe extern "C" fn begin(
    receiver: *const clap_preset_discovery_metadata_receiver,
    name: *const c_char,
    key: *const c_char,
) -> bool {
    unsafe {
        notes(receiver).names.push(string(name));
        notes(receiver).keys.push((!key.is_null()).then(|| string(key)));
    }
    true
}

unsafe extern "C" fn tag(receiver: *const clap_preset_discovery_metadata_receiver, _tag: *const c_char) {
    unsafe { notes(receiver).tags += 1 };
}

unsafe extern "C" fn error(
    receiver: *const clap_preset_discovery_metadata_receiver,
    _code: i32,
    message: *const c_char,
) {
    unsafe { notes(receiver).errors.push(string(message)) };
}

/// Lets a host look at a place.
fn look(kind: u32, location: Option<&CStr>) -> (bool, Notes) {
    let mut notes = Notes::default();
    // SAFETY: every pointer lives as long as the provider.
    unsafe {
        let get = psivox_plugin::clap_entry.get_factory.expect("an entry");
        let factory = get(CLAP_PRESET_DISCOVERY_FACTORY_ID.as_ptr()).cast::<clap_preset_discovery_factory>();
        let factory_ref = factory.as_ref().expect("presets can be found");
        assert_eq!(factory_ref.count.expect("a function")(factory), 1);
        let descriptor = &*factory_ref.get_descriptor.expect("a function")(factory, 0);
        assert!(factory_ref.get_descriptor.expect("a function")(factory, 1).is_null());
        let indexer = clap_preset_discovery_indexer {
            clap_version: CLAP_VERSION,
            name: c"test".as_ptr(),
            vendor: c"".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            indexer_data: (&raw mut notes).cast(),
            declare_filetype: Some(filetype),
            declare_location: Some(place),
            declare_soundpack: None,
            get_extension: None,
        };
        let create = factory_ref.create.expect("a function");
        assert!(create(factory, &indexer, c"another".as_ptr()).is_null());
        let provider = create(factory, &indexer, descriptor.id);
        assert!((*provider).init.expect("a function")(provider));
        let receiver = clap_preset_discovery_metadata_receiver {
            receiver_data: (&raw mut notes).cast(),
            on_error: Some(error),
            begin_preset: Some(begin),
            add_plugin_id: None,
            set_soundpack_id: None,
            set_flags: None,
            add_creator: None,
            set_description: None,
            set_timestamps: None,
            add_feature: Some(tag),
            add_extra_info: None,
        };
        let location = location.map_or(std::ptr::null(), CStr::as_ptr);
        let told = (*provider).get_metadata.expect("a function")(provider, kind, location, &receiver);
        (*provider).destroy.expect("a function")(provider);
        (told, notes)
    }
}

fn load(clap: &RawClap, kind: u32, location: Option<&CStr>, key: Option<&CStr>) -> bool {
    let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: the plugin is alive, the strings outlive the call.
    unsafe {
        let extension =
            clap.extension::<clap_plugin_preset_load>(CLAP_EXT_PRESET_LOAD).expect("the extension");
        extension.from_location.expect("a function")(clap.plugin, kind, pointer(location), pointer(key))
    }
}

#[test]
fn every_factory_preset_is_found_and_loads() {
    let (told, notes) = look(CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None);
    assert!(told && notes.names.len() >= 24, "{} presets", notes.names.len());
    assert!(notes.tags >= notes.names.len() && notes.places.contains(&CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN));
    let clap = RawClap::new(false);
    for key in notes.keys {
        let key = CString::new(key.expect("shipped ones have keys")).expect("no zero");
        assert!(load(&clap, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, Some(&key)), "{key:?}");
    }
}

#[test]
fn what_is_no_preset_is_refused_in_words() {
    let folder = std::env::temp_dir().join(format!("psivox-presets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let clap = RawClap::new(false);
    for (name, text) in [
        ("broken.json", "{"),
        ("other.json", r#"{"name":"not ours"}"#),
        ("future.json", r#"{"psivox":"preset","version":99,"name":"later","params":{}}"#),
        ("wrong.json", r#"{"psivox":"preset","version":1,"name":"w","params":{"pitch":"high"}}"#),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        let location = CString::new(path.to_str().expect("UTF-8")).expect("no zero");
        let (told, notes) = look(CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(&location));
        assert!(!told && notes.errors.len() == 1 && notes.errors[0].len() > 10, "{name}: {:?}", notes.errors);
        assert!(!load(&clap, CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(&location), None), "{name}");
    }
    assert!(!load(&clap, CLAP_PRESET_DISCOVERY_LOCATION_FILE, None, None));
    assert!(!load(&clap, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, Some(c"nothing of that name")));
    assert!(!load(&clap, 77, Some(c"x"), Some(c"x")));
    std::fs::remove_dir_all(&folder).expect("removed");
}
