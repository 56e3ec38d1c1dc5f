//! Seeded randomness: the same seed gives the same noise on every machine.

/// xoshiro-like generator (splitmix64, Steele et al. 2014) with the few laws the engine needs.
#[derive(Debug, Clone)]
pub struct Noise {
    state: u64,
}

impl Noise {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed ^ 0x9e37_79b9_7f4a_7c15 }
    }

    /// 64 uniform bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in -1..1.
    #[inline]
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 40) as f32 * (2.0 / 16_777_216.0) - 1.0
    }

    /// Below `end`, each as likely as the others but for one in 2^64 / end draws; 0 where `end` is.
    #[inline]
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end.max(1) as u64) as usize
    }

    /// Zero mean, unit variance, by the sum of four uniforms: light tails (|x| < 3.5) that suit jitter.
    #[inline]
    pub fn gaussian(&mut self) -> f32 {
        let bits = self.bits();
        let part = |shift: u32| ((bits >> shift) & 0xffff) as f32 / 32_768.0 - 1.0;
        // Var of one uniform in -1..1 is 1/3, of four 4/3.
        (part(0) + part(16) + part(32) + part(48)) * 0.866_025_4
    }
}

impl crate::carry::Carried for Noise {
    fn carry(&mut self, ledger: &mut crate::carry::Ledger<'_>) {
        let Self { state } = self;
        ledger.bits(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let mut noise = Noise::new(7);
        let n = 100_000;
        let draws: Vec<f32> = (0..n).map(|_| noise.gaussian()).collect();
        let mean = draws.iter().sum::<f32>() / n as f32;
        let variance = draws.iter().map(|x| x * x).sum::<f32>() / n as f32;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        assert_eq!(Noise::new(5).bits(), Noise::new(5).bits());
        assert_ne!(Noise::new(5).bits(), Noise::new(6).bits());
    }
}
