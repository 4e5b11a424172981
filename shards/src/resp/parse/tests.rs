//! What is a command, what is an error, and that it does not matter in which pieces it arrives.

use super::*;
use proptest::prelude::*;

const LIMITS: ParseLimits =
    ParseLimits { arguments_max: 1 << 20, bulk_max_bytes: 512 << 20, unauthenticated: false };

fn arguments(parser: &Parser, base: &[u8]) -> Vec<Vec<u8>> {
    let base = parser.words().unwrap_or(base);
    let bytes = |span: &Span| match span.start {
        Span::LARGE => parser.large_arguments()[span.len as usize].to_vec(),
        start => base[start as usize..][..span.len as usize].to_vec(),
    };
    parser.spans().iter().map(bytes).collect()
}

fn encode(command: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", command.len()).into_bytes();
    for argument in command {
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn error(bytes: &[u8]) -> String {
    match Parser::new().parse(bytes, &LIMITS) {
        Parsed::Error(error) => error.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_whole_command_is_spans() {
    let bytes = b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1";
    let mut parser = Parser::new();
    let mut spans = vec![Span { start: 7, len: 7 }];
    assert_eq!(parser.whole(bytes, &LIMITS, &mut spans), Some(bytes.len() - 2));
    assert_eq!(spans[1..], [Span { start: 8, len: 3 }, Span { start: 17, len: 1 }]);
    assert_eq!((parser.whole(&bytes[..19], &LIMITS, &mut spans), spans.len()), (None, 3));
    assert_eq!(parser.parse(bytes, &LIMITS), Parsed::Command { consumed: bytes.len() - 2 });
    assert_eq!(arguments(&parser, bytes), [b"GET".to_vec(), b"k".to_vec()]);
}

#[test]
fn errors_have_the_texts_of_redis() {
    assert_eq!(error(b"*abc\r\n"), "Protocol error: invalid multibulk length");
    assert_eq!(error(b"*3000000000\r\n"), "Protocol error: invalid multibulk length");
    assert_eq!(error(b"*1\r\nfoo\r\n"), "Protocol error: expected '$', got 'f'");
    assert_eq!(error(b"*1\r\n$-1\r\n"), "Protocol error: invalid bulk length");
    assert_eq!(error(b"*1\r\n$2000000000\r\n"), "Protocol error: invalid bulk length");
    assert_eq!(error(b"SET \"a\r\n"), "Protocol error: unbalanced quotes in request");
    assert_eq!(error(&vec![b'*'; 70_000]), "Protocol error: too big mbulk count string");
    assert_eq!(error(&vec![b'x'; 70_000]), "Protocol error: too big inline request");
    let long = [b"*1\r\n$".to_vec(), vec![b'1'; 70_000]].concat();
    assert_eq!(error(&long), "Protocol error: too big bulk count string");
}

#[test]
fn empty_requests_are_nothing() {
    for (bytes, consumed) in [(&b"\r\n"[..], 2), (b"\n", 1), (b"*0\r\n", 4), (b"*-5\r\n", 5)] {
        assert_eq!(Parser::new().parse(bytes, &LIMITS), Parsed::Nothing { consumed });
    }
}

#[test]
fn before_authentication_requests_are_small() {
    let limits = ParseLimits { unauthenticated: true, ..LIMITS };
    let parse = |bytes: &[u8]| Parser::new().parse(bytes, &limits);
    assert_eq!(parse(b"*11\r\n"), Parsed::Error(ProtocolError::UnauthenticatedMultibulkLength));
    assert_eq!(parse(b"*1\r\n$16385\r\n"), Parsed::Error(ProtocolError::UnauthenticatedBulkLength));
}

#[test]
fn a_large_argument_is_received_apart() {
    let value = vec![b'v'; LARGE_BULK_MIN_BYTES];
    let bytes = encode(&[b"SET".to_vec(), b"k".to_vec(), value.clone(), b"GET".to_vec()]);
    let mut parser = Parser::new();
    let Parsed::Large { start, len } = parser.parse(&bytes[..100], &LIMITS) else { panic!("not large") };
    assert_eq!((len, &bytes[start..start + 3]), (LARGE_BULK_MIN_BYTES, &b"vvv"[..]));
    parser.large(Bytes::from(value.clone()));
    // The rest follows the bytes in front of the argument, as if the argument had never stood between them.
    let mut kept = bytes[..start].to_vec();
    assert_eq!(parser.parse(&kept, &LIMITS), Parsed::Incomplete);
    kept.extend_from_slice(&bytes[start + len + 2..]);
    assert_eq!(parser.parse(&kept, &LIMITS), Parsed::Command { consumed: kept.len() });
    assert_eq!(arguments(&parser, &kept), [b"SET".to_vec(), b"k".to_vec(), value, b"GET".to_vec()]);
}

proptest! {
    #[test]
    fn any_split_gives_the_same_commands(
        commands in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..5), 1..5),
        cuts in prop::collection::vec(1_usize..40, 1..50),
    ) {
        let stream: Vec<u8> = commands.iter().flat_map(|command| encode(command)).collect();
        let (mut parser, mut kept, mut read, mut seen) = (Parser::new(), Vec::new(), 0, Vec::new());
        let mut cuts = cuts.into_iter().cycle();
        while read < stream.len() {
            let cut = cuts.next().unwrap_or(1).min(stream.len() - read);
            kept.extend_from_slice(&stream[read..read + cut]);
            read += cut;
            while let Parsed::Command { consumed } = parser.parse(&kept, &LIMITS) {
                seen.push(arguments(&parser, &kept));
                kept.drain(..consumed);
            }
        }
        prop_assert_eq!(seen, commands);
    }

    #[test]
    fn a_whole_command_is_read_as_one_in_pieces_is(
        words in prop::collection::vec(prop::sample::select(vec!["*", "$", "\r\n", "\r", "0", "1", "2", "10", "-", "$1\r\na\r\n", "GET"]), 0..24),
        counted: bool,
    ) {
        let stream = format!("*{}{}", if counted { "2\r\n" } else { "" }, words.concat()).into_bytes();
        let mut spans = Vec::new();
        let whole = Parser::new().whole(&stream, &LIMITS, &mut spans);
        let mut careful = Parser::new();
        let expected = careful.parse(&stream, &LIMITS);
        match whole {
            Some(consumed) => prop_assert_eq!((Parsed::Command { consumed }, &spans[..]), (expected, careful.spans())),
            None => prop_assert!(spans.is_empty()),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"*$\r\n0123456789-\"'".to_vec())], 0..200)) {
        let (mut parser, mut rest) = (Parser::new(), &bytes[..]);
        while let Parsed::Command { consumed } | Parsed::Nothing { consumed } = parser.parse(rest, &LIMITS) {
            prop_assert!(consumed > 0 && consumed <= rest.len());
            rest = &rest[consumed..];
        }
    }
}
