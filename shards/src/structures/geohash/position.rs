//! Longitude and latitude, and how far it is from one place to another.

use std::f64::consts::PI;

/// The radius of the sphere, in metres: the quadratic mean of those of the earth.
pub(super) const EARTH_RADIUS_M: f64 = 6_372_797.560_856;

/// A place, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// To the east of Greenwich.
    pub longitude: f64,
    /// To the north of the equator.
    pub latitude: f64,
}

/// An angle in degrees as radians.
pub(super) fn radians(degrees: f64) -> f64 {
    // Not `to_radians`, which may round otherwise.
    degrees * (PI / 180.0)
}

/// An angle in radians as degrees.
pub(super) fn degrees(radians: f64) -> f64 {
    radians / (PI / 180.0)
}

impl Position {
    /// The greatest longitude of a place that can be indexed; the least one is its negative.
    pub const LONGITUDE_MAX: f64 = 180.0;
    /// The greatest latitude of a place that can be indexed, where a Mercator map is a square.
    pub const LATITUDE_MAX: f64 = 85.051_128_78;

    /// Whether it can be indexed.
    pub fn is_valid(self) -> bool {
        self.longitude.abs() <= Self::LONGITUDE_MAX && self.latitude.abs() <= Self::LATITUDE_MAX
    }

    /// The distance in metres, along the surface of the sphere.
    pub fn distance_m(self, other: Position) -> f64 {
        Origin::at(self).distance_m(other)
    }
}

/// A place from which the distances to others are measured, in radians.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    longitude: f64,
    latitude: f64,
    cosine_of_latitude: f64,
}

impl Origin {
    pub(super) fn at(position: Position) -> Self {
        let latitude = radians(position.latitude);
        Self { longitude: radians(position.longitude), latitude, cosine_of_latitude: latitude.cos() }
    }

    /// The distance to a place in metres, along the surface of the sphere.
    pub(super) fn distance_m(&self, place: Position) -> f64 {
        let across = ((radians(place.longitude) - self.longitude) / 2.0).sin();
        if across == 0.0 {
            return self.distance_along_meridian_m(place);
        }
        let there = radians(place.latitude);
        let up = ((there - self.latitude) / 2.0).sin();
        // Not `mul_add`, which rounds once less than Redis does.
        let haversine = up * up + self.cosine_of_latitude * there.cos() * across * across;
        // Rounded, it may be a little more than one for opposite places: no sine.
        2.0 * EARTH_RADIUS_M * haversine.sqrt().min(1.0).asin()
    }

    /// The distance in metres to the latitude of a place.
    pub(super) fn distance_along_meridian_m(&self, place: Position) -> f64 {
        EARTH_RADIUS_M * (radians(place.latitude) - self.latitude).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = Position> {
        (-180.0..=180.0, -85.0..=85.0).prop_map(|(longitude, latitude)| Position { longitude, latitude })
    }

    /// The distance by the angle between two vectors from the centre of the sphere.
    fn by_vectors(one: Position, other: Position) -> f64 {
        let vector = |place: Position| {
            let (longitude, latitude) = (radians(place.longitude), radians(place.latitude));
            [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
        };
        let (a, b) = (vector(one), vector(other));
        let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let sine = cross.iter().map(|part| part * part).sum::<f64>().sqrt();
        let cosine: f64 = a.iter().zip(&b).map(|(one, other)| one * other).sum();
        EARTH_RADIUS_M * sine.atan2(cosine)
    }

    proptest! {
        #[test]
        fn distances_are_those_on_a_sphere(one in position(), other in position()) {
            let distance = one.distance_m(other);
            // Nearly opposite places are where the formula is least exact.
            prop_assert!((distance - by_vectors(one, other)).abs() < 1.0, "{distance}");
            prop_assert!((distance - other.distance_m(one)).abs() < 1e-6);
        }
    }

    #[test]
    fn a_known_distance() {
        let palermo = Position { longitude: 13.361_389, latitude: 38.115_556 };
        let catania = Position { longitude: 15.087_269, latitude: 37.502_669 };
        assert!((palermo.distance_m(catania) - 166_274.0).abs() < 1.0);
        assert!(palermo.distance_m(palermo).abs() < 1e-9);
    }
}
