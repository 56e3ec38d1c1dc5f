//! Coherence of a partial and the coupling behind it.
//!
//! A partial is an ensemble of oscillators pulled to the glottal phase with strength K against noise sigma,
//! `dphi = -K sin(phi) dt + sigma dW`. Its stationary law is von Mises with `kappa = 2 K / sigma^2`, so its order
//! parameter is `R = I1(kappa) / I0(kappa)` (Mardia & Jupp 2000, section 3.5), and the coherence of the partial is
//! `h = R^2`. A performer's knob acts on kappa: `kappa' = kappa e^pull`.
//! Sanity: pull 0 changes nothing; pull to minus infinity is whisper (h = 0).

/// Locking so tight that no ear hears the rest: -40 dB of noise.
const KAPPA_MAX: f32 = 5_000.0;
/// Where Newton's correction stops: above, the start is better than what f32 leaves of `1 - R^2`.
const KAPPA_NEWTON: f32 = 100.0;

/// R = I1(kappa) / I0(kappa) by its continued fraction 1/(2/k + 1/(4/k + 1/(6/k + ...))).
pub fn order_of_kappa(kappa: f32) -> f32 {
    if kappa <= 0.0 {
        return 0.0;
    }
    if kappa > 30.0 {
        // Asymptotic series: error below 1e-5 here, where the fraction would need many terms.
        let i = 1.0 / kappa;
        return 1.0 - 0.5 * i - 0.125 * i * i - 0.125 * i * i * i;
    }
    let mut tail = 0.0;
    for n in (1..=40).rev() {
        tail = 1.0 / (2.0 * n as f32 / kappa + tail);
    }
    tail
}

/// The inverse of [`order_of_kappa`]: Best & Fisher's start (1981) and three Newton steps with
/// `dR/dkappa = 1 - R / kappa - R^2`.
pub fn kappa_of_order(order: f32) -> f32 {
    let r = order.clamp(0.0, 0.999_9);
    let mut kappa = if r < 0.53 {
        2.0 * r + r * r * r + 5.0 / 6.0 * r.powi(5)
    } else if r < 0.85 {
        -0.4 + 1.39 * r + 0.43 / (1.0 - r)
    } else {
        1.0 / (r * r * r - 4.0 * r * r + 3.0 * r)
    };
    for _ in 0..3 {
        if !(1e-3..=KAPPA_NEWTON).contains(&kappa) {
            break;
        }
        let at = order_of_kappa(kappa);
        let slope = (1.0 - at / kappa - at * at).max(1e-7);
        kappa = (kappa - (at - r) / slope).clamp(0.0, KAPPA_MAX);
    }
    kappa
}

/// Coherence h after the coupling was multiplied by `e^pull`.
pub fn coherence_after_pull(h: f32, pull: f32) -> f32 {
    if pull == 0.0 {
        return h;
    }
    let kappa = kappa_of_order(h.clamp(0.0, 1.0).sqrt());
    let order = order_of_kappa((kappa * pull.clamp(-20.0, 20.0).exp()).min(KAPPA_MAX));
    let pulled = order * order;
    // Where the inverse ends, tightening must not loosen.
    if pull > 0.0 { pulled.max(h) } else { pulled.min(h) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_parameter_has_its_tabled_values() {
        // I1(k)/I0(k): Mardia & Jupp, appendix 2.1.
        for (kappa, order) in
            [(0.0, 0.0), (0.5, 0.242_50), (1.0, 0.446_39), (2.0, 0.697_77), (10.0, 0.948_60)]
        {
            assert!((order_of_kappa(kappa) - order).abs() < 1e-4, "kappa {kappa}: {}", order_of_kappa(kappa));
        }
        assert!((order_of_kappa(29.9) - order_of_kappa(30.1)).abs() < 2e-4, "the two forms meet");
    }

    /// The physics behind it: an ensemble of oscillators pulled with K against noise sigma settles at I1(kappa) / I0(kappa)
    /// with kappa = 2 K / sigma^2, as K is swept.
    #[test]
    fn an_ensemble_settles_at_the_order_that_kappa_foretells() {
        let (sigma, dt_s) = (8.0f32, 5e-4f32);
        for k in [0.0f32, 8.0, 32.0, 96.0, 320.0] {
            let mut noise = crate::sound::Noise::new(9);
            let mut phi = [0.0f32; 400];
            let (mut order, mut count) = (0.0, 0);
            for step in 0..1_600 {
                for phi in &mut phi {
                    *phi += -k * phi.sin() * dt_s + sigma * dt_s.sqrt() * noise.gaussian();
                }
                if step >= 800 && step % 20 == 0 {
                    let (re, im) =
                        phi.iter().fold((0.0, 0.0), |(re, im), phi| (re + phi.cos(), im + phi.sin()));
                    (order, count) = (order + f32::hypot(re, im) / 400.0, count + 1);
                }
            }
            let (found, expected) = (order / count as f32, order_of_kappa(2.0 * k / (sigma * sigma)));
            // Without pull the length of a mean of 400 free phasors is sqrt(pi / 4 / 400) = 0.044.
            assert!((found - expected).abs() < 0.05, "K = {k} rad/s: R = {found}, expected {expected}");
        }
    }

    #[test]
    fn the_inverse_inverts() {
        for step in 1..99 {
            let order = step as f32 * 0.01;
            assert!((order_of_kappa(kappa_of_order(order)) - order).abs() < 1e-4, "R = {order}");
        }
    }

    #[test]
    fn pulling_tightens_and_letting_go_whispers() {
        assert_eq!(coherence_after_pull(0.37, 0.0), 0.37);
        let mut before = 0.0;
        for pull in [-20.0, -2.0, -0.5, 0.5, 2.0] {
            let h = coherence_after_pull(0.6, pull);
            assert!(h > before || pull == -20.0, "monotone in the pull");
            assert!((0.0..=1.0).contains(&h));
            before = h;
        }
        assert!(coherence_after_pull(1.0, -20.0) < 1e-6);
        assert_eq!(coherence_after_pull(1.0, 1.0), 1.0);
        assert!(coherence_after_pull(1.0, -1e-3) > 0.999, "letting go is continuous");
    }
}
