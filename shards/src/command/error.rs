//! Everything that can go wrong with a command, with Redis's texts to the letter.

use std::fmt::{self, Write};

/// An error reply; `Display` writes it as it goes to the client, code included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The key holds another type.
    WrongType,
    /// Options that do not go together, or an unknown option.
    Syntax,
    /// An argument that must be a 64-bit integer is none.
    NotAnInteger,
    /// An argument that must be a float is none.
    NotAFloat,
    /// A stored field that must be an integer is none.
    HashValueNotAnInteger,
    /// INCR would overflow.
    Overflow,
    /// DECRBY of the smallest integer.
    DecrementOverflow,
    /// A number outside what the command takes.
    OutOfRange,
    /// A count that must not be negative.
    MustBePositive,
    /// A count outside `1..=i64::MAX`.
    MustBeInPositiveRange,
    /// An index that does not exist.
    IndexOutOfRange,
    /// A key that must exist does not.
    NoSuchKey,
    /// An expiry of zero, a negative one, or one that overflows.
    InvalidExpire(&'static str),
    /// A string would exceed `proto-max-bulk-len`.
    StringTooLong,
    /// Wrong number of arguments for the (lower-case) command.
    Arity(String),
    /// No such command: its name and the beginning of its arguments.
    UnknownCommand(String),
    /// No such subcommand: (what was given, the container in upper case).
    UnknownSubcommand(String, String),
    /// A SCAN cursor that is no number.
    InvalidCursor,
    /// SELECT of a database that does not exist.
    DbOutOfRange,
    /// The client has still to authenticate.
    NoAuth,
    /// AUTH with a wrong user or password.
    WrongPass,
    /// maxmemory is reached and nothing may be evicted.
    OutOfMemory,
    /// Any other text, code included.
    Text(&'static str),
    /// Any other text, code included, with something of the request in it.
    Message(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Self::Syntax => "ERR syntax error",
            Self::NotAnInteger => "ERR value is not an integer or out of range",
            Self::NotAFloat => "ERR value is not a valid float",
            Self::HashValueNotAnInteger => "ERR hash value is not an integer",
            Self::Overflow => "ERR increment or decrement would overflow",
            Self::DecrementOverflow => "ERR decrement would overflow",
            Self::OutOfRange => "ERR value is out of range",
            Self::MustBePositive => "ERR value is out of range, must be positive",
            Self::MustBeInPositiveRange => {
                "ERR value is out of range, value must between 1 and 9223372036854775807"
            }
            Self::IndexOutOfRange => "ERR index out of range",
            Self::NoSuchKey => "ERR no such key",
            Self::InvalidExpire(command) => {
                return write!(f, "ERR invalid expire time in '{command}' command");
            }
            Self::StringTooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
            Self::Arity(command) => {
                return write!(f, "ERR wrong number of arguments for '{command}' command");
            }
            Self::UnknownCommand(text) => return write!(f, "ERR unknown command {text}"),
            Self::UnknownSubcommand(given, container) => {
                return write!(f, "ERR unknown subcommand '{given}'. Try {container} HELP.");
            }
            Self::InvalidCursor => "ERR invalid cursor",
            Self::DbOutOfRange => "ERR DB index is out of range",
            Self::NoAuth => "NOAUTH Authentication required.",
            Self::WrongPass => "WRONGPASS invalid username-password pair or user is disabled.",
            Self::OutOfMemory => "OOM command not allowed when used memory > 'maxmemory'.",
            Self::Text(text) => text,
            Self::Message(text) => text,
        })
    }
}

