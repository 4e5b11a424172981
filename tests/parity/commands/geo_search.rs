//! GEOSEARCH and GEOSEARCHSTORE: the members in a circle or a box.

use std::fmt::Write;

use crate::script::Script;

const NOT_A_FLOAT: &str = "-ERR value is not a valid float";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const NO_MEMBER: &str = "-ERR could not decode requested zset member";
const NO_RADIUS: &str = "-ERR need numeric radius";
const NO_UNIT: &str = "-ERR unsupported unit provided. please use M, KM, FT, MI";
const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn geosearch_finds_places_in_a_circle(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.758489 38.788135 edge1 17.241510 38.788135 edge2", ":4");
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km", r#"["Palermo", "Catania"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC", r#"["Catania", "Palermo"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km DESC", r#"["Palermo", "Catania"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 100 km", r#"["Catania"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 10 m", "[]");
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200000 M ASC", r#"["Catania", "Palermo"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 120 mi DESC", r#"["Palermo", "Catania"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 656168 Ft ASC", r#"["Catania", "Palermo"]"#);
    c.check("GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 170 km ASC", r#"["Palermo", "edge1", "Catania"]"#);
    c.check("GEOSEARCH Sicily frommember Catania byradius 1 km asc", r#"["Catania"]"#);
    c.check("GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 0 m", r#"["Palermo"]"#);
    c.check(
        "GEOSEARCH Sicily BYRADIUS 1e3 km FROMMEMBER Palermo DESC",
        r#"["edge2", "Catania", "edge1", "Palermo"]"#,
    );
    c.check(
        "GEOSEARCH Sicily ASC BYRADIUS inf km FROMMEMBER Palermo",
        r#"["Palermo", "edge1", "Catania", "edge2"]"#,
    );
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 0 0 FROMLONLAT 15 37 BYRADIUS 1 m BYRADIUS 100 km",
        r#"["Catania"]"#,
    );
    c.check("GEOSEARCH Sicily FROMMEMBER Catania FROMMEMBER Palermo BYRADIUS 1 m", r#"["Palermo"]"#);
    c.check("GEOSEARCH missing FROMLONLAT 15 37 BYRADIUS 200 km", "[]");
    c.check("GEOSEARCH missing FROMMEMBER a BYRADIUS 200 km", "[]");
    c.resp3();
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC", r#"["Catania", "Palermo"]"#);
    c.check("GEOSEARCH missing FROMMEMBER a BYRADIUS 200 km", "[]");
}

fn geosearch_finds_places_in_a_box(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.758489 38.788135 edge1 17.241510 38.788135 edge2", ":4");
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC",
        r#"["Catania", "Palermo", "edge2", "edge1"]"#,
    );
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km DESC",
        r#"["edge1", "edge2", "Palermo", "Catania"]"#,
    );
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 200 400 km", r#"["Catania"]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 200 KM", r#"["Catania"]"#);
    c.check("GEOSEARCH Sicily FROMMEMBER Palermo BYBOX 310000 140000 m ASC", r#"["Palermo", "Catania"]"#);
    c.check("GEOSEARCH Sicily FROMMEMBER Palermo BYBOX 0 0 m", r#"["Palermo"]"#);
    c.check(
        "GEOSEARCH Sicily BYBOX 1e3 1e3 mi FROMMEMBER edge2 ASC",
        r#"["edge2", "Catania", "Palermo", "edge1"]"#,
    );
    c.check("GEOSEARCH Sicily BYBOX inf 10 m FROMMEMBER edge2", r#"["edge1", "edge2"]"#);
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 1 1 m BYBOX 400 400 km ASC",
        r#"["Catania", "Palermo", "edge2", "edge1"]"#,
    );
    c.check("GEOADD wide 179 10 a -179 10 b 0 85 c 180 85 d", ":4");
    c.check("GEOSEARCH wide FROMLONLAT 180 10 BYBOX 1000 1000 km ASC", r#"["a"]"#);
    c.check("GEOSEARCH wide FROMLONLAT 0 80 BYBOX 20000 20000 km ASC", r#"["c"]"#);
    c.check("GEOSEARCH wide FROMLONLAT 0 0 BYRADIUS 30000 km", r#"["c", "a", "b"]"#);
}

fn details_come_with_the_members(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2");
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHDIST",
        r#"[["Catania", "56.4413"], ["Palermo", "190.4424"]]"#,
    );
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHHASH",
        r#"[["Catania", :3479447370796909], ["Palermo", :3479099956230698]]"#,
    );
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD", r#"[["Catania", ["15.08726745843887329", "37.50266842333162032"]], ["Palermo", ["13.36138933897018433", "38.11555639549629859"]]]"#);
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD WITHHASH WITHDIST", r#"[["Catania", "56.4413", :3479447370796909, ["15.08726745843887329", "37.50266842333162032"]], ["Palermo", "190.4424", :3479099956230698, ["13.36138933897018433", "38.11555639549629859"]]]"#);
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 mi DESC withdist withcoord COUNT 1",
        r#"[["Palermo", "118.3357", ["13.36138933897018433", "38.11555639549629859"]]]"#,
    );
    c.check(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400000 400000 ft WITHDIST",
        r#"[["Catania", "185174.7305"]]"#,
    );
    c.check(
        "GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 1 m WITHDIST WITHHASH",
        r#"[["Palermo", "0.0000", :3479099956230698]]"#,
    );
    c.check("GEOSEARCH Sicily FROMLONLAT 0 0 BYRADIUS 1 m WITHDIST WITHHASH WITHCOORD", "[]");
    c.resp3();
    c.check("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD WITHHASH WITHDIST", r#"[["Catania", "56.4413", :3479447370796909, [,15.08726745843887329, ,37.50266842333162032]], ["Palermo", "190.4424", :3479099956230698, [,13.36138933897018433, ,38.11555639549629859]]]"#);
    c.check("GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 1 m WITHDIST", r#"[["Palermo", "0.0000"]]"#);
}

fn count_limits_what_is_found(c: &mut Script) {
    c.check("GEOADD k 0 0 a 0 0.1 b 0 -0.1 c 0.2 0 d -0.3 0 e 0.4 0.4 f -0.5 -0.5 g 0.6 -0.6 h", ":8");
    c.check("GEOSEARCH k FROMLONLAT 0 0 BYRADIUS 100 km", r#"["a", "b", "d", "f", "h", "c", "e", "g"]"#);
    c.check("GEOSEARCH k FROMLONLAT 0 0 BYRADIUS 100 km COUNT 3", r#"["a", "b", "c"]"#);
    c.check("GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 4 DESC", r#"["h", "g", "f", "e"]"#);
    c.check(
        "GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 100",
        r#"["a", "b", "c", "d", "e", "f", "g", "h"]"#,
    );
    c.check("GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 3 ANY", r#"["a", "b", "d"]"#);
    c.check(
        "GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km ANY COUNT 100",
        r#"["a", "b", "d", "f", "h", "c", "e", "g"]"#,
    );
    c.check("GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 3 ANY ASC", r#"["a", "b", "d"]"#);
    c.check("GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 3 ANY DESC", r#"["d", "b", "a"]"#);
    c.check("GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 5 COUNT 2 ASC DESC", r#"["h", "g"]"#);
    c.check("GEOSEARCH k FROMLONLAT 0.01 0.01 BYRADIUS 100 km COUNT 1 ANY WITHDIST", r#"[["a", "1.5727"]]"#);
}

fn unsorted_places_come_cell_by_cell(c: &mut Script) {
    c.check("GEOADD k 10 50 c 10.2 50.2 ne 9.8 50.2 nw 10.2 49.8 se 9.8 49.8 sw 10 50.3 n 10 49.7 s 10.4 50 e 9.6 50 w", ":9");
    c.check(
        "GEOSEARCH k FROMLONLAT 10 50 BYRADIUS 60 km",
        r#"["c", "e", "n", "ne", "s", "se", "w", "nw", "sw"]"#,
    );
    c.check("GEOSEARCH k FROMLONLAT 10 50 BYRADIUS 25 km", r#"["c"]"#);
    c.check(
        "GEOSEARCH k FROMLONLAT 10.1 50.1 BYRADIUS 40 km",
        r#"["c", "e", "n", "ne", "se", "w", "nw", "sw"]"#,
    );
    c.check("GEOSEARCH k FROMLONLAT 10 50 BYBOX 60 60 km", r#"["c", "e", "ne", "se", "w", "nw", "sw"]"#);
    c.check(
        "GEOSEARCH k FROMLONLAT 0 0 BYRADIUS 6000 km",
        r#"["sw", "w", "nw", "s", "se", "c", "e", "n", "ne"]"#,
    );
    c.check(
        "GEOSEARCH k FROMLONLAT 0 0 BYRADIUS 20000 km",
        r#"["sw", "w", "nw", "s", "se", "c", "e", "n", "ne"]"#,
    );
}

fn geosearch_checks_its_arguments(c: &mut Script) {
    c.check("GEOADD k 0 0 a", ":1");
    c.check("RPUSH l x", ":1");
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1", "-ERR wrong number of arguments for 'geosearch' command");
    c.check("GEOSEARCH l FROMMEMBER a BYRADIUS 1 m", WRONG_TYPE);
    c.check("GEOSEARCH l foo bar baz qux quux", WRONG_TYPE);
    c.check("GEOSEARCH k FROMMEMBER b BYRADIUS 1 m", NO_MEMBER);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS x m", NO_RADIUS);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS -1 m", "-ERR radius cannot be negative");
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 x", NO_UNIT);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS x x", NO_RADIUS);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS -1 x", "-ERR radius cannot be negative");
    c.check("GEOSEARCH k FROMMEMBER a BYBOX x 1 m", "-ERR need numeric width");
    c.check("GEOSEARCH k FROMMEMBER a BYBOX 1 x m", "-ERR need numeric height");
    c.check("GEOSEARCH k FROMMEMBER a BYBOX -1 1 m", "-ERR height or width cannot be negative");
    c.check("GEOSEARCH k FROMMEMBER a BYBOX 1 -1 m", "-ERR height or width cannot be negative");
    c.check("GEOSEARCH k FROMMEMBER a BYBOX 1 1 x", NO_UNIT);
    c.check("GEOSEARCH k FROMMEMBER a BYBOX 1 1", SYNTAX);
    c.check("GEOSEARCH k FROMLONLAT x 1 BYRADIUS 1 m", NOT_A_FLOAT);
    c.check("GEOSEARCH k FROMLONLAT 1 x BYRADIUS 1 m", NOT_A_FLOAT);
    c.check(
        "GEOSEARCH k FROMLONLAT 181 1 BYRADIUS 1 m",
        "-ERR invalid longitude,latitude pair 181.000000,1.000000",
    );
    c.check("GEOSEARCH k FROMLONLAT 1 BYRADIUS 1 m", NOT_A_FLOAT);
    c.check("GEOSEARCH k FROMMEMBER a FROMLONLAT 1 1 BYRADIUS 1 m", SYNTAX);
    c.check("GEOSEARCH k FROMLONLAT 1 1 FROMMEMBER a BYRADIUS 1 m", SYNTAX);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m BYBOX 1 1 m", SYNTAX);
    c.check("GEOSEARCH k FROMMEMBER a BYBOX 1 1 m BYRADIUS 1 m", SYNTAX);
    c.check(
        "GEOSEARCH k ASC COUNT 1 BYRADIUS 1 m",
        "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GEOSEARCH",
    );
    c.check(
        "gEoSeArCh k ASC COUNT 1 BYRADIUS 1 m",
        "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for gEoSeArCh",
    );
    c.check(
        "GEOSEARCH missing ASC COUNT 1 BYRADIUS 1 m",
        "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GEOSEARCH",
    );
    c.check(
        "GEOSEARCH k FROMMEMBER a ASC COUNT 1",
        "-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH",
    );
    c.check(
        "GeoSearch missing FROMMEMBER a ASC COUNT 1",
        "-ERR exactly one of BYRADIUS and BYBOX can be specified for GeoSearch",
    );
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m COUNT", SYNTAX);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m COUNT 0", "-ERR COUNT must be > 0");
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m COUNT -1", "-ERR COUNT must be > 0");
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m COUNT x", NOT_AN_INTEGER);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m ANY", "-ERR the ANY argument requires COUNT argument");
    c.check(
        "GEOSEARCH missing FROMMEMBER a BYRADIUS 1 m ANY",
        "-ERR the ANY argument requires COUNT argument",
    );
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m ANY ASC", "-ERR the ANY argument requires COUNT argument");
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m STORE d", SYNTAX);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m STOREDIST", SYNTAX);
    c.check("GEOSEARCH k FROMMEMBER a BYRADIUS 1 m foo", SYNTAX);
    c.check("GEOSEARCH missing FROMMEMBER a BYRADIUS x m", NO_RADIUS);
    c.check("GEOSEARCH missing FROMMEMBER a BYRADIUS 1 m foo", SYNTAX);
    c.check("GEOSEARCH missing FROMMEMBER", "-ERR wrong number of arguments for 'geosearch' command");
}

fn geosearchstore_keeps_places(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.758489 38.788135 edge1 17.241510 38.788135 edge2", ":4");
    c.check("GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYRADIUS 200 km", ":2");
    c.check("ZRANGE d 0 -1 WITHSCORES", r#"["Palermo", "3479099956230698", "Catania", "3479447370796909"]"#);
    c.check("OBJECT ENCODING d", r#""listpack""#);
    c.check("GEOPOS d Palermo", r#"[["13.36138933897018433", "38.11555639549629859"]]"#);
    c.check("GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 3", ":3");
    c.check("ZRANGE d 0 -1", r#"["Palermo", "Catania", "edge2"]"#);
    c.check("GEOSEARCHSTORE d Sicily FROMLONLAT 15 37 BYBOX 400 400 km DESC COUNT 2 STOREDIST", ":2");
    c.check("ZRANGE d 0 -1", r#"["edge2", "edge1"]"#);
    c.check("ZCOUNT d 279.7 279.8", ":2");
    c.check("GEOSEARCHSTORE d Sicily STOREDIST FROMMEMBER Palermo BYRADIUS 1 m", ":1");
    c.check("ZRANGE d 0 -1 WITHSCORES", r#"["Palermo", "0"]"#);
    c.check("GEOSEARCHSTORE d Sicily FROMMEMBER Palermo BYRADIUS 200 km COUNT 1 ANY", ":1");
    c.check("EXPIRE d 100", ":1");
    c.check("GEOSEARCHSTORE d Sicily FROMMEMBER Palermo BYRADIUS 200 km ASC", ":3");
    c.check("TTL d", ":-1");
    c.check("GEOSEARCHSTORE d Sicily FROMLONLAT 0 0 BYRADIUS 1 m", ":0");
    c.check("EXISTS d", ":0");
    c.check("GEOSEARCHSTORE Sicily Sicily FROMMEMBER Palermo BYRADIUS 1 m", ":1");
    c.check("ZRANGE Sicily 0 -1", r#"["Palermo"]"#);
    c.check("RPUSH l x", ":1");
    c.check("GEOSEARCHSTORE l Sicily FROMMEMBER Palermo BYRADIUS 1 m", ":1");
    c.check("TYPE l", "+zset");
    c.check("GEOSEARCHSTORE l missing FROMMEMBER Palermo BYRADIUS 1 m", ":0");
    c.check("EXISTS l", ":0");
    c.check("GEOSEARCHSTORE l missing FROMLONLAT 1 1 BYBOX 1 1 m STOREDIST", ":0");
}

fn geosearchstore_checks_its_arguments(c: &mut Script) {
    c.check("GEOADD k 0 0 a", ":1");
    c.check("RPUSH l x", ":1");
    c.check(
        "GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1",
        "-ERR wrong number of arguments for 'geosearchstore' command",
    );
    c.check("GEOSEARCHSTORE d l FROMMEMBER a BYRADIUS 1 m", WRONG_TYPE);
    c.check("GEOSEARCHSTORE l k FROMMEMBER b BYRADIUS 1 m", NO_MEMBER);
    c.check(
        "GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m WITHDIST",
        "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check(
        "GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m WITHHASH",
        "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check(
        "GEOSEARCHSTORE d k WITHCOORD COUNT 1 ASC DESC",
        "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check(
        "GEOSEARCHSTORE d missing FROMMEMBER a BYRADIUS 1 m WITHCOORD",
        "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check("GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m STORE x", SYNTAX);
    c.check("GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m STOREDIST x", SYNTAX);
    c.check(
        "GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m ANY",
        "-ERR the ANY argument requires COUNT argument",
    );
    c.check(
        "GEOSEARCHSTORE d k FROMMEMBER a COUNT 1 ASC",
        "-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCHSTORE",
    );
    c.check(
        "GeoSearchStore d k BYRADIUS 1 m COUNT 1",
        "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GeoSearchStore",
    );
    c.check("EXISTS d", ":0");
    c.check("TYPE l", "+list");
}

fn areas_across_the_date_line_are_searched_in_the_same_order(c: &mut Script) {
    let mut places = String::new();
    let longitudes =
        ["179", "179.5", "179.85", "179.95", "180", "-180", "-179.95", "-179.85", "-179.5", "-179"];
    let latitudes = ["8.5", "9.7", "10", "10.3", "11.5"];
    for (column, longitude) in longitudes.iter().enumerate() {
        for (row, latitude) in latitudes.iter().enumerate() {
            let _ = write!(places, " {longitude} {latitude} p{}", 5 * column + row);
        }
    }
    c.check(&format!("GEOADD k{places}"), ":50");
    for (area, found) in [
        ("179.9 10 BYRADIUS 10 km", r#"["p12", "p17"]"#),
        ("179.9 10 BYRADIUS 30 km", r#"["p12", "p17", "p27", "p32", "p37"]"#),
        (
            "179.9 10 BYRADIUS 60 km",
            r#"["p6", "p11", "p16", "p7", "p12", "p17", "p8", "p13", "p18", "p26", "p31", "p36", "p27", "p32", "p37", "p28", "p33", "p38"]"#,
        ),
        (
            "179.9 10 BYRADIUS 120 km",
            r#"["p1", "p6", "p11", "p16", "p2", "p3", "p7", "p12", "p17", "p8", "p13", "p18", "p26", "p31", "p36", "p41", "p27", "p32", "p37", "p42", "p28", "p33", "p38", "p43"]"#,
        ),
        (
            "179.9 10 BYRADIUS 300 km COUNT 9 ANY",
            r#"["p0", "p5", "p10", "p15", "p1", "p6", "p11", "p16", "p2"]"#,
        ),
        ("179.9 10 BYRADIUS 60 km COUNT 3 ANY", r#"["p6", "p11", "p16"]"#),
        (
            "179.9 10 BYBOX 100 400 km",
            r#"["p5", "p10", "p15", "p6", "p11", "p16", "p7", "p12", "p17", "p8", "p13", "p18", "p9", "p14", "p19", "p25", "p30", "p35", "p26", "p31", "p36", "p27", "p32", "p37", "p28", "p33", "p38", "p29", "p34", "p39"]"#,
        ),
        (
            "179.9 10 BYBOX 400 100 km COUNT 9 ANY",
            r#"["p1", "p6", "p11", "p16", "p2", "p3", "p7", "p12", "p17"]"#,
        ),
        ("-179.9 10 BYRADIUS 10 km", r#"["p32", "p37"]"#),
        ("-179.9 10 BYRADIUS 30 km", r#"["p27", "p32", "p37", "p12", "p17"]"#),
        (
            "-179.9 10 BYRADIUS 60 km",
            r#"["p26", "p31", "p36", "p41", "p27", "p32", "p37", "p42", "p28", "p33", "p38", "p43", "p11", "p16", "p12", "p17", "p13", "p18"]"#,
        ),
        (
            "-179.9 10 BYRADIUS 120 km",
            r#"["p26", "p31", "p36", "p41", "p46", "p27", "p32", "p37", "p42", "p28", "p33", "p38", "p43", "p47", "p48", "p6", "p11", "p16", "p7", "p12", "p17", "p8", "p13", "p18"]"#,
        ),
        (
            "-179.9 10 BYRADIUS 300 km COUNT 9 ANY",
            r#"["p25", "p30", "p35", "p40", "p45", "p26", "p31", "p36", "p41"]"#,
        ),
        ("-179.9 10 BYRADIUS 60 km COUNT 3 ANY", r#"["p26", "p31", "p36"]"#),
        (
            "-179.9 10 BYBOX 100 400 km",
            r#"["p25", "p30", "p35", "p40", "p26", "p31", "p36", "p41", "p27", "p32", "p37", "p42", "p28", "p33", "p38", "p43", "p29", "p34", "p39", "p44", "p10", "p15", "p11", "p16", "p12", "p17", "p13", "p18", "p14", "p19"]"#,
        ),
        (
            "-179.9 10 BYBOX 400 100 km COUNT 9 ANY",
            r#"["p26", "p31", "p36", "p41", "p46", "p27", "p32", "p37", "p42"]"#,
        ),
    ] {
        c.check(&format!("GEOSEARCH k FROMLONLAT {area}"), found);
    }
}

facts! { data:
    geosearch_finds_places_in_a_circle,
    areas_across_the_date_line_are_searched_in_the_same_order,
    geosearch_finds_places_in_a_box,
    details_come_with_the_members,
    count_limits_what_is_found,
    unsorted_places_come_cell_by_cell,
    geosearch_checks_its_arguments,
    geosearchstore_keeps_places,
    geosearchstore_checks_its_arguments,
}
