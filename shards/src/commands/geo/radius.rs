//! The commands that GEOSEARCH replaced: GEORADIUS, GEORADIUSBYMEMBER and their variants that only read.

use super::{
    found::search,
    request::{Family, Use},
};
use crate::command::{Acl, Arity, Command, Flags, Group, Keys, More, Run};

/// The words in front of a destination.
const STORE: [&str; 2] = ["STORE", "STOREDIST"];

const RADIUS: Command = Command {
    acl: Acl::GEO,
    keys: Keys::ONE,
    group: Group::Geo,
    since: "3.2.0",
    complexity: "O(N+M*log(M)) where N is the number of places in the cells around the circle and M that of those in it.",
    ..Command::DEFAULT
};

const STORING: Command = Command {
    flags: Flags::WRITE.and(Flags::DENYOOM),
    key_use: &["RO", "access"],
    last_key_use: &["OW", "update"],
    ..RADIUS
};

const READING: Command = Command { flags: Flags::READONLY, since: "3.2.10", ..RADIUS };

pub static GEORADIUS: Command = Command {
    name: "GEORADIUS",
    arity: Arity::at_least(6),
    keys: Keys { more: More::Named(STORE, 6), ..Keys::ONE },
    summary: "Returns the members of a geospatial index that are within a distance from a point, or stores them.",
    syntax: "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key] [STOREDIST key]",
    run: Run::Local(|db, args, out| search(db, args, out, (1, Family::Radius, Use::Either))),
    ..STORING
};

pub static GEORADIUS_RO: Command = Command {
    name: "GEORADIUS_RO",
    arity: Arity::at_least(6),
    summary: "Returns the members of a geospatial index that are within a distance from a point.",
    syntax: "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]",
    run: Run::Local(|db, args, out| search(db, args, out, (1, Family::Radius, Use::Shown))),
    ..READING
};

pub static GEORADIUSBYMEMBER: Command = Command {
    name: "GEORADIUSBYMEMBER",
    arity: Arity::at_least(5),
    keys: Keys { more: More::Named(STORE, 5), ..Keys::ONE },
    summary: "Returns the members of a geospatial index that are within a distance from a member, or stores them.",
    syntax: "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key] [STOREDIST key]",
    run: Run::Local(|db, args, out| search(db, args, out, (1, Family::RadiusByMember, Use::Either))),
    ..STORING
};

pub static GEORADIUSBYMEMBER_RO: Command = Command {
    name: "GEORADIUSBYMEMBER_RO",
    arity: Arity::at_least(5),
    summary: "Returns the members of a geospatial index that are within a distance from a member.",
    syntax: "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]",
    run: Run::Local(|db, args, out| search(db, args, out, (1, Family::RadiusByMember, Use::Shown))),
    ..READING
};
