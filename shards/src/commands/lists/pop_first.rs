//! Popping from the first of several lists that has elements.

use super::ends::End;
use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{item::reply_item, keys::counted::Popping},
    keyspace::{EventClasses, Held, Keyspace},
    resp::Reply,
    types::list::List,
};

pub static LMPOP: Command = Command {
    name: "LMPOP",
    arity: Arity::at_least(4),
    flags: Flags::WRITE,
    acl: Acl::LIST,
    keys: Keys::COUNTED,
    key_use: &["RW", "access", "delete"],
    group: Group::List,
    since: "7.0.0",
    summary: "Returns elements from the first of several lists that has some, after removing them.",
    complexity: "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
    syntax: "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]",
    run: Run::Local(lmpop),
    ..Command::DEFAULT
};

fn lmpop(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let popping = Popping::read(args, 1, ["LEFT", "RIGHT"])?;
    let popped = pop_first(db, args, &popping, out)?;
    if !popped {
        out.null_array();
    }
    Ok(if popped { Outcome::Changed } else { Outcome::Unchanged })
}

/// Pops from the first of the keys that is there and answers with its name and elements; false, and no answer, if none is.
pub fn pop_first(
    db: &mut Keyspace,
    args: &Args<'_>,
    popping: &Popping,
    out: &mut Reply<'_>,
) -> Result<bool, Error> {
    for index in popping.keys.clone() {
        let key = db.key(args, index);
        let Some(Held { value: list, limits, .. }) = db.get_mut::<List>(&key)? else { continue };
        let elements = popping.count.min(list.len());
        out.array(2);
        out.bulk(key.bytes);
        out.array(elements);
        for _ in 0..elements {
            if popping.first_end {
                list.pop_front(limits, |item| reply_item(out, item));
            } else {
                list.pop_back(limits, |item| reply_item(out, item));
            }
        }
        let emptied = list.is_empty();
        let end = if popping.first_end { End::Front } else { End::Back };
        db.notify(EventClasses::LIST, end.pop_event(), &key);
        if emptied {
            db.remove(&key);
            db.notify_gone(&key);
        }
        return Ok(true);
    }
    Ok(false)
}
