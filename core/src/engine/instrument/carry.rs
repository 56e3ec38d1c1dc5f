//! The engine's state at a moment when nothing is said, as a row of words.

use super::{Engine, NOTHING_READ};
use crate::carry::{Carried, Ledger};
use crate::engine::line::LineQueue;
use crate::field::FieldSetup;
use crate::memory::Rendition;

/// Digest of the order in which the engine's state is carried: takes of another one cannot be read.
pub const ENGINE_LAYOUT: u32 = 0x3d1a_c955;

impl Engine {
    /// Carries what an idle engine has become. All else is set by the line that begins next, follows from the field's setup,
    /// counts what has happened, or belongs to whoever plays the engine.
    pub(super) fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self {
            config,
            now,
            controls,
            bending,
            hold,
            temper,
            remembering,
            shaking,
            field,
            ticks,
            crossing,
            visage,
            bank,
            choir,
            face,
            faces,
            observables,
            // Of the line that begins next.
            velocity: _,
            loaded: _,
            line: _,
            queue: _,
            speaker: _,
            curves: _,
            reading: _,
            sung: _,
            sounding: _,
            // Silent as long as nothing is said, and fading what was before.
            quiet: _,
            sound: _,
            taken: _,
            tail: _,
            tail_taken: _,
            // Counted since `reset`.
            guard: _,
            sound_tally: _,
            last_face: _,
            // Of the engine itself.
            hop: _,
            hop_s: _,
            probes: _,
            shift: _,
            recorder: _,
            replaying: _,
        } = self;
        controls.carry(ledger);
        bending.carry(ledger);
        hold.carry(ledger);
        temper.carry(ledger);
        remembering.carry(ledger);
        shaking.carry(ledger);
        field.carry(ledger);
        ticks.carry(ledger);
        crossing.carry(ledger);
        visage.carry(ledger);
        bank.carry(ledger);
        choir.carry(ledger);
        face.carry(ledger);
        faces.carry(*now, config.sample_rate_hz, ledger);
        observables.observation.carry(ledger);
    }

    /// Words of the state, and the digest of their order.
    pub(super) fn layout(&mut self) -> (usize, u32) {
        let mut ledger = Ledger::counting();
        self.carry(&mut ledger);
        (ledger.len(), ledger.layout())
    }

    /// The state of an engine as it was built, under a field. Allocates.
    pub(crate) fn rest_under(&mut self, setup: &FieldSetup) -> Vec<u32> {
        self.stand_in(setup);
        let mut words = vec![0; self.layout().0];
        self.carry(&mut Ledger::writing(&mut words));
        words
    }

    fn stand_in(&mut self, setup: &FieldSetup) {
        self.temper.adopt(&setup.grammar);
        self.field.stand_in(setup);
    }

    /// Becomes what the engine was at the beginning of a take, its clock included; false if that is nothing that an engine
    /// can be. What was said is gone without a fade.
    pub(crate) fn stand_as(&mut self, rendition: &Rendition) -> bool {
        self.line = None;
        self.queue.clear();
        self.sung = None;
        self.reading = NOTHING_READ;
        (self.sounding, self.quiet) = (false, true);
        self.stand_in(&rendition.setup);
        self.now = rendition.now;
        let mut ledger = Ledger::reading(&rendition.words);
        self.carry(&mut ledger);
        self.velocity.jump(1.0, self.now);
        self.remembering.set_parts(rendition.recalled(&rendition.standing));
        ledger.is_sound() && ledger.len() == rendition.words.len()
    }

    /// Nothing is said and nothing is known: what is left where a state has gone out of hand.
    pub(super) fn start_over(&mut self) {
        self.line = None;
        self.queue = LineQueue::default();
        self.sung = None;
        self.reading = NOTHING_READ;
        self.hold.reset();
        self.temper.reset();
        self.shaking.reset();
        self.field.reset();
        self.visage.reset();
        self.bank.reset();
        self.choir.reset();
        (self.sounding, self.quiet) = (false, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::EngineConfig;

    #[test]
    fn the_layout_is_the_one_that_takes_are_told_apart_by() {
        for rate_hz in [8_000.0, 48_000.0] {
            let mut engine = Engine::new(EngineConfig::new(rate_hz)).unwrap();
            let (words, layout) = engine.layout();
            assert!(words < crate::memory::ROOM_WORDS);
            assert_eq!(
                layout, ENGINE_LAYOUT,
                "{layout:#010x}, {words} words: the engine's state is another one now"
            );
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let mut engine = Engine::new(EngineConfig { seed: 4, ..EngineConfig::new(44_100.0) }).unwrap();
        engine.process(&[], &mut [0.0; 5_000], &mut crate::engine::NoTelemetry);
        let mut words = vec![0; engine.layout().0];
        engine.carry(&mut Ledger::writing(&mut words));
        let mut other = Engine::new(EngineConfig { seed: 9, ..EngineConfig::new(44_100.0) }).unwrap();
        other.now = engine.now;
        let mut ledger = Ledger::reading(&words);
        other.carry(&mut ledger);
        assert!(ledger.is_sound());
        let mut again = vec![0; words.len()];
        other.carry(&mut Ledger::writing(&mut again));
        assert!(words == again);
        let (a, b) = (engine.field.network(), other.field.network());
        for role in crate::field::Role::ALL {
            assert_eq!((a.sin(role), a.cos(role)), (b.sin(role), b.cos(role)), "{role:?}");
        }
    }
}
