//! A command as MONITOR prints it.

use std::io::Write as _;

use shards::command::Args;

use crate::session::Origin;

/// What stands in for a secret.
const REDACTED: &[u8] = b"(redacted)";

/// The line of a command that a client ran: `+<seconds>.<microseconds> [<database> <address>] "<argument>" ...`.
pub fn line(now_us: i64, database: u16, origin: &Origin, args: &Args<'_>) -> Vec<u8> {
    let address = match origin {
        Origin::Tcp(client, _) => client.to_string(),
        Origin::Unix(path) => format!("unix:{}", path.display()),
        Origin::Script => "lua".to_owned(),
    };
    let (seconds, microseconds) = (now_us / 1_000_000, now_us % 1_000_000);
    let mut line = format!("+{seconds}.{microseconds:06} [{database} {address}]").into_bytes();
    for index in 0..args.len() {
        line.push(b' ');
        quote(if is_secret(args, index) { REDACTED } else { args.get(index) }, &mut line);
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// Whether an argument is a user's name or password.
fn is_secret(args: &Args<'_>, index: usize) -> bool {
    if args.is(0, "AUTH") {
        return index > 0;
    }
    if args.is(0, "MIGRATE") {
        return is_secret_of_migrate(args, index);
    }
    if !args.is(0, "HELLO") {
        return false;
    }
    let mut option = 2;
    while option < args.len() {
        if args.is(option, "AUTH") {
            if index == option + 1 || index == option + 2 {
                return true;
            }
            option += 3;
        } else {
            option += if args.is(option, "SETNAME") { 2 } else { 1 };
        }
    }
    false
}

fn is_secret_of_migrate(args: &Args<'_>, index: usize) -> bool {
    let mut option = 6;
    while option < index {
        let secrets = match args.word(option).as_str() {
            "KEYS" => return false,
            "AUTH" => 1,
            "AUTH2" => 2,
            _ => 0,
        };
        if index <= option + secrets {
            return true;
        }
        option += 1 + secrets;
    }
    false
}

/// Writes bytes between quotation marks, those that are no plain characters escaped.
fn quote(bytes: &[u8], line: &mut Vec<u8>) {
    line.push(b'"');
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => line.extend_from_slice(&[b'\\', byte]),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            0x07 => line.extend_from_slice(b"\\a"),
            0x08 => line.extend_from_slice(b"\\b"),
            b' '..=b'~' => line.push(byte),
            _ => {
                // Writing to a vector cannot fail.
                let _ = write!(line, "\\x{byte:02x}");
            }
        }
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use shards::resp::Span;

    fn printed(arguments: &[&[u8]]) -> String {
        let base = arguments.concat();
        let mut start = 0;
        let spans: Vec<Span> = arguments
            .iter()
            .map(|argument| {
                let span = Span { start, len: argument.len() as u32 };
                start += span.len;
                span
            })
            .collect();
        let line = line(1_700_000_000_000_042, 3, &Origin::Unix("/s".into()), &Args::new(&base, &spans, &[]));
        String::from_utf8(line).expect("text")
    }

    #[test]
    fn a_line_has_time_database_address_and_quoted_arguments() {
        assert_eq!(
            printed(&[b"SET", b"k", b"a \"\\\n\r\t\x07\x08\x00\xff'"]),
            "+1700000000.000042 [3 unix:/s] \"SET\" \"k\" \"a \\\"\\\\\\n\\r\\t\\a\\b\\x00\\xff'\"\r\n"
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret =
            |arguments: &[&[u8]]| printed(arguments).split_once("] ").map(|(_, tail)| tail.to_owned());
        let expect = |text: &str| Some(format!("{text}\r\n"));
        assert_eq!(secret(&[b"auth", b"pw"]), expect(r#""auth" "(redacted)""#));
        assert_eq!(
            secret(&[
                b"MIGRATE", b"h", b"1", b"", b"0", b"9", b"COPY", b"AUTH2", b"u", b"pw", b"KEYS", b"auth",
                b"k"
            ]),
            expect(
                r#""MIGRATE" "h" "1" "" "0" "9" "COPY" "AUTH2" "(redacted)" "(redacted)" "KEYS" "auth" "k""#
            )
        );
        assert_eq!(secret(&[b"AUTH", b"u", b"pw"]), expect(r#""AUTH" "(redacted)" "(redacted)""#));
        assert_eq!(
            secret(&[b"HELLO", b"3", b"SETNAME", b"auth", b"Auth", b"u", b"pw"]),
            expect(r#""HELLO" "3" "SETNAME" "auth" "Auth" "(redacted)" "(redacted)""#)
        );
    }
}
