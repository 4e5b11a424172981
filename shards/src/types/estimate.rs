//! The size of a collection from the size of some of its elements (MEMORY USAGE with SAMPLES).

/// The sum of `sizes`, of which there are `len`, from the first `samples`, one at the least. Exact if that is all of them.
pub fn extrapolate(sizes: impl Iterator<Item = usize>, samples: usize, len: usize) -> usize {
    let samples = samples.max(1);
    if samples >= len {
        return sizes.sum();
    }
    let seen: usize = sizes.take(samples).sum();
    (seen as f64 / samples as f64 * len as f64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_samples_are_exact_and_few_are_extrapolated() {
        let sizes = [10, 20, 30, 40];
        for (samples, bytes) in [(0, 40), (1, 40), (2, 60), (4, 100), (usize::MAX, 100)] {
            assert_eq!(extrapolate(sizes.into_iter(), samples, sizes.len()), bytes, "{samples}");
        }
        assert_eq!(extrapolate(std::iter::empty(), 5, 0), 0);
    }
}
