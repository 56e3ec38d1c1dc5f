//! The harmonics-to-noise ratio as a knob.
//!
//! Of a knot's power P the free share `N = sum_b P_b (1 - h_b)` is noise, where P_b is the power that the coherence of band
//! b holds for (h is linear between the bands, so the sum is exact). The ratio `(P - N) / N` is moved by the asked dB: the
//! odds of the bands are multiplied by one factor, which is solved for by bisection. Noise enters from the top down: what
//! the upper bands have to give is taken first, as even 3 % of noise in the low harmonics is heard as hoarseness.
//! The total power stays what it is. What jitter makes of locked partials counts as noise that stays.
//! Sanity: 0 dB changes no bit; more dB is more coherence in every band.

/// Share of a partial's power, at f0, that is heard as noise however tightly it is locked; it grows with the square of the
/// frequency. It is the half percent by which f0 jitters in a held vowel: `(2 pi 0.0027)^2 / 2`.
const JITTER_NOISE: f32 = 1.5e-4;
/// Noise per unit of factor that a fully locked band may be given, at 800, 1200, 3500, 7500 Hz.
const SEED_NOISE: [f32; 4] = [0.001, 0.01, 0.03, 0.03];
/// Exponent on the factor.
const EAGERNESS: [f32; 4] = [0.6, 1.0, 1.3, 1.3];
/// ln of the factor.
const LN_FACTOR: [f32; 2] = [-6.0, 9.0];
const BISECTIONS: usize = 20;

/// 1 - h of every band after its odds of noise have grown by `e^ln_factor`.
fn noise_after(coherence: &[f32; 4], ln_factor: f32) -> [f32; 4] {
    std::array::from_fn(|band| {
        let factor = (EAGERNESS[band] * ln_factor).exp();
        let own = (1.0 - coherence[band]).clamp(0.0, 1.0);
        // Odds, not shares: a band that is nearly all noise has little left to give.
        let odds = own * factor + SEED_NOISE[band] * (factor - 1.0).max(0.0);
        (odds / (odds + (1.0 - own)).max(1e-12)).clamp(0.0, 1.0)
    })
}

/// Power of a sound's partials in any unit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PartialPower {
    /// Shared out among the four frequencies of coherence.
    pub(super) band: [f32; 4],
    /// What jitter alone makes noise of.
    jittered: f32,
}

impl PartialPower {
    /// Adds partials at `order` times f0.
    pub(super) fn add(&mut self, band: [f32; 4], order: f32) {
        let share = (JITTER_NOISE * order * order).min(0.5);
        for (sum, power) in self.band.iter_mut().zip(band) {
            *sum += power;
            self.jittered += share * power;
        }
    }
}

/// Moves the coherence so that the harmonics-to-noise ratio changes by `hnr_db`, as far as there is room.
pub(super) fn shift_hnr(power: &PartialPower, coherence: &mut [f32; 4], hnr_db: f32) {
    let PartialPower { band: power, jittered: own } = *power;
    let total: f32 = power.iter().sum();
    if hnr_db == 0.0 || !hnr_db.is_finite() || total.is_nan() || total <= 1e-20 {
        return;
    }
    // Noise over harmonics at a factor.
    let ratio = |ln_factor: f32| {
        let noise = noise_after(coherence, ln_factor);
        let free: f32 = power.iter().zip(noise).map(|(power, noise)| power * noise).sum();
        (free + own) / (total - free).max(1e-6 * total)
    };
    let asked = ratio(0.0) * 10f32.powf(-hnr_db / 10.0);
    let [mut low, mut high] = if hnr_db < 0.0 { [0.0, LN_FACTOR[1]] } else { [LN_FACTOR[0], 0.0] };
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if ratio(middle) < asked { low = middle } else { high = middle }
    }
    *coherence = noise_after(coherence, 0.5 * (low + high)).map(|noise| 1.0 - noise);
}

#[cfg(test)]
mod tests {
    use super::*;

    const POWER: PartialPower = PartialPower { band: [1.0, 0.2, 0.05, 0.01], jittered: 0.005 };

    fn hnr(coherence: &[f32; 4]) -> f32 {
        let free: f32 = POWER.band.iter().zip(coherence).map(|(p, h)| p * (1.0 - h)).sum();
        let total: f32 = POWER.band.iter().sum();
        10.0 * ((total - free) / (free + POWER.jittered)).log10()
    }

    #[test]
    fn the_ratio_moves_as_asked_and_in_every_band_the_same_way() {
        for own in [[1.0, 0.9, 0.5, 0.2], [1.0, 1.0, 1.0, 1.0], [0.9, 0.7, 0.6, 0.1]] {
            let mut before = [0.0; 4];
            for hnr_db in [-6.0f32, -3.0, -1.0, -0.01, 0.0, 0.01, 1.0, 3.0, 6.0] {
                let mut h = own;
                shift_hnr(&POWER, &mut h, hnr_db);
                let room = hnr(&[1.0; 4]) - hnr(&own);
                let expected = hnr_db.min(room);
                let moved = hnr(&h) - hnr(&own);
                assert!((moved - expected).abs() < 0.1, "{moved} dB for {hnr_db} from {own:?}: {h:?}");
                assert!(h.iter().zip(before).all(|(h, before)| *h >= before - 1e-5), "monotone");
                before = h;
            }
        }
    }

    #[test]
    fn zero_changes_no_bit_and_silence_is_left_alone() {
        let mut h = [1.0, 0.7, 0.3, 0.1];
        shift_hnr(&POWER, &mut h, 0.0);
        shift_hnr(&PartialPower::default(), &mut h, -6.0);
        shift_hnr(&PartialPower { band: [f32::NAN; 4], ..POWER }, &mut h, -6.0);
        shift_hnr(&POWER, &mut h, f32::NAN);
        assert_eq!(h, [1.0, 0.7, 0.3, 0.1]);
    }

    #[test]
    fn the_top_gives_first() {
        let mut h = [1.0, 0.9, 0.6, 0.4];
        shift_hnr(&POWER, &mut h, -2.0);
        assert!(h[0] > 0.99 && h[3] < 0.3, "{h:?}");
    }
}