impl Error {
    /// The text of an unknown command as Redis words it: its name cut at 128 bytes, then arguments until 128 bytes are full.
    pub fn unknown_command<'a>(name: &[u8], arguments: impl Iterator<Item = &'a [u8]>) -> Self {
        const MAX_BYTES: usize = 128;
        let cut = |bytes: &[u8], max: usize| given(&bytes[..bytes.len().min(max)]);
        let mut listed = String::new();
        for argument in arguments {
            let listed_bytes = listed.chars().count();
            if listed_bytes >= MAX_BYTES {
                break;
            }
            let room = MAX_BYTES - listed_bytes;
            // Writing to a String cannot fail.
            let _ = write!(listed, "'{}' ", cut(argument, room));
        }
        Self::UnknownCommand(format!("'{}', with args beginning with: {listed}", cut(name, MAX_BYTES)))
    }
}

/// Something of a request for an error's text, whatever bytes it holds: one character per byte, of that number. As Redis's texts
/// do, it ends at a zero.
pub fn given(bytes: &[u8]) -> String {
    bytes.iter().take_while(|byte| **byte != 0).map(|byte| *byte as char).collect()
}

/// An error's text as it goes to the client: what [`given`] took in goes out as the bytes that it was.
pub fn wire_bytes(text: &str) -> Vec<u8> {
    // A character beyond stands in a text of ours only.
    let byte = |character| u8::try_from(u32::from(character)).unwrap_or(b'?');
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_in_a_text_goes_back_byte_by_byte() {
        let all: Vec<u8> = (1..=255).collect();
        assert_eq!(wire_bytes(&given(&all)), all);
        let error = Error::unknown_command(&[0xC1; 200], [&[0xFF; 100][..], &[0xFE; 100]].into_iter());
        let text = wire_bytes(&error.to_string());
        assert!(text.windows(129).any(|window| window == [&[0xC1; 128][..], b"'"].concat()));
        assert!(text.ends_with(&[b" '", &[0xFE; 128 - "'' ".len() - 100][..], b"' "].concat()));
    }

    #[test]
    fn texts_are_those_of_redis() {
        for (error, text) in [
            (Error::WrongType, "WRONGTYPE Operation against a key holding the wrong kind of value"),
            (Error::Syntax, "ERR syntax error"),
            (Error::NotAnInteger, "ERR value is not an integer or out of range"),
            (Error::NotAFloat, "ERR value is not a valid float"),
            (Error::HashValueNotAnInteger, "ERR hash value is not an integer"),
            (Error::Overflow, "ERR increment or decrement would overflow"),
            (Error::DecrementOverflow, "ERR decrement would overflow"),
            (Error::OutOfRange, "ERR value is out of range"),
            (Error::MustBePositive, "ERR value is out of range, must be positive"),
            (Error::IndexOutOfRange, "ERR index out of range"),
            (Error::NoSuchKey, "ERR no such key"),
            (Error::InvalidExpire("set"), "ERR invalid expire time in 'set' command"),
            (Error::StringTooLong, "ERR string exceeds maximum allowed size (proto-max-bulk-len)"),
            (Error::Arity("get".into()), "ERR wrong number of arguments for 'get' command"),
            (
                Error::unknown_command(b"foo", [&b"a"[..], b"b"].into_iter()),
                "ERR unknown command 'foo', with args beginning with: 'a' 'b' ",
            ),
            (
                Error::UnknownSubcommand("x".into(), "CLIENT".into()),
                "ERR unknown subcommand 'x'. Try CLIENT HELP.",
            ),
            (Error::InvalidCursor, "ERR invalid cursor"),
            (Error::DbOutOfRange, "ERR DB index is out of range"),
            (Error::NoAuth, "NOAUTH Authentication required."),
            (Error::WrongPass, "WRONGPASS invalid username-password pair or user is disabled."),
            (Error::OutOfMemory, "OOM command not allowed when used memory > 'maxmemory'."),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn an_unknown_command_lists_no_more_than_128_bytes() {
        let long = vec![b'x'; 300];
        let text = Error::unknown_command(&long, [&long[..], b"never"].into_iter()).to_string();
        assert!(text.contains(&format!("'{}'", "x".repeat(128))) && !text.contains("never"));
    }
}
