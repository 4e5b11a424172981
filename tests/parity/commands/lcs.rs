//! LCS: what two strings have in common. The keys share a hash tag, so that they are on one shard.

use crate::script::Script;

const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const NOT_STRINGS: &str = "-ERR The specified keys must contain string values";

fn given_strings(c: &mut Script) {
    c.given("MSET {t}a ohmytext {t}b mynewtext {t}c AGGTABCTAGGA {t}d GXTXAYBAGTTAGC {t}e 12345 {t}f 13579 {t}n 777");
}

fn lcs_is_the_longest_common_subsequence(c: &mut Script) {
    given_strings(c);
    for (keys, text) in [
        ("{t}a {t}b", "mytext"),
        ("{t}b {t}a", "mytext"),
        ("{t}c {t}d", "GTABAGA"),
        ("{t}d {t}c", "GTABTAG"),
        ("{t}e {t}f", "135"),
        ("{t}n {t}n", "777"),
        ("{t}a {t}n", ""),
        ("{t}n {t}missing", ""),
        ("{t}missing {t}n", ""),
        ("{t}missing {t}missing", ""),
    ] {
        c.check(&format!("LCS {keys}"), &format!("\"{text}\""));
        c.check(&format!("LCS {keys} LEN"), &format!(":{}", text.len()));
    }
}

