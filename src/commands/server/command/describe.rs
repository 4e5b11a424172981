//! One command as COMMAND INFO shows it: ten parts, all out of its row.

use shards::{
    command::{Acl, Command, Flags, Keys, Merge, Run, registry::Id},
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
    let flags: Vec<&str> =
        Flags::NAMES.iter().filter(|(flag, _)| row.flags.has(*flag)).map(|(_, name)| *name).collect();
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
        ("@read", flags.has(Flags::READONLY)),
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
    "@pubsub",
    "@admin",
    "@fast",
    "@slow",
    "@blocking",
    "@dangerous",
    "@connection",
    "@transaction",
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
        Run::Local(_) | Run::Container(_) | Run::Session => &[],
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
    let Keys { first, last, step } = row.keys;
    if first == 0 {
        return out.set(0);
    }
    if row.last_key_use.is_empty() {
        out.set(1);
        return key_specification(key_use(row), row.keys, out);
    }
    // The last key has a specification of its own.
    out.set(2);
    key_specification(key_use(row), Keys { last: last - step, ..row.keys }, out);
    key_specification(row.last_key_use, Keys { first: last, last, step }, out);
}

fn key_specification(key_use: &[&str], Keys { first, last, step }: Keys, out: &mut Reply<'_>) {
    out.map(3);
    out.bulk(b"flags");
    simple_set(key_use, out);
    out.bulk(b"begin_search");
    out.map(2);
    out.bulk(b"type");
    out.bulk(b"index");
    out.bulk(b"spec");
    out.map(1);
    out.bulk(b"index");
    out.integer(first.into());
    out.bulk(b"find_keys");
    out.map(2);
    out.bulk(b"type");
    out.bulk(b"range");
    out.bulk(b"spec");
    out.map(3);
    out.bulk(b"lastkey");
    // Counted from the first key; from the end where negative.
    out.integer(if last < 0 { last } else { last - first }.into());
    out.bulk(b"keystep");
    out.integer(step.into());
    out.bulk(b"limit");
    out.integer(0);
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
