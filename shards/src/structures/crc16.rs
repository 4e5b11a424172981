//! CRC16 (XMODEM: polynomial 0x1021, initial value 0, nothing reflected).
//!
//! Every routed command computes one. Where the processor multiplies without carries, eight bytes are folded into what comes behind
//! them with two multiplications (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction",
//! Intel 2009), and what is left is divided as Barrett does. Elsewhere eight bytes a step are looked up in eight
//! tables ("slicing by 8").
//!
//! As the initial value is 0, zero bytes in front of a message do not change its sum; the odd bytes therefore come first, as one
//! word filled up with zeros, and no step handles single bytes.

const POLYNOMIAL: u16 = 0x1021;

/// `TABLES[n][byte]`: what `byte` contributes to the sum when `n` more bytes follow it.
static TABLES: [[u16; 256]; 8] = tables();

const fn tables() -> [[u16; 256]; 8] {
    let mut tables = [[0u16; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ POLYNOMIAL };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut following = 1;
    while following < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[following - 1][byte];
            tables[following][byte] = (before << 8) ^ tables[0][(before >> 8) as usize];
            byte += 1;
        }
        following += 1;
    }
    tables
}

/// CRC16 (XMODEM) of `bytes`.
#[inline]
pub fn crc16(bytes: &[u8]) -> u16 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("pclmulqdq") {
        // SAFETY: the processor has what the function needs.
        return unsafe { carryless::crc16(bytes) };
    }
    sliced(bytes)
}

/// By tables.
fn sliced(bytes: &[u8]) -> u16 {
    let (first, rest) = words(bytes);
    rest.iter().fold(step(0, first), |sum, &word| step(sum, u64::from_be_bytes(word)))
}

/// The message as words, the most significant byte first; the first word has the odd bytes, and all of a short message.
#[inline]
fn words(bytes: &[u8]) -> (u64, &[[u8; 8]]) {
    let Some(&first) = bytes.first_chunk::<8>() else { return (short_word(bytes), &[]) };
    let odd = (bytes.len() + 7) % 8 + 1;
    (u64::from_be_bytes(first) >> (64 - 8 * odd), bytes[odd..].as_chunks::<8>().0)
}

/// The sum `sum`, followed by the eight bytes of `word`, the most significant first.
#[inline]
fn step(sum: u16, word: u64) -> u16 {
    let [high, low] = sum.to_be_bytes();
    let [first, second, others @ ..] = word.to_be_bytes();
    // Six of the eight look-ups do not wait for the step before.
    let mut next = 0;
    for (table, byte) in TABLES[..6].iter().rev().zip(others) {
        next ^= table[usize::from(byte)];
    }
    next ^ TABLES[6][usize::from(second ^ low)] ^ TABLES[7][usize::from(first ^ high)]
}

/// Up to seven bytes as the low end of a big-endian word.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    if let (Some(&first), Some(&last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // Two halves that overlap, where they say the same.
        let first = u64::from(u32::from_be_bytes(first)) << (8 * (bytes.len() - 4));
        return first | u64::from(u32::from_be_bytes(last));
    }
    bytes.iter().fold(0, |word, &byte| (word << 8) | u64::from(byte))
}

/// By carry-less multiplication: a word is a polynomial over GF(2), its most significant bit that of the highest power.
#[cfg(target_arch = "x86_64")]
mod carryless {
    use std::arch::x86_64::{
        __m128i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si32, _mm_set_epi64x,
        _mm_setzero_si128, _mm_unpackhi_epi64, _mm_unpacklo_epi32, _mm_xor_si128,
    };

    use super::{POLYNOMIAL, words};

    /// The generator, its highest power (16) included.
    const GENERATOR: u64 = 1 << 16 | POLYNOMIAL as u64;

    /// `x^power` modulo the generator.
    const fn remainder(power: u32) -> i64 {
        let mut value = 1;
        let mut at = 0;
        while at < power {
            value <<= 1;
            if value & (1 << 16) != 0 {
                value ^= GENERATOR;
            }
            at += 1;
        }
        value.cast_signed()
    }

    /// `x^80` divided by the generator, without its highest power, `x^64`.
    const fn reciprocal() -> i64 {
        let (mut rest, mut quotient) = (1_u128 << 80, 0_u128);
        let mut at = 80;
        while at >= 16 {
            if rest & (1 << at) != 0 {
                rest ^= (GENERATOR as u128) << (at - 16);
                quotient |= 1 << (at - 16);
            }
            at -= 1;
        }
        (quotient as u64).cast_signed()
    }

    /// CRC16 (XMODEM) of `bytes`. All that waits for what is before it stays in vector registers: on the way to the others and back
    /// a word spends as much time as in a multiplication.
    #[target_feature(enable = "pclmulqdq")]
    pub(super) fn crc16(bytes: &[u8]) -> u16 {
        let (first, rest) = words(bytes);
        let mut sum = of_word(first);
        for &word in rest {
            // sum * x^64 + word: 64 bits that leave the same remainder.
            let factors = _mm_set_epi64x(const { remainder(96) }, const { remainder(64) });
            let halves = _mm_unpacklo_epi32(sum, _mm_setzero_si128());
            let high = _mm_clmulepi64_si128::<0x11>(halves, factors);
            let low = _mm_clmulepi64_si128::<0x00>(halves, factors);
            sum = _mm_xor_si128(_mm_xor_si128(high, of_word(u64::from_be_bytes(word))), low);
        }
        // The quotient of sum * x^16, of which the low 16 bits are zeros: they are those of the generator's multiple in the end.
        let factors = _mm_set_epi64x(i64::from(POLYNOMIAL), const { reciprocal() });
        let product = _mm_clmulepi64_si128::<0x00>(sum, factors);
        let quotient = _mm_xor_si128(_mm_unpackhi_epi64(product, product), sum);
        _mm_cvtsi128_si32(_mm_clmulepi64_si128::<0x10>(quotient, factors)) as u16
    }

    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn of_word(word: u64) -> __m128i {
        _mm_cvtsi64_si128(word.cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bitwise(bytes: &[u8]) -> u16 {
        bytes.iter().fold(0, |sum, &byte| {
            (0..8).fold(sum ^ (u16::from(byte) << 8), |sum, _| {
                if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ POLYNOMIAL }
            })
        })
    }

    #[test]
    fn the_check_value_of_xmodem_holds() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
        assert_eq!((crc16(b""), sliced(b"")), (0, 0));
    }

    proptest! {
        #[test]
        fn many_bytes_a_step_equal_one_bit_a_step(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(crc16(&bytes), bitwise(&bytes));
            prop_assert_eq!(sliced(&bytes), bitwise(&bytes));
        }
    }
}
