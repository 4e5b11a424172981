//! Facts about keys and values.

mod bit_fields;
mod bit_operations;
mod bitmap_rows;
mod bitmaps;
mod compact_forms;
mod copies;
mod counters;
mod databases;
mod deletion;
mod dumps;
mod expiry;
mod float_counters;
mod geo_places;
mod geo_radius;
mod geo_rows;
mod geo_search;
mod hash_draws;
mod hash_fields;
mod hash_numbers;
mod hashes;
mod keyspace;
mod large_hashes;
mod large_zsets;
mod lcs;
mod list_edits;
mod list_moves;
mod list_search;
mod list_set_forms;
mod list_set_rows;
mod lists;
mod migrations;
mod movable_keys;
mod names;
mod objects;
mod rows;
mod set;
mod set_algebra;
mod set_members;
mod set_random;
mod set_scan;
mod sets;
mod sorting;
mod spread_keys;
mod string_lifetimes;
mod string_parts;
mod strings;
mod waiting;
mod wrong_type;
mod zadd;
mod zset_algebra;
mod zset_draws;
mod zset_members;
mod zset_names;
mod zset_ranges;
mod zset_removal;
mod zsets;

/// All of them, file by file.
pub const FILES: &[&[crate::script::Fact]] = &[
    bit_fields::FACTS,
    bit_operations::FACTS,
    bitmap_rows::FACTS,
    bitmaps::FACTS,
    compact_forms::FACTS,
    counters::FACTS,
    databases::FACTS,
    deletion::FACTS,
    dumps::FACTS,
    expiry::FACTS,
    float_counters::FACTS,
    geo_places::FACTS,
    geo_radius::FACTS,
    geo_rows::FACTS,
    geo_search::FACTS,
    hash_draws::FACTS,
    hash_fields::FACTS,
    hash_numbers::FACTS,
    hashes::FACTS,
    keyspace::FACTS,
    large_hashes::FACTS,
    large_zsets::FACTS,
    list_edits::FACTS,
    list_search::FACTS,
    lcs::FACTS,
    list_set_forms::FACTS,
    list_set_rows::FACTS,
    lists::FACTS,
    migrations::FACTS,
    names::FACTS,
    objects::FACTS,
    rows::FACTS,
    set::FACTS,
    set_members::FACTS,
    set_random::FACTS,
    set_scan::FACTS,
    sets::FACTS,
    spread_keys::FACTS,
    string_lifetimes::FACTS,
    string_parts::FACTS,
    strings::FACTS,
    waiting::FACTS,
    wrong_type::FACTS,
    zadd::FACTS,
    zset_draws::FACTS,
    zset_members::FACTS,
    zset_names::FACTS,
    zset_ranges::FACTS,
    zset_removal::FACTS,
    zsets::FACTS,
    copies::FACTS,
    list_moves::FACTS,
    movable_keys::FACTS,
    set_algebra::FACTS,
    sorting::FACTS,
    zset_algebra::FACTS,
];
