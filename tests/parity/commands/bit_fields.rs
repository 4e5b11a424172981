//! BITFIELD and `BITFIELD_RO`: integers of any width among the bits of a string.

use crate::script::Script;

const NO_OFFSET: &str = "-ERR bit offset is not an integer or out of range";
const NO_FIELD: &str =
    "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const SYNTAX: &str = "-ERR syntax error";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";

fn fields_are_set_and_read(c: &mut Script) {
    c.check(
        "BITFIELD k SET i8 0 -100 SET i8 8 101 GET i8 0 GET u8 0 GET i8 8",
        "[:0, :0, :-100, :156, :101]",
    );
    c.check("GET k", r#""\x9ce""#);
    c.check("OBJECT ENCODING k", r#""raw""#);
    c.check("BITFIELD k set u4 0 15 get u4 0 get u8 0 get i4 0", "[:9, :15, :252, :-1]");
    c.check("BITFIELD k SET u3 #1 5 GET u3 #1 GET u3 3", "[:7, :5, :5]");
    c.check("BITFIELD k GET u16 0 GET i16 0", "[:62565, :-2971]");
    c.check("BITFIELD k GET u8 100 GET u8 12 GET i64 10", "[:0, :80, :-7782220156096217088]");
    c.check("BITFIELD k GET u1 0 GET u1 15 GET i1 0 GET i1 15", "[:1, :1, :-1, :-1]");
    c.check("STRLEN k", ":2");
    c.check("BITFIELD k SET u8 #9 255", "[:0]");
    c.check("STRLEN k", ":10");
    c.resp3();
    c.check("BITFIELD k GET u8 #9 SET u1 73 0 GET u8 #9", "[:255, :1, :191]");
}

fn increments_answer_with_the_sum(c: &mut Script) {
    c.check(
        "BITFIELD k INCRBY u8 0 10 INCRBY u8 0 -3 INCRBY i8 #1 -5 GET u8 0 GET i8 #1",
        "[:10, :7, :-5, :7, :-5]",
    );
    c.check("BITFIELD k INCRBY i5 100 1 GET u4 0", "[:1, :0]");
    c.check("STRLEN k", ":14");
    c.check("BITFIELD k INCRBY u8 0 0", "[:7]");
    c.check("BITFIELD k incrby i64 64 9223372036854775807 incrby i64 64 -9223372036854775808", r"[:.., :..]");
    c.check(
        "BITFIELD n INCRBY i64 3 9223372036854775807 INCRBY i64 3 1 INCRBY i64 3 -1",
        "[:9223372036854775807, :-9223372036854775808, :9223372036854775807]",
    );
    c.check("STRLEN n", ":9");
    c.check("GET n", r#""\x0f\xff\xff\xff\xff\xff\xff\xff\xe0""#);
}

fn what_overflows_wraps(c: &mut Script) {
    c.check("BITFIELD k SET u8 0 255 INCRBY u8 0 1 INCRBY u8 0 -1", "[:0, :0, :255]");
    c.check("BITFIELD k OVERFLOW WRAP SET i8 0 127 INCRBY i8 0 1 INCRBY i8 0 -2", "[:-1, :-128, :126]");
    c.check("BITFIELD k SET u8 0 257 GET u8 0 SET u8 0 -1 GET u8 0", "[:126, :1, :1, :255]");
    c.check("BITFIELD k SET i8 0 200 GET i8 0 SET i8 0 -129 GET i8 0", "[:-1, :-56, :-56, :127]");
    c.check("BITFIELD k SET i8 0 -9223372036854775808 GET i8 0", "[:127, :0]");
    c.check("BITFIELD k SET u63 0 -1 GET u63 0 INCRBY u63 0 1", "[:0, :9223372036854775807, :0]");
    c.check("BITFIELD k SET u1 0 3 INCRBY u1 0 1 INCRBY u1 0 100", "[:0, :0, :0]");
    c.check("BITFIELD k INCRBY i1 0 1 INCRBY i1 0 1 INCRBY i1 0 -1", "[:-1, :0, :-1]");
    c.check("BITFIELD k INCRBY u8 8 -9223372036854775808 INCRBY u8 8 9223372036854775807", "[:0, :255]");
}

fn what_overflows_stays_at_the_bound(c: &mut Script) {
    c.check(
        "BITFIELD k OVERFLOW SAT INCRBY u8 0 300 INCRBY u8 0 -1000 INCRBY i8 8 300 INCRBY i8 8 -1000",
        "[:255, :0, :127, :-128]",
    );
    c.check("BITFIELD k OVERFLOW sat SET u8 0 300 GET u8 0 SET u8 0 -1 GET u8 0", "[:0, :255, :255, :255]");
    c.check(
        "BITFIELD k OVERFLOW SAT SET i8 0 300 GET i8 0 SET i8 0 -300 GET i8 0",
        "[:-1, :127, :127, :-128]",
    );
    // So far below that it is taken for a number above.
    c.check("BITFIELD k OVERFLOW SAT SET i8 0 -9223372036854775808 GET i8 0", "[:-128, :127]");
    c.check("BITFIELD k OVERFLOW SAT SET i8 0 -9223372036854775681 GET i8 0", "[:127, :127]");
    c.check("BITFIELD k OVERFLOW SAT SET i8 0 -9223372036854775680 GET i8 0", "[:127, :-128]");
    c.check("BITFIELD k OVERFLOW SAT SET i64 0 -9223372036854775808 INCRBY i64 0 -1 INCRBY i64 0 9223372036854775807", "[:.., :-9223372036854775808, :-1]");
    c.check(
        "BITFIELD k OVERFLOW SAT INCRBY i64 0 9223372036854775807 INCRBY i64 0 9223372036854775807",
        "[:9223372036854775806, :9223372036854775807]",
    );
    c.check("BITFIELD k OVERFLOW SAT SET u63 0 9223372036854775807 INCRBY u63 0 1 INCRBY u63 0 -9223372036854775808", "[:4611686018427387903, :9223372036854775807, :0]");
}

fn what_overflows_fails(c: &mut Script) {
    c.check(
        "BITFIELD k OVERFLOW FAIL INCRBY u2 0 4 INCRBY u2 0 3 INCRBY u2 0 1 INCRBY u2 0 -4",
        "[nil, :3, nil, nil]",
    );
    c.check("BITFIELD k OVERFLOW fail SET u2 0 4 SET u2 0 -1 SET u2 0 2 GET u2 0", "[nil, nil, :3, :2]");
    c.check("BITFIELD k OVERFLOW FAIL SET i8 8 128 SET i8 8 -129 GET i8 8", "[nil, nil, :0]");
    c.check(
        "BITFIELD k OVERFLOW FAIL INCRBY u2 0 9 OVERFLOW WRAP INCRBY u2 0 9 OVERFLOW SAT INCRBY u2 0 9",
        "[nil, :3, :3]",
    );
    c.check("BITFIELD fresh OVERFLOW FAIL INCRBY u2 0 4", "[nil]");
    c.check("GET fresh", r#""\x00""#);
    c.check("SET n 12", "+OK");
    c.check("BITFIELD n OVERFLOW FAIL SET u2 0 4", "[nil]");
    c.check("GET n", r#""12""#);
    c.check("OBJECT ENCODING n", r#""raw""#);
    c.resp3();
    c.check("BITFIELD k OVERFLOW FAIL INCRBY u2 0 4", "[_]");
}

fn fields_lie_anywhere_in_strings_of_any_kind(c: &mut Script) {
    c.check("SET n 12345", "+OK");
    c.check("BITFIELD n GET u8 0 GET i8 #4 GET u8 #5", "[:49, :53, :0]");
    c.check("OBJECT ENCODING n", r#""int""#);
    c.check("BITFIELD n INCRBY u8 0 1", "[:50]");
    c.check("GET n", r#""22345""#);
    c.check("OBJECT ENCODING n", r#""raw""#);
    c.check("SET s hello EX 100", "+OK");
    c.check("BITFIELD s SET u8 0 72", "[:104]");
    c.check("GET s", r#""Hello""#);
    c.check("TTL s", ":90..100");
    c.check("BITFIELD big SET u8 80000 7 GET u8 #10000", "[:0, :7]");
    c.check("STRLEN big", ":10001");
    c.check("BITFIELD big SET u63 79937 1 GET u8 #9999 GET u8 #10000 INCRBY u8 #5 9", "[:0, :1, :7, :9]");
    c.check("BITFIELD big GET u63 79937", "[:1]");
    c.check("BITFIELD missing GET u8 0 GET i64 1000", "[:0, :0]");
    c.check("EXISTS missing", ":0");
    c.check("BITFIELD missing GET u8 4294967295", "[:0]");
    c.check("BITFIELD missing GET u8 #536870911", "[:0]");
    c.check("BITFIELD missing", "[]");
    c.check("BITFIELD missing OVERFLOW SAT", "[]");
    c.check("BITFIELD missing OVERFLOW SAT OVERFLOW WRAP", "[]");
    c.check("EXISTS missing", ":0");
}

fn every_width_holds_its_bounds(c: &mut Script) {
    for bits in 1..=64_u32 {
        let (min, max) = (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits));
        c.check(
            &format!("BITFIELD k SET i{bits} 5 {max} GET i{bits} 5 SET i{bits} 5 {min} GET i{bits} 5"),
            &format!("[:.., :{max}, :{max}, :{min}]"),
        );
        if bits < 64 {
            let max = i64::MAX >> (63 - bits);
            c.check(
                &format!("BITFIELD k SET u{bits} #1 {max} INCRBY u{bits} #1 1 INCRBY u{bits} #1 -1"),
                &format!("[:.., :0, :{max}]"),
            );
        }
    }
}

fn bitfield_checks_its_arguments(c: &mut Script) {
    c.check("RPUSH l a", ":1");
    for width in [
        "u0",
        "u64",
        "i0",
        "i65",
        "x8",
        "I8",
        "U8",
        "8",
        "u",
        "i",
        "u-1",
        "u+8",
        "u08",
        "u8x",
        "''",
        "i9223372036854775808",
    ] {
        c.check(&format!("BITFIELD k GET {width} 0"), NO_FIELD);
        c.check(&format!("BITFIELD l SET {width} x x"), NO_FIELD);
    }
    c.check(r#"BITFIELD k GET "u8\x00x" 0"#, "[:0]");
    for offset in
        ["-1", "x", "#", "#-1", "##1", "#x", "''", "1.5", "4294967296", "#536870912", "9223372036854775808"]
    {
        c.check(&format!("BITFIELD l GET u8 {offset}"), NO_OFFSET);
        c.check(&format!("BITFIELD l SET u8 {offset} x"), NO_OFFSET);
    }
    for value in ["x", "1.5", "''", "9223372036854775808"] {
        c.check(&format!("BITFIELD l SET u8 0 {value}"), NOT_AN_INTEGER);
        c.check(&format!("BITFIELD l INCRBY u8 0 {value}"), NOT_AN_INTEGER);
    }
    for operations in [
        "GET",
        "GET u8",
        "SET u8 0",
        "INCRBY u8 0",
        "foo",
        "OVERFLOW",
        "GET u8 0 GET",
        "SET u8 0 1 foo 2 3",
        "INCR u8 0 1",
    ] {
        c.check(&format!("BITFIELD l {operations}"), SYNTAX);
    }
    c.check("BITFIELD l OVERFLOW foo", "-ERR Invalid OVERFLOW type specified");
    c.check("BITFIELD l OVERFLOW foo GET x x", "-ERR Invalid OVERFLOW type specified");
    c.check("BITFIELD l OVERFLOW GET u8 0", "-ERR Invalid OVERFLOW type specified");
    c.check("BITFIELD l GET x x OVERFLOW foo", NO_FIELD);
    c.check("BITFIELD l", WRONG_TYPE);
    c.check("BITFIELD l GET u8 0", WRONG_TYPE);
    c.check("BITFIELD l SET u8 0 1", WRONG_TYPE);
    c.check("BITFIELD l INCRBY u8 0 1 GET u8 0", WRONG_TYPE);
    c.check("BITFIELD", "-ERR wrong number of arguments for 'bitfield' command");
    c.check("EXISTS k", ":0");
}

fn great_indexes_of_fields_come_round(c: &mut Script) {
    c.check("BITFIELD k SET u8 #2305843009213693952 7", "[:0]");
    c.check("GET k", r#""\x07""#);
    c.check("BITFIELD k GET u8 #2305843009213693953 GET u8 #2305843009213693952", "[:0, :7]");
    c.check("BITFIELD k GET u8 #1152921504606846976", NO_OFFSET);
}

fn bitfield_ro_only_reads(c: &mut Script) {
    c.check("SET k abc", "+OK");
    c.check("RPUSH l a", ":1");
    c.check("BITFIELD_RO k GET u8 0 get u8 #1 GET i4 20", "[:97, :98, :3]");
    c.check("BITFIELD_RO k", "[]");
    c.check("BITFIELD_RO missing GET u8 0", "[:0]");
    c.check("BITFIELD_RO k OVERFLOW SAT GET u8 0", "[:97]");
    let only_reads = "-ERR BITFIELD_RO only supports the GET subcommand";
    c.check("BITFIELD_RO k SET u8 0 1", only_reads);
    c.check("BITFIELD_RO k GET u8 0 INCRBY u8 0 1", only_reads);
    c.check("BITFIELD_RO l SET u8 0 1", only_reads);
    c.check("BITFIELD_RO l SET u8 0 x", NOT_AN_INTEGER);
    c.check("BITFIELD_RO l GET u8 x", NO_OFFSET);
    c.check("BITFIELD_RO l SET u99 0 1", NO_FIELD);
    c.check("BITFIELD_RO l SET u8 0", SYNTAX);
    c.check("BITFIELD_RO l OVERFLOW foo", "-ERR Invalid OVERFLOW type specified");
    c.check("BITFIELD_RO l", WRONG_TYPE);
    c.check("BITFIELD_RO l GET u8 0", WRONG_TYPE);
    c.check("BITFIELD_RO", "-ERR wrong number of arguments for 'bitfield_ro' command");
    c.check("GET k", r#""abc""#);
    c.check("OBJECT ENCODING k", r#""embstr""#);
    c.resp3();
    c.check("BITFIELD_RO k GET u8 0", "[:97]");
}

facts! { data:
    fields_are_set_and_read,
    increments_answer_with_the_sum,
    what_overflows_wraps,
    what_overflows_stays_at_the_bound,
    what_overflows_fails,
    fields_lie_anywhere_in_strings_of_any_kind,
    every_width_holds_its_bounds,
    bitfield_checks_its_arguments,
    great_indexes_of_fields_come_round,
    bitfield_ro_only_reads,
}
