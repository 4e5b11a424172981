//! EVAL and its relatives: their rows, and what is refused before a script runs. They run in [`crate::cores`], which knows the shards.

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys},
    script::{ScriptFlags, Sha},
};

use crate::{
    commands::{Node, NodeCommand, NodeRun},
    scripting::Known,
};

/// What another client's command gets while a script takes too long.
pub const BUSY: Error =
    Error::Text("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.");

/// How a command says which script it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// By its text.
    Body,
    /// By its name.
    Name,
}

const RUNS_SCRIPT: Command = Command {
    arity: Arity::at_least(3),
    flags: Flags::NOSCRIPT.and(Flags::STALE).and(Flags::SKIP_MONITOR).and(Flags::NO_MANDATORY_KEYS),
    acl: Acl::SCRIPTING,
    keys: Keys::TIMED_AND_COUNTED,
    key_use: &["RW", "access", "update"],
    group: Group::Scripting,
    since: "2.6.0",
    summary: "Executes a server-side Lua script.",
    complexity: "Depends on the script that is executed.",
    ..Command::DEFAULT
};

/// Of a script that must not write.
const READS_ONLY: Command = Command {
    flags: RUNS_SCRIPT.flags.and(Flags::READONLY),
    key_use: &["RO", "access"],
    since: "7.0.0",
    summary: "Executes a read-only server-side Lua script.",
    ..RUNS_SCRIPT
};

pub static EVAL: NodeCommand = NodeCommand {
    row: Command { name: "EVAL", syntax: "script numkeys [key [key ...]] [arg [arg ...]]", ..RUNS_SCRIPT },
    run: NodeRun::Script(Given::Body),
};

pub static EVALSHA: NodeCommand = NodeCommand {
    row: Command { name: "EVALSHA", syntax: "sha1 numkeys [key [key ...]] [arg [arg ...]]", ..RUNS_SCRIPT },
    run: NodeRun::Script(Given::Name),
};

pub static EVAL_RO: NodeCommand = NodeCommand {
    row: Command { name: "EVAL_RO", syntax: EVAL.row.syntax, ..READS_ONLY },
    run: NodeRun::Script(Given::Body),
};

pub static EVALSHA_RO: NodeCommand = NodeCommand {
    row: Command { name: "EVALSHA_RO", syntax: EVALSHA.row.syntax, ..READS_ONLY },
    run: NodeRun::Script(Given::Name),
};

/// A script that may run.
#[derive(Clone, Copy, Debug)]
pub struct Prepared {
    /// Its name.
    pub sha: Sha,
    /// What is known of it.
    pub known: Known,
    /// How many of the arguments behind their number are keys.
    pub keys: usize,
    /// Whether it must not write.
    pub read_only: bool,
    /// Whether it may use memory, however much is used.
    pub allow_oom: bool,
    /// Whether memory was used up when it began.
    pub out_of_memory: bool,
}

/// Index of the first key of a command that runs a script.
pub const FIRST_KEY: usize = 3;

impl Node {
    /// Whether the script that a command runs may write, as far as can be told before it is prepared.
    pub fn may_write(&mut self, row: &Command, given: Given, args: &Args<'_>) -> bool {
        let flags = match given {
            Given::Body => ScriptFlags::of(args.get(1)).ok().map(|(flags, _)| flags),
            Given::Name => Sha::parse(args.get(1))
                .and_then(|sha| self.scripts.find(&self.server.library, &sha).ok().flatten())
                .map(|known| known.flags),
        };
        !row.flags.has(Flags::READONLY) && !flags.is_some_and(|flags| flags.no_writes)
    }

    /// Finds the script that a command runs, and what it may do.
    ///
    /// # Errors
    /// What Redis refuses before a script runs; `executing` if EXEC runs it.
    pub fn prepare_script(
        &mut self,
        row: &Command,
        given: Given,
        args: &Args<'_>,
        executing: bool,
    ) -> Result<Prepared, Error> {
        const ALLOW_OOM_IS_NOT_SET: Error = Error::Text(
            "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'",
        );
        const NO_SCRIPT: Error = Error::Text("NOSCRIPT No matching script. Please use EVAL.");
        let library = &self.server.library;
        // What is no name at all names no script, however many keys there are.
        if given == Given::Name && args.get(1).len() != 40 {
            return Err(NO_SCRIPT);
        }
        let keys = args.integer(2)?;
        if keys > args.len() as i64 - FIRST_KEY as i64 {
            return Err(Error::Text("ERR Number of keys can't be greater than number of args"));
        }
        let keys = usize::try_from(keys).map_err(|_| Error::Text("ERR Number of keys can't be negative"))?;
        let (sha, known) = match given {
            Given::Body => self.scripts.load(library, args.get(1))?,
            Given::Name => {
                let sha = Sha::parse(args.get(1)).ok_or(NO_SCRIPT)?;
                (sha, self.scripts.find(library, &sha)?.ok_or(NO_SCRIPT)?)
            }
        };
        let flags = known.flags;
        let reads_only = row.flags.has(Flags::READONLY);
        let out_of_memory = self.shard.is_out_of_memory();
        if flags.declared {
            if reads_only && !flags.no_writes {
                return Err(Error::Text("ERR Can not execute a script with write flag using *_ro command."));
            }
            if out_of_memory && !flags.allow_oom && !flags.no_writes {
                return Err(if executing { ALLOW_OOM_IS_NOT_SET } else { Error::OutOfMemory });
            }
            if flags.no_cluster && self.settings.cluster_ports.is_some() {
                return Err(Error::Text("ERR Can not run script on cluster, 'no-cluster' flag is set."));
            }
        }
        Ok(Prepared {
            sha,
            known,
            keys,
            read_only: reads_only || flags.declared && flags.no_writes,
            allow_oom: flags.declared && flags.allow_oom,
            out_of_memory,
        })
    }
}
