//! A script from step to step: the commands that it calls, where they run, and when it has to stand still.

use std::collections::HashSet;

use shards::{
    command::{Args, Command, Error, Flags, OwnedArgs, registry::Id},
    keyspace::{KeptKey, slot::slot_of},
    message::Modes,
    script::{Resume, Step},
    tx::LentKey,
};
use smallvec::SmallVec;

use super::{
    core::Core,
    scripts::{Asker, error_reply},
};
use crate::{
    commands::{FIRST_KEY, Node, Prepared},
    scripting::{Program, Reach, RunningFunction, log},
    session::{Principal, Queued},
};

/// Which keys a script may use as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// All: there is one shard.
    Whole,
    /// Those of this core's shard: it was called with such keys, and used no others so far.
    Declared,
    /// Those that are lent, and others for the asking: it holds all shards.
    Borrowed,
}

/// What a script does when it goes on.
#[derive(Debug)]
enum Next {
    /// What its engine said last.
    Step(Step),
    /// It computes.
    Compute,
    /// This command runs, which has waited for keys.
    Command(Queued),
    /// Its command has run, and its reply is there.
    Reply,
}

/// A script under way.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub struct Script {
    prepared: Prepared,
    /// The command that runs a function.
    shown: Option<OwnedArgs>,
    ground: Ground,
    /// The keys that it was called with, in order; only where it matters.
    declared: Vec<Box<[u8]>>,
    /// It has used others.
    strays: bool,
    /// Its client keeps copies of keys that are read, and none has been read.
    remembers: bool,
    /// It has run a command that writes.
    wrote: bool,
    /// It takes more than a moment.
    is_long: bool,
    since_us: i64,
    next: Next,
}

impl Script {
    /// What others are shown of it, if it is a function.
    fn as_function(&self) -> Option<RunningFunction> {
        let Program::Function(library, place) = &self.prepared.program else { return None };
        let args = self.shown.as_ref()?.args();
        Some(RunningFunction {
            name: std::sync::Arc::clone(&library.functions[*place].name),
            command: args.iter_from(0).map(Box::from).collect(),
            since_us: self.since_us,
        })
    }
}

/// Why a script does not go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// It has ended with this reply.
    Done(Vec<u8>),
    /// It has computed for long enough, for now.
    Slice,
    /// Its command needs these keys.
    Wants(Vec<LentKey>),
    /// Its command concerns all keys there are.
    Spreads,
    /// It has done nothing yet, and now uses keys that it was not called with.
    Strays,
}

/// What a script's command does next.
enum Called {
    /// It has run.
    Ran,
    /// It is refused.
    Refused(Option<Id>, Error),
    /// It waits, and the script with it.
    Waits(Stop),
    /// The script is to end.
    Killed,
}

impl Core {
    /// Begins a script.
    pub(super) fn begin_script(
        &mut self,
        prepared: Prepared,
        asker: &Asker,
        ground: Ground,
        args: &Args<'_>,
    ) -> Box<Script> {
        let behind_keys = FIRST_KEY + prepared.keys;
        let keys: SmallVec<[&[u8]; 8]> = (FIRST_KEY..behind_keys).map(|index| args.get(index)).collect();
        let argv: SmallVec<[&[u8]; 8]> = args.iter_from(behind_keys).collect();
        let mut declared: Vec<Box<[u8]>> = Vec::new();
        let remembers = asker.principal.modes.has(Modes::REMEMBER);
        if ground != Ground::Whole || remembers {
            declared.extend(keys.iter().map(|key| Box::from(*key)));
            declared.sort_unstable();
        }
        let Node { scripts, sessions, script_session, .. } = &mut self.node;
        if let Some(session) = sessions.get_mut(*script_session) {
            session.database = asker.database;
            session.acts_for = Some(asker.principal);
            session.review();
        }
        let step = scripts
            .start(&prepared.program, &keys, &argv, asker.resp3)
            .unwrap_or_else(|error| Step::Done { reply: error_reply(&error), error: true });
        let shown = matches!(prepared.program, Program::Function(..)).then(|| args.into());
        Box::new(Script {
            prepared,
            shown,
            ground,
            declared,
            strays: false,
            remembers,
            wrote: false,
            is_long: false,
            since_us: self.node.now_us,
            next: Next::Step(step),
        })
    }

