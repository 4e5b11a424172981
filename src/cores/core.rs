//! One core, sans-I/O: its clients, its shard, what it owes other cores and what they owe it.
//!
//! The machine drives it in turns. In each turn it shows the core the time ([`Core::begin_turn`]), what other cores sent
//! ([`Core::arrive`]), what clients sent ([`Core::receive`]), ends the turn ([`Core::seal`]), takes the steps of sending
//! ([`Core::next_push`]) and, when all are taken, sends what stands in the replies of the [`Core::take_dirty`] sessions. What
//! other cores sent must be taken *after* the clients' bytes have come in and before these are run: a client's bytes may have been
//! sent by someone who knows what another core's envelope in this inbox did.
//!
//! The simulation drives the same core without any machine.

use std::collections::{BTreeSet, HashMap};

use shards::shard::Admission;

use crate::{
    commands::{Commands, Node, commands},
    courier::Shipment,
    mesh::{Arrivals, CREDITS, Outbox, Push, Routes},
    session::{Closing, Session, SessionId, Spread},
};

use super::{holding::Running, scripts::Paused, staged::Batch};

/// One core.
#[expect(clippy::vec_box, reason = "spreads travel in their boxes, which are used again")]
#[derive(Debug)]
pub struct Core {
    /// What commands may see of it.
    pub node: Node,
    pub(super) commands: &'static Commands,
    pub(super) routes: Routes,
    pub(super) me: u16,
    pub(super) outbox: Outbox,
    pub(super) arrivals: Arrivals,
    pub(super) batch: Batch,
    /// To use again.
    pub(super) spreads: Vec<Box<Spread>>,
    pub(super) scratch: shards::resp::Out,
    /// Transactions that hold shards, by number.
    pub(super) running: HashMap<u64, Box<Running>>,
    pub(super) next_transaction: u64,
    /// Keys that are to go to other servers, with the numbers of the transactions that hold them here.
    pub(super) shipments: Vec<(u64, Shipment)>,
    /// The number of the transaction whose commands run: room was made sure of before. 0 if none do.
    pub(super) executing: u16,
    last_executing: u16,
    /// The script that goes on in the next turn.
    pub(super) paused_script: Option<Paused>,
    /// Clients whose script must run once more, holding all shards, as soon as there is room.
    pub(super) scripts_again: Vec<SessionId>,
    /// When waiting commands have waited long enough, milliseconds since 1970.
    pub(super) deadlines: BTreeSet<(i64, SessionId)>,
    /// Sessions whose waiting command only this core can run, and now can.
    pub(super) ready: Vec<SessionId>,
    /// Sessions go on that waited, or can be made to.
    pub(super) unblocked: bool,
    dirty: Vec<SessionId>,
    pub(super) stalled: Vec<SessionId>,
    /// A session whose command needs room at many cores at once, and which has waited long: until it has run, nobody else sends.
    pub(super) reserved: Option<SessionId>,
    /// Since when, microseconds since 1970.
    pub(super) reserved_us: i64,
    /// When each core last answered, likewise.
    pub(super) answered_us: Vec<i64>,
    /// Credits or replies came back: stalled sessions may go on.
    pub(super) relieved: bool,
}

impl Core {
    /// The core around `node`.
    pub fn new(node: Node) -> Self {
        Self::with_credits(node, CREDITS)
    }

    /// The core around `node`, of which at most `credits` envelopes to each other core are unanswered. The inboxes must have room
    /// for them.
    pub fn with_credits(node: Node, credits: u8) -> Self {
        let routes = node.server.routes;
        Self {
            commands: commands(),
            routes,
            me: node.core as u16,
            outbox: Outbox::new(node.core, routes.shards(), credits),
            arrivals: Arrivals::default(),
            batch: Batch::default(),
            spreads: Vec::new(),
            scratch: shards::resp::Out::new(),
            running: HashMap::new(),
            next_transaction: 0,
            shipments: Vec::new(),
            executing: 0,
            last_executing: 0,
            paused_script: None,
            scripts_again: Vec::new(),
            deadlines: BTreeSet::new(),
            ready: Vec::new(),
            unblocked: false,
            dirty: Vec::new(),
            stalled: Vec::new(),
            reserved: None,
            reserved_us: 0,
            answered_us: vec![0; routes.shards()],
            relieved: false,
            node,
        }
    }

