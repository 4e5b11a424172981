//! What passes between a running script and whoever drives it.

/// What a script wants next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// `redis.call` or `redis.pcall`: run this and resume with its reply.
    Command {
        /// The command's name and arguments; never empty.
        args: Vec<Box<[u8]>>,
        /// The protocol that the reply must have, as `redis.setresp` left it.
        resp3: bool,
    },
    /// The script has run for a while without asking for anything: resume with [`Resume::Continue`] or [`Resume::Kill`].
    Slice,
    /// `redis.log`: resume with [`Resume::Continue`].
    Log {
        /// 0 debug, 1 verbose, 2 notice, 3 warning.
        level: u8,
        /// The line.
        text: Vec<u8>,
    },
    /// The script has ended.
    Done {
        /// The reply, encoded in the protocol of the calling client.
        reply: Vec<u8>,
        /// Whether the script failed; one that returns an error has not, though its reply is that error.
        error: bool,
    },
}

/// What a script is given to go on with.
#[derive(Clone, Copy, Debug)]
pub enum Resume<'a> {
    /// The reply to the command that it asked for, encoded in the protocol that it asked for.
    Reply(&'a [u8]),
    /// Go on.
    Continue,
    /// End with an error that the script cannot catch.
    Kill,
}