    /// Goes on with a script until it has ended or has to stand still. `lent` is what was asked for, if it holds all shards.
    pub(super) fn drive(&mut self, script: &mut Script, lent: Option<&HashSet<LentKey>>) -> Stop {
        let mut step = match std::mem::replace(&mut script.next, Next::Compute) {
            Next::Step(step) => step,
            Next::Compute => self.compute(script),
            Next::Reply | Next::Command(_) if self.is_to_end(script) => {
                self.drop_reply();
                self.resume_script(Resume::Kill)
            }
            Next::Reply => self.hand_reply(),
            Next::Command(queued) => match self.run_called(script, queued, lent) {
                Called::Waits(stop) => return stop,
                called => self.after_call(called),
            },
        };
        loop {
            step = match step {
                Step::Command { args, resp3 } => {
                    match self.call(script, args.into_iter().collect(), resp3, lent) {
                        Called::Waits(stop) => return stop,
                        called => self.after_call(called),
                    }
                }
                Step::Slice => return Stop::Slice,
                Step::Log { level, text } => {
                    log(level, &text);
                    self.resume_script(Resume::Continue)
                }
                Step::Done { reply, .. } => return Stop::Done(reply),
            };
        }
    }

    fn resume_script(&mut self, with: Resume<'_>) -> Step {
        self.node.scripts.resume(with)
    }

    /// A script has computed for a while, and may go on if nobody wants it to end.
    fn compute(&mut self, script: &mut Script) -> Step {
        let ends = self.is_to_end(script);
        self.resume_script(if ends { Resume::Kill } else { Resume::Continue })
    }

    /// Whether somebody wants a script to end that stood still for a moment. From when it has taken too long, others may say so, and
    /// are refused; also if it never computes for long, but waits for other cores again and again.
    fn is_to_end(&mut self, script: &mut Script) -> bool {
        let limit_us = self.node.settings.busy_reply_threshold_ms.saturating_mul(1_000);
        if limit_us > 0 && (self.node.now_us - script.since_us).max(0) as u64 >= limit_us {
            self.begin_pause(script);
            self.node.server.watchdog.is_late(self.node.core);
        }
        script.is_long && !script.wrote && self.node.server.watchdog.is_killed(self.node.core)
    }

    /// A script goes on in the next turn: others may end it from now on.
    pub(super) fn begin_pause(&mut self, script: &mut Script) {
        if !std::mem::replace(&mut script.is_long, true) {
            self.node.server.watchdog.begin(self.node.core, script.wrote, script.as_function());
        }
    }

    /// What a script's command has come to.
    fn after_call(&mut self, called: Called) -> Step {
        match called {
            Called::Ran => self.hand_reply(),
            Called::Killed => self.resume_script(Resume::Kill),
            Called::Refused(command, error) => {
                if let Some(command) = command {
                    self.node.shard.calls[usize::from(command)].rejected += 1;
                }
                self.node.statistics.errors += 1;
                self.node.shard.count_error(&error.to_string());
                self.resume_script(Resume::Reply(&error_reply(&error)))
            }
            Called::Waits(_) => unreachable!("a script that waits goes on"),
        }
    }

    /// Hands the reply that stands in the session of scripts to the engine.
    fn hand_reply(&mut self) -> Step {
        /// A buffer of up to this size stays with the session, bytes.
        const KEEP_BYTES: usize = 64 * 1024;
        let Node { sessions, scripts, script_session, .. } = &mut self.node;
        let Some(session) = sessions.get_mut(*script_session) else {
            unreachable!("the session of scripts is gone")
        };
        debug_assert!(!session.replies.is_waiting(), "a script's command has no reply");
        let out = session.replies.out();
        let step = if out.splices().is_empty() {
            scripts.resume(Resume::Reply(out.bytes()))
        } else {
            scripts.resume(Resume::Reply(&out.to_vec()))
        };
        out.clear();
        session.replies.shrink(KEEP_BYTES);
        step
    }

    /// Forgets the reply that stands in the session of scripts, if there is one.
    fn drop_reply(&mut self) {
        if let Some(session) = self.node.sessions.get_mut(self.node.script_session) {
            session.replies.out().clear();
        }
    }

    /// A command that a script calls.
    fn call(
        &mut self,
        script: &mut Script,
        kept: OwnedArgs,
        resp3: bool,
        lent: Option<&HashSet<LentKey>>,
    ) -> Called {
        let args = kept.args();
        let (command, meant) = match self.check_called(script, &args) {
            Ok(found) => found,
            Err((command, error)) => return Called::Refused(command, error),
        };
        if let Some(session) = self.node.sessions.get_mut(self.node.script_session) {
            session.resp3 = resp3;
        }
        let mut queued = Queued { command, key_index: 0, slot: 0, hash: 0, kept: OwnedArgs::default() };
        if meant.keys.is_one() && script.ground != Ground::Borrowed {
            let key = args.get(1);
            (queued.key_index, queued.slot) = (1, slot_of(key));
            queued.hash = self.node.shard.keyspace.hash(key);
        }
        queued.kept = kept;
        self.run_called(script, queued, lent)
    }

