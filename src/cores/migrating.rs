//! MIGRATE: keys that go to another server while their shards are held.
//!
//! ```text
//! client's core                 owners                     courier (a thread of its own)
//! hold ───────────────────────> lend the entries, wait
//!      <─────────────── held
//! pack ─────────────────────────────────────────────────> connect, send, read the replies
//!   (goes on with its turns)
//!      <───────────────────────────────────────────────── these keys have arrived
//! drop them from what is borrowed
//! release ────────────────────> take back what is left
//! ```
//!
//! Until the courier is back, nobody sees the keys or changes them: what the owners are asked waits, on their own clients' behalf and
//! on others'. Other cores go on. A client that vanishes meanwhile changes nothing: what has arrived there is gone from here.

use shards::{
    command::{Args, Error, given, registry::Id},
    resp::{Out, Reply},
};

use super::{
    core::Core,
    execute::Flow,
    holding::{Running, Sent},
};
use crate::{
    commands::{Migration, NodeRun},
    courier::{Delivery, Failure, Shipment},
    session::{Queued, SessionId},
};

impl Core {
    /// Whether a command sends keys to another server.
    #[inline]
    pub(super) fn migrates(&self, command: Id) -> bool {
        self.commands.node(command).is_some_and(|command| matches!(command.run, NodeRun::Migrate))
    }

    /// MIGRATE outside of a transaction.
    pub(super) fn run_migrate(&mut self, id: SessionId, command: Id, args: &Args<'_>) -> Flow {
        match Migration::read(args) {
            Err(error) => {
                self.node.shard.count_call(command, true);
                return self.refuse(id, &error);
            }
            Ok(migration) if migration.names_nothing() => {
                self.node.shard.count_call(command, false);
                if let Some(session) = self.node.sessions.get_mut(id) {
                    session.replies.write(nothing_there);
                }
                return Flow::Next;
            }
            Ok(_) => {}
        }
        let commands = vec![Queued::new(command, args)];
        let cores = self.needs(&commands).cores;
        if !self.has_room_for_reply(id) || !self.has_room_for_holds(id, &cores) {
            return Flow::Stall;
        }
        let mut running = Running::new(id, commands, cores, self.node.now_us);
        running.borrows = true;
        // It may take long: what keeps its place says that the client waits.
        running.reply = self.node.sessions.get_mut(id).map(|session| session.replies.expect());
        let held = self.hold(running, &[]);
        debug_assert!(held.is_ok(), "there was room a moment ago");
        Flow::Next
    }

    /// Packs what the next command of a transaction sends away, whose keys are borrowed. If that is nothing, the command is answered.
    pub(super) fn pack(&mut self, running: &Running) -> Option<(Shipment, Sent)> {
        let queued = running.commands.get(running.done)?;
        let database = self.node.sessions.get(running.client)?.database;
        let args = queued.args();
        let timing = self.node.shard.begin_timing(queued.command);
        let keyspace = &mut self.node.shard.keyspace;
        keyspace.select(usize::from(database));
        let packed = Migration::read(&args).map(|migration| {
            let sent = Sent { database, copies: migration.copies() };
            migration.pack(keyspace).map(|shipment| (shipment, sent))
        });
        self.node.shard.end_timing(queued.command, &timing);
        match packed {
            Ok(Some(packed)) => return Some(packed),
            Ok(None) => {
                self.node.shard.count_call(queued.command, false);
                self.answer_migrate(running, nothing_there);
            }
            Err(error) => {
                self.node.shard.count_call(queued.command, true);
                self.refuse(running.client, &error);
            }
        }
        None
    }

    /// Sends keys away; the transaction goes on when it is known what has become of them.
    pub(super) fn ship(&mut self, number: u64, mut running: Box<Running>, shipment: Shipment, sent: Sent) {
        running.sent = Some(sent);
        if running.is_exec
            && let Some(session) = self.node.sessions.get_mut(running.client)
        {
            session.replies.begin_pieces();
        }
        self.running.insert(number, running);
        self.shipments.push((number, shipment));
    }

    /// Keys that are to go to other servers. [`Core::delivered`] is to be told what has become of them, by the same numbers.
    pub fn take_shipments(&mut self) -> Vec<(u64, Shipment)> {
        std::mem::take(&mut self.shipments)
    }

    /// What the other server has taken is gone from here; the transaction goes on.
    pub fn delivered(&mut self, number: u64, delivery: Delivery) {
        let Some(mut running) = self.running.remove(&number) else { return };
        let Delivery { taken, failure } = delivery;
        if let Some(Sent { database, copies: false }) = running.sent.take() {
            self.borrowing(&mut running, |core, _| core.drop_taken(database, &taken));
        }
        let Some(queued) = running.commands.get(running.done) else { return };
        self.node.shard.count_call(queued.command, failure.is_some());
        match failure {
            None => self.answer_migrate(&running, |out| Reply::new(out, false).ok()),
            Some(failure) => {
                let error = refusal(failure);
                self.node.statistics.errors += 1;
                let mut out = Out::new();
                self.node.shard.answer_error(&error, &mut out);
                self.answer_migrate(&running, |replies| replies.append(&out));
            }
        }
        if running.is_exec {
            self.show_queued(running.client, queued);
        }
        running.done += 1;
        self.proceed(number, running);
    }

    /// Removes keys that are elsewhere now from what is borrowed.
    fn drop_taken(&mut self, database: u16, taken: &[Box<[u8]>]) {
        let keyspace = &mut self.node.shard.keyspace;
        keyspace.select(usize::from(database));
        for bytes in taken {
            let key = keyspace.key_named(bytes);
            keyspace.remove(&key);
            keyspace.notify_gone(&key);
        }
    }

    fn answer_migrate(&mut self, running: &Running, write: impl FnOnce(&mut Out)) {
        let Some(session) = self.node.sessions.get_mut(running.client) else { return };
        match running.reply {
            None => session.replies.write(write),
            Some(number) => {
                let mut out = Out::new();
                write(&mut out);
                session.replies.fulfil_here(number, 0, &out);
            }
        }
    }
}

fn nothing_there(out: &mut Out) {
    Reply::new(out, false).simple("NOKEY");
}

fn refusal(failure: Failure) -> Error {
    match failure {
        Failure::Connecting => Error::Text("IOERR error or timeout connecting to the client"),
        Failure::Writing => Error::Text("IOERR error or timeout writing to target instance"),
        Failure::Reading => Error::Text("IOERR error or timeout reading to target instance"),
        Failure::Refused(error) => {
            Error::Message(format!("ERR Target instance replied with error: {}", given(&error)))
        }
    }
}
