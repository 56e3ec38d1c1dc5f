//! A parameter as a bar, a row of choices or a box to tick: what a hand does becomes a gesture of the host.

use super::slide::Slide;
use super::wish::Wish;
use crate::params::PsivoxParams;
use crate::performance_state::{CcLink, PerformanceState};
use crate::remote::{self, Parameter, parameter};
use egui::{Button, Id, Ui};
use nice_plug::prelude::ParamSetter;

/// What all bars of a picture need.
pub struct Board<'a> {
    /// The parameters.
    pub params: &'a PsivoxParams,
    /// The host.
    pub setter: &'a ParamSetter<'a>,
    /// Controllers that move parameters.
    pub performance: &'a PerformanceState,
    /// The parameter that waits for a controller.
    pub learning: Option<usize>,
}

impl<'a> Board<'a> {
    /// The controller that moves a parameter.
    pub fn link(&self, index: usize) -> Option<&'a CcLink> {
        self.performance.cc.iter().find(|link| link.parameter == remote::id(index))
    }

    /// Sets a parameter as one gesture.
    pub fn set(&self, param: &dyn Parameter, normalized: f32) {
        param.begin(self.setter);
        param.set(normalized.clamp(0.0, 1.0), self.setter);
        param.end(self.setter);
    }

    fn without_link(&self, index: usize) -> Wish {
        let mut performance = self.performance.clone();
        performance.cc.retain(|link| link.parameter != remote::id(index));
        Wish::Performance(Box::new(performance))
    }
}

/// Id of a parameter's bar, wherever it stands.
pub fn id_of(index: usize) -> Id {
    Id::unique(("psivox bar", remote::id(index)))
}

/// Shows the bar of a parameter over the whole width.
pub fn show(ui: &mut Ui, board: &Board, index: usize, hint: &str, wishes: &mut Vec<Wish>) {
    let param = parameter(board.params, index);
    let link = board.link(index);
    let learning = board.learning == Some(index);
    // A number that only knows its ends moves from one to the other.
    let switch = param.plain_of(0.01) == param.plain_of(0.0) && param.plain_of(0.99) == param.plain_of(1.0);
    let linked_hint = link.map(|link| format!("{hint}\nmoved by controller {}", link.controller));
    let slide = Slide {
        id: id_of(index),
        name: param.shown_name(),
        now: param.now_normalized(),
        rest: param.normalized_of(param.first()),
        steps: param.steps().or(switch.then_some(1)),
        words: &|place| param.words(place),
        of_words: &|words| param.of_words(words),
        calls: learning.then_some("move a controller"),
        linked: link.is_some(),
        hint: linked_hint.as_deref().unwrap_or(hint),
    };
    let moved = slide.show(ui, |ui| {
        match learning {
            true if ui.button("Stop learning").clicked() => wishes.push(Wish::Learn(None)),
            false if ui.button("Learn controller").clicked() => wishes.push(Wish::Learn(Some(index))),
            _ => {}
        }
        if ui.add_enabled(link.is_some(), Button::new("Remove controller")).clicked() {
            wishes.push(board.without_link(index));
        }
    });
    if moved.begun {
        param.begin(board.setter);
    }
    if let Some(place) = moved.wanted {
        param.set(place, board.setter);
    }
    if moved.ended {
        param.end(board.setter);
    }
}

/// Shows the bar of the parameter of that id.
pub fn named(ui: &mut Ui, board: &Board, id: &str, hint: &str, wishes: &mut Vec<Wish>) {
    if let Some(index) = remote::index_of(id) {
        show(ui, board, index, hint, wishes);
    }
}

/// Shows a parameter of several choices as a row of buttons.
pub fn choose(ui: &mut Ui, board: &Board, id: &str, hints: &[&str]) {
    let Some(index) = remote::index_of(id) else { return };
    let param = parameter(board.params, index);
    let steps = param.steps().unwrap_or(1).max(1);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for step in 0..=steps {
            let place = step as f32 / steps as f32;
            let chosen = (param.now_normalized() - place).abs() < 0.5 / steps as f32;
            let button = ui.selectable_label(chosen, param.words(place));
            let button = match hints.get(step) {
                Some(hint) => button.on_hover_text(*hint),
                None => button,
            };
            if button.clicked() && !chosen {
                board.set(param, place);
            }
        }
    });
}

/// Shows a switch as a box to tick.
pub fn tick(ui: &mut Ui, board: &Board, id: &str, words: &str, hint: &str) {
    let Some(index) = remote::index_of(id) else { return };
    let param = parameter(board.params, index);
    let mut on = param.now_normalized() > 0.5;
    if ui.checkbox(&mut on, words).on_hover_text(hint).changed() {
        board.set(param, f32::from(u8::from(on)));
    }
}
