//! For whom a command runs: who gets its reply, and how it is to be run.

/// Who waits for the reply: a session of the sending core, the place in its order of replies, the part of a merged reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Index of the session on its core.
    pub session: u32,
    /// Tells sessions apart that had the same index one after the other.
    pub generation: u32,
    /// The command's number within its session.
    pub sequence: u32,
    /// Which part of the reply this is; 0 for a reply in one part.
    pub part: u16,
}

impl Token {
    /// A session that no core has: replies to what no client asked for go nowhere.
    pub const NOBODY: Token = Token { session: u32::MAX, generation: u32::MAX, sequence: 0, part: 1 };

    /// The part of a call that may wait. An empty reply to it says that it does; then the reply comes in a [`Note::Served`](crate::message::Note::Served).
    pub const MAY_WAIT: u16 = u16::MAX;

    /// The part of a script that is to stay within its owner's keys. An empty reply to it says that it did not, and has done nothing.
    pub const SCRIPT: u16 = u16::MAX - 1;

    /// Whether an empty reply means that the command has not run to its end.
    #[inline]
    pub const fn is_of_a_try(&self) -> bool {
        self.part >= Self::SCRIPT
    }
}

/// How a command is to be run for its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes(u8);

impl Modes {
    /// The reply is written in RESP3.
    pub const RESP3: Modes = Modes(1);
    /// Looking a key up does not count as using it.
    pub const NO_TOUCH: Modes = Modes(1 << 1);
    /// The client tracks keys: it matters which ones its own command changes.
    pub const TRACKS: Modes = Modes(1 << 2);
    /// The client keeps copies of the keys that the command reads.
    pub const REMEMBER: Modes = Modes(1 << 3);
    /// The command is one part of several: whether there is memory for it was asked before.
    pub const GRANTED: Modes = Modes(1 << 4);

    /// With this mode on top, if `on`.
    #[inline]
    #[must_use]
    pub const fn with(self, mode: Modes, on: bool) -> Modes {
        if on { Modes(self.0 | mode.0) } else { self }
    }

    /// Without these modes.
    #[inline]
    #[must_use]
    pub const fn without(self, modes: Modes) -> Modes {
        Modes(self.0 & !modes.0)
    }

    /// Whether the command runs as commands do, whatever the protocol of its reply and whoever looked for memory.
    #[inline]
    pub const fn is_plain(self) -> bool {
        self.without(Self::RESP3).without(Self::GRANTED).0 == 0
    }

    /// Whether all of `modes` are on.
    #[inline]
    pub const fn has(self, modes: Modes) -> bool {
        self.0 & modes.0 == modes.0
    }
}
