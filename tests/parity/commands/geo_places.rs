//! Places as members of sorted sets: GEOADD, GEOPOS, GEOHASH, GEODIST.

use crate::script::Script;

const NOT_A_FLOAT: &str = "-ERR value is not a valid float";
const NO_UNIT: &str = "-ERR unsupported unit provided. please use M, KM, FT, MI";
const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn places_are_members_with_scores(c: &mut Script) {
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2");
    c.check("TYPE Sicily", "+zset");
    c.check("OBJECT ENCODING Sicily", r#""listpack""#);
    c.check(
        "ZRANGE Sicily 0 -1 WITHSCORES",
        r#"["Palermo", "3479099956230698", "Catania", "3479447370796909"]"#,
    );
    c.check("ZSCORE Sicily Palermo", r#""3479099956230698""#);
    c.check("ZCARD Sicily", ":2");
    c.check("GEOADD Sicily 13.361389 38.115556 Palermo", ":0");
    c.check("GEOADD Sicily 13.361389 38.2 Palermo", ":0");
    c.check("GEOPOS Sicily Palermo Catania", r#"[["13.36138933897018433", "38.2000006309196749"], ["15.08726745843887329", "37.50266842333162032"]]"#);
    c.check("GEOADD Sicily -179.5 -80 far 0 0 zero 1 1 one", ":3");
    c.check("ZRANGE Sicily 0 -1", r#"["far", "zero", "one", "Palermo", "Catania"]"#);
    c.check("GEOADD twice 1 1 m 2 2 m", ":1");
    c.check("GEOPOS twice m", r#"[["2.00000256299972534", "2.0000001856465488"]]"#);
    c.resp3();
    c.check("GEOADD Sicily 2 2 two", ":1");
    c.check("ZSCORE Sicily two", ",3378191666521995");
}

fn geoadd_obeys_its_options(c: &mut Script) {
    c.check("GEOADD k 1 1 a", ":1");
    c.check("GEOADD k NX 2 2 a 2 2 b", ":1");
    c.check(
        "GEOPOS k a b",
        r#"[["0.99999994039535522", "0.99999945914297683"], ["2.00000256299972534", "2.0000001856465488"]]"#,
    );
    c.check("GEOADD k XX 3 3 a 3 3 c", ":0");
    c.check("ZRANGE k 0 -1", r#"["b", "a"]"#);
    c.check("GEOPOS k a", r#"[["2.99999982118606567", "3.00000091215010656"]]"#);
    c.check("GEOADD k CH 4 4 a 3 3 c", ":2");
    c.check("GEOADD k XX CH 5 5 a 3 3 c 3 3 d", ":1");
    c.check("GEOADD k nx ch 5 5 a 3 3 d", ":1");
    c.check("GEOADD k CH XX 5 5 a", ":0");
    c.check("GEOADD k ch ch CH 6 6 a", ":1");
    c.check("GEOADD k XX XX 7 7 a", ":0");
    c.check("GEOADD missing XX 1 1 a", ":0");
    c.check("EXISTS missing", ":0");
}

fn positions_have_limits(c: &mut Script) {
    c.check("GEOADD k 180 85.05112878 max -180 -85.05112878 min", ":2");
    c.check(
        "GEOPOS k max min",
        r#"[["180", "85.0511287799999991"], ["-179.99999731779098511", "-85.05112751263942528"]]"#,
    );
    c.check("ZRANGE k 0 -1 WITHSCORES", r#"["min", "0", "max", "13510798882111488"]"#);
    c.check("GEOHASH k max min", r#"["bp05b5048p0", "00bh0hbj200"]"#);
    c.check("GEOADD k 180.000001 1 a", "-ERR invalid longitude,latitude pair 180.000001,1.000000");
    c.check("GEOADD k -180.1 1 a", "-ERR invalid longitude,latitude pair -180.100000,1.000000");
    c.check("GEOADD k 1 85.05112879 a", "-ERR invalid longitude,latitude pair 1.000000,85.051129");
    c.check("GEOADD k 1 -90 a", "-ERR invalid longitude,latitude pair 1.000000,-90.000000");
    c.check("GEOADD k inf 1 a", "-ERR invalid longitude,latitude pair inf,1.000000");
    c.check("GEOADD k 1 -inf a", "-ERR invalid longitude,latitude pair 1.000000,-inf");
    c.check(
        "GEOADD k 1e20 -1e20 a",
        "-ERR invalid longitude,latitude pair 100000000000000000000.000000,-100000000000000000000.000000",
    );
    c.check("GEOADD k 1 1 a 2 90 b", "-ERR invalid longitude,latitude pair 2.000000,90.000000");
    c.check("GEOADD k nan 1 a", NOT_A_FLOAT);
    c.check("GEOADD k x 1 a", NOT_A_FLOAT);
    c.check("GEOADD k 1 x a", NOT_A_FLOAT);
    c.check("GEOADD k 1 '' a", NOT_A_FLOAT);
    c.check("GEOADD k ' 1' 1 a", NOT_A_FLOAT);
    c.check("GEOADD k 200 x a", NOT_A_FLOAT);
    c.check("ZCARD k", ":2");
    c.check("GEOADD k 0x10 1e1 hex", ":1");
    c.check("GEOPOS k hex", r#"[["16.00000172853469849", "10.00000092823272979"]]"#);
}

fn geoadd_checks_its_arguments(c: &mut Script) {
    c.check("GEOADD k", "-ERR wrong number of arguments for 'geoadd' command");
    c.check("GEOADD k 1 2", "-ERR wrong number of arguments for 'geoadd' command");
    c.check("GEOADD k 1 2 a 3", SYNTAX);
    c.check("GEOADD k 1 2 a 3 4", SYNTAX);
    c.check("GEOADD k NX XX 1 2 a", SYNTAX);
    c.check("GEOADD k NX XX x 2 a", SYNTAX);
    c.check("GEOADD k NX CH CH", SYNTAX);
    c.check("GEOADD k NX 1 2", SYNTAX);
    c.check("GEOADD k NX XX CH", SYNTAX);
    c.check("GEOADD k GT 1 2 a", SYNTAX);
    c.check("GEOADD k 1 2 a NX", SYNTAX);
    c.check("GEOADD k 1 2 a XX 1 2", NOT_A_FLOAT);
    c.check("RPUSH l x", ":1");
    c.check("GEOADD l 1 1 a", WRONG_TYPE);
    c.check("GEOADD l x 1 a", NOT_A_FLOAT);
    c.check("GEOADD l 1 91 a", "-ERR invalid longitude,latitude pair 1.000000,91.000000");
    c.check("GEOADD l NX XX 1 1 a", SYNTAX);
    c.check("EXISTS k", ":0");
}

fn geopos_answers_with_all_digits(c: &mut Script) {
    c.check("GEOADD k 13.361389 38.115556 Palermo 0 0 zero -0.000001 0.000001 near -122.5 37.75 home", ":4");
    c.check("GEOPOS k Palermo", r#"[["13.36138933897018433", "38.11555639549629859"]]"#);
    c.check("GEOPOS k zero near home missing Palermo", r#"[["0.00000268220901489", "0.00000126736058093"], ["-0.00000268220901489", "0.00000126736058093"], ["-122.50000208616256714", "37.74999890989644058"], nil[], ["13.36138933897018433", "38.11555639549629859"]]"#);
    c.check("GEOPOS k", "[]");
    c.check("GEOPOS missing", "[]");
    c.check("GEOPOS missing a b", "[nil[], nil[]]");
    c.check("GEOPOS k ''", "[nil[]]");
    c.resp3();
    c.check("GEOPOS k Palermo missing home", "[[,13.36138933897018433, ,38.11555639549629859], _, [,-122.50000208616256714, ,37.74999890989644058]]");
    c.check("GEOPOS missing a", "[_]");
}

fn geohash_is_a_text_of_eleven(c: &mut Script) {
    c.check("GEOADD k 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 0 0 zero -122.5 37.75 home 179.9 -85 corner", ":5");
    c.check("GEOHASH k Palermo Catania", r#"["sqc8b49rny0", "sqdtr74hyu0"]"#);
    c.check("GEOHASH k zero home corner missing", r#"["s0000000000", "9q8yu2njxj0", "pbzumwppjg0", nil]"#);
    c.check("GEOHASH k", "[]");
    c.check("GEOHASH missing a b", "[nil, nil]");
    c.check("GEOHASH missing", "[]");
    c.check("GEOADD k -5.6 42.6 wikipedia", ":1");
    c.check("GEOHASH k wikipedia", r#"["ezs42e44yx0"]"#);
    c.resp3();
    c.check("GEOHASH k Palermo missing", r#"["sqc8b49rny0", _]"#);
}

fn geodist_is_in_a_unit(c: &mut Script) {
    c.check(
        "GEOADD k 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 13.361389 -38.115556 South",
        ":3",
    );
    c.check("GEODIST k Palermo Catania", r#""166274.1516""#);
    c.check("GEODIST k Palermo Catania m", r#""166274.1516""#);
    c.check("GEODIST k Palermo Catania km", r#""166.2742""#);
    c.check("GEODIST k Palermo Catania KM", r#""166.2742""#);
    c.check("GEODIST k Palermo Catania mi", r#""103.3182""#);
    c.check("GEODIST k Palermo Catania ft", r#""545518.8700""#);
    c.check("GEODIST k Catania Palermo Ft", r#""545518.8700""#);
    c.check("GEODIST k Palermo Palermo", r#""0.0000""#);
    c.check("GEODIST k Palermo South", r#""8478904.6206""#);
    c.check("GEODIST k Palermo missing", "nil");
    c.check("GEODIST k missing Palermo", "nil");
    c.check("GEODIST missing a b", "nil");
    c.check("GEODIST k Palermo Catania x", NO_UNIT);
    c.check("GEODIST k Palermo Catania ''", NO_UNIT);
    c.check("GEODIST missing a b x", NO_UNIT);
    c.check("GEODIST k Palermo Catania m m", SYNTAX);
    c.check("GEODIST missing a b m m", SYNTAX);
    c.check("GEODIST k Palermo", "-ERR wrong number of arguments for 'geodist' command");
    c.resp3();
    c.check("GEODIST k Palermo Catania", r#""166274.1516""#);
    c.check("GEODIST k Palermo missing", "_");
    c.check("GEODIST missing a b", "_");
}

fn places_are_for_sorted_sets(c: &mut Script) {
    c.check("RPUSH l x", ":1");
    c.check("GEOPOS l a", WRONG_TYPE);
    c.check("GEOPOS l", WRONG_TYPE);
    c.check("GEOHASH l a", WRONG_TYPE);
    c.check("GEODIST l a b", WRONG_TYPE);
    c.check("GEODIST l a b x", NO_UNIT);
    c.check("GEODIST l a b m m", SYNTAX);
    c.check("GEOPOS", "-ERR wrong number of arguments for 'geopos' command");
    c.check("GEOHASH", "-ERR wrong number of arguments for 'geohash' command");
    c.check("GEODIST l a", "-ERR wrong number of arguments for 'geodist' command");
    c.check("TYPE l", "+list");
}

fn any_score_is_some_place(c: &mut Script) {
    c.check("ZADD z -1 neg 1e300 big 9223372036854775808 b63 18446744073709551616 b64 inf inf -inf minf -1e300 mbig 1.5 frac 4503599627370495 last", ":9");
    c.check("GEOPOS z neg big b63 b64", r#"[["180", "85.0511287799999991"], ["-179.99999731779098511", "-85.05112751263942528"], ["180", "-85.05112751263942528"], ["-179.99999731779098511", "-85.05112751263942528"]]"#);
    c.check("GEOPOS z inf minf mbig frac last", r#"[["-179.99999731779098511", "-85.05112751263942528"], ["180", "-85.05112751263942528"], ["180", "-85.05112751263942528"], ["-179.99999731779098511", "-85.05112497791824921"], ["179.99999731779098511", "85.05112751263942528"]]"#);
    c.check("GEOHASH z neg big b63 b64 inf minf mbig frac last", r#"["bp05b5048p0", "00bh0hbj200", "00bh0hbj200", "00bh0hbj200", "00bh0hbj200", "00bh0hbj200", "00bh0hbj200", "00bh0hbj210", "zzpgzgpfxz0"]"#);
    c.check("GEODIST z frac last", r#""18919844.1662""#);
    c.check("GEORADIUS z 0 0 22000 km WITHHASH", r#"[["last", :4503599627370495], ["frac", :1]]"#);
}

/// A grid of 400 places, a hundredth of a degree from one to the next.
fn large_indexes_are_searched_alike(c: &mut Script) {
    let place = |number: usize| format!("0.{:02} 0.{:02} m{number}", number % 20, number / 20);
    let places: Vec<String> = (0..400).map(place).collect();
    c.given(&format!("GEOADD k {}", places.join(" ")));
    c.check("ZCARD k", ":400");
    c.check("OBJECT ENCODING k", r#""skiplist""#);
    c.check(
        "GEOSEARCH k FROMLONLAT 0.101 0.102 BYRADIUS 2 km",
        r#"["m189", "m190", "m209", "m210", "m191", "m211", "m229", "m230", "m231"]"#,
    );
    c.check(
        "GEOSEARCH k FROMLONLAT 0.101 0.102 BYRADIUS 100 km COUNT 4 WITHDIST",
        r#"[["m210", "0.2486"], ["m230", "0.8968"], ["m211", "1.0254"], ["m209", "1.2434"]]"#,
    );
    c.check("GEOSEARCH k FROMLONLAT 0.101 0.102 BYRADIUS 100 km COUNT 3 DESC", r#"["m0", "m1", "m20"]"#);
    c.check("GEOSEARCH k FROMMEMBER m0 BYBOX 3 5 km", r#"["m0", "m1", "m20", "m21", "m40", "m41"]"#);
    c.check("GEOSEARCH k FROMMEMBER m210 BYRADIUS 3 km COUNT 3 ANY", r#"["m189", "m190", "m209"]"#);
    c.check("GEORADIUSBYMEMBER k m210 3 km COUNT 3 ANY", r#"["m189", "m190", "m209"]"#);
    c.check("GEOSEARCHSTORE d k FROMLONLAT 0.1 0.1 BYRADIUS 100 km", ":400");
    c.check("OBJECT ENCODING d", r#""skiplist""#);
    c.check("GEOSEARCHSTORE d k FROMLONLAT 0.1 0.1 BYRADIUS 3 km STOREDIST", ":21");
    c.check("OBJECT ENCODING d", r#""listpack""#);
    c.check("GEODIST k m0 m399 km", r#""29.8861""#);
    c.check("GEOHASH k m0 m399", r#"["s0000000000", "s001h6d6g60"]"#);
}

facts! { data:
    large_indexes_are_searched_alike,
    places_are_members_with_scores,
    geoadd_obeys_its_options,
    positions_have_limits,
    geoadd_checks_its_arguments,
    geopos_answers_with_all_digits,
    geohash_is_a_text_of_eleven,
    geodist_is_in_a_unit,
    places_are_for_sorted_sets,
    any_score_is_some_place,
}
