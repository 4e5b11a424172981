//! Facts about keys and values.

mod counters;
mod databases;
mod deletion;
mod expiry;
mod hashes;
mod keyspace;
mod lists;
mod names;
mod objects;
mod set;
mod sets;
mod strings;
mod wrong_type;
mod zadd;
mod zsets;

/// All of them, file by file.
pub const FILES: &[&[crate::script::Fact]] = &[
    counters::FACTS,
    databases::FACTS,
    deletion::FACTS,
    expiry::FACTS,
    hashes::FACTS,
    keyspace::FACTS,
    lists::FACTS,
    names::FACTS,
    objects::FACTS,
    set::FACTS,
    sets::FACTS,
    strings::FACTS,
    wrong_type::FACTS,
    zadd::FACTS,
    zsets::FACTS,
];
