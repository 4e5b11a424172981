//! Replies, encoded once, straight into the outgoing buffer, in the client's protocol.

use bytes::Bytes;

use super::{
    number::{SHORT_DIGITS_END, push_f64, push_i64, short_digits, whole_number},
    out::{Out, SPLICE_MIN_BYTES},
};

/// Writes one command's reply.
#[derive(Debug)]
pub struct Reply<'a> {
    out: &'a mut Out,
    resp3: bool,
}

impl<'a> Reply<'a> {
    /// A writer onto the end of `out`.
    #[inline]
    pub fn new(out: &'a mut Out, resp3: bool) -> Self {
        Self { out, resp3 }
    }

    /// Whether the client speaks RESP3.
    #[inline]
    pub fn resp3(&self) -> bool {
        self.resp3
    }

    /// Switches the protocol of what follows (HELLO answers in the protocol it chose).
    pub fn set_resp3(&mut self, resp3: bool) {
        self.resp3 = resp3;
    }

    /// The run written to.
    #[inline]
    pub fn out(&mut self) -> &mut Out {
        self.out
    }

    #[inline]
    fn header(&mut self, kind: u8, number: i64) {
        push_header(self.out.buffer(), kind, number);
    }

    /// `+OK`
    #[inline]
    pub fn ok(&mut self) {
        self.out.buffer().extend_from_slice(b"+OK\r\n");
    }

    /// `+TEXT`
    pub fn simple(&mut self, text: &str) {
        let buffer = self.out.buffer();
        buffer.push(b'+');
        buffer.extend_from_slice(text.as_bytes());
        buffer.extend_from_slice(b"\r\n");
    }

    /// `-TEXT`: `text` begins with its code (`ERR`, `WRONGTYPE`). Line ends in it become spaces.
    pub fn error(&mut self, text: &[u8]) {
        let buffer = self.out.buffer();
        buffer.push(b'-');
        buffer.extend(text.iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }));
        buffer.extend_from_slice(b"\r\n");
    }

    /// `:NUMBER`
    #[inline]
    pub fn integer(&mut self, number: i64) {
        self.header(b':', number);
    }

    /// A count as an integer.
    #[inline]
    pub fn count(&mut self, number: usize) {
        self.header(b':', number as i64);
    }

    /// A bulk string, copied.
    #[inline]
    pub fn bulk(&mut self, bytes: &[u8]) {
        let buffer = self.out.buffer();
        buffer.reserve(bytes.len() + 32);
        push_header(buffer, b'$', bytes.len() as i64);
        buffer.extend_from_slice(bytes);
        buffer.extend_from_slice(b"\r\n");
    }

    /// A bulk string; a large one is spliced in by reference instead of copied.
    pub fn bulk_shared(&mut self, value: &Bytes) {
        if value.len() < SPLICE_MIN_BYTES {
            return self.bulk(value);
        }
        self.header(b'$', value.len() as i64);
        self.out.splice(value.clone());
        self.out.buffer().extend_from_slice(b"\r\n");
    }

    /// An integer as a bulk string.
    #[inline]
    pub fn bulk_integer(&mut self, number: i64) {
        let mut digits = itoa::Buffer::new();
        self.bulk(digits.format(number).as_bytes());
    }

    /// No value: `$-1`, in RESP3 `_`.
    #[inline]
    pub fn null(&mut self) {
        self.out.buffer().extend_from_slice(if self.resp3 { b"_\r\n" } else { b"$-1\r\n" });
    }

    /// No array: `*-1`, in RESP3 `_`.
    #[inline]
    pub fn null_array(&mut self) {
        self.out.buffer().extend_from_slice(if self.resp3 { b"_\r\n" } else { b"*-1\r\n" });
    }

    /// An array of `len` elements, which follow.
    #[inline]
    pub fn array(&mut self, len: usize) {
        self.header(b'*', len as i64);
    }

    /// A message of `len` elements that no command asked for; in RESP2 an array.
    #[inline]
    pub fn push(&mut self, len: usize) {
        self.header(if self.resp3 { b'>' } else { b'*' }, len as i64);
    }

    /// A map of `len` pairs; in RESP2 an array of twice as many elements.
    #[inline]
    pub fn map(&mut self, len: usize) {
        if self.resp3 { self.header(b'%', len as i64) } else { self.header(b'*', len as i64 * 2) }
    }

    /// A set of `len` elements; in RESP2 an array.
    #[inline]
    pub fn set(&mut self, len: usize) {
        self.header(if self.resp3 { b'~' } else { b'*' }, len as i64);
    }

    /// A double; in RESP2 a bulk string.
    pub fn double(&mut self, value: f64) {
        if let Some(whole) = whole_number(value) {
            return if self.resp3 { self.header(b',', whole) } else { self.bulk_integer(whole) };
        }
        let mut text = Vec::with_capacity(24);
        push_f64(&mut text, value);
        self.double_as(&text);
    }

    /// A double with these digits; in RESP2 a bulk string.
    pub fn double_as(&mut self, digits: &[u8]) {
        if !self.resp3 {
            return self.bulk(digits);
        }
        let buffer = self.out.buffer();
        buffer.push(b',');
        buffer.extend_from_slice(digits);
        buffer.extend_from_slice(b"\r\n");
    }

    /// A text for people; in RESP2 a bulk string.
    pub fn verbatim(&mut self, text: &[u8]) {
        if !self.resp3 {
            return self.bulk(text);
        }
        self.header(b'=', text.len() as i64 + 4);
        let buffer = self.out.buffer();
        buffer.extend_from_slice(b"txt:");
        buffer.extend_from_slice(text);
        buffer.extend_from_slice(b"\r\n");
    }
}

