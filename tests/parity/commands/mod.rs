//! Facts about keys and values.

mod counters;
mod deletion;
mod expiry;
mod hashes;
mod keyspace;
mod list_edits;
mod list_search;
mod lists;
mod set;
mod set_members;
mod set_random;
mod set_scan;
mod sets;
mod strings;
mod wrong_type;
mod zadd;
mod zsets;

/// All of them, file by file.
pub const FILES: &[&[crate::script::Fact]] = &[
    counters::FACTS,
    deletion::FACTS,
    expiry::FACTS,
    hashes::FACTS,
    keyspace::FACTS,
    list_edits::FACTS,
    list_search::FACTS,
    lists::FACTS,
    set::FACTS,
    set_members::FACTS,
    set_random::FACTS,
    set_scan::FACTS,
    sets::FACTS,
    strings::FACTS,
    wrong_type::FACTS,
    zadd::FACTS,
    zsets::FACTS,
];
