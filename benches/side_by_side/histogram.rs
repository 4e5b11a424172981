//! A latency histogram: nanoseconds in, quantiles out, a relative error of at most 1/64.
//!
//! Values below 64 have a bucket each; above, every power of two is cut into 64 equal buckets. So the whole range of a
//! `u64` takes 3,776 counters, and two histograms are merged by adding them.

const CUT_BITS: u32 = 6;
const CUT: usize = 1 << CUT_BITS;
const BUCKETS: usize = (64 - CUT_BITS as usize + 1) * CUT;

/// Counts of values, by logarithmic bucket.
#[derive(Clone)]
pub struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    max: u64,
}

impl Histogram {
    /// An empty histogram.
    pub fn new() -> Self {
        Self { buckets: vec![0; BUCKETS], count: 0, max: 0 }
    }

    /// Adds `times` occurrences of `value`.
    pub fn record(&mut self, value: u64, times: u64) {
        self.buckets[bucket(value)] += times;
        self.count += times;
        self.max = self.max.max(value);
    }

    /// Adds all that another one has counted.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.max = self.max.max(other.max);
    }

    /// How many values were recorded.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The largest value, exactly.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The value that a share `q` (0 to 1) of all values does not exceed: the upper end of its bucket, never above the
    /// maximum. An empty histogram answers 0.
    pub fn quantile(&self, q: f64) -> u64 {
        let rank = ((q * self.count as f64).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, &count) in self.buckets.iter().enumerate() {
            seen += count;
            if count > 0 && seen >= rank {
                return upper_end(index).min(self.max);
            }
        }
        self.max
    }
}

fn bucket(value: u64) -> usize {
    if value < CUT as u64 {
        return value as usize;
    }
    let shift = value.ilog2() - CUT_BITS;
    (shift as usize + 1) * CUT + ((value >> shift) as usize - CUT)
}

fn upper_end(index: usize) -> u64 {
    if index < CUT {
        return index as u64;
    }
    let shift = (index / CUT - 1) as u32;
    let first = ((index % CUT + CUT) as u64) << shift;
    first + ((1 << shift) - 1)
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn buckets_cover_every_number_without_a_gap() {
        let mut next = 0_u64;
        for index in 0..BUCKETS {
            assert_eq!(bucket(next), index, "{next}");
            assert_eq!(bucket(upper_end(index)), index);
            let Some(after) = upper_end(index).checked_add(1) else {
                assert_eq!(index, BUCKETS - 1);
                return;
            };
            next = after;
        }
        panic!("the last bucket must end at the largest number");
    }

    #[test]
    fn quantiles_are_within_one_bucket_of_the_sorted_values() {
        let mut random = super::super::random::Random::new(5);
        let mut histogram = Histogram::new();
        let spread = |random: &mut super::super::random::Random| {
            let bits = 10 + random.below(12);
            1_000 + random.below(1 << bits)
        };
        let mut values: Vec<u64> = (0..10_000).map(|_| spread(&mut random)).collect();
        for &value in &values {
            histogram.record(value, 1);
        }
        values.sort_unstable();
        for q in [0.5_f64, 0.9, 0.99, 0.999] {
            let exact = values[(q * 10_000.0).ceil() as usize - 1];
            let said = histogram.quantile(q);
            assert!(
                said >= exact && said as f64 <= exact as f64 * (1.0 + 1.0 / 64.0),
                "{q}: {said} for {exact}"
            );
        }
        assert_eq!(histogram.quantile(1.0), values[9_999]);
        assert_eq!(histogram.max(), values[9_999]);
        assert_eq!(histogram.count(), 10_000);
    }

    #[test]
    fn an_empty_histogram_answers_zero() {
        assert_eq!(Histogram::new().quantile(0.999), 0);
    }

    #[test]
    fn two_histograms_together_are_one_of_both_their_values() {
        let (mut low, mut high) = (Histogram::new(), Histogram::new());
        low.record(10, 999);
        high.record(1_000_000, 1);
        low.add(&high);
        assert_eq!((low.count(), low.max()), (1_000, 1_000_000));
        assert_eq!((low.quantile(0.999), low.quantile(0.9995)), (10, 1_000_000));
    }

    #[test]
    fn one_outlier_in_a_thousand_shows_only_beyond_p99_9() {
        let mut histogram = Histogram::new();
        histogram.record(10, 999);
        histogram.record(1_000_000, 1);
        assert_eq!(histogram.quantile(0.999), 10);
        assert_eq!(histogram.quantile(0.9995), 1_000_000);
    }
}
