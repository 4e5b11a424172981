//! One core with its sockets: the turn.
//!
//! ```text
//! enter the ring: submit, wait if there is nothing to do, take completions      one system call a turn
//! run what other cores sent, now that all completions of this turn are in hand
//! let stalled clients go on
//! run what clients sent
//! push one envelope per core, requests before replies; wake who sleeps
//! send: one system call per client that has replies ready
//! ```

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use shards::message::Envelope;

use super::{connection::Connection, core::Core, listeners::Listeners};
use crate::{
    mesh::{Control, Port, Push},
    ring::{Completion, Operation, Ring, Wait},
    session::SessionId,
};

/// Longest sleep: the pace of the periodic work.
const TICK: Duration = Duration::from_millis(100);

/// An offer of the CPU that others took for longer than this was too generous: clients wait meanwhile.
const OFFER_MAX: Duration = Duration::from_millis(1);

/// After such an offer there is none for this long, doubled each time, up to the maximum; halved after each offer that was not.
const OFFER_PAUSE_MIN: Duration = Duration::from_millis(4);
/// See [`OFFER_PAUSE_MIN`].
const OFFER_PAUSE_MAX: Duration = Duration::from_secs(1);

/// A core that is to stop leaves after this long at the latest, whatever its clients do.
const FAREWELL: Duration = Duration::from_millis(800);

/// One core and everything it talks to.
#[expect(clippy::vec_box, reason = "envelopes travel in their boxes")]
#[derive(Debug)]
pub struct Machine {
    pub(super) core: Core,
    pub(super) ring: Ring,
    pub(super) port: Port,
    pub(super) listeners: Listeners,
    /// By session index.
    pub(super) connections: Vec<Option<Connection>>,
    pub(super) completions: Vec<Completion>,
    dirty: Vec<SessionId>,
    woken: Vec<u16>,
    /// Taken from the inbox in this turn, while their cache lines are on their way.
    arrived: Vec<Box<Envelope>>,
    busy_poll: Duration,
    next_tick: Instant,
    /// See [`Machine::let_others_run`].
    offer_again_at: Instant,
    offer_pause: Duration,
    pub(super) tick: u64,
    pub(super) rates: super::tick::Rates,
    stop_at: Option<Instant>,
    said_quiet: bool,
}

impl Machine {
    /// A core that listens. To be called on the core's own thread.
    ///
    /// # Errors
    ///
    /// When the ring cannot be set up.
    pub fn new(core: Core, port: Port, busy_poll: Duration) -> std::io::Result<Self> {
        let mut machine = Self {
            core,
            ring: Ring::new()?,
            port,
            listeners: Listeners::default(),
            connections: Vec::new(),
            completions: Vec::new(),
            dirty: Vec::new(),
            woken: Vec::new(),
            arrived: Vec::new(),
            busy_poll,
            next_tick: Instant::now(),
            offer_again_at: Instant::now(),
            offer_pause: Duration::ZERO,
            tick: 0,
            rates: super::tick::Rates::default(),
            stop_at: None,
            said_quiet: false,
        };
        machine.settle_listeners();
        machine.ring.wait_bell(machine.port.wake_fd());
        machine.port.set_ring(machine.ring.fd());
        Ok(machine)
    }

    /// One turn. It may sleep if `may_sleep` and there is nothing to do.
    pub fn turn(&mut self, may_sleep: bool) {
        self.enter(may_sleep);
        self.core.begin_turn(now_us());
        self.take_envelopes();
        self.take_controls();
        // Those that wait go first: clients that only now send something could take every credit from them.
        self.core.resume();
        let mut completions = std::mem::take(&mut self.completions);
        for completion in &completions {
            self.complete(completion);
        }
        completions.clear();
        self.completions = completions;
        self.tick_if_due();
        if std::mem::take(&mut self.core.node.listens_elsewhere) {
            self.settle_listeners();
        }
        self.push();
        self.hold();
        self.send();
        self.ship();
    }