    /// Starts a turn at this time, microseconds since 1970.
    pub fn begin_turn(&mut self, now_us: i64) {
        self.node.now_us = now_us;
        self.node.limit_memory();
        // For a transaction that holds shards, and a script that goes on, time stands still.
        if !self.arrivals.is_held() {
            self.node.shard.keyspace.set_now_ms(now_us / 1_000);
        }
        self.node.pause.look_at_clock(now_us / 1_000);
        if self.has_news() {
            // Who waited for a core that is held is refused now.
            self.node.pause.set_busy(!self.node.pause.is_busy());
            self.relieved = true;
        }
        if !self.deadlines.is_empty() {
            self.time_out();
        }
        if self.reserved.is_some() {
            self.look_at_reserved();
        }
        if self.paused_script.is_some() {
            self.continue_script();
        }
    }

    /// Commands are about to run: where the process has more than it may, even those that need no memory find room made.
    #[inline]
    pub(super) fn before_commands(&mut self) {
        if self.node.is_beyond_memory() && self.keys_may_go() {
            // Once a turn: what the news of keys that went takes counts only afterwards.
            self.node.make_room();
        }
    }

    /// Whether keys may be evicted now. While clients are paused, or a transaction holds the shard, none vanishes by itself.
    pub(super) fn keys_may_go(&self) -> bool {
        !self.node.pause.is_on() && !self.arrivals.is_held()
    }

    /// Takes a client in.
    pub fn open(&mut self, session: Session) -> SessionId {
        self.node.statistics.connections += 1;
        let number = session.id;
        let id = self.node.sessions.insert(session);
        self.node.server.tracking.add_client(number, self.node.core, id);
        id
    }

    /// Forgets a client. Replies still on their way to it are dropped.
    pub fn close(&mut self, id: SessionId) {
        if self.reserved == Some(id) {
            self.reserved = None;
            self.relieved = true;
        }
        self.unwatch(id);
        self.withdraw(id);
        match self.node.sessions.get_mut(id) {
            Some(session) if session.transaction.running => session.orphaned = true,
            _ => self.forget(id),
        }
    }

    fn forget(&mut self, id: SessionId) {
        if let Some(session) = self.node.sessions.remove(id) {
            self.node.server.tracking.remove_client(session.id);
        }
    }

    /// The client's transaction or script has ended: it goes on.
    pub(super) fn end_running(&mut self, id: SessionId) {
        self.relieved = true;
        let Some(session) = self.node.sessions.get_mut(id) else { return };
        session.transaction.running = false;
        session.replies.end_pieces();
        if session.orphaned {
            return self.forget(id);
        }
        self.mark_dirty(id);
    }

    /// A client gets nothing more: what it listens to and waits for is for others.
    pub fn withdraw(&mut self, id: SessionId) {
        self.abandon_wait(id);
        self.node.stop_listening(id);
    }

    /// The number of a transaction whose commands are going to run; never 0.
    pub(super) fn begin_executing(&mut self) {
        self.last_executing = self.last_executing.checked_add(1).unwrap_or(1);
        self.executing = self.last_executing;
        self.node.shard.memory.set_admission(Admission::Running);
    }

    /// The commands that were going to run have run, or wait.
    pub(super) fn end_executing(&mut self) {
        self.executing = 0;
        self.node.shard.memory.set_admission(Admission::Asked);
    }

    /// Lists a session as having something to send or to be closed.
    #[inline]
    pub(super) fn mark_dirty(&mut self, id: SessionId) {
        if let Some(session) = self.node.sessions.get_mut(id).filter(|session| !session.dirty) {
            session.dirty = true;
            self.dirty.push(id);
        }
    }