fn idx_tells_where_the_pieces_are(c: &mut Script) {
    given_strings(c);
    c.check("LCS {t}a {t}b IDX", r#"["matches", [[[:4, :7], [:5, :8]], [[:2, :3], [:0, :1]]], "len", :6]"#);
    c.check(
        "LCS {t}c {t}d idx",
        r#"["matches", [[[:11, :11], [:11, :11]], [[:10, :10], [:8, :8]], [[:8, :8], [:7, :7]], [[:5, :5], [:6, :6]], [[:4, :4], [:4, :4]], [[:3, :3], [:2, :2]], [[:2, :2], [:0, :0]]], "len", :7]"#,
    );
    c.check(
        "LCS {t}e {t}f IDX",
        r#"["matches", [[[:4, :4], [:2, :2]], [[:2, :2], [:1, :1]], [[:0, :0], [:0, :0]]], "len", :3]"#,
    );
    c.check("LCS {t}n {t}n IDX", r#"["matches", [[[:0, :2], [:0, :2]]], "len", :3]"#);
    c.check("LCS {t}n {t}missing IDX", r#"["matches", [], "len", :0]"#);
}

fn idx_is_a_map_in_resp3(c: &mut Script) {
    given_strings(c);
    c.resp3();
    c.check("LCS {t}a {t}b IDX", r#"{"matches": [[[:4, :7], [:5, :8]], [[:2, :3], [:0, :1]]], "len": :6}"#);
    c.check("LCS {t}n {t}missing IDX", r#"{"matches": [], "len": :0}"#);
    c.check("LCS {t}a {t}b LEN", ":6");
    c.check("LCS {t}a {t}b", r#""mytext""#);
}

fn short_pieces_may_be_left_out(c: &mut Script) {
    given_strings(c);
    c.check("LCS {t}a {t}b IDX MINMATCHLEN 4", r#"["matches", [[[:4, :7], [:5, :8]]], "len", :6]"#);
    c.check("LCS {t}a {t}b minmatchlen 5 IDX", r#"["matches", [], "len", :6]"#);
    for least in ["0", "1", "2", "-5", "-9223372036854775808"] {
        c.check(
            &format!("LCS {{t}}a {{t}}b IDX MINMATCHLEN {least}"),
            r#"["matches", [[[:4, :7], [:5, :8]], [[:2, :3], [:0, :1]]], "len", :6]"#,
        );
    }
    c.check("LCS {t}c {t}d IDX MINMATCHLEN 2", r#"["matches", [], "len", :7]"#);
    c.check("LCS {t}c {t}d IDX MINMATCHLEN 9223372036854775807", r#"["matches", [], "len", :7]"#);
    c.check("LCS {t}c {t}d MINMATCHLEN 3", r#""GTABAGA""#);
    c.check("LCS {t}c {t}d LEN MINMATCHLEN 3", ":7");
    c.check("LCS {t}a {t}b IDX MINMATCHLEN 4 MINMATCHLEN 5", r#"["matches", [], "len", :6]"#);
}

fn withmatchlen_tells_how_long_each_piece_is(c: &mut Script) {
    given_strings(c);
    c.check(
        "LCS {t}a {t}b IDX WITHMATCHLEN",
        r#"["matches", [[[:4, :7], [:5, :8], :4], [[:2, :3], [:0, :1], :2]], "len", :6]"#,
    );
    c.check(
        "LCS {t}a {t}b IDX MINMATCHLEN 4 WITHMATCHLEN",
        r#"["matches", [[[:4, :7], [:5, :8], :4]], "len", :6]"#,
    );
    c.check(
        "LCS {t}d {t}c withmatchlen idx",
        r#"["matches", [[[:10, :12], [:7, :9], :3], [[:6, :6], [:5, :5], :1], [[:4, :4], [:4, :4], :1], [[:2, :2], [:3, :3], :1], [[:0, :0], [:1, :1], :1]], "len", :7]"#,
    );
    c.check("LCS {t}a {t}b WITHMATCHLEN", r#""mytext""#);
    c.check("LCS {t}a {t}b LEN WITHMATCHLEN", ":6");
}

fn long_strings_are_compared(c: &mut Script) {
    let (a, b) = ("ab".repeat(400), "ba".repeat(400));
    c.check_arguments(&["MSET", "{t}x", &a, "{t}y", &b], "+OK", "MSET of two strings of 800 bytes");
    c.check("LCS {t}x {t}y LEN", ":799");
    c.check("LCS {t}x {t}y IDX", r#"["matches", [[[:1, :799], [:0, :798]]], "len", :799]"#);
}

fn options_are_checked(c: &mut Script) {
    given_strings(c);
    for options in ["FOO", "MINMATCHLEN", "IDX MINMATCHLEN", "LEN 1", "IDX FOO", "''"] {
        c.check(&format!("LCS {{t}}a {{t}}b {options}"), "-ERR syntax error");
    }
    for least in ["x", "1.5", "''", "9223372036854775808"] {
        c.check(&format!("LCS {{t}}a {{t}}b MINMATCHLEN {least}"), NOT_AN_INTEGER);
    }
    c.check("LCS {t}a {t}b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX.");
    c.check("LCS {t}a {t}b IDX LEN", "-ERR If you want both the length and indexes, please just use IDX.");
    c.check("LCS {t}a {t}b IDX LEN FOO", "-ERR syntax error");
    c.check("LCS {t}a", "-ERR wrong number of arguments for 'lcs' command");
    c.check("LCS", "-ERR wrong number of arguments for 'lcs' command");
}

fn lcs_is_for_strings(c: &mut Script) {
    given_strings(c);
    c.check("RPUSH {t}l a", ":1");
    c.check("LCS {t}l {t}a", NOT_STRINGS);
    c.check("LCS {t}a {t}l", NOT_STRINGS);
    c.check("LCS {t}l {t}l IDX", NOT_STRINGS);
    c.check("LCS {t}l {t}missing LEN", NOT_STRINGS);
    c.check("LCS {t}l {t}a FOO", NOT_STRINGS);
}

facts! { data:
    lcs_is_the_longest_common_subsequence,
    idx_tells_where_the_pieces_are,
    idx_is_a_map_in_resp3,
    short_pieces_may_be_left_out,
    withmatchlen_tells_how_long_each_piece_is,
    long_strings_are_compared,
    options_are_checked,
    lcs_is_for_strings,
}
