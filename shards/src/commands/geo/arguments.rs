//! Positions, units and sizes among the arguments.

use crate::{
    command::{Args, Error},
    structures::geohash::{Cell, Position, Shape},
    types::{Limits, zset::ZSet},
};

/// Reads the longitude at argument `index` and the latitude behind it.
pub(super) fn position(args: &Args<'_>, index: usize) -> Result<Position, Error> {
    let position = Position { longitude: args.double(index)?, latitude: args.double(index + 1)? };
    if position.is_valid() {
        return Ok(position);
    }
    let Position { longitude, latitude } = position;
    Err(Error::Message(format!("ERR invalid longitude,latitude pair {longitude:.6},{latitude:.6}")))
}

/// Reads argument `index` as a unit: its length in metres.
pub(super) fn unit_m(args: &Args<'_>, index: usize) -> Result<f64, Error> {
    match args.word(index).as_str() {
        "M" => Ok(1.0),
        "KM" => Ok(1000.0),
        "FT" => Ok(0.3048),
        "MI" => Ok(1609.34),
        _ => Err(Error::Text("ERR unsupported unit provided. please use M, KM, FT, MI")),
    }
}

/// Reads argument `index` as the radius of a circle and the one behind it as its unit, in metres.
pub(super) fn circle(args: &Args<'_>, index: usize) -> Result<(Shape, f64), Error> {
    let radius = args.double(index).map_err(|_| Error::Text("ERR need numeric radius"))?;
    if radius < 0.0 {
        return Err(Error::Text("ERR radius cannot be negative"));
    }
    Ok((Shape::Circle { radius }, unit_m(args, index + 1)?))
}

/// Reads argument `index` as the width of a box, and those behind it as its height and the unit of both, in metres.
pub(super) fn rectangle(args: &Args<'_>, index: usize) -> Result<(Shape, f64), Error> {
    let width = args.double(index).map_err(|_| Error::Text("ERR need numeric width"))?;
    let height = args.double(index + 1).map_err(|_| Error::Text("ERR need numeric height"))?;
    if width < 0.0 || height < 0.0 {
        return Err(Error::Text("ERR height or width cannot be negative"));
    }
    Ok((Shape::Box { width, height }, unit_m(args, index + 2)?))
}

/// Where the member at argument `index` is.
pub(super) fn member(args: &Args<'_>, index: usize, zset: &ZSet, limits: &Limits) -> Result<Position, Error> {
    let score = zset.score(args.get(index), limits);
    let score = score.ok_or(Error::Text("ERR could not decode requested zset member"))?;
    Ok(Cell::of_score(score).position())
}
