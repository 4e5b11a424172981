//! What is refused before a script or a function runs, and while one takes too long.

use shards::{
    command::{Args, Command, Error, Flags},
    script::{ScriptFlags, Sha},
};

use crate::{
    commands::{Here, Node, Server},
    scripting::{Ended, Kind, Program},
};

/// What another client's command gets while a script takes too long.
const BUSY_SCRIPT: Error =
    Error::Text("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.");

/// The same for a function.
const BUSY_FUNCTION: Error =
    Error::Text("BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.");

/// What another client's command gets while a script or a function takes too long.
pub fn busy(server: &Server) -> Error {
    match server.watchdog.busy_with() {
        Some(Kind::Function) => BUSY_FUNCTION,
        // It may have ended since.
        Some(Kind::Script) | None => BUSY_SCRIPT,
    }
}

/// Ends scripts or functions that take long.
///
/// # Errors
/// If there are none, or one has written.
pub fn end_long(here: &Here<'_>, kind: Kind) -> Result<(), Error> {
    match here.node.server.watchdog.kill(kind) {
        Ended::Killed => Ok(()),
        Ended::Nothing => Err(Error::Text("NOTBUSY No scripts in execution right now.")),
        Ended::Other => Err(if kind == Kind::Script { BUSY_FUNCTION } else { BUSY_SCRIPT }),
        Ended::Wrote => Err(Error::Text(
            "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.",
        )),
    }
}

/// How a command says what it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// A script by its text.
    Body,
    /// A script by its name.
    Name,
    /// A function by its name.
    Function,
}

/// A script or a function that may run.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Which one.
    pub program: Program,
    /// How many of the arguments behind their number are keys.
    pub keys: usize,
    /// Whether it must not write.
    pub read_only: bool,
    /// Whether it may use memory, however much is used.
    pub allow_oom: bool,
    /// Whether memory was used up when it began.
    pub out_of_memory: bool,
}

/// Index of the first key of a command that runs a script or a function.
pub const FIRST_KEY: usize = 3;

const NO_SCRIPT: Error = Error::Text("NOSCRIPT No matching script. Please use EVAL.");

/// How many keys a command is called with.
fn key_count(args: &Args<'_>, no_number: Error) -> Result<usize, Error> {
    let keys = args.integer(2).map_err(|_| no_number)?;
    if keys > args.len() as i64 - FIRST_KEY as i64 {
        return Err(Error::Text("ERR Number of keys can't be greater than number of args"));
    }
    usize::try_from(keys).map_err(|_| Error::Text("ERR Number of keys can't be negative"))
}

impl Node {
    /// What the script or function that a command runs says of itself, as far as can be told before it is prepared.
    fn flags_of(&mut self, given: Given, args: &Args<'_>) -> Option<ScriptFlags> {
        match given {
            Given::Body => ScriptFlags::of(args.get(1)).ok().map(|(flags, _)| flags),
            Given::Name => Sha::parse(args.get(1))
                .and_then(|sha| self.scripts.find(&self.server.library, &sha).ok().flatten())
                .map(|known| known.flags),
            Given::Function => self
                .scripts
                .functions
                .find(&self.server.functions, args.get(1))
                .map(|(library, place)| library.functions[place].flags),
        }
    }

    /// Whether a command runs a script or function that says that it may need memory.
    pub fn needs_memory(&mut self, given: Given, args: &Args<'_>) -> bool {
        let flags = self.flags_of(given, args);
        flags.is_some_and(|flags| flags.declared && !flags.allow_oom && !flags.no_writes)
    }

    /// Whether the script or function that a command runs may write, as far as can be told before it is prepared.
    pub fn may_write(&mut self, row: &Command, given: Given, args: &Args<'_>) -> bool {
        let flags = self.flags_of(given, args);
        !row.flags.has(Flags::READONLY) && !flags.is_some_and(|flags| flags.no_writes)
    }

    /// Finds the script or function that a command runs, and what it may do.
    ///
    /// # Errors
    /// What Redis refuses before it runs; `executing` if EXEC runs it.
    pub fn prepare_script(
        &mut self,
        row: &Command,
        given: Given,
        args: &Args<'_>,
        executing: bool,
    ) -> Result<Prepared, Error> {
        let (program, flags, keys) = match given {
            Given::Body | Given::Name => self.find_script(given, args)?,
            Given::Function => self.find_function(args, executing)?,
        };
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
            program,
            keys,
            read_only: reads_only || flags.declared && flags.no_writes,
            allow_oom: flags.declared && flags.allow_oom,
            out_of_memory,
        })
    }

    fn find_script(&mut self, given: Given, args: &Args<'_>) -> Result<(Program, ScriptFlags, usize), Error> {
        let library = &self.server.library;
        // What is no name at all names no script, however many keys there are.
        if given == Given::Name && args.get(1).len() != 40 {
            return Err(NO_SCRIPT);
        }
        let keys = key_count(args, Error::NotAnInteger)?;
        let (sha, known) = match given {
            Given::Name => {
                let sha = Sha::parse(args.get(1)).ok_or(NO_SCRIPT)?;
                (sha, self.scripts.find(library, &sha)?.ok_or(NO_SCRIPT)?)
            }
            _ => self.scripts.load(library, args.get(1))?,
        };
        Ok((Program::Script(sha), known.flags, keys))
    }

    fn find_function(
        &mut self,
        args: &Args<'_>,
        executing: bool,
    ) -> Result<(Program, ScriptFlags, usize), Error> {
        let found = self.scripts.functions.find(&self.server.functions, args.get(1));
        let (library, place) = found.ok_or(Error::Text("ERR Function not found"))?;
        let flags = library.functions[place].flags;
        // A command that is refused for want of memory is refused before anything else is looked at.
        if !executing && !flags.allow_oom && !flags.no_writes && self.shard.is_out_of_memory() {
            return Err(Error::OutOfMemory);
        }
        let keys = key_count(args, Error::Text("ERR Bad number of keys provided"))?;
        Ok((Program::Function(library, place), flags, keys))
    }
}

const ALLOW_OOM_IS_NOT_SET: Error =
    Error::Text("OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'");
