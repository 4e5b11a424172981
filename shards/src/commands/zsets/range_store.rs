//! Keeping a range of members as a sorted set of its own.

use super::range::{Fixed, Options};
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::keys::result,
    keyspace::{EventClasses, Keyspace},
    resp::Reply,
    structures::listpack::Item,
    types::zset::{Rule, ZSet},
};

pub static ZRANGESTORE: Command = Command {
    name: "ZRANGESTORE",
    arity: Arity::at_least(5),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::SORTEDSET,
    keys: Keys::TWO,
    key_use: &["OW", "update"],
    last_key_use: &["RO", "access"],
    group: Group::SortedSet,
    since: "6.2.0",
    summary: "Stores a range of members from a sorted set in a key.",
    complexity: "O(log(N)+M) with N being the size of the sorted set, and M the number of members stored.",
    syntax: "dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]",
    run: Run::Local(zrangestore),
    ..Command::DEFAULT
};

fn zrangestore(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let options = Options::read(args, 5, Fixed { by: None, reverse: None, kept: true })?;
    let ends = options.ends(args, 3)?;
    let (destination, source) = (db.key(args, 1), db.key(args, 2));
    let mut kept = ZSet::new();
    if let Some(zset) = db.get::<ZSet>(&source)? {
        let ranks = options.ranks(zset.value, ends);
        // By index, Redis knows how many there will be, and what is too much for the compact form never takes it.
        if options.is_by_index() && ranks.len() > zset.limits.encodings.zset_max_listpack_entries {
            kept = ZSet::large();
        }
        // They are added in the order in which they would be shown, as Redis does; no score of a member is NaN.
        let mut keep = |(member, score): (Item<'_>, f64)| {
            let added = kept.add(member.as_bytes(&mut [0; _]), score, Rule::default(), zset.limits);
            debug_assert!(added.is_ok());
        };
        let members = zset.value.range(ranks);
        if options.reverse {
            members.rev().for_each(&mut keep);
        } else {
            members.for_each(&mut keep);
        }
    }
    let len = kept.len();
    Ok(result::store(db, &destination, (kept, len), (EventClasses::ZSET, "zrangestore"), out))
}
