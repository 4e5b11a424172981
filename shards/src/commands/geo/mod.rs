//! Places: sorted sets whose scores are geohashes.

mod add;
mod arguments;
mod found;
mod radius;
mod read;
mod reply;
mod request;
mod search;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &add::GEOADD,
    &radius::GEORADIUS,
    &radius::GEORADIUSBYMEMBER,
    &radius::GEORADIUSBYMEMBER_RO,
    &radius::GEORADIUS_RO,
    &read::GEODIST,
    &read::GEOHASH,
    &read::GEOPOS,
    &search::GEOSEARCH,
    &search::GEOSEARCHSTORE,
];
