//! One command as COMMAND INFO shows it: ten parts, all out of its row.

use shards::{
    command::{Acl, Command, Flags, Keys, Merge, More, Run, registry::Id},
    resp::Reply,
};

use crate::commands::commands;

/// Writes the ten parts of a command: name, arity, flags, first key, last key, step, ACL categories, tips, key
/// specifications, subcommands.
pub fn describe(id: Id, out: &mut Reply<'_>) {
    let row = commands().row(id);
    out.array(10);
    out.bulk(commands().name(id).as_bytes());
    out.integer(row.arity.redis().into());
    let flags = Flags::NAMES.iter().filter(|(flag, _)| row.flags.has(*flag)).map(|(_, name)| *name);
    let flags: Vec<&str> = flags.chain(row.keys.is_movable().then_some("movablekeys")).collect();
    simple_set(&flags, out);
    out.integer(row.keys.first.into());
    out.integer(row.keys.last.into());
    out.integer(row.keys.step.into());
    simple_set(&acl_categories(row), out);
    let tips = tips(row);
    out.set(tips.len());
    for tip in tips {
        out.bulk(tip.as_bytes());
    }
    key_specifications(row, out);
    let subcommands: Vec<Id> = commands().subcommands(id).collect();
    if subcommands.is_empty() {
        return out.set(0);
    }
    out.array(subcommands.len());
    for subcommand in subcommands {
        describe(subcommand, out);
    }
}

fn simple_set(words: &[&str], out: &mut Reply<'_>) {
    out.set(words.len());
    for word in words {
        out.simple(word);
    }
}

/// All ACL categories of a command, those that follow from its flags included, in Redis's order.
pub fn acl_categories(row: &Command) -> Vec<&'static str> {
    let flags = row.flags;
    let of_flags = [
        ("@write", flags.has(Flags::WRITE)),
        // What scripts read is a matter of the commands that they call.
        ("@read", flags.has(Flags::READONLY) && !row.acl.has(Acl::SCRIPTING)),
        ("@admin", flags.has(Flags::ADMIN)),
        ("@dangerous", flags.has(Flags::ADMIN)),
        ("@pubsub", flags.has(Flags::PUBSUB)),
        ("@fast", flags.has(Flags::FAST)),
        ("@slow", !flags.has(Flags::FAST)),
        ("@blocking", flags.has(Flags::BLOCKING)),
    ];
    let own = Acl::NAMES.iter().map(|(category, name)| (*name, row.acl.has(*category)));
    let mut has: Vec<&str> =
        of_flags.into_iter().chain(own).filter(|(_, has)| *has).map(|(name, _)| name).collect();
    has.sort_unstable_by_key(|name| CATEGORIES.iter().position(|category| category == name));
    has.dedup();
    has
}

/// The categories that exist here, in the order in which Redis lists those of a command.
const CATEGORIES: &[&str] = &[
    "@keyspace",
    "@read",
    "@write",
    "@set",
    "@sortedset",
    "@list",
    "@hash",
    "@string",
    "@bitmap",
    "@geo",
    "@pubsub",
    "@admin",
    "@fast",
    "@slow",
    "@blocking",
    "@dangerous",
    "@connection",
    "@transaction",
    "@scripting",
];

/// What clients of a cluster should know: what the row says, then what follows from where the command runs.
fn tips(row: &Command) -> Vec<&'static str> {
    let of_run: &[&str] = match row.run {
        Run::Split(_, merge) => match merge {
            Merge::AllOk => &["request_policy:multi_shard", "response_policy:all_succeeded"],
            Merge::Sum => &["request_policy:multi_shard", "response_policy:agg_sum"],
            _ => &["request_policy:multi_shard"],
        },
        Run::Every(_, merge) => match merge {
            Merge::AllOk => &["request_policy:all_shards", "response_policy:all_succeeded"],
            Merge::Sum => &["request_policy:all_shards", "response_policy:agg_sum"],
            Merge::Draw => &["request_policy:all_shards", "response_policy:special"],
            _ => &["request_policy:all_shards"],
        },
        Run::Cursor(_) => &["request_policy:special"],
        Run::Local(_) | Run::Waiting(_) | Run::Container(_) | Run::Session => &[],
    };
    row.tips.iter().chain(of_run).copied().collect()
}

/// What a command does with its keys, in Redis's words.
pub fn key_use(row: &Command) -> &'static [&'static str] {
    if !row.key_use.is_empty() {
        row.key_use
    } else if row.flags.has(Flags::READONLY) {
        &["RO", "access"]
    } else {
        &["RW", "update"]
    }
}

