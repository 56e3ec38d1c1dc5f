//! The languages that receivers understand, and what can be chosen in each.

use serde::{Deserialize, Serialize};

/// A language with its options. In JSON `{"protocol": "vmc", ...options}`; options left out are the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "protocol", rename_all = "snake_case")]
pub enum Dialect {
    /// Virtual Motion Capture protocol: OSC over UDP.
    Vmc(VmcOptions),
    /// VRChat and what reads avatar parameters as it does: OSC over UDP.
    Vrchat(VrchatOptions),
    /// Unreal's Live Link Face: binary over UDP.
    Livelink(LivelinkOptions),
    /// iFacialMocap: text over UDP.
    Ifacialmocap(IfacialmocapOptions),
    /// Face Cap: OSC over UDP.
    Facecap(FacecapOptions),
    /// OSC with addresses of one's own: UDP.
    Osc(GenericOptions),
    /// VTube Studio: JSON over WebSocket.
    Vts(VtsOptions),
}

impl Dialect {
    /// Every language with its defaults.
    pub fn all() -> [Self; 7] {
        [
            Self::Vmc(VmcOptions::default()),
            Self::Vrchat(VrchatOptions::default()),
            Self::Livelink(LivelinkOptions::default()),
            Self::Ifacialmocap(IfacialmocapOptions::default()),
            Self::Facecap(FacecapOptions::default()),
            Self::Osc(GenericOptions::default()),
            Self::Vts(VtsOptions::default()),
        ]
    }

    /// As written in front of a host.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Vmc(_) => "vmc",
            Self::Vrchat(_) => "vrchat",
            Self::Livelink(_) => "livelink",
            Self::Ifacialmocap(_) => "ifacialmocap",
            Self::Facecap(_) => "facecap",
            Self::Osc(_) => "osc",
            Self::Vts(_) => "vts",
        }
    }

    /// What people call it.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Vmc(_) => "VMC",
            Self::Vrchat(_) => "VRChat",
            Self::Livelink(_) => "Live Link Face",
            Self::Ifacialmocap(_) => "iFacialMocap",
            Self::Facecap(_) => "Face Cap",
            Self::Osc(_) => "OSC",
            Self::Vts(_) => "VTube Studio",
        }
    }

    /// The language of a name, with its defaults.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|dialect| dialect.name().eq_ignore_ascii_case(name))
    }

    /// Where its receivers listen unless their user has changed it.
    pub const fn default_port(&self) -> u16 {
        match self {
            Self::Vmc(_) => 39539,
            Self::Vrchat(_) => 9000,
            Self::Livelink(_) => 11111,
            Self::Ifacialmocap(_) => 49983,
            Self::Facecap(_) | Self::Osc(_) => 8000,
            Self::Vts(_) => 8001,
        }
    }
}

/// Spelling of the standard clips of a VRM model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clips {
    /// `Joy`, `A`, `Blink_L`.
    #[default]
    Vrm0,
    /// `happy`, `aa`, `blinkLeft`.
    Vrm1,
    /// None, for models that have the 52 too and would move twice.
    None,
}

/// VMC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VmcOptions {
    /// Whether messages travel in bundles; off for receivers that cannot read them.
    pub bundles: bool,
    /// The standard clips.
    pub clips: Clips,
    /// The 52 ARKit shapes in PascalCase ("Perfect Sync").
    pub perfect_sync: bool,
    /// Everything that a bare Marionette needs: `OK` as version 2.7 has it, root, and the bones of head, neck and, without
    /// `perfect_sync`, eyes.
    /// Off, Psivox is an Assistant that sends a face only.
    pub performer: bool,
    /// The emotion on `/VMC/Thru/psivox/...`.
    pub thru: bool,
    /// Words, phones, visemes, marks and surprises on `/psivox/...`.
    pub events: bool,
}

impl Default for VmcOptions {
    fn default() -> Self {
        Self {
            bundles: true,
            clips: Clips::Vrm0,
            perfect_sync: true,
            performer: false,
            thru: false,
            events: false,
        }
    }
}

