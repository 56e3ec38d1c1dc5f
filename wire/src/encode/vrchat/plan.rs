//! What is sent to an avatar: all that the options name, or what the avatar has of it.

use super::output::{Bits, Form, Output, Source};
use crate::oscquery::{Avatar, ParameterType};
use crate::target::{Mask, VrchatOptions};
use crate::unified::{self, Base, Kind, Parameter};
use psivox_core::phone::Viseme;
use std::collections::{HashMap, HashSet};

/// Most values of one avatar: far more than a lawful one has.
const MAX_OUTPUTS: usize = 2_048;

/// Every value under its name without a prefix.
struct Offer {
    tail: String,
    source: Source,
    form: Form,
}

/// The values to send.
pub(super) fn outputs(
    options: &VrchatOptions,
    avatar: Option<&Avatar>,
    native: bool,
    mask: &Mask,
) -> Vec<Output> {
    let offers = offers(options, native, mask);
    match avatar {
        Some(avatar) => matched(&offers, avatar),
        None => offers.iter().flat_map(|offer| unasked(offer, options)).collect(),
    }
}

/// What a new plan does not move any more: it must not stay as it stands.
pub(super) fn left_behind(old: Vec<Output>, new: &[Output]) -> Vec<Output> {
    let kept: HashSet<&str> = new.iter().map(Output::address).collect();
    old.into_iter().filter(|output| !kept.contains(output.address())).collect()
}

/// Whether the avatar's own parameters turn its eyes.
pub(super) fn moves_gaze(outputs: &[Output]) -> bool {
    moves(outputs, |base| matches!(base, Base::EyeLookInLeft | Base::EyeLookUpLeft | Base::EyeLookInRight))
}

/// Whether the avatar's own parameters close its eyes.
pub(super) fn moves_lids(outputs: &[Output]) -> bool {
    moves(outputs, |base| matches!(base, Base::EyeClosedLeft | Base::EyeClosedRight))
}

fn moves(outputs: &[Output], is_wanted: impl Fn(&Base) -> bool) -> bool {
    outputs.iter().any(|output| match output.source {
        Source::Unified(parameter) => parameter.terms.iter().flat_map(|term| term.of).any(&is_wanted),
        _ => false,
    })
}

/// All that the options name and the mask lets through.
fn offers(options: &VrchatOptions, native: bool, mask: &Mask) -> Vec<Offer> {
    let wanted = |one: &&'static Parameter| {
        let listed = match one.kind {
            Kind::Base => options.base,
            Kind::Combined => options.combined,
        };
        listed && !native && one.is_moved(mask)
    };
    let unified = unified::all().iter().filter(wanted).map(|one| Offer {
        tail: format!("v2/{}", one.name),
        source: Source::Unified(one),
        form: Form::Float,
    });
    let mut offers: Vec<Offer> = unified.collect();
    let expressions = mask.mouth || mask.brows || mask.cheeks || mask.tongue;
    for (name, sent) in [
        ("EyeTrackingActive", mask.eyes),
        ("LipTrackingActive", mask.mouth),
        ("ExpressionTrackingActive", expressions),
    ] {
        let tracked = options.base || options.combined || options.native_face;
        if sent && tracked {
            offers.push(Offer { tail: name.to_owned(), source: Source::Active, form: Form::Bool });
        }
    }
    if options.visemes && mask.mouth {
        offers.extend(visemes());
    }
    offers
}

fn visemes() -> impl Iterator<Item = Offer> {
    let weights = Viseme::ALL.into_iter().enumerate().map(|(index, viseme)| Offer {
        tail: format!("psivox/viseme_{}", viseme.name().to_ascii_lowercase()),
        source: Source::Viseme(index),
        form: Form::Float,
    });
    let whole =
        [("psivox/Viseme", Source::Strongest, Form::Int), ("psivox/Voice", Source::Voice, Form::Float)];
    weights.chain(whole.map(|(tail, source, form)| Offer { tail: tail.to_owned(), source, form }))
}

/// An offer as the options write it.
fn unasked(offer: &Offer, options: &VrchatOptions) -> Vec<Output> {
    let Source::Unified(parameter) = offer.source else {
        return vec![Output::new(&offer.tail, offer.source, offer.form)];
    };
    let prefix = options.prefix.trim_matches('/');
    let name = if prefix.is_empty() { offer.tail.clone() } else { format!("{prefix}/{}", offer.tail) };
    let count = u32::from(options.binary_bits.min(8));
    if count == 0 {
        return vec![Output::new(&name, offer.source, Form::Float)];
    }
    let bit = |place: u32| {
        let form = Form::Bit(Bits { place, count, signed: parameter.signed });
        Output::new(&format!("{name}{}", 1u32 << place), offer.source, form)
    };
    let mut outputs: Vec<Output> = (0..count).map(bit).collect();
    if parameter.signed {
        outputs.push(Output::new(&format!("{name}Negative"), offer.source, Form::Negative));
    }
    outputs
}

