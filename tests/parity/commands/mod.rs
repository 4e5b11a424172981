//! Facts about keys and values.

mod counters;
mod databases;
mod deletion;
mod expiry;
mod float_counters;
mod hashes;
mod keyspace;
mod lcs;
mod lists;
mod names;
mod objects;
mod rows;
mod set;
mod sets;
mod string_lifetimes;
mod string_parts;
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
    float_counters::FACTS,
    hashes::FACTS,
    keyspace::FACTS,
    lcs::FACTS,
    lists::FACTS,
    names::FACTS,
    objects::FACTS,
    rows::FACTS,
    set::FACTS,
    sets::FACTS,
    string_lifetimes::FACTS,
    string_parts::FACTS,
    strings::FACTS,
    wrong_type::FACTS,
    zadd::FACTS,
    zsets::FACTS,
];
