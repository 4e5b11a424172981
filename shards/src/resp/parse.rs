//! Requests, parsed in place: one pass over the bytes, arguments as spans of the receive buffer.
//!
//! A [`Parser`] reads one command at a time from the start of the bytes it is shown. What it has understood of a command that is not
//! complete yet it keeps (as offsets from the command's first byte), so that a command that arrives in a thousand pieces is
//! still read once. The caller keeps those bytes and shows them again, longer.
//!
//! A bulk argument of [`LARGE_BULK_MIN_BYTES`] or more that has not arrived whole is handed to the caller
//! ([`Parsed::Large`]), who receives it straight into its final allocation and gives it back with [`Parser::large`].

use bytes::Bytes;

use super::{inline, number::parse_i64};

/// From this size on an argument that is still arriving is received into an allocation of its own.
pub const LARGE_BULK_MIN_BYTES: usize = 32 * 1024;

/// Redis's limit for an inline command and for the line that announces a count or a length, in bytes.
const LINE_MAX_BYTES: usize = 64 * 1024;

/// A command of more arguments is not read in one go.
const WHOLE_MAX_ARGUMENTS: usize = 1024;

/// One argument: `len` bytes at `start`, counted from the base of its command; or, where `start` is [`Span::LARGE`], the
/// large argument number `len`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
}

impl Span {
    /// Marks an argument that lies in an allocation of its own.
    pub const LARGE: u32 = u32::MAX;

    /// The span of a large argument, by its number within the command.
    pub const fn large(number: usize) -> Self {
        Self { start: Self::LARGE, len: number as u32 }
    }
}

/// The limits that a request must keep, all from CONFIG.
#[derive(Clone, Copy, Debug)]
pub struct ParseLimits {
    /// Most arguments of one command.
    pub arguments_max: i64,
    /// `proto-max-bulk-len`, bytes.
    pub bulk_max_bytes: i64,
    /// Whether the client has still to authenticate: then counts and lengths are kept very small.
    pub unauthenticated: bool,
}

/// What a look at the bytes gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A whole command, `consumed` bytes long; its arguments are in [`Parser::spans`].
    Command {
        /// Bytes to drop from the front.
        consumed: usize,
    },
    /// A command without arguments (an empty line, `*0`): nothing to run, nothing to answer.
    Nothing {
        /// Bytes to drop from the front.
        consumed: usize,
    },
    /// More bytes are needed.
    Incomplete,
    /// The next argument is large: its `len` bytes and the line end after them are to be received apart. They begin at `start`
    /// (up to the end of what was shown is already here).
    Large {
        /// Offset of its first byte in what was shown.
        start: usize,
        /// Its length in bytes, without the line end.
        len: usize,
    },
    /// The stream cannot be understood any more: answer and close.
    Error(ProtocolError),
}

/// Why a stream cannot be understood; `Display` gives Redis's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// The count behind `*` is no number or too large.
    MultibulkLength,
    /// More than ten arguments before authentication.
    UnauthenticatedMultibulkLength,
    /// The line behind `*` does not end.
    MultibulkLineTooLong,
    /// Something else where `$` must stand.
    ExpectedBulk(u8),
    /// The length behind `$` is no number or too large.
    BulkLength,
    /// An argument of more than 16 KiB before authentication.
    UnauthenticatedBulkLength,
    /// The line behind `$` does not end.
    BulkLineTooLong,
    /// An inline command that does not end.
    InlineTooLong,
    /// A quote in an inline command that does not close.
    UnbalancedQuotes,
}

impl std::fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Protocol error: ")?;
        match self {
            Self::MultibulkLength => f.write_str("invalid multibulk length"),
            Self::UnauthenticatedMultibulkLength => f.write_str("unauthenticated multibulk length"),
            Self::MultibulkLineTooLong => f.write_str("too big mbulk count string"),
            Self::ExpectedBulk(byte) => write!(f, "expected '$', got '{}'", printable(*byte)),
            Self::BulkLength => f.write_str("invalid bulk length"),
            Self::UnauthenticatedBulkLength => f.write_str("unauthenticated bulk length"),
            Self::BulkLineTooLong => f.write_str("too big bulk count string"),
            Self::InlineTooLong => f.write_str("too big inline request"),
            Self::UnbalancedQuotes => f.write_str("unbalanced quotes in request"),
        }
    }
}

/// An error reply is one line: a line end in it becomes a space, as Redis has it.
fn printable(byte: u8) -> char {
    if matches!(byte, b'\r' | b'\n') { ' ' } else { byte as char }
}

/// The state of one client's request stream.
#[derive(Debug, Default)]
pub struct Parser {
    spans: Vec<Span>,
    large: Vec<Bytes>,
    /// Words of an inline command, unquoted; their spans count from its start.
    words: Vec<u8>,
    inline: bool,
    /// Bytes of the current command understood so far.
    at: usize,
    /// Arguments still to come.
    missing: usize,
    /// Set while a command is partly understood.
    started: bool,
}