    /// Enters the kernel: submits, takes completions, and sleeps where that is allowed and nothing waits.
    #[inline]
    fn enter(&mut self, may_sleep: bool) {
        // Some are at hand already if listeners were moved.
        let may_sleep = may_sleep && self.completions.is_empty() && !self.ring.has_completions();
        if may_sleep && !self.busy_poll.is_zero() {
            self.poll_busily();
        }
        let may_sleep = may_sleep && self.let_others_run();
        if may_sleep && self.prepare_sleep() {
            let mut time = self.next_tick.saturating_duration_since(Instant::now());
            if let Some(deadline_ms) = self.core.next_deadline_ms() {
                let left_us = deadline_ms.saturating_mul(1_000).saturating_sub(now_us());
                time = time.min(Duration::from_micros(left_us.max(0) as u64));
            }
            self.ring
                .enter(if time.is_zero() { Wait::No } else { Wait::AtMost(time) }, &mut self.completions);
            self.port.awake();
        } else if self.ring.has_completions() || self.ring.has_queued() {
            self.ring.enter(Wait::No, &mut self.completions);
        }
        // Else only other cores have sent something, and the kernel has nothing for this turn.
    }

    /// Gives the CPU to whoever else is ready to use it, before sleeping; false if there is something to do afterwards.
    ///
    /// Clients and other cores that run meanwhile send more, so the next turn does more at once, and often there is no need to
    /// sleep and to be woken at all. Measured on two CPUs, CPU per GET of two shards over one, before and after: 1.9 and 1.2 at
    /// depth 1, 1.8 and 1.3 at depth 16. With nobody else ready it costs less than a microsecond per sleep.
    ///
    /// A neighbour that computes for long would keep the CPU for whole time slices, and a sleeper is woken sooner than that: an
    /// offer that was taken for too long is not repeated for a while, each time longer.
    fn let_others_run(&mut self) -> bool {
        let before = Instant::now();
        if before < self.offer_again_at {
            return true;
        }
        rustix::thread::sched_yield();
        let taken = before.elapsed();
        if taken > OFFER_MAX {
            self.offer_pause = (self.offer_pause * 2).clamp(OFFER_PAUSE_MIN, OFFER_PAUSE_MAX);
            self.offer_again_at = before + taken + self.offer_pause;
        } else {
            self.offer_pause /= 2;
        }
        !self.ring.has_completions()
    }

    /// Announces a sleep; false if there is something to do after all.
    fn prepare_sleep(&self) -> bool {
        if !self.port.prepare_sleep() {
            return false;
        }
        let runnable = self.core.has_runnable(|core| self.port.published(core));
        if runnable {
            self.port.awake();
        }
        !runnable
    }

    /// Looks for work for a while before sleeping, for cores of their own.
    #[cold]
    fn poll_busily(&mut self) {
        let until = Instant::now() + self.busy_poll;
        while !self.ring.has_completions() && self.port.is_empty() && Instant::now() < until {
            std::hint::spin_loop();
        }
    }

    fn take_envelopes(&mut self) {
        let port = &self.port;
        self.core.release(|core| port.published(core));
        let arrived = &mut self.arrived;
        loop {
            // Their cache lines come from other cores: they are asked for together, before the first is needed.
            while let Some(envelope) = port.receive() {
                envelope.prefetch();
                arrived.push(envelope);
            }
            if arrived.is_empty() {
                return;
            }
            for envelope in arrived.iter() {
                envelope.prefetch_contents();
            }
            for envelope in arrived.drain(..) {
                self.core.arrive(envelope, |core| port.published(core));
            }
        }
    }

    fn take_controls(&mut self) {
        while let Some(control) = self.port.receive_control() {
            match control {
                Control::Adopt(socket) => self.adopt(socket),
                Control::Delivered(transaction, delivery) => self.core.delivered(transaction, delivery),
                Control::Shutdown => self.begin_stop(),
            }
        }
    }

