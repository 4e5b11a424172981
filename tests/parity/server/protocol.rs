//! RESP as bytes: what is no command, what ends a connection, and input in pieces.

use crate::script::Script;

const MULTIBULK: &[u8] = b"-ERR Protocol error: invalid multibulk length\r\n";
const BULK: &[u8] = b"-ERR Protocol error: invalid bulk length\r\n";

/// Each of these inputs gets this error on a connection of its own, which then ends.
fn ended_by(c: &mut Script, inputs: &[&[u8]], error: &[u8]) {
    for input in inputs {
        c.second_client().raw_then_closed(input, error);
    }
    c.check("PING", "+PONG");
}

fn arrays_of_strings_are_commands(c: &mut Script) {
    c.raw(b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n");
    c.raw(b"*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", b"$0\r\n\r\n");
    c.raw(b"*2\r\n$4\r\nECHO\r\n$4\r\n\r\n\r\n\r\n", b"$4\r\n\r\n\r\n\r\n");
    c.raw(b"*2\r\n$4\r\nECHO\r\n$2\r\n*1\r\n", b"$2\r\n*1\r\n");
}

fn empty_arrays_are_skipped(c: &mut Script) {
    c.raw(b"*0\r\n*1\r\n$4\r\nPING\r\n", b"+PONG\r\n");
    c.raw(b"*-1\r\n*1\r\n$4\r\nPING\r\n", b"+PONG\r\n");
    c.raw(b"*-10\r\nPING\r\n", b"+PONG\r\n");
}

fn array_lengths_are_numbers_within_reach(c: &mut Script) {
    ended_by(
        c,
        &[
            b"*x\r\n",
            b"*\r\n",
            b"*1x\r\n",
            b"* 1\r\n",
            b"*+1\r\n",
            b"*01\r\n",
            b"*1.0\r\n",
            b"*2147483648\r\n",
        ],
        MULTIBULK,
    );
    ended_by(c, &[b"*99999999999999999999\r\n", b"*3000000000\r\n"], MULTIBULK);
}

fn string_lengths_are_numbers_within_reach(c: &mut Script) {
    ended_by(
        c,
        &[
            b"*1\r\n$x\r\n",
            b"*1\r\n$\r\n",
            b"*1\r\n$-1\r\n",
            b"*2\r\n$4\r\nECHO\r\n$-5\r\n",
            b"*1\r\n$ 4\r\n",
            b"*1\r\n$04\r\n",
            b"*1\r\n$536870913\r\n",
            b"*1\r\n$99999999999999999999\r\n",
        ],
        BULK,
    );
}

fn only_strings_are_arguments(c: &mut Script) {
    ended_by(c, &[b"*1\r\n:1\r\n", b"*1\r\n:\r\n"], b"-ERR Protocol error: expected '$', got ':'\r\n");
    ended_by(c, &[b"*2\r\n$3\r\nGET\r\nkey\r\n"], b"-ERR Protocol error: expected '$', got 'k'\r\n");
    ended_by(c, &[b"*1\r\n*1\r\n$4\r\nPING\r\n"], b"-ERR Protocol error: expected '$', got '*'\r\n");
    // A control character would break the error's own line.
    ended_by(c, &[b"*1\r\n\r\n"], b"-ERR Protocol error: expected '$', got ' '\r\n");
}

fn lengths_end_within_a_reasonable_line(c: &mut Script) {
    let digits = vec![b'1'; 64 * 1024 + 100];
    ended_by(c, &[&[b"*", &digits[..]].concat()], b"-ERR Protocol error: too big mbulk count string\r\n");
    ended_by(
        c,
        &[&[b"*1\r\n$", &digits[..]].concat()],
        b"-ERR Protocol error: too big bulk count string\r\n",
    );
}

fn commands_before_an_error_are_served(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.raw_then_closed(
        b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n*1\r\n!\r\nPING\r\n",
        b"$1\r\nv\r\n+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n",
    );
}

fn input_may_be_split_at_any_byte(c: &mut Script) {
    let input = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";
    for at in 1..input.len() {
        c.raw_in_pieces(&[&input[..at], &input[at..]], b"+OK\r\n$5\r\na\r\nbc\r\n");
    }
    let bytes: Vec<&[u8]> = input.chunks(1).collect();
    c.raw_in_pieces(&bytes, b"+OK\r\n$5\r\na\r\nbc\r\n");
}

fn half_a_command_waits(c: &mut Script) {
    let mut other = c.second_client();
    other.raw(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n", b"");
    c.check("EXISTS k", ":0");
    other.raw(b"$1\r\nv\r\n", b"+OK\r\n");
    c.check("GET k", r#""v""#);
}

fn half_a_command_at_the_end_does_nothing(c: &mut Script) {
    let mut other = c.second_client();
    other.raw(b"*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n", b"+PONG\r\n");
    drop(other);
    c.check("EXISTS k", ":0");
}

fn many_arguments_are_one_command(c: &mut Script) {
    let keys: Vec<String> = (0..5000).map(|number| format!("key:{number}")).collect();
    let mut mset = vec!["MSET"];
    let mut mget = vec!["MGET"];
    for key in &keys {
        mset.extend([key.as_str(), key.as_str()]);
        mget.push(key);
    }
    let values: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
    c.check_arguments(&mset, "+OK", "MSET of 5,000 keys");
    c.check_arguments(&mget, &format!("[{}]", values.join(", ")), "MGET of 5,000 keys");
    mget[0] = "DEL";
    c.check_arguments(&mget, ":5000", "DEL of 5,000 keys");
}

fn large_strings_arrive_whole_in_pieces(c: &mut Script) {
    let value: Vec<u8> = (0..3_000_000_u32).map(|n| (n * 7 + n / 251) as u8).collect();
    let mut input = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${}\r\n", value.len()).into_bytes();
    input.extend_from_slice(&value);
    input.extend_from_slice(b"\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n");
    let mut output = format!("+OK\r\n${}\r\n", value.len()).into_bytes();
    output.extend_from_slice(&value);
    output.extend_from_slice(b"\r\n+PONG\r\n");
    let pieces: Vec<&[u8]> = input.chunks(70_001).collect();
    c.raw_in_pieces(&pieces, &output);
}

facts! { server:
    arrays_of_strings_are_commands,
    empty_arrays_are_skipped,
    array_lengths_are_numbers_within_reach,
    string_lengths_are_numbers_within_reach,
    only_strings_are_arguments,
    lengths_end_within_a_reasonable_line,
    commands_before_an_error_are_served,
    input_may_be_split_at_any_byte,
    half_a_command_waits,
    half_a_command_at_the_end_does_nothing,
    many_arguments_are_one_command,
    large_strings_arrive_whole_in_pieces,
}