/// VRChat and kin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VrchatOptions {
    /// Ask the avatar by OSCQuery which parameters it has, and send only those. Off, or while no answer comes, all of
    /// `prefix` are sent as floats.
    pub discover: bool,
    /// Where VRChat answers OSCQuery, as `HOST:PORT`, if it cannot be found by itself; empty looks for it.
    pub oscquery: String,
    /// What stands between `/avatar/parameters/` and `v2/`, such as `FT`; what discovery finds goes first.
    pub prefix: String,
    /// Unified Expressions, the base shapes.
    pub base: bool,
    /// Unified Expressions, the simple and combined shapes such as `SmileFrown`.
    pub combined: bool,
    /// Bits of binary parameters (`JawOpen1`, `JawOpen2`, ...) without discovery, 0 to 8; 0 sends floats.
    pub binary_bits: u8,
    /// The native face blob on `/tracking/face/v1`, in place of parameters.
    pub native_face: bool,
    /// Gaze and lids on `/tracking/eye/...`.
    pub eyes: bool,
    /// `psivox/viseme_aa` and so on, `psivox/Viseme`, `psivox/Voice`.
    pub visemes: bool,
    /// What is said, in the chatbox.
    pub chatbox: bool,
}

impl Default for VrchatOptions {
    fn default() -> Self {
        Self {
            discover: true,
            oscquery: String::new(),
            prefix: String::new(),
            base: true,
            combined: true,
            binary_bits: 0,
            native_face: false,
            eyes: true,
            visemes: true,
            chatbox: false,
        }
    }
}

/// Live Link Face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LivelinkOptions {
    /// Name of the subject in Unreal.
    pub subject: String,
}

impl Default for LivelinkOptions {
    fn default() -> Self {
        Self { subject: "Psivox".to_owned() }
    }
}

/// iFacialMocap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IfacialmocapOptions {
    /// 1, or 2 for `&` between name and number. A receiver that asks gets the version that it asks for.
    pub version: u8,
    /// Wait for receivers that ask, on port 49983.
    pub answer: bool,
    /// Send without being asked.
    pub push: bool,
}

impl Default for IfacialmocapOptions {
    fn default() -> Self {
        Self { version: 1, answer: true, push: true }
    }
}

/// Face Cap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FacecapOptions {
    /// Whether messages travel in bundles.
    pub bundles: bool,
}

/// OSC with addresses of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GenericOptions {
    /// Address of a shape: `{name}` is `jawOpen`, `{Name}` is `JawOpen`, `{index}` its place in Live Link Face's order, from
    /// 0. Empty: none.
    pub shape: String,
    /// Address of one of `yaw`, `pitch`, `roll` of the head in degrees: `{name}`. Empty: none.
    pub head: String,
    /// Address of one of `valence`, `arousal`, `dominance`, `intensity` and of the twelve modes: `{name}`. Empty: none.
    pub emotion: String,
    /// Address of one of the fifteen visemes: `{name}`, `{index}`. Empty: none.
    pub viseme: String,
    /// Address of one of `f0_hz` (fundamental frequency in Hz, 0 while unvoiced or silent) and `speaking` (0 or 1): `{name}`.
    /// Empty: none.
    pub voice: String,
    /// Whether messages travel in bundles.
    pub bundles: bool,
    /// Words, phones, visemes, marks and surprises on `/psivox/...`.
    pub events: bool,
}

impl Default for GenericOptions {
    fn default() -> Self {
        Self {
            shape: "/face/{name}".to_owned(),
            head: "/head/{name}".to_owned(),
            emotion: "/emotion/{name}".to_owned(),
            viseme: String::new(),
            voice: "/voice/{name}".to_owned(),
            bundles: true,
            events: true,
        }
    }
}

/// VTube Studio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VtsOptions {
    /// The token that VTube Studio gave when its user allowed Psivox; empty asks for one.
    pub token: String,
    /// Parameters of Psivox's own for all 52 shapes, next to VTube Studio's (`MouthOpen`, `MouthSmile`, ...).
    pub custom: bool,
}

impl Default for VtsOptions {
    fn default() -> Self {
        Self { token: String::new(), custom: true }
    }
}
