//! What COMMAND says of the commands for places, what listeners hear of them, and how they run in transactions.

use crate::script::Script;

fn behind_word(word: &str, first: i32) -> String {
    format!(
        r#"["flags", [+OW, +update], "begin_search", ["type", "keyword", "spec", ["keyword", "{word}", "startfrom", :{first}]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]"#
    )
}

fn info_shows_the_rows(c: &mut Script) {
    let at = |flags: &str, index: i32| {
        format!(
            r#"["flags", [{flags}], "begin_search", ["type", "index", "spec", ["index", :{index}]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]"#
        )
    };
    let read = at("+RO, +access", 1);
    let kept = format!("{}, {}", at("+OW, +update", 1), at("+RO, +access", 2));
    let stored =
        |first| format!("{read}, {}, {}", behind_word("STORE", first), behind_word("STOREDIST", first));
    for (name, arity, flags, last, specifications) in [
        ("geoadd", -5, "+write, +denyoom", 1, at("+RW, +update", 1)),
        ("geopos", -2, "+readonly", 1, read.clone()),
        ("geohash", -2, "+readonly", 1, read.clone()),
        ("geodist", -4, "+readonly", 1, read.clone()),
        ("geosearch", -7, "+readonly", 1, read.clone()),
        ("geosearchstore", -8, "+write, +denyoom", 2, kept),
        ("georadius", -6, "+write, +denyoom, +movablekeys", 1, stored(6)),
        ("georadius_ro", -6, "+readonly", 1, read.clone()),
        ("georadiusbymember", -5, "+write, +denyoom, +movablekeys", 1, stored(5)),
        ("georadiusbymember_ro", -5, "+readonly", 1, read.clone()),
    ] {
        let category = if flags.starts_with("+write") { "+@write" } else { "+@read" };
        c.check(
            &format!("COMMAND INFO {name}"),
            &format!(
                r#"[["{name}", :{arity}, [{flags}], :1, :{last}, :1, [{category}, +@geo, +@slow], [], [{specifications}], []]]"#
            ),
        );
    }
    c.check(
        "COMMAND LIST FILTERBY ACLCAT geo",
        r#"unordered["geopos", "georadiusbymember_ro", "geoadd", "geosearchstore", "geohash", "geodist", "georadius_ro", "geosearch", "georadiusbymember", "georadius"]"#,
    );
}

