//! The mouth's track: targets of neighbouring phones blended by dominance (Cohen & Massaro 1993, "Modeling
//! Coarticulation in Synthetic Visual Speech"), with closures that hold for as long as the phone lasts.

use super::frame::{ARTICULATORS, Articulator};
use super::timing::TimedPhone;
use crate::phone::{LipGesture, Manner, Viseme};

/// How far a phone's claim reaches before it starts: the mouth anticipates.
const ANTICIPATION_S: f32 = 0.055;
/// How far it reaches after its end: lips are sluggish.
const CARRYOVER_S: f32 = 0.045;
/// Beyond this no claim counts.
const REACH_S: f32 = 0.30;
/// Time that a closure takes to form and to open.
const CLOSING_S: f32 = 0.045;

/// Values of the articulators at time `t_s` of a phrase; `near` is a hint where to look, moved along.
pub(super) fn articulators(phones: &[TimedPhone], t_s: f32, near: &mut usize) -> [f32; ARTICULATORS] {
    while *near + 1 < phones.len() && phones[*near].end_s + REACH_S < t_s {
        *near += 1;
    }
    let mut sum = [0.0; ARTICULATORS];
    let (mut total, mut closure, mut labiodental) = (1e-3, 0.0f32, 0.0f32);
    for phone in phones[*near..].iter().take_while(|phone| phone.start_s - REACH_S < t_s) {
        let claim = claim(phone, t_s);
        total += claim;
        for (slot, value) in sum.iter_mut().zip(target(phone, t_s)) {
            *slot += claim * value;
        }
        if phone.phone.closes_lips() {
            closure = closure.max(contact(phone, t_s));
        }
        if phone.phone.viseme == Viseme::Ff {
            labiodental = labiodental.max(contact(phone, t_s));
        }
    }
    let mut values = sum.map(|value| value / total);
    values[Articulator::Closure as usize] = closure;
    values[Articulator::Labiodental as usize] = labiodental;
    values
}

/// Strength of a phone's claim on the mouth: its dominance inside, decaying exponentially outside.
fn claim(phone: &TimedPhone, t_s: f32) -> f32 {
    let before = (phone.start_s - t_s).max(0.0) / ANTICIPATION_S;
    let after = (t_s - phone.end_s).max(0.0) / CARRYOVER_S;
    let inside = (t_s - phone.start_s).min(phone.end_s - t_s).max(0.0) / 0.03;
    phone.phone.gesture.dominance * (-before - after).exp() * (0.5 + 0.5 * inside.min(1.0))
}

/// 1 throughout the phone, rising and falling outside of it.
fn contact(phone: &TimedPhone, t_s: f32) -> f32 {
    let away = (phone.start_s - t_s).max(t_s - phone.end_s).max(0.0) / CLOSING_S;
    if away >= 1.0 { 0.0 } else { 0.5 + 0.5 * (std::f32::consts::PI * away).cos() }
}

fn target(phone: &TimedPhone, t_s: f32) -> [f32; ARTICULATORS] {
    let own = phone.phone.gesture;
    let along = ((t_s - phone.start_s) / (phone.end_s - phone.start_s).max(1e-3)).clamp(0.0, 1.0);
    // A diphthong stays near its first target for a third of its time.
    let glide = ((along - 0.3) / 0.6).clamp(0.0, 1.0);
    let gesture = phone.phone.glide.map_or(own, |to| mix(own, to, glide));
    // Stressed vowels are opened and shaped more fully.
    let fullness = if phone.phone.is_vowel() { 0.7 + 0.4 * phone.stress } else { 1.0 };
    let effort = if phone.phone.manner == Manner::Silence { 0.0 } else { 1.0 };
    let LipGesture { jaw, pucker, funnel, stretch, upper_up, lower_down, tongue, .. } = gesture;
    let shaped = [pucker, funnel, stretch, upper_up, lower_down].map(|value| value * fullness);
    let [pucker, funnel, stretch, upper_up, lower_down] = shaped;
    [jaw * fullness, 0.0, 0.0, pucker, funnel, stretch, upper_up, lower_down, tongue, effort]
}

fn mix(a: LipGesture, b: LipGesture, t: f32) -> LipGesture {
    let lerp = |a: f32, b: f32| a + (b - a) * t;
    LipGesture {
        jaw: lerp(a.jaw, b.jaw),
        pucker: lerp(a.pucker, b.pucker),
        funnel: lerp(a.funnel, b.funnel),
        stretch: lerp(a.stretch, b.stretch),
        upper_up: lerp(a.upper_up, b.upper_up),
        lower_down: lerp(a.lower_down, b.lower_down),
        tongue: lerp(a.tongue, b.tongue),
        dominance: lerp(a.dominance, b.dominance),
    }
}
