//! Whole numbers of any length, as far as reading and writing a `long double` needs them: up to some 17,000 bits, so the
//! plain methods do.

use std::cmp::Ordering;

/// A whole number, 32 bits to a limb, the least first, without zeros at the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    limbs: Vec<u32>,
}

impl From<u128> for Whole {
    fn from(value: u128) -> Self {
        let limbs = (0..4).map(|limb| (value >> (32 * limb)) as u32).collect();
        Self { limbs }.trimmed()
    }
}

impl Whole {
    /// Decimal digits that a limb has room for.
    const LIMB_DIGITS: usize = 9;
    const LIMB_POWER: u32 = 1_000_000_000;

    /// Of decimal digits.
    pub(super) fn from_digits(digits: &[u8]) -> Self {
        let mut number = Self { limbs: Vec::new() };
        for chunk in digits.chunks(Self::LIMB_DIGITS) {
            let value = chunk.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
            number.multiply_and_add(10_u32.pow(chunk.len() as u32), value);
        }
        number
    }

    /// `5^power`.
    pub(super) fn power_of_five(power: u32) -> Self {
        /// The largest power of five in a limb.
        const STEP: u32 = 13;
        let mut number = Self { limbs: vec![1] };
        for _ in 0..power / STEP {
            number.multiply_and_add(5_u32.pow(STEP), 0);
        }
        number.multiply_and_add(5_u32.pow(power % STEP), 0);
        number
    }

    fn trimmed(mut self) -> Self {
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
        self
    }

    fn multiply_and_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for limb in &mut self.limbs {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.limbs.push(carry as u32);
        }
    }

    /// The product.
    pub(super) fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0; self.limbs.len() + other.limbs.len()];
        for (at, &factor) in self.limbs.iter().enumerate() {
            let mut carry = 0;
            for (limb, &other) in limbs[at..].iter_mut().zip(&other.limbs) {
                let sum = u64::from(factor) * u64::from(other) + u64::from(*limb) + carry;
                *limb = sum as u32;
                carry = sum >> 32;
            }
            limbs[at + other.limbs.len()] = carry as u32;
        }
        Self { limbs }.trimmed()
    }

    fn bits(&self) -> i64 {
        let top = self.limbs.last().map_or(0, |limb| 32 - i64::from(limb.leading_zeros()));
        32 * (self.limbs.len() as i64 - 1).max(0) + top
    }

    /// `self · 2^shift`.
    pub(super) fn shifted_left(&self, shift: u32) -> Self {
        let mut limbs = vec![0; (shift / 32) as usize];
        let mut carry = 0;
        for &limb in &self.limbs {
            let moved = u64::from(limb) << (shift % 32) | carry;
            limbs.push(moved as u32);
            carry = moved >> 32;
        }
        limbs.push(carry as u32);
        Self { limbs }.trimmed()
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for limb in self.limbs.iter_mut().rev() {
            let moved = *limb >> 1 | carry;
            carry = *limb << 31;
            *limb = moved;
        }
        if self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }

    fn is_less_than(&self, other: &Self) -> bool {
        let by_length = self.limbs.len().cmp(&other.limbs.len());
        by_length.then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev())) == Ordering::Less
    }

    /// Takes off `other`, which is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (at, limb) in self.limbs.iter_mut().enumerate() {
            let (difference, under) = limb.overflowing_sub(other.limbs.get(at).copied().unwrap_or(0));
            let (difference, under_again) = difference.overflowing_sub(u32::from(borrow));
            *limb = difference;
            borrow = under || under_again;
        }
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }

    /// Its top 128 bits, and the exponent of the last of these, which is set if any bit below is.
    pub(super) fn top(&self) -> (u128, i64) {
        let exponent = (self.bits() - 128).max(0);
        let mut top: u128 = 0;
        let mut below = false;
        for (at, &limb) in self.limbs.iter().enumerate() {
            let place = 32 * at as i64 - exponent;
            if place >= 0 {
                top |= u128::from(limb) << place;
            } else if place > -32 {
                top |= u128::from(limb >> -place);
                below |= limb << (32 + place) != 0;
            } else {
                below |= limb != 0;
            }
        }
        (top | u128::from(below), exponent)
    }

    /// A quotient of 70 or 71 bits and its exponent; its last bit is set if the division leaves something.
    pub(super) fn divided_by(self, divisor: Self) -> (u128, i64) {
        const QUOTIENT_BITS: i64 = 70;
        let shift = QUOTIENT_BITS - (self.bits() - divisor.bits());
        let mut rest = if shift > 0 { self.shifted_left(shift as u32) } else { self };
        let down = (-shift).max(0) as u32;
        // What may be taken off goes bit by bit: there are few bits, however long the numbers are.
        let mut taken = divisor.shifted_left(down + QUOTIENT_BITS as u32);
        let mut quotient: u128 = 0;
        for _ in 0..=QUOTIENT_BITS {
            quotient <<= 1;
            if !rest.is_less_than(&taken) {
                rest.subtract(&taken);
                quotient |= 1;
            }
            taken.halve();
        }
        (quotient | u128::from(!rest.limbs.is_empty()), -shift)
    }

    /// Appends its decimal digits.
    pub(super) fn write(mut self, out: &mut Vec<u8>) {
        let mut chunks = Vec::new();
        while !self.limbs.is_empty() {
            let mut rest = 0;
            for limb in self.limbs.iter_mut().rev() {
                let dividend = rest << 32 | u64::from(*limb);
                *limb = (dividend / u64::from(Self::LIMB_POWER)) as u32;
                rest = dividend % u64::from(Self::LIMB_POWER);
            }
            chunks.push(rest);
            self = self.trimmed();
        }
        let last = chunks.pop().unwrap_or(0);
        out.extend_from_slice(last.to_string().as_bytes());
        for chunk in chunks.iter().rev() {
            out.extend_from_slice(format!("{chunk:0width$}", width = Self::LIMB_DIGITS).as_bytes());
        }
    }
}