/// A line of `kind` and a number. Short numbers, the lengths of most values, are written in one piece.
#[inline]
fn push_header(buffer: &mut Vec<u8>, kind: u8, number: i64) {
    match number {
        0..=9 => buffer.extend_from_slice(&[kind, b'0' + number as u8, b'\r', b'\n']),
        10..=99 => {
            let (tens, ones) = (number as u8 / 10, number as u8 % 10);
            buffer.extend_from_slice(&[kind, b'0' + tens, b'0' + ones, b'\r', b'\n']);
        }
        100..SHORT_DIGITS_END => {
            let (digits, count) = short_digits(number as u32);
            let line_end = u128::from(u16::from_le_bytes(*b"\r\n")) << (8 + 8 * count);
            let line = u128::from(kind) | u128::from(digits) << 8 | line_end;
            // In one piece from a register: read back from where its parts were just written, it would wait for each of them.
            let end = buffer.len() + count + 3;
            buffer.extend_from_slice(&line.to_le_bytes());
            buffer.truncate(end);
        }
        _ => {
            buffer.reserve(32);
            buffer.push(kind);
            push_i64(buffer, number);
            buffer.extend_from_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(resp3: bool, write: impl FnOnce(&mut Reply<'_>)) -> String {
        let mut out = Out::new();
        write(&mut Reply::new(&mut out, resp3));
        String::from_utf8(out.to_vec()).expect("text")
    }

    #[test]
    fn both_protocols() {
        let all = |reply: &mut Reply<'_>| {
            reply.ok();
            reply.integer(-7);
            reply.bulk(b"ab");
            reply.null();
            reply.null_array();
            reply.map(1);
            reply.set(2);
            reply.double(1.5);
            reply.verbatim(b"hi");
        };
        assert_eq!(
            written(false, all),
            "+OK\r\n:-7\r\n$2\r\nab\r\n$-1\r\n*-1\r\n*2\r\n*2\r\n$3\r\n1.5\r\n$2\r\nhi\r\n"
        );
        assert_eq!(
            written(true, all),
            "+OK\r\n:-7\r\n$2\r\nab\r\n_\r\n_\r\n%1\r\n~2\r\n,1.5\r\n=6\r\ntxt:hi\r\n"
        );
    }

    #[test]
    fn an_integer_of_any_length_is_a_line() {
        let powers = (0..19).map(|power| 10_i64.pow(power));
        for number in powers.flat_map(|power| [power - 1, power, -power]).chain([i64::MIN, i64::MAX]) {
            assert_eq!(written(false, |reply| reply.integer(number)), format!(":{number}\r\n"));
        }
    }

    #[test]
    fn an_error_stays_on_its_line() {
        assert_eq!(written(false, |reply| reply.error(b"ERR a\r\nb")), "-ERR a  b\r\n");
    }

    #[test]
    fn a_large_value_is_not_copied() {
        let value = Bytes::from(vec![b'x'; SPLICE_MIN_BYTES]);
        let mut out = Out::new();
        Reply::new(&mut out, false).bulk_shared(&value);
        assert!(out.bytes().len() < 20);
        assert_eq!(out.splices()[0].1.as_ptr(), value.as_ptr());
    }
}
