//! From parameters and MIDI controllers to engine events.

use crate::params::PsivoxParams;
use crate::repertoire::SlotValues;
use psivox_core::{Control, Event};

/// The modulation wheel moves arousal.
pub const CC_AROUSAL: u8 = 1;
/// The breath controller moves intensity.
pub const CC_INTENSITY: u8 = 2;
/// "All sound off".
pub const CC_ALL_SOUND_OFF: u8 = 120;
/// "All notes off".
pub const CC_ALL_NOTES_OFF: u8 = 123;

/// What the engine was last told, so that it is told again only when a parameter moves.
#[derive(Debug)]
pub struct ControlWatch {
    told: [Option<f32>; Control::ALL.len()],
    /// Where the engine's controls are, a controller's moves included.
    last: [Option<f32>; Control::ALL.len()],
}

impl Default for ControlWatch {
    fn default() -> Self {
        Self { told: [None; Control::ALL.len()], last: [None; Control::ALL.len()] }
    }
}

impl ControlWatch {
    /// Forgets what was told: the engine was reset.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The events for every parameter that has moved since the last call. A remembered manner replaces `blend` of 0..=1
    /// of what it knows.
    pub fn moved<'a>(
        &'a mut self,
        params: &'a PsivoxParams,
        manner: Option<(&'a SlotValues, f32)>,
    ) -> impl Iterator<Item = Event> + 'a {
        let known = self.told.iter_mut().zip(self.last.iter_mut());
        Control::ALL.into_iter().zip(known).filter_map(move |(control, (told, last))| {
            let own = params.of(control).value();
            let value = match manner.map(|(values, blend)| (values[control as usize], blend)) {
                Some((remembered, blend)) if remembered.is_finite() => own + blend * (remembered - own),
                _ => own,
            };
            (told.replace(value) != Some(value)).then(|| {
                *last = Some(value);
                Event::Set { control, value }
            })
        })
    }

    /// Notes that a controller has moved a control.
    pub fn override_with(&mut self, event: &Event) {
        if let Event::Set { control, value } = event {
            self.last[*control as usize] = Some(*value);
        }
    }

    /// Everything that was told, for an engine that has not heard it.
    pub fn last(&self) -> impl Iterator<Item = Event> + '_ {
        let known = Control::ALL.into_iter().zip(self.last);
        known.filter_map(|(control, last)| last.map(|value| Event::Set { control, value }))
    }
}

/// What a MIDI controller asks for. `value` is 0..=1. A controller wins until its parameter moves again.
pub fn controller_event(controller: u8, value: f32) -> Option<Event> {
    match controller {
        CC_AROUSAL => Some(Event::Set { control: Control::Arousal, value: bipolar(value) }),
        CC_INTENSITY => Some(Event::Set { control: Control::Intensity, value }),
        CC_ALL_SOUND_OFF | CC_ALL_NOTES_OFF => Some(Event::Stop),
        _ => None,
    }
}

/// 0..=1 from 7 bits to -1..=1 with the wheel's 64 exactly in the middle.
fn bipolar(value: f32) -> f32 {
    let step = value * 127.0 - 64.0;
    if step < 0.0 { step / 64.0 } else { step / 63.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_told_once() {
        let params = PsivoxParams::default();
        let mut watch = ControlWatch::default();
        assert_eq!(watch.moved(&params, None).count(), Control::ALL.len());
        assert_eq!(watch.moved(&params, None).count(), 0);
        watch.forget();
        assert_eq!(watch.moved(&params, None).count(), Control::ALL.len());
    }

    #[test]
    fn wheel_ends_and_middle() {
        let arousal = |cc: u8| match controller_event(CC_AROUSAL, f32::from(cc) / 127.0) {
            Some(Event::Set { control: Control::Arousal, value }) => value,
            other => panic!("{other:?}"),
        };
        assert_eq!((arousal(0), arousal(127)), (-1.0, 1.0));
        assert!(arousal(64).abs() < 1e-5);
        assert!(matches!(controller_event(CC_ALL_NOTES_OFF, 0.0), Some(Event::Stop)));
        assert!(controller_event(7, 1.0).is_none());
    }
}
