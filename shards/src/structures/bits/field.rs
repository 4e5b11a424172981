//! Integers of any width up to 64 bits, anywhere among the bits of a text, the most significant bit first.
//!
//! A field of 64 bits that does not begin with a byte lies in nine bytes. These are read, changed and written back as a
//! [`Window`], whose lower end no field reaches.

/// The width and sign of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    signed: bool,
    bits: u32,
}

/// What becomes of a number that a field cannot hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// Its upper bits are lost.
    #[default]
    Wrap,
    /// It becomes the nearest number that the field holds.
    Saturate,
    /// Nothing is written.
    Fail,
}

/// A number fits no field of the kind, and is not to be made fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoesNotFit;

impl Field {
    /// A signed integer of up to 64 bits, or one without a sign of up to 63: all their numbers are an `i64`.
    pub fn new(signed: bool, bits: i64) -> Option<Self> {
        let widest = if signed { 64 } else { 63 };
        (1..=widest).contains(&bits).then_some(Self { signed, bits: bits as u32 })
    }

    /// Its width.
    pub fn bits(self) -> u32 {
        self.bits
    }

    /// The least and the greatest number.
    fn bounds(self) -> (i64, i64) {
        if self.signed {
            let max = i64::MAX >> (64 - self.bits);
            (-max - 1, max)
        } else {
            (0, i64::MAX >> (63 - self.bits))
        }
    }

    /// The number that the lower bits of `bits` are.
    fn number(self, bits: u64) -> i64 {
        let unused = 64 - self.bits;
        let upper = bits << unused;
        if self.signed { upper as i64 >> unused } else { (upper >> unused) as i64 }
    }

    /// The field at bit `offset` of `text`; behind its end there are zeros.
    pub fn read(self, text: &[u8], offset: usize) -> i64 {
        self.number(Window::read(text, offset).bits(offset, self.bits))
    }

    /// The bytes to put at byte `offset / 8` of `text`, so that the field at bit `offset` is `number`.
    pub fn written(self, text: &[u8], offset: usize, number: i64) -> Written {
        let mut window = Window::read(text, offset);
        window.set_bits(offset, self.bits, number as u64);
        let used = (offset % 8 + self.bits as usize).div_ceil(8);
        Written { bytes: window.0.to_be_bytes(), used }
    }

    /// What a field becomes that is set to `number`.
    ///
    /// # Errors
    /// If the number does not fit and `overflow` forbids to change it.
    pub fn set(self, number: i64, overflow: Overflow) -> Result<i64, DoesNotFit> {
        let (min, max) = self.bounds();
        if (min..=max).contains(&number) {
            return Ok(number);
        }
        // Redis takes a number below an unsigned field for the great one that its bits are, and one so far below a signed field
        // that their distance is no `i64` for one above it.
        let above = number > max || !self.signed || max.checked_sub(number).is_none();
        self.fit(number as u64, above, overflow)
    }

    /// What a field of `number` becomes that is increased.
    ///
    /// # Errors
    /// If the sum does not fit and `overflow` forbids to change it.
    pub fn increase(self, number: i64, increment: i64, overflow: Overflow) -> Result<i64, DoesNotFit> {
        let (min, max) = self.bounds();
        let sum = i128::from(number) + i128::from(increment);
        match i64::try_from(sum) {
            Ok(sum) if (min..=max).contains(&sum) => Ok(sum),
            _ => self.fit(number.wrapping_add(increment) as u64, sum > i128::from(max), overflow),
        }
    }

    fn fit(self, bits: u64, above: bool, overflow: Overflow) -> Result<i64, DoesNotFit> {
        let (min, max) = self.bounds();
        match overflow {
            Overflow::Wrap => Ok(self.number(bits)),
            Overflow::Saturate => Ok(if above { max } else { min }),
            Overflow::Fail => Err(DoesNotFit),
        }
    }
}

/// Bytes of a field's window that a change of the field may have changed.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    bytes: [u8; 16],
    used: usize,
}

impl Written {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }
}

/// Nine bytes of a text from the one on in which a field begins, at the upper end; the rest is zero.
struct Window(u128);

impl Window {
    const BYTES: usize = 9;

    fn read(text: &[u8], offset: usize) -> Self {
        let mut bytes = [0; size_of::<u128>()];
        let from = text.get(offset / 8..).unwrap_or_default();
        let len = from.len().min(Self::BYTES);
        bytes[..len].copy_from_slice(&from[..len]);
        Self(u128::from_be_bytes(bytes))
    }

    /// How far up the field lies.
    fn shift(offset: usize, bits: u32) -> u32 {
        u128::BITS - bits - (offset % 8) as u32
    }

