//! GEOADD: places go into a sorted set.

use smallvec::SmallVec;

use super::arguments::position;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::zsets::add::{Request, add},
    keyspace::Keyspace,
    resp::Reply,
    structures::geohash::Cell,
    types::zset::{Presence, Rule},
};

pub static GEOADD: Command = Command {
    name: "GEOADD",
    arity: Arity::at_least(5),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::GEO,
    keys: Keys::ONE,
    element: 4,
    group: Group::Geo,
    since: "3.2.0",
    summary: "Adds places to a geospatial index, or moves them. Creates the key if it doesn't exist.",
    complexity: "O(log(N)) for each place, where N is the size of the index.",
    syntax: "key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]",
    run: Run::Local(geoadd),
    ..Command::DEFAULT
};

fn geoadd(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let [mut nx, mut xx, mut count_changes] = [false; 3];
    let mut first = 2;
    while first < args.len() {
        match args.word(first).as_str() {
            "NX" => nx = true,
            "XX" => xx = true,
            "CH" => count_changes = true,
            _ => break,
        }
        first += 1;
    }
    let left = args.len() - first;
    if left == 0 || !left.is_multiple_of(3) || (nx && xx) {
        return Err(Error::Syntax);
    }
    let presence = match (nx, xx) {
        (true, _) => Presence::Absent,
        (_, true) => Presence::Present,
        _ => Presence::Any,
    };
    // All positions are read before any is used: one that cannot be read changes nothing.
    let score = |index| position(args, index).map(|position| Cell::smallest(position).score());
    let scores: SmallVec<[f64; 8]> = (first..args.len()).step_by(3).map(score).collect::<Result<_, _>>()?;
    let rule = Rule { presence, ..Rule::default() };
    add(db, args, &Request { rule, count_changes, scores, first_member: first + 2, stride: 3 }, out)
}