impl Parser {
    /// A parser at the start of a stream.
    pub const fn new() -> Self {
        Self {
            spans: Vec::new(),
            large: Vec::new(),
            words: Vec::new(),
            inline: false,
            at: 0,
            missing: 0,
            started: false,
        }
    }

    /// The arguments of the command just completed.
    #[inline]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Its large arguments.
    #[inline]
    pub fn large_arguments(&self) -> &[Bytes] {
        &self.large
    }

    /// The bytes its spans count from, where these are not the bytes shown: the unquoted words of an inline command.
    #[inline]
    pub fn words(&self) -> Option<&[u8]> {
        self.inline.then_some(self.words.as_slice())
    }

    /// Whether a command is partly read.
    pub fn in_command(&self) -> bool {
        self.started
    }

    /// Heap bytes of a partly read command's own state, large arguments included.
    pub fn heap_bytes(&self) -> usize {
        self.spans.capacity() * size_of::<Span>()
            + self.words.capacity()
            + self.large.iter().map(Bytes::len).sum::<usize>()
    }

    /// Forgets what was understood of a command that will be shown again from its start.
    pub fn restart(&mut self) {
        self.started = false;
        self.at = 0;
        self.missing = 0;
    }

    /// Takes the large arguments of the command just completed.
    #[inline]
    pub fn take_large(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.large)
    }

    /// Adds the large argument that [`Parsed::Large`] asked for. The bytes shown from now on leave it out (its line end too).
    pub fn large(&mut self, argument: Bytes) {
        debug_assert!(self.missing > 0);
        self.spans.push(Span::large(self.large.len()));
        self.large.push(argument);
        self.missing -= 1;
    }

    /// Reads a command that is here whole and leaves nothing to object to, as nearly all are; its state stays in registers, and its
    /// arguments are added to `spans`. Returns its length in bytes. Everything else gives `None`, leaves nothing behind, and is
    /// for [`Parser::parse`].
    #[inline]
    pub fn whole(&self, bytes: &[u8], limits: &ParseLimits, spans: &mut Vec<Span>) -> Option<usize> {
        let (count, mut at) = announced(bytes, 0, b'*')?;
        if self.started
            || count.wrapping_sub(1) >= WHOLE_MAX_ARGUMENTS
            || count as i64 > limits.arguments_max
            || limits.unauthenticated
        {
            return None;
        }
        let first = spans.len();
        // Behind a line that is not as expected everything is passed over.
        spans.extend((0..count).map(|_| {
            let (len, start) = announced(bytes, at, b'$').unwrap_or((0, bytes.len()));
            at = start + len + 2;
            Span { start: start as u32, len: len as u32 }
        }));
        // An argument beyond the limit makes the whole too long as well.
        if at > bytes.len() || at as i64 > limits.bulk_max_bytes {
            spans.truncate(first);
            return None;
        }
        Some(at)
    }

    /// Reads on in `bytes`, whose first byte is the first byte of the current command.
    #[cold]
    pub fn parse(&mut self, bytes: &[u8], limits: &ParseLimits) -> Parsed {
        if !self.started {
            match bytes.first() {
                None => return Parsed::Incomplete,
                Some(b'*') => {}
                Some(_) => return self.parse_inline(bytes),
            }
            if let Some(done) = self.begin(bytes, limits) {
                return done;
            }
        }
        self.arguments(bytes, limits)
    }

    /// Reads `*COUNT`; returns `None` when arguments follow.
    #[inline]
    fn begin(&mut self, bytes: &[u8], limits: &ParseLimits) -> Option<Parsed> {
        let Some((count, end)) = line_number(bytes, 1) else {
            let too_long = bytes.len() > LINE_MAX_BYTES;
            return Some(if too_long {
                Parsed::Error(ProtocolError::MultibulkLineTooLong)
            } else {
                Parsed::Incomplete
            });
        };
        let count = match count {
            Some(count) if count <= limits.arguments_max => count,
            _ => return Some(Parsed::Error(ProtocolError::MultibulkLength)),
        };
        if limits.unauthenticated && count > 10 {
            return Some(Parsed::Error(ProtocolError::UnauthenticatedMultibulkLength));
        }
        if count <= 0 {
            return Some(Parsed::Nothing { consumed: end });
        }
        self.spans.clear();
        self.large.clear();
        self.inline = false;
        self.started = true;
        self.at = end;
        self.missing = count as usize;
        None
    }

    /// Reads `$LEN` and its bytes until all arguments are there.
    #[inline]
    fn arguments(&mut self, bytes: &[u8], limits: &ParseLimits) -> Parsed {
        let mut at = self.at;
        while self.missing > 0 {
            let Some((len, start)) = line_number(bytes, at + 1) else {
                self.at = at;
                return match bytes.get(at) {
                    // The line is there with the byte behind its `\r`, which may be its first.
                    Some(&byte)
                        if byte != b'$'
                            && memchr::memchr(b'\r', &bytes[at..])
                                .is_some_and(|end| at + end + 2 <= bytes.len()) =>
                    {
                        Parsed::Error(ProtocolError::ExpectedBulk(byte))
                    }
                    _ if bytes.len() - at > LINE_MAX_BYTES => Parsed::Error(ProtocolError::BulkLineTooLong),
                    _ => Parsed::Incomplete,
                };
            };
            if bytes[at] != b'$' {
                return Parsed::Error(ProtocolError::ExpectedBulk(bytes[at]));
            }
            let len = match len {
                Some(len) if (0..=limits.bulk_max_bytes).contains(&len) => len as usize,
                _ => return Parsed::Error(ProtocolError::BulkLength),
            };
            if limits.unauthenticated && len > 16 * 1024 {
                return Parsed::Error(ProtocolError::UnauthenticatedBulkLength);
            }
            if bytes.len() < start + len + 2 {
                if len >= LARGE_BULK_MIN_BYTES {
                    self.at = start;
                    return Parsed::Large { start, len };
                }
                self.at = at;
                return Parsed::Incomplete;
            }
            self.spans.push(Span { start: start as u32, len: len as u32 });
            self.missing -= 1;
            at = start + len + 2;
        }
        self.started = false;
        self.at = 0;
        Parsed::Command { consumed: at }
    }

    #[cold]
    fn parse_inline(&mut self, bytes: &[u8]) -> Parsed {
        // Redis looks for the line's end as for that of a C string: behind a NUL it finds none.
        let end = memchr::memchr2(b'\n', 0, bytes).filter(|end| bytes[*end] == b'\n');
        let Some(end) = end else {
            let too_long = bytes.len() > LINE_MAX_BYTES;
            return if too_long { Parsed::Error(ProtocolError::InlineTooLong) } else { Parsed::Incomplete };
        };
        let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
        let mut ends = Vec::new();
        self.words.clear();
        self.spans.clear();
        self.large.clear();
        if inline::split(line, &mut self.words, &mut ends).is_none() {
            return Parsed::Error(ProtocolError::UnbalancedQuotes);
        }
        let consumed = end + 1;
        if ends.is_empty() {
            return Parsed::Nothing { consumed };
        }
        let mut start = 0;
        for end in ends {
            self.spans.push(Span { start: start as u32, len: (end - start) as u32 });
            start = end;
        }
        self.inline = true;
        Parsed::Command { consumed }
    }
}

