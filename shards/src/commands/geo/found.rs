//! A search and what becomes of the places that it finds.

use std::{cmp::Ordering, ops::ControlFlow};

use smallvec::SmallVec;

use super::{
    reply::{reply_distance, reply_position},
    request::{Family, Order, Request, Source, Use},
};
use crate::{
    command::{Args, Error, Outcome},
    commands::{item::reply_item, keys::result},
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    structures::{
        geohash::{Area, Cell, Position},
        listpack::Item,
    },
    types::{
        Limits,
        zset::{Rule, ScoreBound, ScoreRange, ZSet},
    },
};

/// Members of a listpack that are looked at on the stack: as many as it has by default.
const PACKED: usize = 128;

/// So many places are not worth leaving out any before all are found.
const CROWD_MIN: usize = 64;

/// A member within the area.
#[derive(Debug)]
struct Found<'a> {
    member: Item<'a>,
    score: f64,
    position: Position,
    /// From the centre.
    distance_m: f64,
}

/// Runs a search in the sorted set at argument `source`.
pub(super) fn search(
    db: &mut Keyspace,
    args: &Args<'_>,
    out: &mut Reply<'_>,
    (source, family, purpose): (usize, Family, Use),
) -> Result<Outcome, Error> {
    let key = db.key(args, source);
    let zset = db.get::<ZSet>(&key)?;
    let source: Source<'_> = zset.as_ref().map(|zset| (zset.value, zset.limits));
    let request = Request::read(args, family, purpose, source)?;
    let found = match (source, request.area) {
        (Some((zset, _)), Some(area)) => find(zset, area, &request),
        _ => Vec::new(),
    };
    let Some(destination) = request.destination else {
        show(&found, &request, out);
        return Ok(Outcome::Unchanged);
    };
    let kept = source.map_or_else(ZSet::new, |(_, limits)| keep(&found, &request, limits));
    let (destination, len) = (db.key(args, destination), kept.len());
    let event = if family == Family::Search { "geosearchstore" } else { "georadiusstore" };
    Ok(result::store(db, &destination, (kept, len), (EventClasses::ZSET, event), out))
}

/// The members within the area, as many as are asked for and in their order.
fn find<'a>(zset: &'a ZSet, area: Area, request: &Request) -> Vec<Found<'a>> {
    // The nearest ones are meant where not all and not any are.
    let order = request.order.or_else(|| request.limit.filter(|_| !request.any).map(|_| Order::Ascending));
    let limit = request.limit.unwrap_or(usize::MAX);
    // Of many, those that are too many for now are left out in passing: so often as there are as many again.
    let crowd = limit.max(CROWD_MIN).saturating_mul(2);
    let mut found = Vec::new();
    walk(zset, area, |place| {
        found.push(place);
        if request.any && found.len() == limit {
            return ControlFlow::Break(());
        }
        if let Some(order) = order
            && !request.any
            && found.len() == crowd
        {
            keep_first(&mut found, limit, order);
        }
        ControlFlow::Continue(())
    });
    if let Some(order) = order {
        keep_first(&mut found, limit, order);
        found.sort_by(|one, other| compare(order, one, other));
    }
    found
}

fn compare(order: Order, one: &Found<'_>, other: &Found<'_>) -> Ordering {
    match order {
        Order::Ascending => one.distance_m.total_cmp(&other.distance_m),
        Order::Descending => other.distance_m.total_cmp(&one.distance_m),
    }
}

/// Leaves the first `limit` places in this order, which is not yet theirs.
fn keep_first(found: &mut Vec<Found<'_>>, limit: usize, order: Order) {
    if limit < found.len() {
        found.select_nth_unstable_by(limit - 1, |one, other| compare(order, one, other));
        found.truncate(limit);
    }
}

/// Shows the members within the area to `visit` until that has enough: cell by cell and in the order of their scores within each.
fn walk<'a>(zset: &'a ZSet, area: Area, mut visit: impl FnMut(Found<'a>) -> ControlFlow<()>) {
    let measure = area.measure();
    let mut look_at = |(member, score): (Item<'a>, f64)| {
        let position = Cell::of_score(score).position();
        match measure.distance_m(position) {
            Some(distance_m) => visit(Found { member, score, position, distance_m }),
            None => ControlFlow::Continue(()),
        }
    };
    // A listpack is walked from its beginning for every rank: once is enough.
    let packed: Option<SmallVec<[(Item<'a>, f64); PACKED]>> =
        zset.is_compact().then(|| zset.iter().collect());
    for cell in area.cells() {
        let (min, beyond) = (cell.score(), cell.score_beyond());
        let walked = if let Some(packed) = &packed {
            let start = packed.partition_point(|(_, score)| *score < min);
            packed[start..]
                .iter()
                .copied()
                .take_while(|(_, score)| *score < beyond)
                .try_for_each(&mut look_at)
        } else {
            let range = ScoreRange { min: ScoreBound::Inclusive(min), max: ScoreBound::Exclusive(beyond) };
            zset.range(zset.ranks_by_score(range)).try_for_each(&mut look_at)
        };
        if walked.is_break() {
            return;
        }
    }
}

fn show(found: &[Found<'_>], request: &Request, out: &mut Reply<'_>) {
    let details = request.details;
    out.array(found.len());
    for place in found {
        if details.count() > 0 {
            out.array(1 + details.count());
        }
        reply_item(out, place.member);
        if details.distance {
            reply_distance(out, request.in_unit(place.distance_m));
        }
        if details.hash {
            out.integer(place.score as i64);
        }
        if details.position {
            reply_position(out, place.position);
        }
    }
}

/// The places as a sorted set of their own, with their scores or with their distances.
fn keep(found: &[Found<'_>], request: &Request, limits: &Limits) -> ZSet {
    let mut kept = ZSet::new();
    for place in found {
        let score = if request.keeps_distances { request.in_unit(place.distance_m) } else { place.score };
        let added = kept.add(place.member.as_bytes(&mut [0; _]), score, Rule::default(), limits);
        assert!(added.is_ok(), "scores and distances are numbers");
    }
    kept
}
