//! Random members.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{hashes::Draw, item::reply_item, pairing::Pairing},
    keyspace::{Keyspace, Seen},
    resp::Reply,
    structures::random::Rng,
    types::zset::ZSet,
};

pub static ZRANDMEMBER: Command = Command {
    name: "ZRANDMEMBER",
    arity: Arity::at_least(2),
    flags: Flags::READONLY,
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    tips: &["nondeterministic_output"],
    group: Group::SortedSet,
    since: "6.2.0",
    summary: "Returns random members of a sorted set: different ones, or with a negative count any.",
    complexity: "O(N) where N is the number of members returned",
    syntax: "key [count [WITHSCORES]]",
    run: Run::Local(zrandmember),
    ..Command::DEFAULT
};

fn zrandmember(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let draw = Draw::read(args, "WITHSCORES")?;
    let mut rng = Rng::new(db.rng.next_u64());
    let key = db.key(args, 1);
    let Some(Seen { value: zset, .. }) = db.get::<ZSet>(&key)? else {
        draw.nothing(out);
        return Ok(Outcome::Unchanged);
    };
    match draw {
        Draw::One => match zset.random(&mut rng) {
            Some((member, _)) => reply_item(out, member),
            None => out.null(),
        },
        Draw::Distinct { count, with } => {
            let pairing = Pairing::of(out, with);
            pairing.head(out, count.min(zset.len()));
            zset.random_distinct(count, &mut rng, |member, score| pairing.member(out, member, score));
        }
        Draw::Repeated { count, with } => {
            Draw::check_count(count, with)?;
            let pairing = Pairing::of(out, with);
            pairing.head(out, count);
            let start_bytes = out.out().len();
            zset.random_repeated(count, &mut rng, |member, score| {
                pairing.member(out, member, score);
                Draw::check_size(out, start_bytes)
            })?;
        }
    }
    Ok(Outcome::Unchanged)
}