fn key_specifications(row: &Command, out: &mut Reply<'_>) {
    let keys @ Keys { first, last, step, more } = row.keys;
    let (all, later) = (key_use(row), row.last_key_use);
    match more {
        More::Nothing if first == 0 => out.set(0),
        More::Nothing if later.is_empty() => {
            out.set(1);
            key_range(all, keys, out);
        }
        // The last key, or where their number is open all behind the first, have a specification of their own.
        More::Nothing => {
            let start = if last < 0 { first + step } else { last };
            out.set(2);
            key_range(all, Keys { last: start - step, ..keys }, out);
            key_range(later, Keys { first: start, ..keys }, out);
        }
        More::Counted(at) if first == 0 => {
            out.set(1);
            counted_keys(all, at, out);
        }
        More::Counted(at) => {
            out.set(2);
            key_range(all, keys, out);
            counted_keys(later, at, out);
        }
        More::Named(words, first) => {
            out.set(1 + words.len());
            key_range(all, keys, out);
            for word in words {
                key_behind(later, word, first, out);
            }
        }
        More::Migrated => {
            out.set(2);
            key_range(all, keys, out);
            let listed: Vec<&str> = all.iter().copied().chain(["incomplete"]).collect();
            begin_behind(&listed, "KEYS", -2, out);
            find_keys("range", [("lastkey", -1), ("keystep", 1), ("limit", 0)], out);
        }
        More::Unknown | More::Stored => {
            out.set(if more == More::Stored { 3 } else { 2 });
            key_range(all, keys, out);
            unknown_keys("The keys that BY and GET read follow from the elements", &["RO", "access"], out);
            if more == More::Stored {
                unknown_keys("STORE may stand anywhere among the options", later, out);
            }
        }
    }
}

/// Keys at fixed places.
fn key_range(key_use: &[&str], Keys { first, last, step, .. }: Keys, out: &mut Reply<'_>) {
    begin_at(key_use, first, out);
    // Counted from the first key; from the end where negative.
    let last = if last < 0 { last } else { last - first };
    find_keys("range", [("lastkey", last.into()), ("keystep", step.into()), ("limit", 0)], out);
}

/// Keys that argument `at` counts, behind it.
fn counted_keys(key_use: &[&str], at: usize, out: &mut Reply<'_>) {
    begin_at(key_use, at as i32, out);
    find_keys("keynum", [("keynumidx", 0), ("firstkey", 1), ("keystep", 1)], out);
}

/// The key behind a word that stands somewhere from index `first` on.
fn key_behind(key_use: &[&str], word: &str, first: usize, out: &mut Reply<'_>) {
    begin_behind(key_use, word, first as i64, out);
    find_keys("range", [("lastkey", 0), ("keystep", 1), ("limit", 0)], out);
}

/// A search that begins behind a word, itself searched from index `first` on; towards the front if that counts from the end.
fn begin_behind(key_use: &[&str], word: &str, first: i64, out: &mut Reply<'_>) {
    begin_search(key_use, "keyword", out);
    out.map(2);
    out.bulk(b"keyword");
    out.bulk(word.as_bytes());
    out.bulk(b"startfrom");
    out.integer(first);
}

/// The beginning of a specification, up to where it says where the search begins.
fn begin_search(key_use: &[&str], how: &str, out: &mut Reply<'_>) {
    out.map(3);
    out.bulk(b"flags");
    simple_set(key_use, out);
    out.bulk(b"begin_search");
    out.map(2);
    out.bulk(b"type");
    out.bulk(how.as_bytes());
    out.bulk(b"spec");
}

/// A search that begins at an index.
fn begin_at(key_use: &[&str], index: i32, out: &mut Reply<'_>) {
    begin_search(key_use, "index", out);
    out.map(1);
    out.bulk(b"index");
    out.integer(index.into());
}

/// The rest of a specification: which keys there are from there on.
fn find_keys(how: &str, places: [(&str, i64); 3], out: &mut Reply<'_>) {
    out.bulk(b"find_keys");
    out.map(2);
    out.bulk(b"type");
    out.bulk(how.as_bytes());
    out.bulk(b"spec");
    out.map(places.len());
    for (name, value) in places {
        out.bulk(name.as_bytes());
        out.integer(value);
    }
}

/// Keys that no specification can find.
fn unknown_keys(notes: &str, key_use: &[&str], out: &mut Reply<'_>) {
    out.map(4);
    out.bulk(b"notes");
    out.bulk(notes.as_bytes());
    out.bulk(b"flags");
    simple_set(key_use, out);
    for part in ["begin_search", "find_keys"] {
        out.bulk(part.as_bytes());
        out.map(2);
        out.bulk(b"type");
        out.bulk(b"unknown");
        out.bulk(b"spec");
        out.map(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_come_from_flags_and_rows_once_each() {
        let row = Command {
            flags: Flags::WRITE.and(Flags::ADMIN),
            acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
            ..Command::DEFAULT
        };
        assert_eq!(acl_categories(&row), ["@keyspace", "@write", "@admin", "@slow", "@dangerous"]);
    }

    #[test]
    fn every_category_of_a_row_has_its_place() {
        assert!(Acl::NAMES.iter().all(|(_, name)| CATEGORIES.contains(name)));
    }
}
