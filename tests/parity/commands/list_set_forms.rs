//! How lists and sets are stored, as OBJECT ENCODING tells it, by Redis's default limits: a list of up to 8 KiB, a set of
//! up to 128 members of up to 64 bytes (since 7.2), one of up to 512 integers.

use crate::script::Script;

const LISTPACK: &str = r#""listpack""#;
const QUICKLIST: &str = r#""quicklist""#;
const INTSET: &str = r#""intset""#;
const HASHTABLE: &str = r#""hashtable""#;

/// The encoding of `k`; redis-server 7.0 has `on_7_0` instead, where a small list or set has no listpack.
#[track_caller]
fn check_form(c: &mut Script, on_7_0: &str, on_7_2: &str) {
    c.check_since_7_2("OBJECT ENCODING k", on_7_0, on_7_2);
}

fn small_lists_are_listpacks(c: &mut Script) {
    for change in [
        "RPUSH k a b c d e f",
        "LPUSH k 1 2 3",
        "RPUSHX k x",
        "LSET k 0 first",
        "LINSERT k BEFORE first zeroth",
        "LREM k 1 x",
        "LTRIM k 1 -1",
        "LPOP k",
        "RPOP k 2",
        "LRANGE k 0 -1",
    ] {
        c.given(change);
        check_form(c, QUICKLIST, LISTPACK);
    }
}

/// Eight elements of 1,000 bytes take 8,039 of the 8,192 bytes that a listpack may have: a text of 153 fits.
fn given_a_nearly_full_listpack(c: &mut Script) {
    c.given("DEL k");
    for number in 0..8 {
        c.given(&format!("RPUSH k {number:x<1000}"));
    }
}

fn lists_beyond_8_kib_are_quicklists(c: &mut Script) {
    for (command, bytes, form) in [
        ("RPUSH k", 153, LISTPACK),
        ("RPUSH k", 154, QUICKLIST),
        ("LPUSH k", 153, LISTPACK),
        ("LPUSH k", 154, QUICKLIST),
        ("RPUSHX k", 154, QUICKLIST),
        ("LSET k 3", 153, LISTPACK),
        ("LSET k 3", 154, QUICKLIST),
        ("LSET k -1", 8_000, QUICKLIST),
    ] {
        given_a_nearly_full_listpack(c);
        check_form(c, QUICKLIST, LISTPACK);
        c.given(&format!("{command} {}", "y".repeat(bytes)));
        check_form(c, QUICKLIST, form);
    }
    given_a_nearly_full_listpack(c);
    c.given(&format!("LINSERT k AFTER {:x<1000} {}", 3, "y".repeat(153)));
    check_form(c, QUICKLIST, LISTPACK);
    c.given(&format!("LINSERT k BEFORE {:x<1000} {}", 3, "y".repeat(153)));
    check_form(c, QUICKLIST, QUICKLIST);
}

fn quicklists_become_listpacks_at_half_of_that(c: &mut Script) {
    given_a_nearly_full_listpack(c);
    c.given(&format!("RPUSH k {}", "y".repeat(1_000)));
    check_form(c, QUICKLIST, QUICKLIST);
    for left in ["RPOP k", "LPOP k", "RPOP k 2", "LREM k 1 missing"] {
        c.given(left);
        check_form(c, QUICKLIST, QUICKLIST);
    }
    c.check("LLEN k", ":5");
    c.given("LTRIM k 0 3");
    check_form(c, QUICKLIST, LISTPACK);
    c.check("LLEN k", ":4");
    c.given(&format!("LSET k 0 {}", "y".repeat(9_000)));
    check_form(c, QUICKLIST, QUICKLIST);
    c.given("LPOP k");
    check_form(c, QUICKLIST, LISTPACK);
}

fn one_large_element_makes_a_quicklist(c: &mut Script) {
    c.given(&format!("RPUSH k {}", "y".repeat(9_000)));
    check_form(c, QUICKLIST, QUICKLIST);
    c.given("LSET k 0 a");
    check_form(c, QUICKLIST, LISTPACK);
    c.given(&format!("LPUSH k {}", "y".repeat(9_000)));
    check_form(c, QUICKLIST, QUICKLIST);
    c.given(&format!("LREM k 0 {}", "y".repeat(9_000)));
    check_form(c, QUICKLIST, LISTPACK);
}

