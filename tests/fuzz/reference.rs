//! The request parser beside one that is too simple to be wrong: it reads each command anew from its first byte.

use shards::resp::{ParseLimits, Parsed, Parser, Span};

use crate::SEEDS;
use crate::harness::seeds::seeds;
use crate::stream::Draw;

const ARGUMENTS_MAX: i64 = 1 << 20;
const BULK_MAX_BYTES: i64 = 512 << 20;

/// What a stream of arrays is: commands, and whether the rest is understandable.
#[derive(Debug, PartialEq)]
struct Understood {
    commands: Vec<Vec<Vec<u8>>>,
    broken: bool,
}

/// Takes a line off; a line ends with a CR and one byte more.
fn line<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = bytes.iter().position(|byte| *byte == b'\r').filter(|end| bytes.len() >= end + 2)?;
    let (line, rest) = (&bytes[..end], &bytes[end + 2..]);
    *bytes = rest;
    Some(line)
}

/// A decimal number as Redis writes it, and no other.
fn canonical(text: &[u8]) -> Option<i64> {
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == text).then_some(number)
}

/// Takes a command off: its arguments, none while it is incomplete.
fn command(bytes: &mut &[u8]) -> Result<Option<Vec<Vec<u8>>>, ()> {
    let mut rest = *bytes;
    let Some(head) = line(&mut rest) else { return Ok(None) };
    let count = canonical(&head[1..]).filter(|count| *count <= ARGUMENTS_MAX).ok_or(())?;
    let mut arguments = Vec::new();
    for _ in 0..count.max(0) {
        let Some(head) = line(&mut rest) else { return Ok(None) };
        if head.first() != Some(&b'$') {
            return Err(());
        }
        let length =
            canonical(&head[1..]).filter(|length| (0..=BULK_MAX_BYTES).contains(length)).ok_or(())? as usize;
        if rest.len() < length + 2 {
            return Ok(None);
        }
        arguments.push(rest[..length].to_vec());
        rest = &rest[length + 2..];
    }
    *bytes = rest;
    Ok(Some(arguments))
}

fn simply(mut bytes: &[u8]) -> Understood {
    let mut commands = Vec::new();
    // A command on a line is the end of what this reader knows.
    while bytes.first() == Some(&b'*') {
        match command(&mut bytes) {
            Ok(Some(arguments)) if arguments.is_empty() => {}
            Ok(Some(arguments)) => commands.push(arguments),
            Ok(None) => break,
            Err(()) => return Understood { commands, broken: true },
        }
    }
    Understood { commands, broken: false }
}

fn in_pieces(draw: &mut Draw, bytes: &[u8]) -> Understood {
    let limits =
        ParseLimits { arguments_max: ARGUMENTS_MAX, bulk_max_bytes: BULK_MAX_BYTES, unauthenticated: false };
    let (mut parser, mut kept, mut read, mut commands) = (Parser::new(), Vec::new(), 0, Vec::new());
    loop {
        if !parser.in_command() && kept.first().is_some_and(|first| *first != b'*') {
            return Understood { commands, broken: false };
        }
        match parser.parse(&kept, &limits) {
            Parsed::Command { consumed } => {
                let argument = |span: &Span| kept[span.start as usize..][..span.len as usize].to_vec();
                commands.push(parser.spans().iter().map(argument).collect());
                kept.drain(..consumed);
            }
            Parsed::Nothing { consumed } => drop(kept.drain(..consumed)),
            Parsed::Error(_) => return Understood { commands, broken: true },
            // The streams are short: a large argument never comes whole.
            Parsed::Large { .. } => return Understood { commands, broken: false },
            Parsed::Incomplete if read == bytes.len() => return Understood { commands, broken: false },
            Parsed::Incomplete => {
                let length = (1 + draw.below(30)).min(bytes.len() - read);
                kept.extend_from_slice(&bytes[read..read + length]);
                read += length;
            }
        }
    }
}

#[test]
fn the_parser_understands_what_a_simple_one_understands() {
    for seed in seeds(SEEDS) {
        let mut draw = Draw::new(seed);
        let stream = draw.stream();
        let (parsed, expected) = (in_pieces(&mut draw, &stream), simply(&stream));
        assert!(
            parsed == expected,
            "KVADRANT_SEED={seed}\nsent {}\nsimply {expected:?}\nparser {parsed:?}",
            stream.escape_ascii()
        );
    }
}
