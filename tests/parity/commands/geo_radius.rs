//! GEORADIUS, GEORADIUSBYMEMBER and their variants that only read.

use crate::script::Script;

const NOT_A_FLOAT: &str = "-ERR value is not a valid float";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const NO_MEMBER: &str = "-ERR could not decode requested zset member";
const NO_RADIUS: &str = "-ERR need numeric radius";
const NO_UNIT: &str = "-ERR unsupported unit provided. please use M, KM, FT, MI";
const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn georadius_finds_places_around_a_point(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2");
    c.check("GEORADIUS Sicily 15 37 200 km", r#"["Palermo", "Catania"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km ASC", r#"["Catania", "Palermo"]"#);
    c.check(
        "GEORADIUS Sicily 15 37 200 km DESC WITHDIST",
        r#"[["Palermo", "190.4424"], ["Catania", "56.4413"]]"#,
    );
    c.check("GEORADIUS Sicily 15 37 200 km WITHDIST WITHCOORD WITHHASH ASC", r#"[["Catania", "56.4413", :3479447370796909, ["15.08726745843887329", "37.50266842333162032"]], ["Palermo", "190.4424", :3479099956230698, ["13.36138933897018433", "38.11555639549629859"]]]"#);
    c.check("GEORADIUS Sicily 15 37 200 KM COUNT 1", r#"["Catania"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km COUNT 1 DESC", r#"["Palermo"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km COUNT 1 ANY", r#"["Palermo"]"#);
    c.check(
        "GEORADIUS Sicily 15 37 120 mi withdist desc",
        r#"[["Palermo", "118.3357"], ["Catania", "35.0711"]]"#,
    );
    c.check("GEORADIUS Sicily 15 37 1 m", "[]");
    c.check("GEORADIUS Sicily 15 37 0 m", "[]");
    c.check("GEORADIUS Sicily 15 37 inf m ASC", r#"["Catania", "Palermo"]"#);
    c.check("GEORADIUS missing 15 37 200 km", "[]");
    c.check("GEORADIUS_RO Sicily 15 37 200 km ASC", r#"["Catania", "Palermo"]"#);
    c.check(
        "GEORADIUS_RO Sicily 15 37 200 km ASC WITHDIST COUNT 5",
        r#"[["Catania", "56.4413"], ["Palermo", "190.4424"]]"#,
    );
    c.check("GEORADIUS_RO missing 15 37 200 km", "[]");
    c.resp3();
    c.check("GEORADIUS Sicily 15 37 200 km WITHDIST WITHCOORD WITHHASH ASC", r#"[["Catania", "56.4413", :3479447370796909, [,15.08726745843887329, ,37.50266842333162032]], ["Palermo", "190.4424", :3479099956230698, [,13.36138933897018433, ,38.11555639549629859]]]"#);
    c.check("GEORADIUS_RO Sicily 15 37 200 km DESC", r#"["Palermo", "Catania"]"#);
}

fn georadiusbymember_finds_places_around_a_member(c: &mut Script) {
    c.check(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 13.583333 37.316667 Agrigento",
        ":3",
    );
    c.check("GEORADIUSBYMEMBER Sicily Agrigento 100 km", r#"["Agrigento", "Palermo"]"#);
    c.check("GEORADIUSBYMEMBER Sicily Agrigento 200 km DESC", r#"["Catania", "Palermo", "Agrigento"]"#);
    c.check("GEORADIUSBYMEMBER Sicily Agrigento 200 km WITHDIST WITHHASH WITHCOORD ASC", r#"[["Agrigento", "0.0000", :3479030013248308, ["13.5833314061164856", "37.31666804993816555"]], ["Palermo", "90.9778", :3479099956230698, ["13.36138933897018433", "38.11555639549629859"]], ["Catania", "134.4697", :3479447370796909, ["15.08726745843887329", "37.50266842333162032"]]]"#);
    c.check("GEORADIUSBYMEMBER Sicily Agrigento 100 mi COUNT 2", r#"["Agrigento", "Palermo"]"#);
    c.check("GEORADIUSBYMEMBER Sicily Agrigento 0 m WITHDIST", r#"[["Agrigento", "0.0000"]]"#);
    c.check("GEORADIUSBYMEMBER_RO Sicily Agrigento 100 km ASC", r#"["Agrigento", "Palermo"]"#);
    c.check(
        "GEORADIUSBYMEMBER_RO Sicily Palermo 100 km DESC WITHDIST",
        r#"[["Agrigento", "90.9778"], ["Palermo", "0.0000"]]"#,
    );
    c.check("GEORADIUSBYMEMBER_RO missing Palermo 100 km", "[]");
    c.check("GEORADIUSBYMEMBER missing m 100 km", "[]");
    // Without a source, the radius is not looked at.
    c.check("GEORADIUSBYMEMBER missing m x y", "[]");
    c.check("GEORADIUSBYMEMBER_RO missing m x y", "[]");
    c.check("GEORADIUSBYMEMBER missing m x y foo", SYNTAX);
    c.check("GEORADIUSBYMEMBER missing m -1 km COUNT 1 ASC WITHDIST", "[]");
    c.resp3();
    c.check("GEORADIUSBYMEMBER Sicily Agrigento 100 km WITHDIST WITHHASH WITHCOORD ASC", r#"[["Agrigento", "0.0000", :3479030013248308, [,13.5833314061164856, ,37.31666804993816555]], ["Palermo", "90.9778", :3479099956230698, [,13.36138933897018433, ,38.11555639549629859]]]"#);
}

fn results_are_stored_where_asked(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2");
    c.check("GEORADIUS Sicily 15 37 200 km STORE d", ":2");
    c.check("ZRANGE d 0 -1 WITHSCORES", r#"["Palermo", "3479099956230698", "Catania", "3479447370796909"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km STOREDIST d", ":2");
    c.check("ZRANGE d 0 -1", r#"["Catania", "Palermo"]"#);
    c.check("ZCOUNT d 56.44 56.45", ":1");
    c.check("ZCOUNT d 190.44 190.45", ":1");
    c.check("GEORADIUS Sicily 15 37 200 km COUNT 1 STOREDIST d", ":1");
    c.check("ZRANGE d 0 -1", r#"["Catania"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km COUNT 1 DESC store d", ":1");
    c.check("ZRANGE d 0 -1 WITHSCORES", r#"["Palermo", "3479099956230698"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km STORE a STOREDIST b", ":2");
    c.check("EXISTS a", ":0");
    c.check("ZCARD b", ":2");
    c.check("GEORADIUS Sicily 15 37 200 km STOREDIST b STORE a", ":2");
    c.check("ZRANGE a 0 -1 WITHSCORES", r#"["Palermo", "3479099956230698", "Catania", "3479447370796909"]"#);
    c.check("GEORADIUS Sicily 15 37 200 km STORE c STORE e", ":2");
    c.check("EXISTS c", ":0");
    c.check("ZCARD e", ":2");
    c.check("GEORADIUS Sicily 15 37 1 m STORE d", ":0");
    c.check("EXISTS d", ":0");
    c.check("GEORADIUS Sicily 15 37 1 m STORE d", ":0");
    c.check("GEORADIUS missing 15 37 1 m STORE a", ":0");
    c.check("EXISTS a", ":0");
    c.check("GEORADIUSBYMEMBER Sicily Palermo 200 km STORE d", ":2");
    c.check("ZRANGE d 0 -1", r#"["Palermo", "Catania"]"#);
    c.check("GEORADIUSBYMEMBER Sicily Palermo 1 km STOREDIST d", ":1");
    c.check("ZRANGE d 0 -1 WITHSCORES", r#"["Palermo", "0"]"#);
    c.check("GEORADIUSBYMEMBER missing Palermo x y STORE d", ":0");
    c.check("EXISTS d", ":0");
    c.check("GEORADIUSBYMEMBER Sicily Palermo 1 km STORE Sicily", ":1");
    c.check("ZRANGE Sicily 0 -1", r#"["Palermo"]"#);
    c.check("RPUSH l x", ":1");
    c.check("GEORADIUS Sicily 15 37 200 km STORE l", ":1");
    c.check("TYPE l", "+zset");
}

fn georadius_checks_its_arguments(c: &mut Script) {
    c.check("GEOADD k 0 0 a", ":1");
    c.check("RPUSH l x", ":1");
    c.check("GEORADIUS k 0 0 1", "-ERR wrong number of arguments for 'georadius' command");
    c.check("GEORADIUS_RO k 0 0 1", "-ERR wrong number of arguments for 'georadius_ro' command");
    c.check("GEORADIUSBYMEMBER k a 1", "-ERR wrong number of arguments for 'georadiusbymember' command");
    c.check(
        "GEORADIUSBYMEMBER_RO k a 1",
        "-ERR wrong number of arguments for 'georadiusbymember_ro' command",
    );
    c.check("GEORADIUS l x y z z", WRONG_TYPE);
    c.check("GEORADIUS_RO l x y z z", WRONG_TYPE);
    c.check("GEORADIUSBYMEMBER l a x y", WRONG_TYPE);
    c.check("GEORADIUSBYMEMBER_RO l a x y", WRONG_TYPE);
    c.check("GEORADIUS k x 0 z z", NOT_A_FLOAT);
    c.check("GEORADIUS k 0 x z z", NOT_A_FLOAT);
    c.check("GEORADIUS missing 0 x z z", NOT_A_FLOAT);
    c.check("GEORADIUS k 181 0 z z", "-ERR invalid longitude,latitude pair 181.000000,0.000000");
    c.check("GEORADIUS k 0 86 z z", "-ERR invalid longitude,latitude pair 0.000000,86.000000");
    c.check("GEORADIUS k 0 0 x z", NO_RADIUS);
    c.check("GEORADIUS k 0 0 -1 z", "-ERR radius cannot be negative");
    c.check("GEORADIUS k 0 0 1 z", NO_UNIT);
    c.check("GEORADIUS missing 0 0 1 z", NO_UNIT);
    c.check("GEORADIUSBYMEMBER k b x y", NO_MEMBER);
    c.check("GEORADIUSBYMEMBER k a x y", NO_RADIUS);
    c.check("GEORADIUSBYMEMBER k a -1 y", "-ERR radius cannot be negative");
    c.check("GEORADIUSBYMEMBER k a 1 y", NO_UNIT);
    c.check("GEORADIUS k 0 0 1 m foo", SYNTAX);
    c.check("GEORADIUS k 0 0 1 m COUNT", SYNTAX);
    c.check("GEORADIUS k 0 0 1 m COUNT 0", "-ERR COUNT must be > 0");
    c.check("GEORADIUS k 0 0 1 m COUNT -5", "-ERR COUNT must be > 0");
    c.check("GEORADIUS k 0 0 1 m COUNT 1.5", NOT_AN_INTEGER);
    c.check("GEORADIUS k 0 0 1 m COUNT 9223372036854775808", NOT_AN_INTEGER);
    c.check("GEORADIUS k 0 0 1 m ANY", "-ERR the ANY argument requires COUNT argument");
    c.check("GEORADIUS missing 0 0 1 m ANY", "-ERR the ANY argument requires COUNT argument");
    c.check("GEORADIUS k 0 0 1 m STORE", SYNTAX);
    c.check("GEORADIUS k 0 0 1 m STOREDIST", SYNTAX);
    c.check(
        "GEORADIUS k 0 0 1 m STORE d WITHDIST",
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check(
        "GEORADIUS k 0 0 1 m WITHCOORD STOREDIST d",
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check(
        "GEORADIUS missing 0 0 1 m WITHHASH STORE d",
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check(
        "GEORADIUSBYMEMBER k a 1 m STORE d WITHDIST",
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    );
    c.check("GEORADIUS_RO k 0 0 1 m STORE d", SYNTAX);
    c.check("GEORADIUS_RO k 0 0 1 m STOREDIST d", SYNTAX);
    c.check("GEORADIUSBYMEMBER_RO k a 1 m STORE d", SYNTAX);
    c.check("GEORADIUSBYMEMBER_RO k a 1 m STOREDIST d", SYNTAX);
    c.check("GEORADIUS k 0 0 1 m FROMMEMBER a", SYNTAX);
    c.check("GEORADIUS k 0 0 1 m BYRADIUS 1 m", SYNTAX);
    c.check("EXISTS d", ":0");
}

facts! { data:
    georadius_finds_places_around_a_point,
    georadiusbymember_finds_places_around_a_member,
    results_are_stored_where_asked,
    georadius_checks_its_arguments,
}