fn given_integers(c: &mut Script, numbers: std::ops::Range<i64>) {
    let members: Vec<String> = numbers.map(|number| number.to_string()).collect();
    c.given(&format!("SADD k {}", members.join(" ")));
}

fn sets_of_up_to_512_integers_are_intsets(c: &mut Script) {
    c.given("SADD k 1");
    check_form(c, INTSET, INTSET);
    given_integers(c, 2..513);
    check_form(c, INTSET, INTSET);
    c.check("SADD k 512", ":0");
    check_form(c, INTSET, INTSET);
    c.given("SADD k 513");
    check_form(c, HASHTABLE, HASHTABLE);
    c.given("SREM k 513 512 511");
    check_form(c, HASHTABLE, HASHTABLE);
    c.given("DEL k");
    given_integers(c, 0..513);
    check_form(c, HASHTABLE, HASHTABLE);
    c.given("DEL k");
    given_integers(c, 0..300);
    c.given("SREM k 5");
    c.given("SPOP k");
    c.given("SRANDMEMBER k");
    check_form(c, INTSET, INTSET);
}

fn only_canonical_numbers_stand_in_intsets(c: &mut Script) {
    for member in ["-9223372036854775808", "9223372036854775807", "0", "-1"] {
        c.given("DEL k");
        c.given(&format!("SADD k 5 {member}"));
        check_form(c, INTSET, INTSET);
    }
    for member in ["01", "+1", "-0", "1.0", "''", "9223372036854775808", "' 1'"] {
        c.given("DEL k");
        c.given(&format!("SADD k 5 {member}"));
        check_form(c, HASHTABLE, LISTPACK);
    }
}

fn sets_of_up_to_128_words_are_listpacks(c: &mut Script) {
    c.given("SADD k word");
    check_form(c, HASHTABLE, LISTPACK);
    given_integers(c, 0..127);
    check_form(c, HASHTABLE, LISTPACK);
    c.check("SCARD k", ":128");
    c.check("SADD k word", ":0");
    check_form(c, HASHTABLE, LISTPACK);
    c.given("SADD k another");
    check_form(c, HASHTABLE, HASHTABLE);
    c.given("SREM k another word");
    check_form(c, HASHTABLE, HASHTABLE);
}

fn a_word_among_integers_makes_a_listpack_if_they_are_few(c: &mut Script) {
    given_integers(c, 0..127);
    c.given("SADD k word");
    check_form(c, HASHTABLE, LISTPACK);
    c.given("DEL k");
    given_integers(c, 0..128);
    check_form(c, INTSET, INTSET);
    c.given("SADD k word");
    check_form(c, HASHTABLE, HASHTABLE);
}

fn members_of_up_to_64_bytes_stand_in_listpacks(c: &mut Script) {
    let (at, beyond) = ("x".repeat(64), "y".repeat(65));
    c.given(&format!("SADD k a {at}"));
    check_form(c, HASHTABLE, LISTPACK);
    c.check(&format!("SREM k {beyond}"), ":0");
    check_form(c, HASHTABLE, LISTPACK);
    c.given(&format!("SADD k {beyond}"));
    check_form(c, HASHTABLE, HASHTABLE);
    c.given(&format!("SREM k {beyond}"));
    check_form(c, HASHTABLE, HASHTABLE);
    c.given("DEL k");
    c.given(&format!("SADD k 1 {beyond}"));
    check_form(c, HASHTABLE, HASHTABLE);
}

fn smove_makes_the_form_that_sadd_would(c: &mut Script) {
    c.given("SADD {k}from 1 word");
    c.given("SMOVE {k}from k 1");
    check_form(c, INTSET, INTSET);
    c.given("SMOVE {k}from k word");
    check_form(c, HASHTABLE, LISTPACK);
    c.given("DEL k");
    c.given("SADD {k}from word");
    c.given("SMOVE {k}from k word");
    check_form(c, HASHTABLE, LISTPACK);
}

facts! { data:
    small_lists_are_listpacks,
    lists_beyond_8_kib_are_quicklists,
    quicklists_become_listpacks_at_half_of_that,
    one_large_element_makes_a_quicklist,
    sets_of_up_to_512_integers_are_intsets,
    only_canonical_numbers_stand_in_intsets,
    sets_of_up_to_128_words_are_listpacks,
    a_word_among_integers_makes_a_listpack_if_they_are_few,
    members_of_up_to_64_bytes_stand_in_listpacks,
    smove_makes_the_form_that_sadd_would,
}