fn docs_name_group_and_version(c: &mut Script) {
    for (name, since) in [
        ("geoadd", "3.2.0"),
        ("geopos", "3.2.0"),
        ("geohash", "3.2.0"),
        ("geodist", "3.2.0"),
        ("geosearch", "6.2.0"),
        ("geosearchstore", "6.2.0"),
        ("georadius", "3.2.0"),
        ("georadius_ro", "3.2.10"),
        ("georadiusbymember", "3.2.0"),
        ("georadiusbymember_ro", "3.2.10"),
    ] {
        c.check(
            &format!("COMMAND DOCS {name}"),
            &format!(r#"["{name}", ["summary", "".., "since", "{since}", "group", "geo", "complexity", "O(".., ..]]"#),
        );
    }
}

fn getkeys_finds_destinations(c: &mut Script) {
    c.check("COMMAND GETKEYS GEOADD k 1 1 a", r#"["k"]"#);
    c.check("COMMAND GETKEYS GEOSEARCH k FROMMEMBER a BYRADIUS 1 m", r#"["k"]"#);
    c.check("COMMAND GETKEYS GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m", r#"["d", "k"]"#);
    for (request, keys) in [
        ("GEORADIUS k 1 2 3 m", r#"["k"]"#),
        ("GEORADIUS k 1 2 3 m STORE a", r#"["k", "a"]"#),
        ("GEORADIUS k 1 2 3 m WITHDIST COUNT 1 storedist a ASC", r#"["k", "a"]"#),
        ("GEORADIUS k 1 2 3 m STORE a STOREDIST b", r#"["k", "a", "b"]"#),
        ("GEORADIUS k 1 2 3 m STOREDIST b STORE a", r#"["k", "a", "b"]"#),
        ("GEORADIUS k 1 2 3 m STORE a STORE b", r#"["k", "a"]"#),
        ("GEORADIUS k 1 2 3 m STORE a STOREDIST b STORE c", r#"["k", "a", "b"]"#),
        ("GEORADIUS k 1 2 3 m STORE STORE b", r#"["k", "STORE"]"#),
        ("GEORADIUS k 1 2 3 m STORE", r#"["k"]"#),
        ("GEORADIUS k 1 2 3 STORE a", r#"["k"]"#),
        ("GEORADIUSBYMEMBER k m 2 m STORE a", r#"["k", "a"]"#),
        ("GEORADIUSBYMEMBER k STORE 2 m", r#"["k"]"#),
        ("GEORADIUSBYMEMBER k m 2 STORE a", r#"["k"]"#),
        ("GEORADIUS_RO k 1 2 3 m STORE a", r#"["k"]"#),
        ("GEORADIUSBYMEMBER_RO k m 2 m STORE a", r#"["k"]"#),
        ("GEORADIUSBYMEMBER k m 2", "-ERR Invalid number of arguments specified for command"),
    ] {
        c.check(&format!("COMMAND GETKEYS {request}"), keys);
    }
    let (source, kept) = ("[+RO, +access]", "[+OW, +update]");
    for (request, keys) in [
        ("GEOADD k 1 1 a", r#"[["k", [+RW, +update]]]"#.to_owned()),
        ("GEOSEARCHSTORE d k 3 4 5 6 7", format!(r#"[["d", {kept}], ["k", {source}]]"#)),
        ("GEORADIUS k 1 2 3 m", format!(r#"[["k", {source}]]"#)),
        (
            "GEORADIUS k 1 2 3 m STORE a STOREDIST b",
            format!(r#"[["k", {source}], ["a", {kept}], ["b", {kept}]]"#),
        ),
        ("GEORADIUSBYMEMBER k 1 2 m STOREDIST b", format!(r#"[["k", {source}], ["b", {kept}]]"#)),
        ("GEORADIUS_RO k 1 2 3 m STORE d", format!(r#"[["k", {source}]]"#)),
    ] {
        c.check(&format!("COMMAND GETKEYSANDFLAGS {request}"), &keys);
    }
}

fn listeners_hear_of_places(c: &mut Script) {
    let mut other = c.second_client();
    other.check("CONFIG SET notify-keyspace-events EAnm", "+OK");
    c.check("PSUBSCRIBE __key*", r#"["psubscribe", "__key*", :1]"#);
    other.check("GEOADD k 1 1 a 2 2 b", ":2");
    c.check_events(&[("new", "k"), ("zadd", "k")]);
    other.check("GEOADD k 1 1 a", ":0");
    other.check("GEOADD k 3 3 a", ":0");
    c.check_events(&[("zadd", "k")]);
    other.check("GEOADD k NX 4 4 a", ":0");
    other.check("GEOPOS missing a", "[nil[]]");
    c.check_events(&[("keymiss", "missing")]);
    other.check("GEOHASH missing a", "[nil]");
    c.check_events(&[("keymiss", "missing")]);
    other.check("GEODIST missing a b", "nil");
    c.check_events(&[("keymiss", "missing")]);
    other.check("GEOSEARCH missing FROMMEMBER a BYRADIUS 1 m", "[]");
    c.check_events(&[("keymiss", "missing")]);
    other.check("GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 m", ":1");
    c.check_events(&[("new", "d"), ("geosearchstore", "d")]);
    other.check("GEOSEARCHSTORE d k FROMLONLAT 50 50 BYRADIUS 1 m", ":0");
    c.check_events(&[("del", "d")]);
    other.check("GEOSEARCHSTORE d k FROMLONLAT 50 50 BYRADIUS 1 m", ":0");
    other.check("GEORADIUS k 3 3 1 km STORE d", ":1");
    c.check_events(&[("new", "d"), ("georadiusstore", "d")]);
    other.check("GEORADIUSBYMEMBER k a 1 km STOREDIST d", ":1");
    c.check_events(&[("georadiusstore", "d")]);
    other.check("GEORADIUS missing 3 3 1 km STORE d", ":0");
    c.check_events(&[("keymiss", "missing"), ("del", "d")]);
    other.check("GEORADIUS k 3 3 1 km", r#"["a"]"#);
    other.check("CONFIG SET notify-keyspace-events ''", "+OK");
}

fn places_are_found_in_transactions(c: &mut Script) {
    c.check("MULTI", "+OK");
    for command in [
        "GEOADD a 1 1 m 2 2 n",
        "GEOSEARCHSTORE b a FROMMEMBER m BYRADIUS 1 km",
        "GEORADIUS a 2 2 1 km STORE c",
        "GEORADIUSBYMEMBER a m 1 km STORE d STOREDIST e",
        "GEODIST a m n km",
        "GEOHASH b m n",
        "GeoSearch a ASC ASC COUNT 1 ASC",
        "ZCARD d",
        "ZCARD e",
    ] {
        c.check(command, "+QUEUED");
    }
    c.check(
        "EXEC",
        r#"[:2, :1, :1, :1, "157.2701", ["s00twy01mt0", nil], -ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GeoSearch, :0, :1]"#,
    );
    c.check("MULTI", "+OK");
    c.check("GEOADD a 1 1", "-ERR wrong number of arguments for 'geoadd' command");
    c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    let mut other = c.second_client();
    c.check("WATCH c e", "+OK");
    other.check("GEORADIUS a 2 2 1 km STORE c", ":1");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "nil[]");
    c.check("WATCH c e", "+OK");
    other.check("GEORADIUS c 2 2 1 km", r#"["n"]"#);
    other.check("GEOADD c 2 2 n", ":0");
    c.check("MULTI", "+OK");
    c.check("PING", "+QUEUED");
    c.check("EXEC", "[+PONG]");
}

facts! { server:
    info_shows_the_rows,
    docs_name_group_and_version,
    getkeys_finds_destinations,
    listeners_hear_of_places,
    places_are_found_in_transactions,
}
