//! BITOP: strings combined bit by bit, wherever their keys are.

use crate::script::Script;

const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn strings_are_combined_bit_by_bit(c: &mut Script) {
    c.check(r#"SET a "\xaa\x00\xff\x55""#, "+OK");
    c.check(r#"SET b "\xcc\xff\x0f""#, "+OK");
    c.check(r#"SET c "\x01""#, "+OK");
    for (operation, sources, len, result) in [
        ("AND", "a b", 4, r#""\x88\x00\x0f\x00""#),
        ("and", "b a", 4, r#""\x88\x00\x0f\x00""#),
        ("OR", "a b", 4, r#""\xee\xff\xff\x55""#),
        ("XOR", "a b", 4, r#""\x66\xff\xf0\x55""#),
        ("xor", "a b c", 4, r#""\x67\xff\xf0\x55""#),
        ("OR", "c b", 3, r#""\xcd\xff\x0f""#),
        ("AND", "a b c", 4, r#""\x00\x00\x00\x00""#),
        ("XOR", "a a", 4, r#""\x00\x00\x00\x00""#),
        ("XOR", "a a a", 4, r#""\xaa\x00\xff\x55""#),
        ("NOT", "a", 4, r#""\x55\xff\x00\xaa""#),
        ("Not", "b", 3, r#""\x33\x00\xf0""#),
        ("AND", "a", 4, r#""\xaa\x00\xff\x55""#),
        ("OR", "b", 3, r#""\xcc\xff\x0f""#),
        ("XOR", "c", 1, r#""\x01""#),
        ("AND", "a missing", 4, r#""\x00\x00\x00\x00""#),
        ("OR", "missing a", 4, r#""\xaa\x00\xff\x55""#),
        ("XOR", "missing a missing", 4, r#""\xaa\x00\xff\x55""#),
    ] {
        c.check(&format!("BITOP {operation} d {sources}"), &format!(":{len}"));
        c.check("GET d", result);
        c.check("OBJECT ENCODING d", r#""raw""#);
    }
}

fn the_destination_may_be_a_source(c: &mut Script) {
    c.check(r#"SET a "\x0f""#, "+OK");
    c.check(r#"SET b "\xf0\xf0""#, "+OK");
    c.check("BITOP OR a a b", ":2");
    c.check("GET a", r#""\xff\xf0""#);
    c.check("BITOP NOT a a", ":2");
    c.check("GET a", r#""\x00\x0f""#);
    c.check("BITOP XOR b a b", ":2");
    c.check("GET b", r#""\xf0\xff""#);
}

fn the_destination_is_replaced_whatever_it_was(c: &mut Script) {
    c.check("SET a 12", "+OK");
    c.check("RPUSH d x", ":1");
    c.check("EXPIRE d 100", ":1");
    c.check("BITOP AND d a", ":2");
    c.check("TYPE d", "+string");
    c.check("TTL d", ":-1");
    c.check("GET d", r#""12""#);
    c.check("OBJECT ENCODING d", r#""raw""#);
    c.check("INCR d", ":13");
    c.check("BITOP AND a a", ":2");
    c.check("OBJECT ENCODING a", r#""raw""#);
    c.check("EXPIRE a 100", ":1");
    c.check("BITOP OR a a a", ":2");
    c.check("TTL a", ":-1");
}

fn an_empty_result_leaves_no_key(c: &mut Script) {
    c.check("SET e ''", "+OK");
    c.check("SET d x", "+OK");
    c.check("BITOP AND d missing", ":0");
    c.check("EXISTS d", ":0");
    c.check("RPUSH d x", ":1");
    c.check("BITOP OR d e missing", ":0");
    c.check("EXISTS d", ":0");
    c.check("BITOP NOT d e", ":0");
    c.check("EXISTS d e", ":1");
    c.check("BITOP XOR e e", ":0");
    c.check("EXISTS e", ":0");
}

fn numbers_are_taken_as_their_digits(c: &mut Script) {
    c.check("MSET one 1 two 2 large -1234567890", "+OK");
    c.check("BITOP OR d one two", ":1");
    c.check("GET d", r#""3""#);
    c.check("BITOP AND d one two large", ":11");
    c.check("GET d", r#"" \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00""#);
    c.check("BITOP NOT d one", ":1");
    c.check("GET d", r#""\xce""#);
}

fn long_strings_are_combined_to_their_ends(c: &mut Script) {
    for (one, other) in [(7, 9), (64, 63), (1000, 1009), (40_000, 16_384), (16_385, 70_001)] {
        let a = vec![b'\x5a'; one];
        let b = vec![b'\x0f'; other];
        c.check_arguments(&[b"SET", &b"a"[..], &a], "+OK", "SET a");
        c.check_arguments(&[b"SET", &b"b"[..], &b], "+OK", "SET b");
        let (short, long) = (one.min(other), one.max(other));
        let rest = if one > other { "\\x5a" } else { "\\x0f" };
        for (operation, both, rest) in [("AND", "\\x0a", "\\x00"), ("OR", "_", rest), ("XOR", "U", rest)] {
            c.check(&format!("BITOP {operation} d a b"), &format!(":{long}"));
            c.check_arguments(
                &["GET", "d"],
                &format!("\"{}{}\"", both.repeat(short), rest.repeat(long - short)),
                &format!("GET of {operation} of {one} and {other} bytes"),
            );
        }
        c.check("BITOP NOT d a", &format!(":{one}"));
        c.check_arguments(
            &["GET", "d"],
            &format!("\"{}\"", "\\xa5".repeat(one)),
            &format!("GET of NOT of {one} bytes"),
        );
    }
}

fn bitop_checks_its_arguments(c: &mut Script) {
    c.check("SET a x", "+OK");
    c.check("RPUSH l x", ":1");
    c.check("BITOP NAND d a", SYNTAX);
    c.check("BITOP foo d l", SYNTAX);
    c.check("BITOP NOT d a a", "-ERR BITOP NOT must be called with a single source key.");
    c.check("BITOP NOT d l l", "-ERR BITOP NOT must be called with a single source key.");
    c.check("BITOP NOT d l", WRONG_TYPE);
    c.check("BITOP AND d a l", WRONG_TYPE);
    c.check("BITOP OR d missing a l a", WRONG_TYPE);
    c.check("BITOP XOR l l", WRONG_TYPE);
    c.check("BITOP AND d", "-ERR wrong number of arguments for 'bitop' command");
    c.check("BITOP", "-ERR wrong number of arguments for 'bitop' command");
    c.check("EXISTS d", ":0");
    c.check("TYPE l", "+list");
}

facts! { data:
    strings_are_combined_bit_by_bit,
    the_destination_may_be_a_source,
    the_destination_is_replaced_whatever_it_was,
    an_empty_result_leaves_no_key,
    numbers_are_taken_as_their_digits,
    long_strings_are_combined_to_their_ends,
    bitop_checks_its_arguments,
}
