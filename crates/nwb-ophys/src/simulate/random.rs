//! Random numbers that are the same on every machine.

/// The SplitMix64 generator (Steele, Lea and Flood 2014), started for one purpose each.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
    spare: Option<f64>,
}

/// What random numbers are for; numbers of different purposes have nothing to do with each other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Places,
    Background,
    Neuropil,
    Drift,
    Events(u32),
    Noise(u32),
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    pub(super) fn new(seed: u64, purpose: Purpose) -> Self {
        let (kind, index) = match purpose {
            Purpose::Places => (1, 0),
            Purpose::Background => (2, 0),
            Purpose::Neuropil => (3, 0),
            Purpose::Drift => (4, 0),
            Purpose::Events(cell) => (5, cell),
            Purpose::Noise(frame) => (6, frame),
        };
        let purpose = mix((kind << 32 | u64::from(index)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self { state: mix(seed ^ purpose).wrapping_add(purpose), spare: None }
    }

    /// At least 0, below 1.
    pub(super) fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.state) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Between two bounds.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Of mean 0 and standard deviation 1 (Marsaglia's polar method).
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (u, v) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(v * scale);
                return u * scale;
            }
        }
    }

    /// Time until the next of events that come at a rate.
    pub(super) fn waiting_time(&mut self, rate: f64) -> f64 {
        -libm::log(1.0 - self.uniform()) / rate
    }

    /// A number of photons of which so many are expected: exactly Poisson up to 30, a rounded normal number beyond.
    pub(super) fn photons(&mut self, mean: f64) -> f64 {
        if mean > 30.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        let limit = libm::exp(-mean);
        let mut product = self.uniform();
        let mut count = 0.0;
        while product > limit {
            product *= self.uniform();
            count += 1.0;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let n = 200_000;
        let values: Vec<f64> = (0..n).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(n))
    }

    #[test]
    fn moments_are_right() {
        let mut random = Random::new(3, Purpose::Noise(9));
        let close = |(mean, variance): (f64, f64), m: f64, v: f64| {
            assert!((mean - m).abs() < 0.02 * v.sqrt().max(0.5), "{mean} {m}");
            assert!((variance / v - 1.0).abs() < 0.03, "{variance} {v}");
        };
        close(moments(|| random.uniform()), 0.5, 1.0 / 12.0);
        close(moments(|| random.normal()), 0.0, 1.0);
        close(moments(|| random.photons(0.7)), 0.7, 0.7);
        close(moments(|| random.photons(12.0)), 12.0, 12.0);
        close(moments(|| random.photons(300.0)), 300.0, 300.0);
        close(moments(|| random.waiting_time(2.0)), 0.5, 0.25);
    }

    #[test]
    fn purposes_do_not_share_numbers() {
        let first = |seed, purpose| Random::new(seed, purpose).uniform().to_bits();
        let all = [
            first(1, Purpose::Places),
            first(1, Purpose::Drift),
            first(1, Purpose::Events(0)),
            first(1, Purpose::Events(1)),
            first(1, Purpose::Noise(0)),
            first(2, Purpose::Noise(0)),
        ];
        assert!((1..all.len()).all(|i| !all[..i].contains(&all[i])));
    }
}
