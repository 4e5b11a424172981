//! Positions and distances in replies.

use std::fmt::{self, Write};

use crate::{resp::Reply, structures::geohash::Position};

/// The digits of a number, on the stack.
struct Digits {
    text: [u8; Self::MAX],
    len: usize,
}

impl Digits {
    /// The longest number: a sign, 309 digits, the point and 17 digits behind it.
    const MAX: usize = 1 + 309 + 1 + 17;

    fn new() -> Self {
        Self { text: [0; Self::MAX], len: 0 }
    }

    /// A number with so many digits behind the point.
    fn of(number: f64, behind_point: usize) -> Self {
        let mut digits = Self::new();
        let written = write!(digits, "{number:.behind_point$}");
        assert!(written.is_ok(), "no number is longer");
        digits
    }

    fn as_bytes(&self) -> &[u8] {
        &self.text[..self.len]
    }
}

impl Write for Digits {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = self.text[self.len..].get_mut(..part.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(part.as_bytes());
        self.len += part.len();
        Ok(())
    }
}

/// Writes a position as an array of its two numbers.
pub(super) fn reply_position(out: &mut Reply<'_>, Position { longitude, latitude }: Position) {
    out.array(2);
    out.double_as(for_people(longitude).as_bytes());
    out.double_as(for_people(latitude).as_bytes());
}

/// Writes a distance, with four digits behind the point.
pub(super) fn reply_distance(out: &mut Reply<'_>, distance: f64) {
    out.bulk(Digits::of(distance, 4).as_bytes());
}

/// A number with seventeen digits behind the point, less the zeros at the end.
fn for_people(number: f64) -> Digits {
    let mut digits = Digits::of(number, 17);
    while digits.as_bytes().ends_with(b"0") {
        digits.len -= 1;
    }
    if digits.as_bytes().ends_with(b".") {
        digits.len -= 1;
    }
    if digits.as_bytes() == b"-0" { Digits::of(0.0, 0) } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people_end_where_they_say_nothing_more() {
        for (number, text) in [
            (180.0, "180"),
            (0.0, "0"),
            (-0.0, "0"),
            (-1e-20, "0"),
            (100.0, "100"),
            (-0.5, "-0.5"),
            (85.051_128_78, "85.0511287799999991"),
            (13.361_389_338_970_184, "13.36138933897018433"),
            (0.000_002_682_209_014_892_578, "0.00000268220901489"),
        ] {
            assert_eq!(for_people(number).as_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn the_greatest_numbers_have_room() {
        for number in [f64::MAX, -f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NAN] {
            let digits = Digits::of(number, 17);
            assert_eq!(digits.as_bytes(), format!("{number:.17}").as_bytes());
        }
    }
}
