//! Cells: the pieces into which a number of halvings cuts the map.

use super::Position;

/// A part of the map after `steps` halvings in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Counted from the west. The eastern edge of the map is one beyond the last column.
    column: u32,
    /// Counted from the south. The northern edge of the map is one beyond the last row.
    row: u32,
    steps: u32,
}

/// The edges of a cell, in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edges {
    /// The least longitude.
    pub west: f64,
    /// The greatest longitude.
    pub east: f64,
    /// The least latitude.
    pub south: f64,
    /// The greatest latitude.
    pub north: f64,
}

/// The halvings of a score.
pub(super) const STEPS_MAX: u32 = 26;

/// What the digits of a geohash's text are.
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// How far north and south the map behind geohashes as text reaches, in degrees; that behind scores is cut off before.
const TEXT_LATITUDE_MAX: f64 = 90.0;

/// In which of `2^steps` equal parts of `-max..max` a number lies.
fn part(number: f64, max: f64, steps: u32) -> u32 {
    ((number + max) / (max + max) * f64::from(1_u32 << steps)) as u32
}

/// Where the part `index` of `2^steps` equal parts of `-max..max` begins.
fn start(index: u32, max: f64, steps: u32) -> f64 {
    f64::from(index) / f64::from(1_u32 << steps) * (max + max) - max
}

/// Every bit followed by a zero.
fn spread(bits: u32) -> u64 {
    let mut spread = u64::from(bits);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF_u64),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        spread = (spread | spread << shift) & mask;
    }
    spread
}

/// Every second bit: what [`spread`] made of it.
fn gather(spread: u64) -> u32 {
    let mut bits = spread & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333_u64),
        (2, 0x0F0F_0F0F_0F0F_0F0F),
        (4, 0x00FF_00FF_00FF_00FF),
        (8, 0x0000_FFFF_0000_FFFF),
        (16, 0x0000_0000_FFFF_FFFF),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits as u32
}

/// The number that Redis makes of a score: what the processor's conversion of a double does, also for scores that no place has.
fn bits_of(score: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    let truncated = |number: f64| if (-HALF..HALF).contains(&number) { number as i64 } else { i64::MIN };
    if score < HALF { truncated(score) as u64 } else { truncated(score - HALF) as u64 ^ 1 << 63 }
}

impl Cell {
    /// The cell of a valid position.
    pub(super) fn at(position: Position, steps: u32) -> Self {
        Self {
            column: part(position.longitude, Position::LONGITUDE_MAX, steps),
            row: part(position.latitude, Position::LATITUDE_MAX, steps),
            steps,
        }
    }

    /// The smallest cell of a valid position.
    pub fn smallest(position: Position) -> Self {
        Self::at(position, STEPS_MAX)
    }

    /// The smallest cell that has this score.
    pub fn of_score(score: f64) -> Self {
        let bits = bits_of(score);
        Self { column: gather(bits >> 1), row: gather(bits), steps: STEPS_MAX }
    }

    /// Its bits, those of the column and of the row in turn.
    fn bits(self) -> u64 {
        spread(self.column) << 1 | spread(self.row)
    }

    /// The least score of a place in it.
    pub fn score(self) -> f64 {
        (self.bits() << (2 * (STEPS_MAX - self.steps))) as f64
    }

    /// The least score that is greater than those of all places in it.
    pub fn score_beyond(self) -> f64 {
        ((self.bits() + 1) << (2 * (STEPS_MAX - self.steps))) as f64
    }

    /// Where it ends.
    pub(super) fn edges(self) -> Edges {
        let column = |index| start(index, Position::LONGITUDE_MAX, self.steps);
        let row = |index| start(index, Position::LATITUDE_MAX, self.steps);
        Edges {
            west: column(self.column),
            east: column(self.column.wrapping_add(1)),
            south: row(self.row),
            north: row(self.row.wrapping_add(1)),
        }
    }

    /// Its middle.
    pub fn position(self) -> Position {
        let Edges { west, east, south, north } = self.edges();
        let within = |number: f64, max: f64| number.clamp(-max, max);
        Position {
            longitude: within(f64::midpoint(west, east), Position::LONGITUDE_MAX),
            latitude: within(f64::midpoint(south, north), Position::LATITUDE_MAX),
        }
    }