/// The number in a line that begins with `kind` at `at`, and the offset behind the line end; nothing for a number that is negative
/// or too long, and for a line that is not complete or is wrong.
#[inline]
fn announced(bytes: &[u8], at: usize, kind: u8) -> Option<(usize, usize)> {
    let rest = bytes.get(at..)?;
    if let Some(&head) = rest.first_chunk::<8>() {
        // One or two digits are told by a comparison of the bytes around them, all at once.
        // What differs from the line of a zero, the digit's byte lowest.
        let word = u64::from_le_bytes(head);
        let digit = (word as u32 ^ u32::from_le_bytes([kind, b'0', b'\r', b'\n'])).rotate_right(8);
        if digit <= 9 {
            return Some((digit as usize, at + 4));
        }
        // Likewise, tens below ones, without the three bytes behind the line.
        let zeros = u64::from_le_bytes([kind, b'0', b'0', b'\r', b'\n', 0, 0, 0]);
        let digits = ((word ^ zeros) << 24).rotate_right(32);
        let tens = digits & 0xFF;
        if digits <= 0x0909 && (1..=9).contains(&tens) {
            return Some((tens as usize * 10 + (digits >> 8) as usize, at + 5));
        }
    }
    if rest.first() != Some(&kind) {
        return None;
    }
    let (number, end) = line_number(bytes, at + 1)?;
    Some((usize::try_from(number?).ok()?, end))
}

/// Reads the number from `from` up to the line end: `(None, ..)` if it is no number. Returns it with the offset behind the line
/// end, or nothing if the line is not complete.
#[inline]
fn line_number(bytes: &[u8], from: usize) -> Option<(Option<i64>, usize)> {
    // Nearly every count and length has one to four digits: read them without looking for the line's end first.
    let mut value = 0_i64;
    let mut at = from;
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9) {
        value = value * 10 + i64::from(digit);
        at += 1;
        if at - from > 4 {
            return line_number_slow(bytes, from);
        }
    }
    let canonical = at == from + 1 || (at > from && bytes[from] != b'0');
    match bytes.get(at..at + 2) {
        Some(b"\r\n") if canonical => Some((Some(value), at + 2)),
        _ => line_number_slow(bytes, from),
    }
}

/// [`line_number`] for any text. Like Redis, takes whatever byte follows `\r` for the line feed.
#[cold]
fn line_number_slow(bytes: &[u8], from: usize) -> Option<(Option<i64>, usize)> {
    let end = from + memchr::memchr(b'\r', bytes.get(from..)?)?;
    (bytes.len() >= end + 2).then(|| (parse_i64(&bytes[from..end]), end + 2))
}

#[cfg(test)]
mod tests;
