//! Several arrays of bits as one.

/// What becomes of the bits at the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Set where all are.
    And,
    /// Set where one is.
    Or,
    /// Set where an odd number of them is.
    Xor,
}

/// Bytes of the result that are finished before the next ones: they stay in the processor's nearest cache meanwhile.
const BLOCK_BYTES: usize = 16 * 1024;

/// Bytes that are combined together.
const WORD_BYTES: usize = size_of::<u64>();

/// The combination of `sources`, as long as the longest of them; the shorter ones end in zeros.
pub fn combine(operation: Operation, sources: &[&[u8]]) -> Vec<u8> {
    let len = sources.iter().map(|source| source.len()).max().unwrap_or(0);
    let mut result = vec![0; len];
    let Some((first, others)) = sources.split_first() else { return result };
    for (index, block) in result.chunks_mut(BLOCK_BYTES).enumerate() {
        let start = index * BLOCK_BYTES;
        let part = |source: &'_ [u8]| source.len().min(start)..source.len().min(start + BLOCK_BYTES);
        let copied = &first[part(first)];
        block[..copied.len()].copy_from_slice(copied);
        for other in others {
            let other = &other[part(other)];
            let (within, beyond) = block.split_at_mut(other.len());
            match operation {
                Operation::And => {
                    join(within, other, |one, other| one & other);
                    beyond.fill(0);
                }
                Operation::Or => join(within, other, |one, other| one | other),
                Operation::Xor => join(within, other, |one, other| one ^ other),
            }
        }
    }
    result
}

/// Makes each word of `target` what `operation` makes of it and that of `source`, which is as long.
#[inline(always)]
fn join(target: &mut [u8], source: &[u8], operation: impl Fn(u64, u64) -> u64) {
    let (words, rest) = target.as_chunks_mut::<WORD_BYTES>();
    let (other_words, other_rest) = source.as_chunks::<WORD_BYTES>();
    for (word, other) in words.iter_mut().zip(other_words) {
        *word = operation(u64::from_ne_bytes(*word), u64::from_ne_bytes(*other)).to_ne_bytes();
    }
    for (byte, other) in rest.iter_mut().zip(other_rest) {
        *byte = operation(u64::from(*byte), u64::from(*other)) as u8;
    }
}

/// Bits that are set where those of `source` are not.
pub fn inverted(source: &[u8]) -> Vec<u8> {
    source.iter().map(|byte| !byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn model(operation: Operation, sources: &[Vec<u8>]) -> Vec<u8> {
        let len = sources.iter().map(Vec::len).max().unwrap_or(0);
        let byte = |source: &Vec<u8>, index: usize| source.get(index).copied().unwrap_or(0);
        (0..len)
            .map(|index| {
                let all = sources.iter().map(|source| byte(source, index));
                let joined = all.reduce(|one, other| match operation {
                    Operation::And => one & other,
                    Operation::Or => one | other,
                    Operation::Xor => one ^ other,
                });
                joined.unwrap_or(0)
            })
            .collect()
    }

    fn check(operation: Operation, sources: &[Vec<u8>]) {
        let slices: Vec<&[u8]> = sources.iter().map(Vec::as_slice).collect();
        assert_eq!(combine(operation, &slices), model(operation, sources), "{operation:?}");
    }

    proptest! {
        #[test]
        fn words_are_combined_as_bytes_are(sources in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 1..6)) {
            for operation in [Operation::And, Operation::Or, Operation::Xor] {
                check(operation, &sources);
            }
            let inverse = inverted(&sources[0]);
            prop_assert_eq!(inverse.len(), sources[0].len());
            prop_assert!(inverse.iter().zip(&sources[0]).all(|(one, other)| one ^ other == 0xFF));
        }
    }

    #[test]
    fn sources_may_end_in_any_block() {
        let lengths = [0, 5, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 9, 3 * BLOCK_BYTES + 1];
        let source = |len: usize| (0..len).map(|index| (index * 31 + len) as u8).collect::<Vec<u8>>();
        for one in lengths {
            for other in lengths {
                for operation in [Operation::And, Operation::Or, Operation::Xor] {
                    check(operation, &[source(one), source(other), source(other)]);
                }
            }
        }
        assert_eq!(combine(Operation::Or, &[]), b"");
    }
}