    /// The command that a script calls, and its row, or that of its subcommand; unless a script may not run it.
    fn check_called(
        &mut self,
        script: &Script,
        args: &Args<'_>,
    ) -> Result<(Id, &'static Command), (Option<Id>, Error)> {
        const UNKNOWN: Error = Error::Text("ERR Unknown Redis command called from script");
        const ARITY: Error = Error::Text("ERR Wrong number of args calling Redis command from script");
        let command = self.commands.registry().find(args.get(0)).ok_or((None, UNKNOWN))?;
        if !self.commands.row(command).arity.takes(args.len()) {
            return Err((Some(command), ARITY));
        }
        let meant = self.commands.meant(command, args).map_err(|(command, _)| match command {
            Some(_) => (command, ARITY),
            None => (None, UNKNOWN),
        })?;
        let row = self.commands.row(meant);
        let refuse = |error| Err((Some(meant), error));
        // A script's keys cannot be on their way to another server while it stands in their midst.
        if row.flags.has(Flags::NOSCRIPT) && !(row.name == "DEBUG" && self.node.debug_in_scripts)
            || self.migrates(command)
        {
            return refuse(Error::Text("ERR This Redis command is not allowed from script"));
        }
        let writes = row.flags.has_any(Flags::WRITE.and(Flags::MAY_REPLICATE));
        if script.prepared.read_only && writes {
            return refuse(Error::Text("ERR Write commands are not allowed from read-only scripts."));
        }
        // Once a script has written, it may go on.
        let Prepared { out_of_memory, allow_oom, .. } = script.prepared;
        if out_of_memory && !allow_oom && !script.wrote && row.flags.has(Flags::DENYOOM) {
            return refuse(Error::OutOfMemory);
        }
        Ok((command, row))
    }

    /// Runs a script's command if its keys are at hand.
    fn run_called(&mut self, script: &mut Script, queued: Queued, lent: Option<&HashSet<LentKey>>) -> Called {
        let row = self.meant(queued.command, &queued.args());
        if script.ground != Ground::Whole && self.strays(script, row, &queued) {
            script.strays = true;
            if script.ground == Ground::Declared {
                if !script.wrote {
                    return Called::Waits(Stop::Strays);
                }
                if !self.has_at_hand(row, &queued) {
                    return Called::Refused(None, Error::Text(BEYOND));
                }
            }
        }
        if script.ground == Ground::Borrowed
            && let Some(stop) = self.missing_of(row, &queued, lent)
        {
            script.next = Next::Command(queued);
            return Called::Waits(stop);
        }
        if row.flags.has(Flags::WRITE) && !self.begin_write(script) {
            return Called::Killed;
        }
        self.run_in_script(&queued);
        if script.remembers && row.flags.has(Flags::READONLY) {
            self.remember_declared(script);
        }
        Called::Ran
    }

    /// A script has read: as in Redis 7.0, its client is told of all keys that the script was called with, besides those that it reads.
    #[cold]
    fn remember_declared(&mut self, script: &mut Script) {
        script.remembers = false;
        let reader = self.reader(self.node.script_session);
        let Node { shard, stales, .. } = &mut self.node;
        if shard.keyspace.is_borrowing() {
            let changes = shard.keyspace.touched_len();
            stales.borrowed.extend(script.declared.iter().map(|key| (changes, KeptKey::from_slice(key))));
            return;
        }
        for key in &script.declared {
            shard.tracking.remember(reader, key);
        }
        shard.record_if_needed();
    }

    /// A script's command is about to write; false if somebody has ended the script before.
    fn begin_write(&mut self, script: &mut Script) -> bool {
        let first = !std::mem::replace(&mut script.wrote, true);
        if first && script.is_long && self.node.server.watchdog.wrote(self.node.core) {
            script.wrote = false;
            return false;
        }
        true
    }

    /// Whether a command uses keys that its script was not called with, or may do so.
    fn strays(&self, script: &Script, row: &Command, queued: &Queued) -> bool {
        let args = &queued.args();
        !self.runs_on_its_keys(queued.command, args)
            || self.reads_beyond(row, args)
            || row.keys.places(args).any(|index| {
                script.declared.binary_search_by(|declared| (**declared).cmp(args.get(index))).is_err()
            })
    }

