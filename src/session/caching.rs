//! A client that keeps copies of keys (CLIENT TRACKING): which ones, and who is told when they are stale.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::SessionId;

/// How a client tracks keys.
#[derive(Debug, Default)]
pub struct Caching {
    /// Who gets the messages instead of itself.
    pub redirect: Option<Redirect>,
    /// That one was gone when there was a message for it.
    pub broken: bool,
    /// It hears of all keys with its prefixes, whether or not it has read them.
    pub broadcast: bool,
    /// Those prefixes.
    pub prefixes: BTreeSet<Bytes>,
    /// Of which keys it keeps copies.
    pub choice: Choice,
    /// It does not hear of what it changes itself.
    pub no_loop: bool,
    /// CLIENT CACHING was said.
    pub said: Said,
}

/// Where the messages of a client go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The number of the client that gets them.
    pub target: u64,
    /// Its core.
    pub core: u16,
    /// Its session there.
    pub session: SessionId,
}

/// Of which of the keys that it reads a client keeps copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Of all.
    #[default]
    All,
    /// Of those that a command reads which follows CLIENT CACHING YES.
    In,
    /// Of all but those that a command reads which follows CLIENT CACHING NO.
    Out,
}

/// For which command CLIENT CACHING counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// For none.
    #[default]
    Nothing,
    /// For the next one.
    Next,
    /// For the one that the client runs after so many others.
    After(u64),
}

impl Caching {
    /// Whether copies are kept of the keys that the running command reads.
    pub fn keeps_read_keys(&self) -> bool {
        let said = self.said != Said::Nothing;
        !self.broadcast
            && match self.choice {
                Choice::All => true,
                Choice::In => said,
                Choice::Out => !said,
            }
    }

    /// Takes note that the command runs which follows `commands` others, or that it is tried again.
    pub fn begin_command(&mut self, commands: u64) {
        self.said = match self.said {
            Said::Next => Said::After(commands),
            Said::After(before) if before == commands => self.said,
            Said::After(_) | Said::Nothing => Said::Nothing,
        };
    }

    /// Heap bytes.
    pub fn heap_bytes(&self) -> usize {
        let prefixes: usize = self.prefixes.iter().map(|prefix| prefix.len() + size_of::<Bytes>()).sum();
        size_of::<Self>() + prefixes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caching_counts_for_one_command_however_often_it_is_tried() {
        let mut caching = Caching { choice: Choice::In, ..Caching::default() };
        assert!(!caching.keeps_read_keys());
        caching.said = Said::Next;
        caching.begin_command(7);
        caching.begin_command(7);
        assert!(caching.keeps_read_keys());
        caching.begin_command(8);
        assert!(!caching.keeps_read_keys());
        caching.choice = Choice::Out;
        assert!(caching.keeps_read_keys());
    }

    #[test]
    fn who_hears_of_all_keys_keeps_none_in_particular() {
        assert!(Caching::default().keeps_read_keys());
        assert!(!Caching { broadcast: true, ..Caching::default() }.keeps_read_keys());
    }
}