    fn bits(&self, offset: usize, bits: u32) -> u64 {
        (self.0 >> Self::shift(offset, bits)) as u64
    }

    fn set_bits(&mut self, offset: usize, bits: u32, value: u64) {
        let mask = u128::from(u64::MAX >> (u64::BITS - bits));
        let shift = Self::shift(offset, bits);
        self.0 = self.0 & !(mask << shift) | (u128::from(value) & mask) << shift;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field() -> impl Strategy<Value = Field> {
        (any::<bool>(), 1..=64_i64).prop_map(|(signed, bits)| {
            Field::new(signed, bits.min(if signed { 64 } else { 63 })).expect("valid")
        })
    }

    /// Numbers near the bounds of some field.
    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![
            any::<i64>(),
            -3..4_i64,
            (0..64_u32, -2..3_i64).prop_map(|(bits, by)| (1_i64 << bits).wrapping_add(by)),
            (0..64_u32, -2..3_i64).prop_map(|(bits, by)| (1_i64 << bits).wrapping_neg().wrapping_add(by)),
        ]
    }

    fn bit(text: &[u8], index: usize) -> u8 {
        text.get(index / 8).map_or(0, |byte| byte >> (7 - index % 8) & 1)
    }

    proptest! {
        #[test]
        fn fields_are_the_bits_one_by_one(field in field(), text in prop::collection::vec(any::<u8>(), 0..20), offset in 0..180_usize) {
            let bits = (offset..offset + field.bits as usize).map(|index| bit(&text, index));
            let mut expected = bits.fold(0_i128, |number, bit| number << 1 | i128::from(bit));
            if field.signed && bit(&text, offset) == 1 {
                expected -= 1 << field.bits;
            }
            prop_assert_eq!(i128::from(field.read(&text, offset)), expected);
        }

        #[test]
        fn a_write_changes_the_field_and_nothing_else(
            field in field(), text in prop::collection::vec(any::<u8>(), 30..31), offset in 0..160_usize, number in number(),
        ) {
            let number = field.set(number, Overflow::Wrap).expect("wrapped");
            let mut after = text.clone();
            let written = field.written(&text, offset, number);
            after[offset / 8..offset / 8 + written.bytes().len()].copy_from_slice(written.bytes());
            prop_assert_eq!(field.read(&after, offset), number);
            for index in (0..8 * text.len()).filter(|index| !(offset..offset + field.bits as usize).contains(index)) {
                prop_assert_eq!(bit(&after, index), bit(&text, index), "{}", index);
            }
        }

        #[test]
        fn sums_fit_or_are_made_fit(field in field(), number in number(), increment in number()) {
            let number = field.set(number, Overflow::Wrap).expect("wrapped");
            let (min, max) = field.bounds();
            let sum = i128::from(number) + i128::from(increment);
            let saturated = sum.clamp(i128::from(min), i128::from(max));
            let fits = sum == saturated;
            prop_assert_eq!(field.increase(number, increment, Overflow::Saturate).map(i128::from), Ok(saturated));
            prop_assert_eq!(field.increase(number, increment, Overflow::Fail).is_ok(), fits);
            let wrapped = i128::from(field.increase(number, increment, Overflow::Wrap).expect("wrapped"));
            prop_assert_eq!((wrapped - sum).rem_euclid(1 << field.bits), 0);
            prop_assert!((i128::from(min)..=i128::from(max)).contains(&wrapped));
        }
    }

    #[test]
    fn numbers_far_below_are_taken_for_great_ones() {
        let signed = Field::new(true, 8).expect("valid");
        assert_eq!(signed.set(i64::MIN, Overflow::Saturate), Ok(127));
        assert_eq!(signed.set(i64::MIN + 127, Overflow::Saturate), Ok(127));
        assert_eq!(signed.set(i64::MIN + 128, Overflow::Saturate), Ok(-128));
        assert_eq!(signed.set(-129, Overflow::Saturate), Ok(-128));
        let unsigned = Field::new(false, 8).expect("valid");
        assert_eq!(unsigned.set(-1, Overflow::Saturate), Ok(255));
        assert_eq!(unsigned.set(-1, Overflow::Wrap), Ok(255));
        assert_eq!(unsigned.set(256, Overflow::Fail), Err(DoesNotFit));
    }

    #[test]
    fn widths_are_limited() {
        for (signed, bits, exists) in [
            (true, 64, true),
            (true, 65, false),
            (false, 63, true),
            (false, 64, false),
            (true, 0, false),
            (false, -1, false),
        ] {
            assert_eq!(Field::new(signed, bits).is_some(), exists, "{signed} {bits}");
        }
    }
}
