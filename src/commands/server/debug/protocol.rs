//! Replies for the tests of clients: DEBUG PROTOCOL, DEBUG ERROR.

use shards::{
    command::{Args, Error},
    resp::Reply,
};

use super::Subcommand;
use crate::commands::{Here, NodeRun};

#[expect(clippy::approx_constant, reason = "Redis answers these digits, whatever they remind of")]
const DOUBLE: f64 = 3.141;

const BIG_NUMBER: &str = "1234567999999999999999999999999999999";

pub static PROTOCOL: Subcommand = Subcommand {
    name: "PROTOCOL",
    arguments: 3..=3,
    run: NodeRun::Here(protocol),
    help: (
        "PROTOCOL <type>",
        &[
            "Reply with a test value of the specified type. <type> can be: string,",
            "integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
            "true, false.",
        ],
    ),
};

fn protocol(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let resp3 = out.resp3();
    match args.word(2).as_str() {
        "STRING" => out.bulk(b"Hello World"),
        "INTEGER" => out.integer(12_345),
        "DOUBLE" => out.double(DOUBLE),
        "BIGNUM" if resp3 => line(out, &format!("({BIG_NUMBER}")),
        "BIGNUM" => out.bulk(BIG_NUMBER.as_bytes()),
        "NULL" => out.null(),
        "ARRAY" => {
            out.array(3);
            (0..3).for_each(|number| out.integer(number));
        }
        "SET" => {
            out.set(3);
            (0..3).for_each(|number| out.integer(number));
        }
        "MAP" => {
            out.map(3);
            for number in 0..3 {
                out.integer(number);
                boolean(out, number == 1);
            }
        }
        "ATTRIB" => {
            if resp3 {
                line(out, "|1");
                out.bulk(b"key-popularity");
                out.array(2);
                out.bulk(b"key:123");
                out.integer(90);
            }
            out.bulk(b"Some real reply following the attribute");
        }
        "PUSH" if resp3 => {
            line(out, ">2");
            out.bulk(b"server-cpu-usage");
            out.integer(42);
            out.bulk(b"Some real reply following the push reply");
        }
        "PUSH" => return Err(Error::Text("ERR RESP2 is not supported by this command")),
        "VERBATIM" => out.verbatim(b"This is a verbatim\nstring"),
        "TRUE" => boolean(out, true),
        "FALSE" => boolean(out, false),
        _ => {
            return Err(Error::Text(
                "ERR Wrong protocol type name. Please use one of the following: \
                 string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
            ));
        }
    }
    Ok(())
}

/// What no command but this one answers has no method of its own in [`Reply`].
fn line(out: &mut Reply<'_>, text: &str) {
    let buffer = out.out().buffer();
    buffer.extend_from_slice(text.as_bytes());
    buffer.extend_from_slice(b"\r\n");
}

fn boolean(out: &mut Reply<'_>, value: bool) {
    match (out.resp3(), value) {
        (true, true) => line(out, "#t"),
        (true, false) => line(out, "#f"),
        (false, value) => out.integer(value.into()),
    }
}

pub static ERROR: Subcommand = Subcommand {
    name: "ERROR",
    arguments: 3..=3,
    run: NodeRun::Here(error),
    help: (
        "ERROR <string>",
        &[
            "Return a Redis protocol error with <string> as message. Useful for clients",
            "unit tests to simulate Redis errors.",
        ],
    ),
};

/// It is the reply asked for, and no failure that INFO would count.
fn error(_here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    out.error(args.get(2));
    Ok(())
}
