//! Commands typed as lines.

use crate::script::Script;

const UNBALANCED: &[u8] = b"-ERR Protocol error: unbalanced quotes in request\r\n";

fn lines_are_commands(c: &mut Script) {
    c.raw(b"PING\r\n", b"+PONG\r\n");
    c.raw(b"PING\n", b"+PONG\r\n");
    c.raw(b"SET k v\r\nGET k\r\n", b"+OK\r\n$1\r\nv\r\n");
    c.raw(b"  ECHO \t hello  \r\n", b"$5\r\nhello\r\n");
    c.raw(b"ECHO a b\r\n", b"-ERR wrong number of arguments for 'echo' command\r\n");
}

fn empty_lines_are_skipped(c: &mut Script) {
    c.raw(b"\r\n\r\n\nPING\r\n", b"+PONG\r\n");
    c.raw(b"   \r\nPING\r\n", b"+PONG\r\n");
    c.raw(b"\t\nPING\n", b"+PONG\r\n");
}

fn quotes_hold_an_argument_together(c: &mut Script) {
    c.raw(b"ECHO \"a b\"\r\n", b"$3\r\na b\r\n");
    c.raw(b"ECHO 'a b'\r\n", b"$3\r\na b\r\n");
    c.raw(b"ECHO \"\"\r\n", b"$0\r\n\r\n");
    c.raw(b"ECHO ''\r\n", b"$0\r\n\r\n");
    c.raw(b"ECHO \"it's\"\r\n", b"$4\r\nit's\r\n");
    c.raw(b"ECHO a\"b c\"\r\n", b"$4\r\nab c\r\n");
}

fn double_quotes_know_escapes(c: &mut Script) {
    c.raw(b"ECHO \"a\\n\\r\\t\\b\\a\"\r\n", b"$6\r\na\n\r\t\x08\x07\r\n");
    c.raw(b"ECHO \"\\x00\\xff\\x4A\\x4a\"\r\n", b"$4\r\n\x00\xffJJ\r\n");
    c.raw(b"ECHO \"\\q\\\\\\\"\"\r\n", b"$3\r\nq\\\"\r\n");
    c.raw(b"ECHO \"\\xzz\"\r\n", b"$3\r\nxzz\r\n");
}

fn single_quotes_know_only_themselves(c: &mut Script) {
    c.raw(b"ECHO 'a\\'b'\r\n", b"$3\r\na'b\r\n");
    c.raw(b"ECHO 'a\\nb'\r\n", b"$4\r\na\\nb\r\n");
    c.raw(b"ECHO '\\x00'\r\n", b"$4\r\n\\x00\r\n");
}

fn an_open_double_quote_ends_the_connection(c: &mut Script) {
    c.raw_then_closed(b"ECHO \"a\r\n", UNBALANCED);
}

fn an_open_single_quote_ends_the_connection(c: &mut Script) {
    c.raw_then_closed(b"ECHO 'a\r\n", UNBALANCED);
}

fn text_behind_a_closing_quote_ends_the_connection(c: &mut Script) {
    c.raw_then_closed(
        b"PING\r\nECHO \"a\"b\r\n",
        b"+PONG\r\n-ERR Protocol error: unbalanced quotes in request\r\n",
    );
}

fn a_line_without_end_is_too_big(c: &mut Script) {
    c.raw_then_closed(&vec![b'x'; 64 * 1024 + 100], b"-ERR Protocol error: too big inline request\r\n");
}

fn lines_and_arrays_mix(c: &mut Script) {
    c.raw(b"PING\r\n*1\r\n$4\r\nPING\r\nPING\r\n", b"+PONG\r\n+PONG\r\n+PONG\r\n");
}

fn lines_may_come_byte_by_byte(c: &mut Script) {
    c.raw_in_pieces(&[b"EC", b"HO \"a", b" b\"\r", b"\nPI", b"NG\r\n"], b"$3\r\na b\r\n+PONG\r\n");
}

facts! { server:
    lines_are_commands,
    empty_lines_are_skipped,
    quotes_hold_an_argument_together,
    double_quotes_know_escapes,
    single_quotes_know_only_themselves,
    an_open_double_quote_ends_the_connection,
    an_open_single_quote_ends_the_connection,
    text_behind_a_closing_quote_ends_the_connection,
    a_line_without_end_is_too_big,
    lines_and_arrays_mix,
    lines_may_come_byte_by_byte,
}
