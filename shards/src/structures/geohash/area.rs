//! Areas around a place, and the cells that cover them.

use smallvec::SmallVec;

use super::cell::{Cell, STEPS_MAX};
use super::position::{EARTH_RADIUS_M, Origin, Position, degrees, radians};

/// Half of the way around the equator on a Mercator map, in metres: a radius from which on one step is enough.
const MERCATOR_MAX_M: f64 = 20_037_726.37;

/// A shape, its sizes in the unit of its area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// What is within this radius.
    Circle {
        /// From the centre to the border.
        radius: f64,
    },
    /// What is within half of the height to the north and south and half of the width to the east and west.
    Box {
        /// From the western to the eastern border.
        width: f64,
        /// From the southern to the northern border.
        height: f64,
    },
}

/// A shape around a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its middle, a valid position.
    pub centre: Position,
    /// Its form and size.
    pub shape: Shape,
    /// The unit of the sizes, in metres.
    pub unit_m: f64,
}

/// Longitudes and latitudes, in degrees, between which an area lies, as far as Redis takes them: too narrow on the far side of
/// a circle, and beyond the edge of the map near it.
struct Bounds {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Area {
    /// The area, ready to be asked about many places.
    pub fn measure(self) -> Measure {
        Measure { area: self, centre: Origin::at(self.centre) }
    }

    /// Half of its width and of its height, in its unit.
    fn reach(&self) -> (f64, f64) {
        match self.shape {
            Shape::Circle { radius } => (radius, radius),
            Shape::Box { width, height } => (width / 2.0, height / 2.0),
        }
    }

    /// From the centre to the farthest place, in metres.
    fn radius_m(&self) -> f64 {
        let radius = match self.shape {
            Shape::Circle { radius } => radius,
            Shape::Box { .. } => {
                let (half_width, half_height) = self.reach();
                (half_width * half_width + half_height * half_height).sqrt()
            }
        };
        radius * self.unit_m
    }

    fn bounds(&self) -> Bounds {
        let (half_width, half_height) = self.reach();
        let Position { longitude, latitude } = self.centre;
        let up = degrees(self.unit_m * half_height / EARTH_RADIUS_M);
        // Degrees of longitude are the wider, in metres, the nearer the equator.
        let parallel = if latitude < 0.0 { latitude - up } else { latitude + up };
        let aside = degrees(self.unit_m * half_width / EARTH_RADIUS_M / radians(parallel).cos());
        Bounds {
            west: longitude - aside,
            east: longitude + aside,
            south: latitude - up,
            north: latitude + up,
        }
    }

    /// The halvings after which a cell and its neighbours are likely to cover the area.
    fn steps(&self) -> u32 {
        let mut radius_m = self.radius_m();
        if radius_m == 0.0 {
            return STEPS_MAX;
        }
        let mut steps = -1;
        while radius_m < MERCATOR_MAX_M {
            radius_m *= 2.0;
            steps += 1;
        }
        // Cells are narrow near the poles.
        let latitude = self.centre.latitude.abs();
        steps -= i32::from(latitude > 66.0) + i32::from(latitude > 80.0);
        steps.clamp(1, STEPS_MAX as i32) as u32
    }

    /// The cells to look into, in this order: the one around the centre, those to the north, south, east and west of it and
    /// those at its corners, without those that the area does not reach.
    pub fn cells(&self) -> SmallVec<[Cell; 9]> {
        let bounds = self.bounds();
        let mut steps = self.steps();
        let mut centre = Cell::at(self.centre, steps);
        if steps > 1 && !bounds.lie_next_to(centre) {
            steps -= 1;
            centre = Cell::at(self.centre, steps);
        }
        let edges = centre.edges();
        // On a map of four cells, every one is reached.
        let reached = |east: i32, north: i32| {
            steps < 2
                || !(north < 0 && edges.south < bounds.south
                    || north > 0 && edges.north > bounds.north
                    || east < 0 && edges.west < bounds.west
                    || east > 0 && edges.east > bounds.east)
        };
        let mut cells = SmallVec::new();
        cells.push(centre);
        for (east, north) in [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)] {
            let cell = centre.neighbour(east, north);
            // On a map of four cells, north is south and east is west.
            if reached(east, north) && cells.last() != Some(&cell) {
                cells.push(cell);
            }
        }
        cells
    }
}

/// Tells which places lie in an area.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    area: Area,
    centre: Origin,
}