    /// Whether this core's shard has all that a command uses.
    fn has_at_hand(&self, row: &Command, queued: &Queued) -> bool {
        let args = &queued.args();
        let mut keys = row.keys.places(args);
        self.runs_on_its_keys(queued.command, args)
            && !self.reads_beyond(row, args)
            && keys.all(|index| self.routes.owner(slot_of(args.get(index))) == self.me)
    }

    /// What a command needs that is not lent.
    fn missing_of(
        &mut self,
        row: &Command,
        queued: &Queued,
        lent: Option<&HashSet<LentKey>>,
    ) -> Option<Stop> {
        let (id, args) = (self.node.script_session, &queued.args());
        if !self.runs_on_its_keys(queued.command, args) {
            return Some(Stop::Spreads);
        }
        let lent = lent?;
        let database = self.node.sessions.get(id).map_or(0, |session| session.database);
        let mut missing = self.named_keys(database, row, args);
        missing.retain(|key| !lent.contains(key));
        if missing.is_empty() {
            missing = self.wanted(lent, id, queued.command, args);
        }
        (!missing.is_empty()).then_some(Stop::Wants(missing))
    }

    /// Runs a command in the session of scripts. Whether there is memory for it was asked when its script began.
    fn run_in_script(&mut self, queued: &Queued) {
        let id = self.node.script_session;
        self.node.shard.keyspace.is_scripted = true;
        self.run_queued(id, queued);
        self.node.shard.keyspace.is_scripted = false;
        self.show_queued(id, queued);
    }

    /// Runs the command for which a script waits, on all shards, which are held. It reads no key that anybody keeps a copy of.
    pub(super) fn run_called_on_all(&mut self, script: &mut Script) {
        let Next::Command(queued) = std::mem::replace(&mut script.next, Next::Reply) else {
            unreachable!("a script waits for no command")
        };
        let row = self.meant(queued.command, &queued.args());
        if row.flags.has(Flags::WRITE) {
            // Whoever ends it now comes too late.
            script.wrote = true;
            if script.is_long {
                self.node.server.watchdog.wrote(self.node.core);
            }
        }
        let id = self.node.script_session;
        let principal = self.set_principal(None);
        self.keep_behind(id, true);
        self.run_in_script(&queued);
        self.keep_behind(id, false);
        self.set_principal(principal);
    }

    /// For whom the session of scripts runs commands from now on; returns for whom it did.
    fn set_principal(&mut self, principal: Option<Principal>) -> Option<Principal> {
        let session = self.node.sessions.get_mut(self.node.script_session)?;
        let before = std::mem::replace(&mut session.acts_for, principal);
        session.review();
        before
    }

    /// A script has ended with this reply.
    pub(super) fn end_script(&mut self, command: Id, script: &Script, reply: &[u8]) {
        self.forget_script(script);
        let failed = reply.first() == Some(&b'-');
        self.node.shard.count_call(command, failed);
        // An error of one of its commands, which the script handed on, has been counted.
        if failed && !self.node.scripts.error_is_counted() {
            self.node.statistics.errors += 1;
            self.node.shard.count_error(&String::from_utf8_lossy(&reply[1..]));
        }
        let reach = if script.strays { Reach::Beyond } else { Reach::Declared };
        if script.ground != Ground::Whole {
            self.node.scripts.note_reach(&self.node.server.library, &script.prepared.program, reach);
        }
    }

    /// A script that has done nothing yet is not gone on with: it must hold all shards.
    pub(super) fn drop_script(&mut self, script: &Script) {
        let mut step = self.resume_script(Resume::Kill);
        // Whatever it says on its way out is of no use.
        while !matches!(step, Step::Done { .. }) {
            step = self.resume_script(Resume::Kill);
        }
        self.forget_script(script);
        let Node { scripts, server, .. } = &mut self.node;
        scripts.note_reach(&server.library, &script.prepared.program, Reach::Beyond);
    }

    fn forget_script(&mut self, script: &Script) {
        if script.is_long {
            let watchdog = &self.node.server.watchdog;
            watchdog.end(self.node.core);
            // What its client asked behind it runs in this turn.
            self.node.pause.set_busy(watchdog.is_busy());
        }
        self.set_principal(None);
    }
}

/// What a script gets that has written where its keys are, and then uses others.
const BEYOND: &str = "ERR this script was called with keys of one shard, has written to some, and now uses keys that it was not called with. \
     That was its first time: from now on it holds all shards, so that it can be called again";