    /// The cell so many columns to the east and rows to the north; the map has no edges.
    pub(super) fn neighbour(self, east: i32, north: i32) -> Self {
        let last = (1 << self.steps) - 1;
        let moved = |index: u32, by: i32| if by == 0 { index } else { index.wrapping_add_signed(by) & last };
        Self { column: moved(self.column, east), row: moved(self.row, north), ..self }
    }

    /// Its middle as a geohash of eleven characters. Fifty-two bits give ten of them; the last one says nothing.
    pub fn text(self) -> [u8; 11] {
        let position = self.position();
        let columns = part(position.longitude, Position::LONGITUDE_MAX, STEPS_MAX);
        let rows = part(position.latitude, TEXT_LATITUDE_MAX, STEPS_MAX);
        let bits = spread(columns) << 1 | spread(rows);
        let mut text = [ALPHABET[0]; 11];
        for (index, digit) in text[..10].iter_mut().enumerate() {
            *digit = ALPHABET[(bits >> (2 * STEPS_MAX as usize - 5 * (index + 1)) & 31) as usize];
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn valid() -> impl Strategy<Value = Position> {
        let latitude = -Position::LATITUDE_MAX..=Position::LATITUDE_MAX;
        (-180.0..=180.0, latitude).prop_map(|(longitude, latitude)| Position { longitude, latitude })
    }

    proptest! {
        #[test]
        fn bits_are_spread_and_gathered(bits: u32) {
            let expected = (0..32).fold(0_u64, |all, index| all | u64::from(bits >> index & 1) << (2 * index));
            prop_assert_eq!(spread(bits), expected);
            prop_assert_eq!(gather(spread(bits) | spread(!bits) << 1), bits);
        }

        #[test]
        fn a_cell_holds_its_position(position in valid(), steps in 1..=STEPS_MAX) {
            let cell = Cell::at(position, steps);
            let edges = cell.edges();
            prop_assert!(edges.west <= position.longitude && position.longitude < edges.east);
            prop_assert!(edges.south <= position.latitude && position.latitude < edges.north);
            let smallest = Cell::smallest(position);
            prop_assert!((cell.score()..cell.score_beyond()).contains(&smallest.score()));
            prop_assert_eq!(Cell::of_score(smallest.score()), smallest);
            prop_assert!(position.distance_m(smallest.position()) < 0.6);
        }

        #[test]
        fn neighbours_are_next_to_it(position in valid(), steps in 3..=STEPS_MAX) {
            let cell = Cell::at(position, steps);
            let (edges, east, north) = (cell.edges(), cell.neighbour(1, 0), cell.neighbour(0, 1));
            if edges.east < 180.0 {
                prop_assert_eq!(east.edges().west.to_bits(), edges.east.to_bits());
            }
            if edges.north < Position::LATITUDE_MAX {
                prop_assert_eq!(north.edges().south.to_bits(), edges.north.to_bits());
            }
            prop_assert_eq!(east.neighbour(-1, 0), cell);
            prop_assert_eq!(north.neighbour(0, -1), cell);
            prop_assert_eq!(east.neighbour(0, 1), cell.neighbour(1, 1));
        }

        #[test]
        fn any_score_is_some_place(score: f64) {
            prop_assert!(Cell::of_score(score).position().is_valid());
        }
    }

    #[test]
    fn known_places_have_known_scores_and_texts() {
        let palermo = Cell::smallest(Position { longitude: 13.361_389, latitude: 38.115_556 });
        assert_eq!(palermo.score().to_bits(), 3_479_099_956_230_698.0_f64.to_bits());
        assert_eq!(&palermo.text(), b"sqc8b49rny0");
        let corner = Cell::smallest(Position { longitude: 180.0, latitude: Position::LATITUDE_MAX });
        assert_eq!(corner.score().to_bits(), 13_510_798_882_111_488.0_f64.to_bits());
    }

    #[test]
    fn scores_of_no_place_are_converted_as_the_processor_does() {
        for (score, bits) in [
            (-1.0, u64::MAX),
            (1.9, 1),
            (1e300, 0),
            (-1e300, 1 << 63),
            (f64::INFINITY, 0),
            (f64::NEG_INFINITY, 1 << 63),
            (9_223_372_036_854_775_808.0, 1 << 63),
            (18_446_744_073_709_551_616.0, 0),
        ] {
            assert_eq!(bits_of(score), bits, "{score}");
        }
    }
}