impl Measure {
    /// How far it is in metres from the centre to a place, if that lies in the area.
    pub fn distance_m(&self, place: Position) -> Option<f64> {
        /// No place is nearer than its latitude, but for what is lost by rounding; that is much less.
        const TOLERANCE: f64 = 1.0 + 1e-6;
        let Area { centre, shape, unit_m } = self.area;
        let on_meridian = self.centre.distance_along_meridian_m(place);
        match shape {
            Shape::Circle { radius } => {
                let radius_m = radius * unit_m;
                if on_meridian > radius_m * TOLERANCE {
                    return None;
                }
                let distance = self.centre.distance_m(place);
                (distance <= radius_m).then_some(distance)
            }
            Shape::Box { width, height } => {
                if on_meridian > height * unit_m / 2.0 {
                    return None;
                }
                let on_parallel = place.distance_m(Position { longitude: centre.longitude, ..place });
                (on_parallel <= width * unit_m / 2.0).then(|| self.centre.distance_m(place))
            }
        }
    }
}

impl Bounds {
    /// Whether the neighbours of a cell reach to the bounds in all four directions.
    fn lie_next_to(&self, cell: Cell) -> bool {
        let falls_short = cell.neighbour(0, 1).edges().north < self.north
            || cell.neighbour(0, -1).edges().south > self.south
            || cell.neighbour(1, 0).edges().east < self.east
            || cell.neighbour(-1, 0).edges().west > self.west;
        !falls_short
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn circle(longitude: f64, latitude: f64, radius: f64) -> Area {
        Area { centre: Position { longitude, latitude }, shape: Shape::Circle { radius }, unit_m: 1.0 }
    }

    proptest! {
        /// Away from the edges of the map, where Redis leaves out what lies on the other side.
        #[test]
        fn cells_cover_circles(
            longitude in -100.0..100.0_f64, latitude in -55.0..55.0_f64, size in 0.0..6.0_f64,
            aside in -1.5..1.5_f64, up in -1.5..1.5_f64,
        ) {
            let area = circle(longitude, latitude, 10_f64.powf(size));
            let scale = degrees(area.radius_m() / EARTH_RADIUS_M);
            let place = Position { longitude: longitude + aside * scale, latitude: latitude + up * scale };
            prop_assume!(area.measure().distance_m(place).is_some());
            let score = Cell::smallest(place).score();
            let cells = area.cells();
            let found = cells.iter().any(|cell| (cell.score()..cell.score_beyond()).contains(&score));
            prop_assert!(found, "{place:?} {cells:?}");
        }

        /// Also where they lie on the border, and on the meridian of the centre.
        #[test]
        fn what_is_in_a_circle_is_near_its_centre(
            longitude in -180.0..=180.0_f64, latitude in -85.0..=85.0_f64,
            aside in prop_oneof![Just(0.0), -1e-6..1e-6_f64, -360.0..360.0_f64], other_latitude in -85.0..=85.0_f64,
            factor in prop_oneof![Just(1.0), Just(1.0 - f64::EPSILON), 0.99999..1.00001_f64, 0.0..2.0_f64],
        ) {
            let centre = Position { longitude, latitude };
            let place = Position { longitude: (longitude + aside).clamp(-180.0, 180.0), latitude: other_latitude };
            let distance = centre.distance_m(place);
            let radius = distance * factor;
            let found = circle(longitude, latitude, radius).measure().distance_m(place);
            prop_assert_eq!(found, (distance <= radius).then_some(distance));
        }

        #[test]
        fn no_cell_is_there_twice(longitude in -180.0..=180.0_f64, latitude in -85.0..=85.0_f64, size in 0.0..9.0_f64) {
            let cells = circle(longitude, latitude, 10_f64.powf(size)).cells();
            for (index, cell) in cells.iter().enumerate() {
                prop_assert!(!cells[index + 1..].contains(cell));
            }
        }
    }

    #[test]
    fn odd_sizes_have_cells() {
        for radius in [0.0, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY] {
            assert!(!circle(0.0, 0.0, radius).cells().is_empty());
            assert!(!circle(-180.0, 85.05, radius).cells().is_empty());
        }
        assert_eq!(circle(1.0, 1.0, f64::INFINITY).cells().len(), 4);
    }

    #[test]
    fn boxes_hold_what_is_in_both_directions_near() {
        let centre = Position { longitude: 10.0, latitude: 50.0 };
        let area = Area { centre, shape: Shape::Box { width: 200.0, height: 100.0 }, unit_m: 1000.0 };
        let at = |longitude, latitude| area.measure().distance_m(Position { longitude, latitude }).is_some();
        assert!(at(11.3, 50.4) && at(8.7, 49.6));
        assert!(!at(11.5, 50.0) && !at(10.0, 50.5));
    }
}