    #[inline]
    fn complete(&mut self, completion: &Completion) {
        match completion.token.operation() {
            Operation::Receive => self.received(completion),
            Operation::Fill => self.filled(completion),
            Operation::Writable => self.writable(completion),
            Operation::Accept => self.accepted(completion),
            Operation::Bell => self.ring.wait_bell(self.port.wake_fd()),
            Operation::Wake if completion.result < 0 => self.port.ring_bell(completion.token.index() as u16),
            Operation::Wake | Operation::Cancel => {}
        }
    }

    /// Pushes the turn's envelopes and wakes their receivers, each once.
    #[inline]
    fn push(&mut self) {
        self.core.seal();
        while let Some(push) = self.core.next_push() {
            if let Push::Request(to, _) | Push::Reply(to, _) = &push
                && usize::from(*to) != self.port.core()
                && !self.woken.contains(to)
            {
                self.woken.push(*to);
            }
            self.port.push(push);
        }
        for core in self.woken.drain(..) {
            if let Some(ring) = self.port.wake(core) {
                self.ring.wake(ring, core);
            }
        }
    }

    /// DEBUG SLEEP: the core does nothing for a while, replies of this turn included.
    fn hold(&mut self) {
        let sleep_us = std::mem::take(&mut self.core.node.sleep_us);
        if sleep_us > 0 {
            std::thread::sleep(Duration::from_micros(sleep_us));
        }
    }

    fn send(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        self.core.take_dirty(&mut dirty);
        for id in dirty.drain(..) {
            self.flush(id);
        }
        self.dirty = dirty;
        if std::mem::take(&mut self.core.node.shutdown) {
            self.port.mesh().shutdown();
        }
    }

    /// Hands over what is to go to other servers.
    #[inline]
    fn ship(&mut self) {
        for (transaction, shipment) in self.core.take_shipments() {
            let (mesh, core) = (Arc::clone(self.port.mesh()), self.port.core());
            let tell = move |delivery| mesh.control(core, Control::Delivered(transaction, delivery));
            self.core.node.server.couriers.send(shipment, Box::new(tell));
        }
    }

    fn tick_if_due(&mut self) {
        let now = Instant::now();
        if now >= self.next_tick {
            self.next_tick = now + TICK;
            self.tick();
        }
    }

    /// Whether the background has something to do.
    pub fn has_background(&self) -> bool {
        self.core.node.shard.has_garbage() || self.core.node.expire_pass_due || self.evicts()
    }

    /// Whether keys are to be evicted in the background now.
    fn evicts(&self) -> bool {
        self.core.node.shard.eviction_is_due() && self.core.keys_may_go()
    }

    /// One small step of the background work; true when nothing is left.
    pub fn background_step(&mut self) -> bool {
        let node = &mut self.core.node;
        if node.expire_pass_due && node.shard.expire_step() {
            node.expire_pass_due = false;
        }
        if self.evicts() {
            self.core.node.shard.evict_step();
        } else if self.core.node.shard.has_garbage() {
            self.core.node.shard.free_step();
        }
        !self.has_background()
    }

    /// Stops to accept and to read; what was received is finished.
    fn begin_stop(&mut self) {
        if self.stop_at.is_some() {
            return;
        }
        self.stop_at = Some(Instant::now() + FAREWELL);
        self.listeners.stop(&mut self.ring);
        self.stop_reading();
    }

    /// Whether this core may leave: it was told to, and all cores have answered what they owe, or time is up.
    pub fn may_leave(&mut self) -> bool {
        let Some(stop_at) = self.stop_at else { return false };
        if !self.said_quiet && self.is_quiet() {
            self.said_quiet = true;
            self.port.mesh().say_quiet();
        }
        self.port.mesh().all_quiet() || Instant::now() >= stop_at
    }

    /// Whether this core is stopping; then it must look at its peers instead of sleeping long.
    pub fn is_stopping(&self) -> bool {
        self.stop_at.is_some()
    }

    fn is_quiet(&self) -> bool {
        self.core.is_settled()
            && !self.core.has_stalled()
            && self
                .core
                .node
                .sessions
                .iter()
                .all(|(_, session)| session.replies.is_empty() || session.is_blocked())
    }
}

/// Nanoseconds since the first call.
pub(super) fn clock_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// The time, microseconds since 1970.
fn now_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64)
}
