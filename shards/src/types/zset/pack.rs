//! The compact form: a listpack of member, score, member, score, in order.
//!
//! A score that is an integer is stored as one. Any other is its eight bytes, the highest first, with another byte in
//! front where the eight would pass for the digits of an integer: so every score comes back bit by bit, but for `-0`,
//! which becomes `0` here as it does in Redis's listpacks.

use crate::structures::listpack::{Encoded, Item, Listpack, Pos, parse_canonical};
use crate::types::Limits;

/// Up to here every integer is a double and every double with this magnitude that is an integer is one exactly.
const EXACT_MAX: f64 = (1u64 << 53) as f64;

/// Not the first byte of any integer's text.
const MARK: u8 = b'~';

/// Bytes of a score with its mark.
const SCORE_BYTES: usize = 9;

/// `score` as an element; `buffer` holds what does not stand for itself.
fn score_item(score: f64, buffer: &mut [u8; SCORE_BYTES]) -> Item<'_> {
    if score.abs() <= EXACT_MAX && score.fract() == 0.0 {
        return Item::Int(score as i64);
    }
    buffer[0] = MARK;
    buffer[1..].copy_from_slice(&score.to_bits().to_be_bytes());
    let start = usize::from(parse_canonical(&buffer[1..]).is_none());
    Item::Bytes(&buffer[start..])
}

/// The score that an element stands for.
pub fn score_of(item: Item<'_>) -> f64 {
    match item {
        Item::Int(value) => value as f64,
        Item::Bytes(bytes) => {
            let bits = bytes.last_chunk().expect("a score is an integer or eight bytes");
            f64::from_bits(u64::from_be_bytes(*bits))
        }
    }
}

fn score_behind(pack: &Listpack, member: Pos) -> f64 {
    score_of(pack.get(pack.next(member).expect("a score follows each member")))
}

/// Where a member is, and its score.
pub fn find(pack: &Listpack, member: &[u8]) -> Option<(Pos, f64)> {
    let pos = pack.find(member, 2)?;
    Some((pos, score_behind(pack, pos)))
}

/// Whether a pair may be stored in place of another, or beside the present ones.
fn has_room(pack: &Listpack, member: &[u8], pair_bytes: usize, is_new: bool, limits: &Limits) -> bool {
    let fits = pack.len() / 2 < limits.encodings.zset_max_listpack_entries
        && member.len() <= limits.encodings.zset_max_listpack_value;
    (fits || !is_new) && pack.bytes() + pair_bytes <= Listpack::BYTES_MAX
}

/// Stores a member with this score, in the place where it belongs, and no longer at `present` if that is given; false,
/// and nothing done, if the limits forbid it.
pub fn put(pack: &mut Listpack, present: Option<Pos>, member: &[u8], score: f64, limits: &Limits) -> bool {
    let mut buffer = [0; SCORE_BYTES];
    let name = Encoded::from(member);
    let value = Encoded::new(score_item(score, &mut buffer));
    if !has_room(pack, member, name.size() + value.size(), present.is_none(), limits) {
        return false;
    }
    if let Some(pos) = present {
        pack.remove(pos, 2);
    }
    let place = place_of(pack, member, score);
    pack.insert_pair(place, name, value);
    true
}

/// Appends a member that comes after all others; false, and nothing done, if the limits forbid it.
pub fn push(pack: &mut Listpack, member: &[u8], score: f64, limits: &Limits) -> bool {
    let mut buffer = [0; SCORE_BYTES];
    let name = Encoded::from(member);
    let value = Encoded::new(score_item(score, &mut buffer));
    let fits = has_room(pack, member, name.size() + value.size(), true, limits);
    if fits {
        pack.insert_pair(None, name, value);
    }
    fits
}

/// The first member that comes after this one.
fn place_of(pack: &Listpack, member: &[u8], score: f64) -> Option<Pos> {
    let mut pos = pack.first();
    while let Some(at) = pos {
        let value = pack.next(at)?;
        let other = score_of(pack.get(value));
        if other > score || other >= score && pack.get(at).cmp_bytes(member).is_gt() {
            break;
        }
        pos = pack.next(value);
    }
    pos
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(score: f64) -> f64 {
        let mut pack = Listpack::new();
        pack.push_back(Encoded::new(score_item(score, &mut [0; SCORE_BYTES])));
        score_of(pack.nth(0).expect("one element"))
    }

    #[test]
    fn minus_zero_becomes_zero() {
        assert_eq!(round_trip(-0.0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn scores_that_look_like_digits_come_back() {
        for digits in [*b"12345678", *b"-1234567", *b"99999999", *b"01234567"] {
            let score = f64::from_bits(u64::from_be_bytes(digits));
            assert_eq!(round_trip(score).to_bits(), score.to_bits());
        }
    }

    proptest! {
        #[test]
        fn every_score_comes_back_bit_by_bit(score in prop_oneof![
            any::<f64>(),
            any::<i64>().prop_map(|value| value as f64),
            (-1_000i64..1_000).prop_map(|value| value as f64 / 4.0),
            Just(0.0), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(9_007_199_254_740_993.0),
        ]) {
            prop_assume!(!score.is_nan() && score.to_bits() != (-0.0_f64).to_bits());
            prop_assert_eq!(round_trip(score).to_bits(), score.to_bits());
        }
    }
}
