//! `#!lua name=mylib`: what the first line of a library says of it.

use crate::command::{Error, given};
use crate::resp::inline;

/// What libraries and functions may not be called.
pub const WRONG_NAME: &str = "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

/// Whether a library or a function may have this name.
pub fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// A library's name and its code.
#[derive(Debug, PartialEq, Eq)]
pub struct Metadata<'a> {
    /// Letters, digits and underscores.
    pub name: Box<str>,
    /// The code behind the first line, with the end of that: so lines are counted from the first one.
    pub code: &'a [u8],
}

impl<'a> Metadata<'a> {
    /// Reads the first line of `library`.
    ///
    /// # Errors
    /// The client's error line.
    pub fn of(library: &'a [u8]) -> Result<Self, Error> {
        const INVALID: Error = Error::Text("ERR Invalid library metadata");
        if !library.starts_with(b"#!") {
            return Err(Error::Text("ERR Missing library metadata"));
        }
        let end = memchr::memchr2(b'\n', 0, library).filter(|end| library[*end] == b'\n').ok_or(INVALID)?;
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        inline::split(&library[..end], &mut bytes, &mut ends).ok_or(INVALID)?;
        let mut begin = 0;
        let mut words = ends.iter().map(|&end| {
            let word = &bytes[begin..end];
            begin = end;
            word
        });
        let engine = words.next().and_then(|word| word.get(2..)).ok_or(INVALID)?;
        let mut name = None;
        for word in words {
            let said = match word.split_at_checked(5) {
                Some((key, said)) if key.eq_ignore_ascii_case(b"name=") => said,
                _ => {
                    let word = given(word);
                    return Err(Error::Message(format!("ERR Invalid metadata value given: {word}")));
                }
            };
            if name.replace(said).is_some() {
                return Err(Error::Text(
                    "ERR Invalid metadata value, name argument was given multiple times",
                ));
            }
        }
        let name = name.ok_or(Error::Text("ERR Library name was not given"))?;
        let name = std::str::from_utf8(name).ok().filter(|name| is_name(name.as_bytes()));
        let name = name.ok_or_else(|| Error::Message(format!("ERR {WRONG_NAME}")))?;
        if !engine.eq_ignore_ascii_case(b"lua") {
            let engine = given(engine);
            return Err(Error::Message(format!("ERR Engine '{engine}' not found")));
        }
        Ok(Self { name: name.into(), code: &library[end..] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        for library in ["#!lua name=a_1\nx", "#!LUA NAME=a_1\nx", "#!lua \"name=a_1\" \r\nx"] {
            let metadata = Metadata::of(library.as_bytes()).expect("a name");
            assert_eq!((&*metadata.name, metadata.code), ("a_1", &b"\nx"[..]), "{library}");
        }
    }

    #[test]
    fn wrong_first_lines_are_refused() {
        let wrong_name = format!("ERR {WRONG_NAME}");
        for (library, error) in [
            ("", "ERR Missing library metadata"),
            ("return 1", "ERR Missing library metadata"),
            ("#!lua name=a", "ERR Invalid library metadata"),
            ("#!lua name=a\0\n", "ERR Invalid library metadata"),
            ("#!lua \"name=a\n", "ERR Invalid library metadata"),
            ("#!\n", "ERR Library name was not given"),
            ("#!lua\n", "ERR Library name was not given"),
            ("#! name=a\n", "ERR Engine '' not found"),
            ("#!js name=a\n", "ERR Engine 'js' not found"),
            ("#!js name=a-b\n", &wrong_name),
            ("#!lua name=\n", &wrong_name),
            ("#!lua name=a x=1\n", "ERR Invalid metadata value given: x=1"),
            ("#!lua name=a NAME=b\n", "ERR Invalid metadata value, name argument was given multiple times"),
        ] {
            let refused = Metadata::of(library.as_bytes()).map(|_| ()).map_err(|error| error.to_string());
            assert_eq!(refused, Err(error.to_owned()), "{library}");
        }
    }
}
