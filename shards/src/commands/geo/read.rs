//! Where members are: GEOPOS, GEOHASH and GEODIST.

use super::{
    arguments::unit_m,
    reply::{reply_distance, reply_position},
};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    structures::geohash::Cell,
    types::zset::ZSet,
};

const READING: Command = Command {
    arity: Arity::at_least(2),
    flags: Flags::READONLY,
    acl: Acl::GEO,
    keys: Keys::ONE,
    element: 2,
    group: Group::Geo,
    since: "3.2.0",
    complexity: "O(1) for each member; O(N) where the index is a listpack of N members.",
    syntax: "key member [member ...]",
    ..Command::DEFAULT
};

pub static GEOPOS: Command = Command {
    name: "GEOPOS",
    summary: "Returns the longitudes and latitudes of members of a geospatial index.",
    run: Run::Local(geopos),
    ..READING
};

fn geopos(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    each(db, args, out, |out, cell| match cell {
        Some(cell) => reply_position(out, cell.position()),
        None => out.null_array(),
    })
}

pub static GEOHASH: Command = Command {
    name: "GEOHASH",
    summary: "Returns the geohashes of members of a geospatial index as text.",
    run: Run::Local(geohash),
    ..READING
};

fn geohash(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    each(db, args, out, |out, cell| match cell {
        Some(cell) => out.bulk(&cell.text()),
        None => out.null(),
    })
}

/// Answers with an array of what `write` writes for the cell of each member.
fn each(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    write: impl Fn(&mut Reply<'_>, Option<Cell>),
) -> Result<Outcome, Error> {
    let key = db.key(args, 1);
    let zset = db.get::<ZSet>(&key)?;
    out.array(args.len() - 2);
    for member in args.iter_from(2) {
        let score = zset.as_ref().and_then(|zset| zset.value.score(member, zset.limits));
        write(out, score.map(Cell::of_score));
    }
    Ok(Outcome::Unchanged)
}

pub static GEODIST: Command = Command {
    name: "GEODIST",
    arity: Arity::at_least(4),
    summary: "Returns the distance between two members of a geospatial index.",
    syntax: "key member1 member2 [M | KM | FT | MI]",
    run: Run::Local(geodist),
    ..READING
};

fn geodist(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let unit_m = match args.len() {
        4 => 1.0,
        5 => unit_m(args, 4)?,
        _ => return Err(Error::Syntax),
    };
    let key = db.key(args, 1);
    let zset = db.get::<ZSet>(&key)?;
    let place = |index| {
        let zset = zset.as_ref()?;
        zset.value.score(args.get(index), zset.limits).map(|score| Cell::of_score(score).position())
    };
    match (place(2), place(3)) {
        (Some(one), Some(other)) => reply_distance(out, one.distance_m(other) / unit_m),
        _ => out.null(),
    }
    Ok(Outcome::Unchanged)
}