/// What an avatar has of what is offered, whatever stands before it.
fn matched(offers: &[Offer], avatar: &Avatar) -> Vec<Output> {
    let offered: HashMap<&str, &Offer> = offers.iter().map(|offer| (offer.tail.as_str(), offer)).collect();
    let find = |name: &str| tails(name).find_map(|tail| offered.get(tail).copied());
    let mut outputs = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for parameter in avatar.parameters.iter().take(MAX_OUTPUTS) {
        let name = parameter.name.as_str();
        if let Some(offer) = find(name) {
            let form = match parameter.kind {
                ParameterType::Float => Form::Float,
                ParameterType::Int => Form::Int,
                ParameterType::Bool => Form::Bool,
            };
            outputs.push(Output::new(name, offer.source, form));
            continue;
        }
        if parameter.kind != ParameterType::Bool {
            continue;
        }
        let Some((whole, part)) = split_binary(name) else { continue };
        let Some(offer) = find(whole) else { continue };
        let index = *places.entry(whole.to_owned()).or_insert_with(|| {
            groups.push(Group { source: offer.source, bits: Vec::new(), sign: None });
            groups.len() - 1
        });
        match part {
            Part::Place(place) => groups[index].bits.push((name.to_owned(), place)),
            Part::Negative => groups[index].sign = Some(name.to_owned()),
        }
    }
    outputs.extend(groups.into_iter().flat_map(Group::outputs));
    outputs
}

/// One value that an avatar has as bits.
struct Group {
    source: Source,
    /// Full names, and their places.
    bits: Vec<(String, u32)>,
    /// Full name of the sign.
    sign: Option<String>,
}

impl Group {
    fn outputs(self) -> Vec<Output> {
        let count = u32::try_from(self.bits.len()).unwrap_or(u32::MAX);
        let signed = self.sign.is_some();
        let form = |place| Form::Bit(Bits { place, count, signed });
        let mut outputs: Vec<Output> =
            self.bits.iter().map(|(name, place)| Output::new(name, self.source, form(*place))).collect();
        outputs.extend(self.sign.map(|name| Output::new(&name, self.source, Form::Negative)));
        outputs
    }
}

/// A name, and what follows each of its slashes.
fn tails(name: &str) -> impl Iterator<Item = &str> {
    std::iter::once(name).chain(name.match_indices('/').map(|(at, _)| &name[at + 1..]))
}

enum Part {
    Place(u32),
    Negative,
}

/// `v2/JawOpen4` is place 2 of `v2/JawOpen`.
fn split_binary(name: &str) -> Option<(&str, Part)> {
    if let Some(whole) = name.strip_suffix("Negative") {
        return Some((whole, Part::Negative));
    }
    let whole = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let step: u32 = name[whole.len()..].parse().ok()?;
    // Up to 16 bits: more than any avatar spends on a value.
    (step.is_power_of_two() && step <= 1 << 15).then(|| (whole, Part::Place(step.trailing_zeros())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oscquery::AvatarParameter;

    fn avatar(parameters: &[(&str, ParameterType)]) -> Avatar {
        let parameters =
            parameters.iter().map(|(name, kind)| AvatarParameter { name: (*name).to_owned(), kind: *kind });
        Avatar { id: "avtr_test".to_owned(), full_face: false, parameters: parameters.collect() }
    }

    fn planned(options: &VrchatOptions, avatar: Option<&Avatar>) -> Vec<String> {
        let all = outputs(options, avatar, false, &Mask::default());
        all.iter().map(|one| one.address().trim_start_matches("/avatar/parameters/").to_owned()).collect()
    }

    #[test]
    fn an_avatar_gets_what_it_has_behind_any_prefix() {
        use ParameterType::{Bool, Float, Int};
        let has = avatar(&[
            ("FT/v2/JawOpen", Float),
            ("v2/SmileSad", Float),
            ("My/Long/v2/MouthX1", Bool),
            ("My/Long/v2/MouthX2", Bool),
            ("My/Long/v2/MouthXNegative", Bool),
            ("v2/MouthX3", Bool),
            ("FT/EyeTrackingActive", Bool),
            ("psivox/Viseme", Int),
            ("Viseme", Int),
            ("notv2/JawOpen", Float),
            ("v2/NoSuchThing", Float),
            ("VRCEmote", Int),
        ]);
        let found = planned(&VrchatOptions::default(), Some(&has));
        let expected = [
            "FT/v2/JawOpen",
            "v2/SmileSad",
            "FT/EyeTrackingActive",
            "psivox/Viseme",
            "My/Long/v2/MouthX1",
            "My/Long/v2/MouthX2",
            "My/Long/v2/MouthXNegative",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_options_say_what_is_sent_unasked() {
        let count = |options: VrchatOptions| planned(&options, None).len();
        let none = VrchatOptions { base: false, combined: false, visemes: false, ..VrchatOptions::default() };
        assert_eq!(count(none.clone()), 0);
        assert_eq!(count(VrchatOptions { visemes: true, ..none.clone() }), 17);
        let base = planned(&VrchatOptions { base: true, prefix: "FT".to_owned(), ..none.clone() }, None);
        assert!(base.contains(&"FT/v2/JawOpen".to_owned()) && !base.contains(&"FT/v2/JawX".to_owned()));
        assert!(base.contains(&"LipTrackingActive".to_owned()));
        let bits = VrchatOptions { combined: true, binary_bits: 3, ..none };
        let bits = planned(&bits, None);
        let jaw: Vec<_> = bits.iter().filter(|name| name.starts_with("v2/JawX")).collect();
        assert_eq!(jaw, ["v2/JawX1", "v2/JawX2", "v2/JawX4", "v2/JawXNegative"]);
        assert!(!bits.contains(&"v2/MouthOpenNegative".to_owned()));
    }

    #[test]
    fn a_mask_leaves_out_what_a_camera_keeps() {
        let all = outputs(&VrchatOptions::default(), None, false, &Mask::VOICE_OWNS_THE_MOUTH);
        let has = |name: &str| all.iter().any(|one| one.address().ends_with(name));
        assert!(has("/v2/JawOpen") && has("/LipTrackingActive"));
        assert!(!has("/v2/EyeX") && !has("/v2/BrowUp") && !has("/EyeTrackingActive"));
    }
}
