//! Foresight: Koopman's operator foretells the observables 50 ms ahead, and what comes otherwise adds up to a surprise.

use super::observation::{OBSERVABLES, OBSERVATION_HZ, Observation, VOICING, source_of};
use super::surprise::{EventRing, SurpriseEvent, SurpriseMonitor, SurpriseSource};
use crate::carry::{Carried, Ledger};
use crate::koopman::{Observer, Operator};
use std::sync::Arc;

/// Steps of the forecast: 50 ms at 60 Hz.
const FORECAST_STEPS: usize = 3;
/// How far the forecast's state is pulled to what is observed, per observation.
const CORRECTION: f32 = 0.5;

/// The expectation at work.
#[derive(Debug)]
pub(super) struct Foresight {
    operator: Arc<Operator>,
    observer: Observer,
    /// Forecasts of the last steps; the oldest is judged next.
    forecasts: [Observation; FORECAST_STEPS],
    /// How many of them there are since the last pause.
    foretold: usize,
    monitor: SurpriseMonitor,
    /// Observations since the voice last fell silent.
    voiced: usize,
    /// Latest error of the prosody's forecast.
    epsilon: f32,
}

impl Foresight {
    /// Expects what an operator foretells.
    pub fn new(operator: Operator) -> Self {
        Self {
            operator: Arc::new(operator),
            observer: Observer::new(),
            forecasts: [[0.0; OBSERVABLES]; FORECAST_STEPS],
            foretold: 0,
            monitor: SurpriseMonitor::new(),
            voiced: 0,
            epsilon: 0.0,
        }
    }

    /// Forgets what came; the operator stays.
    pub fn reset(&mut self) {
        self.observer.reset();
        self.monitor.reset();
        (self.foretold, self.voiced, self.epsilon) = (0, 0, 0.0);
    }

    /// What comes next has nothing to do with what came before.
    pub fn start_anew(&mut self) {
        self.foretold = 0;
    }

    /// Holds what came against what was foretold, and foretells anew. `speaks`: whether a line is being spoken; without one
    /// only the performer can surprise. `partner_error`: how far off a partner's phase was, if one speaks.
    pub fn foretell(&mut self, speaks: bool, observed: &Observation, partner_error: Option<f32>) {
        const DT_S: f32 = 1.0 / OBSERVATION_HZ;
        if self.foretold == 0 {
            self.observer.settle(&self.operator, observed);
        } else {
            self.observer.advance(&self.operator, DT_S);
        }
        self.voiced = if observed[VOICING] > 0.5 { self.voiced + 1 } else { 0 };
        if self.foretold >= FORECAST_STEPS {
            let foretold = &self.forecasts[self.foretold % FORECAST_STEPS];
            let mut errors = [0.0f32; SurpriseSource::ALL.len()];
            for i in 0..OBSERVABLES {
                if let Some(source) = source_of(i) {
                    let error = foretold[i] - observed[i];
                    errors[source as usize] += error * error;
                }
            }
            if speaks {
                // Where the voice has just come back, f0 has jumped over a gap that nobody heard.
                let heard = self.voiced > FORECAST_STEPS;
                self.epsilon = if heard { errors[SurpriseSource::Prosody as usize].sqrt() } else { 0.0 };
                self.monitor.observe(SurpriseSource::Prosody, self.epsilon);
            }
            self.monitor
                .observe(SurpriseSource::Automation, errors[SurpriseSource::Automation as usize].sqrt());
        }
        if let Some(error) = partner_error {
            self.monitor.observe(SurpriseSource::Partner, error);
        }
        self.observer.correct(&self.operator, observed, CORRECTION);
        let mut next = [0.0; OBSERVABLES];
        self.observer.read(&self.operator, FORECAST_STEPS as f32 * DT_S, &mut next);
        self.forecasts[self.foretold % FORECAST_STEPS] = next;
        self.foretold += 1;
    }

    /// Whether the window that ends here surprises.
    pub fn judge(&mut self, time_samples: u64) -> Option<SurpriseEvent> {
        self.monitor.close_window(time_samples)
    }

    /// Latest error of the prosody's forecast.
    pub fn epsilon(&self) -> f32 {
        self.epsilon
    }

    /// What a window's error has to exceed.
    pub fn tau(&self, source: SurpriseSource) -> f32 {
        self.monitor.tau(source)
    }

    /// The last surprises.
    pub fn events(&self) -> &EventRing {
        self.monitor.events()
    }

    /// The expectation.
    pub fn operator(&self) -> &Operator {
        &self.operator
    }
}

impl Carried for Foresight {
    /// What is said next is foretold anew: neither the last forecasts nor the state that they came from are read again.
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { operator: _, observer: _, forecasts: _, foretold, monitor, voiced, epsilon } = self;
        monitor.carry(ledger);
        ledger.index(voiced, u32::MAX as usize);
        epsilon.carry(ledger);
        if ledger.is_reading() {
            *foretold = 0;
        }
    }
}
