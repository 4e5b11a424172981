//! GEOSEARCH and GEOSEARCHSTORE.

use super::{
    found::search,
    request::{Family, Use},
};
use crate::command::{Acl, Arity, Command, Flags, Group, Keys, Run};

const SEARCH: Command = Command {
    acl: Acl::GEO,
    group: Group::Geo,
    since: "6.2.0",
    complexity: "O(N+M*log(M)) where N is the number of places in the cells around the area and M that of those in it.",
    ..Command::DEFAULT
};

pub static GEOSEARCH: Command = Command {
    name: "GEOSEARCH",
    arity: Arity::at_least(7),
    flags: Flags::READONLY,
    keys: Keys::ONE,
    summary: "Returns the members of a geospatial index that are in a circle or a box.",
    syntax: "key <FROMMEMBER member | FROMLONLAT longitude latitude> <<BYRADIUS radius <M | KM | FT | MI>> | <BYBOX width height <M | KM | FT | MI>>> [ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]",
    run: Run::Local(|db, args, out| search(db, args, out, (1, Family::Search, Use::Shown))),
    ..SEARCH
};

pub static GEOSEARCHSTORE: Command = Command {
    name: "GEOSEARCHSTORE",
    arity: Arity::at_least(8),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    keys: Keys::TWO,
    key_use: &["OW", "update"],
    last_key_use: &["RO", "access"],
    summary: "Stores the members of a geospatial index that are in a circle or a box in a key.",
    syntax: "destination source <FROMMEMBER member | FROMLONLAT longitude latitude> <<BYRADIUS radius <M | KM | FT | MI>> | <BYBOX width height <M | KM | FT | MI>>> [ASC | DESC] [COUNT count [ANY]] [STOREDIST]",
    run: Run::Local(|db, args, out| search(db, args, out, (2, Family::Search, Use::Kept))),
    ..SEARCH
};
