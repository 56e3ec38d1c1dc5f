//! The f0 contour sharpened in time: regression flattens what moves fast, and fast f0 is half of liveliness.

/// `a += amount (a - gauss(a))` over every unbroken voiced run (logit > 0); runs keep their ends' level outside.
/// `frames` are (voicing logit, 3 ln f0 / 200 Hz, energy / 2) at 80 Hz; the Gaussian is cut at 4 sigma.
pub(super) fn sharpen_f0(frames: &mut [[f32; 3]], amount: f32, sigma_frames: f32) {
    if amount == 0.0 || sigma_frames <= 0.0 {
        return;
    }
    let radius = (4.0 * sigma_frames + 0.5) as usize;
    let weights: Vec<f32> = (0..=radius).map(|i| (-0.5 * (i as f32 / sigma_frames).powi(2)).exp()).collect();
    let mut start = 0;
    while start < frames.len() {
        let length = frames[start..].iter().take_while(|frame| frame[0] > 0.0).count();
        sharpen_run(&mut frames[start..start + length], amount, &weights);
        start += length.max(1);
    }
}

fn sharpen_run(run: &mut [[f32; 3]], amount: f32, weights: &[f32]) {
    let contour: Vec<f32> = run.iter().map(|frame| frame[1]).collect();
    let last = contour.len().saturating_sub(1);
    for (i, frame) in run.iter_mut().enumerate() {
        let (mut sum, mut norm) = (weights[0] * contour[i], weights[0]);
        for (d, weight) in weights.iter().enumerate().skip(1) {
            sum += weight * (contour[i.saturating_sub(d)] + contour[(i + d).min(last)]);
            norm += 2.0 * weight;
        }
        frame[1] += amount * (contour[i] - sum / norm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(length: usize, f: impl Fn(usize) -> f32) -> Vec<[f32; 3]> {
        (0..length).map(|i| [1.0, f(i), 0.0]).collect()
    }

    #[test]
    fn level_and_straight_stretches_stay() {
        let mut flat = line(50, |_| 0.7);
        sharpen_f0(&mut flat, 0.5, 3.0);
        assert!(flat.iter().all(|frame| (frame[1] - 0.7).abs() < 1e-6));
        let mut ramp = line(100, |i| 0.01 * i as f32);
        sharpen_f0(&mut ramp, 0.5, 3.0);
        assert!((ramp[50][1] - 0.5).abs() < 1e-4, "{}", ramp[50][1]);
    }

    /// A sine of angular frequency w keeps its phase and grows by 1 + a (1 - exp(-(w sigma)^2 / 2)).
    #[test]
    fn movement_grows_as_theory_says() {
        let (w, sigma, amount) = (0.4f32, 3.0f32, 0.5f32);
        let mut wave = line(400, |i| (w * i as f32).sin());
        sharpen_f0(&mut wave, amount, sigma);
        let gain = 1.0 + amount * (1.0 - (-0.5 * (w * sigma).powi(2)).exp());
        for i in 100..300 {
            assert!((wave[i][1] - gain * (w * i as f32).sin()).abs() < 2e-3);
        }
    }

    #[test]
    fn unvoiced_frames_part_the_runs() {
        let mut gap: Vec<[f32; 3]> = line(20, |i| if i < 10 { 0.0 } else { 1.0 });
        gap[10][0] = -1.0;
        let before = gap.clone();
        sharpen_f0(&mut gap, 0.8, 3.0);
        assert_eq!(gap, before, "each side is level by itself");
    }
}