    /// Lists a session as waiting for another core before it may run its next command.
    pub(super) fn stall(&mut self, id: SessionId) {
        if let Some(session) = self.node.sessions.get_mut(id).filter(|session| !session.stalled) {
            session.stalled = true;
            self.stalled.push(id);
        }
    }

    /// Lets stalled sessions go on, if something came back that they may have waited for. Sessions that still cannot go on stall
    /// again, behind those that have not had their turn.
    pub fn resume(&mut self) {
        if !self.ready.is_empty() {
            self.run_ready();
        }
        if !self.scripts_again.is_empty() {
            self.run_scripts_again();
        }
        self.relieved |= self.node.pause.take_ended() || std::mem::take(&mut self.unblocked);
        if !std::mem::take(&mut self.relieved) || self.stalled.is_empty() {
            return;
        }
        for id in std::mem::take(&mut self.stalled) {
            // Who waits for something is listed again when it is answered.
            if let Some(session) = self.node.sessions.get_mut(id).filter(|session| session.blocked.is_none())
            {
                session.stalled = false;
                session.paused = false;
                self.run_kept(id);
                self.mark_dirty(id);
            }
        }
    }

    /// Whether sessions wait for other cores.
    pub fn has_stalled(&self) -> bool {
        !self.stalled.is_empty()
    }

    /// Ends the turn: from now on [`Core::next_push`] gives the steps of sending.
    pub fn seal(&mut self) {
        for (id, why) in std::mem::take(&mut self.node.unblocked) {
            self.answer_given_up(id, why);
        }
        // A command of this turn let others go on, and these may let others: nothing else would wake them.
        while self.unblocked || self.node.pause.has_ended() {
            self.resume();
        }
        self.node.shard.tell_touched();
        if self.node.has_stale() {
            self.node.send_stale();
        }
        self.node.share_memory();
        self.announce();
        self.send_posts();
        self.outbox.seal();
        for id in std::mem::take(&mut self.node.touched) {
            self.mark_dirty(id);
        }
    }

    /// The next step of sending. All must be taken, in order, before anything is written to a socket.
    #[inline]
    pub fn next_push(&mut self) -> Option<Push> {
        self.outbox.next_push()
    }

    /// Whether an envelope that was laid aside may run now, or a script goes on. To be asked before a sleep, after the sleep was
    /// announced to the other cores.
    pub fn has_runnable(&self, published: impl Fn(u16) -> u64) -> bool {
        self.paused_script.is_some() || self.has_news() || self.arrivals.has_runnable(published)
    }

    /// Whether a script began or ceased to have others refused, of which this core has not taken note. A core that sleeps finds out
    /// when it wakes, at the next tick at the latest.
    pub fn has_news(&self) -> bool {
        self.node.server.watchdog.is_busy() != self.node.pause.is_busy()
    }

    /// Whether this core waits for no other core.
    pub fn is_settled(&self) -> bool {
        self.outbox.is_settled()
            && self.arrivals.is_empty()
            && !self.arrivals.is_held()
            && self.running.is_empty()
            && self.node.posts.is_empty()
    }

    /// The sessions that have something to send or are to be closed.
    pub fn take_dirty(&mut self, into: &mut Vec<SessionId>) {
        into.clear();
        std::mem::swap(&mut self.dirty, into);
        for id in into {
            if let Some(session) = self.node.sessions.get_mut(*id) {
                session.dirty = false;
            }
        }
    }

    /// Whether a session is to be closed now: its replies are sent, or nobody waits for them.
    pub fn is_finished(session: &Session) -> bool {
        match session.closing {
            Closing::No => false,
            // A transaction or a script that runs has still to write its reply.
            Closing::AfterReplies => {
                session.replies.is_empty() && !session.transaction.running
                    || session.is_blocked() && session.replies.is_sent()
            }
            Closing::Now => true,
        }
    }
}
