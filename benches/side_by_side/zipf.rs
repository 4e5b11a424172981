//! Zipf-distributed ranks: rank `k` of `1..=n` comes with a probability proportional to `1 / k^s`.
//!
//! Rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
//! distributions", 1996): a draw from the continuous hull is inverted in closed form and kept with a probability close
//! to one, so that a rank costs a constant few floating-point operations and no table of a million sums.

use super::random::Random;

/// A distribution over the ranks `0..n`, rank 0 the most frequent.
pub struct Zipf {
    n: f64,
    exponent: f64,
    hull_first: f64,
    hull_last: f64,
    always_kept: f64,
}

impl Zipf {
    /// Ranks `0..n` with exponent `s` (above 0, not 1; 0.99 is the usual cache load).
    pub fn new(n: u64, exponent: f64) -> Self {
        let mut zipf = Self { n: n as f64, exponent, hull_first: 0.0, hull_last: 0.0, always_kept: 0.0 };
        zipf.hull_first = zipf.area(1.5) - 1.0;
        zipf.hull_last = zipf.area(zipf.n + 0.5);
        zipf.always_kept = 2.0 - zipf.inverse_area(zipf.area(2.5) - zipf.density(2.0));
        zipf
    }

    /// The next rank.
    pub fn rank(&self, random: &mut Random) -> u64 {
        loop {
            let u = self.hull_last + random.unit() * (self.hull_first - self.hull_last);
            let x = self.inverse_area(u);
            let k = x.round().clamp(1.0, self.n);
            if k - x <= self.always_kept || u >= self.area(k + 0.5) - self.density(k) {
                return k as u64 - 1;
            }
        }
    }

    fn density(&self, x: f64) -> f64 {
        (-self.exponent * x.ln()).exp()
    }

    /// The integral of `density` from 1 to `x`; `exp_m1` keeps the digits that an exponent near 1 would cancel.
    fn area(&self, x: f64) -> f64 {
        let rest = 1.0 - self.exponent;
        (rest * x.ln()).exp_m1() / rest
    }

    fn inverse_area(&self, y: f64) -> f64 {
        let rest = 1.0 - self.exponent;
        ((y * rest).ln_1p() / rest).exp()
    }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ranks_come_as_often_as_the_formula_says() {
        const N: u64 = 1_000;
        const DRAWS: u32 = 400_000;
        let zipf = Zipf::new(N, 0.99);
        let mut random = Random::new(3);
        let mut counts = vec![0_u32; N as usize];
        for _ in 0..DRAWS {
            counts[zipf.rank(&mut random) as usize] += 1;
        }
        let total: f64 = (1..=N).map(|k| (k as f64).powf(-0.99)).sum();
        for rank in [0, 1, 2, 9, 99] {
            let expected = f64::from(DRAWS) * ((rank + 1) as f64).powf(-0.99) / total;
            let seen = f64::from(counts[rank]);
            assert!((seen - expected).abs() < 5.0 * expected.sqrt(), "rank {rank}: {seen} of {expected:.0}");
        }
        let tail: u32 = counts[500..].iter().sum();
        let expected = f64::from(DRAWS) * (501..=N).map(|k| (k as f64).powf(-0.99)).sum::<f64>() / total;
        assert!((f64::from(tail) - expected).abs() < 5.0 * expected.sqrt(), "tail {tail} of {expected:.0}");
    }

    #[test]
    fn every_rank_is_below_n_even_for_one_key() {
        let mut random = Random::new(4);
        for n in [1, 2, 1_000_000] {
            let zipf = Zipf::new(n, 0.99);
            assert!((0..10_000).all(|_| zipf.rank(&mut random) < n));
        }
    }
}
