//! `#!lua flags=no-writes,allow-oom`: what a script's first line says of it.

use crate::command::Error;
use crate::resp::inline;

/// What a script's first line allows and forbids.
#[expect(clippy::struct_excessive_bools, reason = "independent flags, each named as in the line")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScriptFlags {
    /// It runs no command that writes.
    pub no_writes: bool,
    /// It may run while memory is used up.
    pub allow_oom: bool,
    /// It may run on a replica without its master.
    pub allow_stale: bool,
    /// It does not run in a cluster.
    pub no_cluster: bool,
    /// It may use keys of several slots.
    pub allow_cross_slot: bool,
    /// Whether there is such a first line at all: scripts without one run by looser rules.
    pub declared: bool,
}

impl ScriptFlags {
    /// Reads the first line of `body`, if it is a shebang; the code follows, from the end of that line on.
    ///
    /// # Errors
    /// The client's error line.
    pub fn of(body: &[u8]) -> Result<(Self, &[u8]), Error> {
        if !body.starts_with(b"#!") {
            return Ok((Self::default(), body));
        }
        let end = memchr::memchr2(b'\n', 0, body).filter(|end| body[*end] == b'\n');
        let Some(end) = end else { return Err(Error::Text("ERR Invalid script shebang")) };
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        inline::split(&body[..end], &mut bytes, &mut ends)
            .ok_or(Error::Text("ERR Invalid engine in script shebang"))?;
        let mut begin = 0;
        let mut words = ends.iter().map(|&end| {
            let word = &bytes[begin..end];
            begin = end;
            word
        });
        let engine = words.next().unwrap_or_default();
        if engine != b"#!lua" {
            return Err(refused("Unexpected engine in script shebang", engine));
        }
        let mut flags = Self { declared: true, ..Self::default() };
        for option in words {
            let Some(list) = option.strip_prefix(b"flags=") else {
                return Err(refused("Unknown lua shebang option", option));
            };
            if !list.is_empty() {
                for flag in list.split(|byte| *byte == b',') {
                    flags.raise(flag)?;
                }
            }
        }
        Ok((flags, &body[end..]))
    }

    fn raise(&mut self, flag: &[u8]) -> Result<(), Error> {
        if self.raise_known(flag) { Ok(()) } else { Err(refused("Unexpected flag in script shebang", flag)) }
    }

    /// Raises a flag; false if there is none of this name.
    fn raise_known(&mut self, flag: &[u8]) -> bool {
        *match flag {
            b"no-writes" => &mut self.no_writes,
            b"allow-oom" => &mut self.allow_oom,
            b"allow-stale" => &mut self.allow_stale,
            b"no-cluster" => &mut self.no_cluster,
            b"allow-cross-slot-keys" => &mut self.allow_cross_slot,
            _ => return false,
        } = true;
        true
    }

    /// The same for functions, whose flags may be in any case.
    pub(super) fn raise_in_any_case(&mut self, flag: &[u8]) -> bool {
        self.raise_known(&flag.to_ascii_lowercase())
    }

    /// The names of those that are raised, in Redis's order.
    pub fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        [
            (self.no_writes, "no-writes"),
            (self.allow_oom, "allow-oom"),
            (self.allow_stale, "allow-stale"),
            (self.no_cluster, "no-cluster"),
            (self.allow_cross_slot, "allow-cross-slot-keys"),
        ]
        .into_iter()
        .filter_map(|(raised, name)| raised.then_some(name))
    }
}

fn refused(what: &str, given: &[u8]) -> Error {
    Error::Message(format!("ERR {what}: {}", String::from_utf8_lossy(given)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read() {
        let (flags, code) = ScriptFlags::of(b"#!lua flags=no-writes,allow-oom\nreturn 1").expect("flags");
        assert_eq!(code, b"\nreturn 1");
        assert!(flags.declared && flags.no_writes && flags.allow_oom && !flags.allow_stale);
        let (flags, code) = ScriptFlags::of(b"return 1").expect("no flags");
        assert!(!flags.declared && code == b"return 1");
        assert!(ScriptFlags::of(b"#!lua \"flags=no-writes\" flags=no-cluster \r\n").is_ok());
    }

    #[test]
    fn wrong_first_lines_are_refused() {
        for (body, error) in [
            ("#!lua", "ERR Invalid script shebang"),
            ("#!lua\0\n", "ERR Invalid script shebang"),
            ("#!Lua\n", "ERR Unexpected engine in script shebang: #!Lua"),
            ("#! lua\n", "ERR Unexpected engine in script shebang: #!"),
            ("#!lua \"flags=no\n", "ERR Invalid engine in script shebang"),
            ("#!lua flags\n", "ERR Unknown lua shebang option: flags"),
            ("#!lua name=x\n", "ERR Unknown lua shebang option: name=x"),
            ("#!lua flags=foo\n", "ERR Unexpected flag in script shebang: foo"),
            ("#!lua flags=no-writes,,\n", "ERR Unexpected flag in script shebang: "),
        ] {
            assert_eq!(
                ScriptFlags::of(body.as_bytes()).map_err(|error| error.to_string()),
                Err(error.into())
            );
        }
    }
}
