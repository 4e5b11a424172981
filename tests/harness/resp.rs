//! Replies as trees of what was on the wire.
//!
//! Nothing is smoothed over: `+OK` and `$2 OK`, `$-1` and `*-1` and `_`, a RESP3 map and a flat array are different
//! values, since a client can tell them apart. Source: the RESP specification (RESP2 and RESP3).

/// One reply, or one part of one, in the type that it had on the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `+OK`
    Simple(Vec<u8>),
    /// `-ERR text`, without the dash
    Error(Vec<u8>),
    /// `:12`
    Integer(i64),
    /// `$3`
    Bulk(Vec<u8>),
    /// `$-1`, RESP2's missing value
    NullBulk,
    /// `*2`
    Array(Vec<Value>),
    /// `*-1`, RESP2's missing array
    NullArray,
    /// `_`, RESP3's null
    Null,
    /// `,1.5`: the text as sent
    Double(Vec<u8>),
    /// `#t` or `#f`
    Boolean(bool),
    /// `(123`: the digits as sent
    BigNumber(Vec<u8>),
    /// `=15\r\ntxt:..`
    Verbatim {
        /// three letters: `txt` or `mkd`
        format: Vec<u8>,
        /// what follows the colon
        text: Vec<u8>,
    },
    /// `%2`: pairs in the order sent
    Map(Vec<(Value, Value)>),
    /// `~2`: members in the order sent
    Set(Vec<Value>),
    /// `>2`
    Push(Vec<Value>),
}

/// Takes one complete reply off the start of `bytes`: the reply and the bytes it took, `None` while it is incomplete.
///
/// # Errors
/// A sentence on what is no RESP.
pub fn decode(bytes: &[u8]) -> Result<Option<(Value, usize)>, String> {
    let mut reader = Reader { bytes, at: 0 };
    Ok(reader.value()?.map(|value| (value, reader.at)))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Part<T> = Result<Option<T>, String>;

impl<'a> Reader<'a> {
    fn value(&mut self) -> Part<Value> {
        let Some(line) = self.line() else { return Ok(None) };
        let Some((&kind, text)) = line.split_first() else { return Err("an empty line as a reply".into()) };
        let value = match kind {
            b'+' => Value::Simple(text.to_vec()),
            b'-' => Value::Error(text.to_vec()),
            b':' => Value::Integer(number(text)?),
            b'_' if text.is_empty() => Value::Null,
            b',' => Value::Double(text.to_vec()),
            b'#' if text == b"t" => Value::Boolean(true),
            b'#' if text == b"f" => Value::Boolean(false),
            b'(' => Value::BigNumber(text.to_vec()),
            b'$' if text == b"-1" => Value::NullBulk,
            b'*' if text == b"-1" => Value::NullArray,
            b'$' => return Ok(self.bulk(text)?.map(|bulk| Value::Bulk(bulk.to_vec()))),
            b'=' => {
                let Some(bulk) = self.bulk(text)? else { return Ok(None) };
                if bulk.get(3) != Some(&b':') {
                    return Err("a verbatim string without its format".into());
                }
                Value::Verbatim { format: bulk[..3].to_vec(), text: bulk[4..].to_vec() }
            }
            b'*' => return Ok(self.values(text, 1)?.map(Value::Array)),
            b'~' => return Ok(self.values(text, 1)?.map(Value::Set)),
            b'>' => return Ok(self.values(text, 1)?.map(Value::Push)),
            b'%' => {
                let Some(flat) = self.values(text, 2)? else { return Ok(None) };
                let mut flat = flat.into_iter();
                let mut pairs = Vec::new();
                while let (Some(key), Some(value)) = (flat.next(), flat.next()) {
                    pairs.push((key, value));
                }
                Value::Map(pairs)
            }
            _ => return Err(format!("not a reply: {}", line.escape_ascii())),
        };
        Ok(Some(value))
    }

    /// A line without its CRLF.
    fn line(&mut self) -> Option<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        self.at += end + 2;
        Some(&rest[..end])
    }

    fn bulk(&mut self, length: &[u8]) -> Part<&'a [u8]> {
        let length = count(length)?;
        let Some(bulk) = self.bytes.get(self.at..self.at + length + 2) else { return Ok(None) };
        if !bulk.ends_with(b"\r\n") {
            return Err(format!("a string of {length} bytes without a line end after it"));
        }
        self.at += length + 2;
        Ok(Some(&bulk[..length]))
    }

    fn values(&mut self, length: &[u8], per_element: usize) -> Part<Vec<Value>> {
        let mut values = Vec::new();
        for _ in 0..count(length)? * per_element {
            let Some(value) = self.value()? else { return Ok(None) };
            values.push(value);
        }
        Ok(Some(values))
    }
}

fn number(text: &[u8]) -> Result<i64, String> {
    let parsed = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| format!("not a number: {}", text.escape_ascii()))
}

fn count(text: &[u8]) -> Result<usize, String> {
    usize::try_from(number(text)?).map_err(|_| format!("not a length: {}", text.escape_ascii()))
}

/// A command as clients send it: an array of bulk strings.
pub fn encode<A: AsRef<[u8]>>(arguments: &[A]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", arguments.len()).into_bytes();
    for argument in arguments {
        let argument = argument.as_ref();
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
