//! Places on earth as numbers: longitude and latitude, each cut in half again and again, give bits that alternate, so that
//! places that are near each other mostly have near numbers ("geohash", G. Niemeyer, 2008). 26 steps in either direction make
//! the 52 bits of a score.
//!
//! ```text
//! step 1, latitude up, longitude to the right     a cell is searched with its eight neighbours
//!         01 | 11                                           NW  N  NE
//!         ---+---                                           W   c   E
//!         00 | 10                                           SW  S  SE
//! ```
//!
//! Distances are those on a sphere (the haversine formula).

mod area;
mod cell;
mod position;

pub use area::{Area, Measure, Shape};
pub use cell::Cell;
pub use position::Position;
