//! Facts about keys and values.

mod counters;
mod databases;
mod deletion;
mod expiry;
mod float_counters;
mod hashes;
mod keyspace;
mod lcs;
mod list_edits;
mod list_search;
mod list_set_forms;
mod list_set_rows;
mod lists;
mod names;
mod objects;
mod rows;
mod set;
mod set_members;
mod set_random;
mod set_scan;
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
    list_edits::FACTS,
    list_search::FACTS,
    list_set_forms::FACTS,
    list_set_rows::FACTS,
    lists::FACTS,
    names::FACTS,
    objects::FACTS,
    rows::FACTS,
    set::FACTS,
    set_members::FACTS,
    set_random::FACTS,
    set_scan::FACTS,
    sets::FACTS,
    string_lifetimes::FACTS,
    string_parts::FACTS,
    strings::FACTS,
    wrong_type::FACTS,
    zadd::FACTS,
    zsets::FACTS,
];
