//! Random members, which stay in the set.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{hashes::Draw, item::reply_item},
    keyspace::{Keyspace, Seen},
    resp::Reply,
    structures::random::Rng,
    types::set::Set,
};

pub static SRANDMEMBER: Command = Command {
    name: "SRANDMEMBER",
    arity: Arity::at_least(2),
    flags: Flags::READONLY,
    acl: Acl::SET,
    keys: Keys::ONE,
    tips: &["nondeterministic_output"],
    group: Group::Set,
    since: "1.0.0",
    summary: "Returns random members of a set: different ones, or with a negative count any.",
    complexity: "O(N) where N is the number of members returned",
    syntax: "key [count]",
    run: Run::Local(srandmember),
    ..Command::DEFAULT
};

fn srandmember(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    if args.len() > 3 {
        return Err(Error::Syntax);
    }
    let draw = Draw::read(args, "")?;
    let mut rng = Rng::new(db.rng.next_u64());
    let key = db.key(args, 1);
    let Some(Seen { value: set, .. }) = db.get::<Set>(&key)? else {
        draw.nothing(out);
        return Ok(Outcome::Unchanged);
    };
    match draw {
        Draw::One => match set.random(&mut rng) {
            Some(member) => reply_item(out, member),
            None => out.null(),
        },
        Draw::Distinct { count, .. } => {
            out.array(count.min(set.len()));
            set.random_distinct(count, &mut rng, |member| reply_item(out, member));
        }
        Draw::Repeated { count, .. } => {
            Draw::check_count(count, false)?;
            out.array(count);
            let start_bytes = out.out().len();
            set.random_repeated(count, &mut rng, |member| {
                reply_item(out, member);
                Draw::check_size(out, start_bytes)
            })?;
        }
    }
    Ok(Outcome::Unchanged)
}
