//! The machine: cores in the middle of their turns, their inboxes, the published turns, and the sockets of their clients.
//!
//! A turn is taken in steps, between which any other core may take any of its own:
//!
//! ```text
//! Idle ── bytes come in hand ──> Inbox: one envelope a step ──> Bytes: one client's bytes a step
//!   ^                                                              │ resume, seal
//!   └── sockets are written, receivers woken <── Push: one push a step
//! Asleep, if nothing is to be done, until the bell or a socket
//! ```

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use kvadrant::{
    commands::{Node, Server},
    config::Settings,
    cores::Core,
    courier::Delivery,
    mesh::Push,
    session::{Large, Origin, Session, SessionId},
};
use shards::{message::Envelope, structures::random::Rng, tx::Hop};

use super::{Look, Rules, Socket, Trace, elsewhere::deliver, shorten};

/// When a machine starts, microseconds since 1970.
const START_US: i64 = 1_700_000_000_000_000;

/// How long a step takes, microseconds.
const STEP_US: i64 = 5;

/// Where a core is in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Asleep,
    Inbox { left: usize },
    Bytes,
    Push,
}

/// What a core has in hand of a socket.
#[derive(Debug)]
enum Input {
    Bytes(Vec<u8>),
    Large(Vec<u8>),
    HangUp,
}

#[derive(Debug)]
struct Driven {
    core: Core,
    phase: Phase,
    hand: VecDeque<(usize, Input)>,
    pushes: VecDeque<Push>,
    /// What has become of keys that were sent away, and from which step on the core may know.
    deliveries: Vec<(u64, u64, Delivery)>,
    to_wake: Vec<usize>,
    /// Somebody rang the bell; it is heard by those asleep only.
    woken: bool,
    /// The published turns as they were when the turn began.
    old_look: Vec<u64>,
}

/// The machine.
#[derive(Debug)]
pub struct Machine {
    cores: Vec<Driven>,
    inboxes: Vec<VecDeque<Box<Envelope>>>,
    inbox_max: usize,
    published: Vec<u64>,
    /// Without the rule of holds: owner, coordinator and transaction of a release that nobody sent.
    let_go: HashSet<(usize, u16, u64)>,
    /// The core that pushes a group.
    grouping: Option<usize>,
    rules: Rules,
    sockets: Vec<Socket>,
    socket_of: HashMap<(usize, SessionId), usize>,
    server: Arc<Server>,
    now_us: i64,
    /// Steps taken.
    pub steps: u64,
    /// What happened.
    pub trace: Trace,
}

impl Machine {
    /// A machine of `cores` cores.
    pub fn new(cores: usize, rules: Rules, seed: u64, trace: Trace) -> Self {
        let cpus = (0..cores).collect();
        let server = Arc::new(Server::new("0123456789".repeat(4), START_US / 1_000, cpus));
        let settings = Settings { client_pipeline_limit: rules.pipeline_limit, ..Settings::default() };
        let driven = |core| Driven {
            core: Core::with_credits(
                Node::new(core, settings.clone(), Arc::clone(&server), seed),
                rules.credits,
            ),
            phase: Phase::Asleep,
            hand: VecDeque::new(),
            pushes: VecDeque::new(),
            deliveries: Vec::new(),
            to_wake: Vec::new(),
            woken: false,
            old_look: vec![0; cores],
        };
        Self {
            cores: (0..cores).map(driven).collect(),
            inboxes: std::iter::repeat_with(VecDeque::new).take(cores).collect(),
            // As the live mesh has it.
            inbox_max: 2 * (usize::from(rules.inbox_credits) + usize::from(rules.inbox_posts) + 1) * cores,
            published: vec![0; cores],
            let_go: HashSet::new(),
            grouping: None,
            rules,
            sockets: Vec::new(),
            socket_of: HashMap::new(),
            server,
            now_us: START_US,
            steps: 0,
            trace,
        }
    }

    /// How many cores there are.
    pub fn cores(&self) -> usize {
        self.cores.len()
    }

    /// Connects a client to `core`; returns its socket's number.
    pub fn connect(&mut self, core: usize) -> usize {
        let origin = Origin::Unix("simulated".into());
        let session = Session::new(self.server.next_client(), origin, 0, self.now_us / 1_000, true);
        let id = self.cores[core].core.open(session);
        let socket =
            Socket { core, session: Some(id), to_server: Vec::new(), to_client: Vec::new(), hung_up: false };
        self.sockets.push(socket);
        self.socket_of.insert((core, id), self.sockets.len() - 1);
        self.sockets.len() - 1
    }

    /// A socket.
    pub fn socket(&mut self, number: usize) -> &mut Socket {
        &mut self.sockets[number]
    }

    /// The session behind a socket.
    pub fn session(&mut self, number: usize) -> Option<&mut Session> {
        let socket = &self.sockets[number];
        self.cores[socket.core].core.node.sessions.get_mut(socket.session?)
    }

    /// Lets time pass, microseconds.
    pub fn pass_time(&mut self, us: i64) {
        self.now_us += us;
    }

    /// Lets time pass until the next command has waited long enough; false if none waits for a time.
    pub fn pass_time_to_deadline(&mut self) -> bool {
        let next_ms = self.cores.iter().filter_map(|driven| driven.core.next_deadline_ms()).min();
        self.now_us = self.now_us.max(next_ms.unwrap_or(0) * 1_000);
        next_ms.is_some()
    }

    /// Whether a core has anything to do: it is in a turn, was woken, something has come for it, or a command has waited long enough.
    pub fn has_work(&self, core: usize) -> bool {
        let driven = &self.cores[core];
        let is_due = driven.core.next_deadline_ms().is_some_and(|at_ms| at_ms * 1_000 <= self.now_us);
        driven.phase != Phase::Asleep
            || driven.woken
            || is_due
            || !driven.deliveries.is_empty()
            || driven.core.has_news()
            || self.has_input(core)
    }

    fn has_input(&self, core: usize) -> bool {
        self.sockets.iter().any(|socket| socket.core == core && self.is_readable(socket))
    }

    fn is_readable(&self, socket: &Socket) -> bool {
        let Some(id) = socket.session else { return false };
        let stalled =
            self.cores[socket.core].core.node.sessions.get(id).is_some_and(|session| session.stalled);
        socket.hung_up || (!socket.to_server.is_empty() && !stalled)
    }

    /// Takes the next step of a core.
    ///
    /// # Errors
    /// What the step has broken.
    pub fn step(&mut self, core: usize, rng: &mut Rng) -> Result<(), String> {
        self.steps += 1;
        self.now_us += STEP_US;
        match self.cores[core].phase {
            Phase::Idle if self.falls_asleep(core) => self.cores[core].phase = Phase::Asleep,
            Phase::Idle | Phase::Asleep => self.begin(core, rng),
            Phase::Inbox { left: 0 } => self.leave_inbox(core, rng),
            Phase::Inbox { left } => {
                self.take_envelope(core);
                self.cores[core].phase = Phase::Inbox { left: left - 1 };
            }
            Phase::Bytes => self.run_bytes(core, rng),
            Phase::Push => return self.push(core),
        }
        Ok(())
    }

    fn falls_asleep(&self, core: usize) -> bool {
        let runnable = self.cores[core].core.has_runnable(|from| self.published[usize::from(from)]);
        self.inboxes[core].is_empty() && !self.has_input(core) && !(self.rules.look_before_sleep && runnable)
    }

    fn begin(&mut self, core: usize, rng: &mut Rng) {
        let now_us = self.now_us;
        let driven = &mut self.cores[core];
        driven.woken = false;
        driven.old_look.clone_from(&self.published);
        driven.core.begin_turn(now_us);
        let step = self.steps;
        for (_, transaction, delivery) in driven.deliveries.extract_if(.., |(at, ..)| *at <= step) {
            driven.core.delivered(transaction, delivery);
        }
        if self.rules.inbox_look != Look::BeforeBytes {
            self.take_in_hand(core, rng);
        }
        self.release(core);
        self.cores[core].phase = match self.rules.inbox_look {
            Look::AfterRun => Phase::Bytes,
            _ => Phase::Inbox { left: self.inboxes[core].len() },
        };
    }

    /// What the kernel has of each client comes in hand: all of it or a part.
    fn take_in_hand(&mut self, core: usize, rng: &mut Rng) {
        for number in 0..self.sockets.len() {
            let socket = &self.sockets[number];
            let Some(id) = socket.session.filter(|_| socket.core == core) else { continue };
            let readable = self.is_readable(socket);
            let socket = &mut self.sockets[number];
            if socket.to_server.is_empty() {
                if socket.hung_up {
                    self.cores[core].hand.push_back((number, Input::HangUp));
                }
                continue;
            }
            // A receive may have been under way when the session stalled.
            if !readable && rng.below(4) > 0 {
                continue;
            }
            let len = socket.to_server.len();
            let part = if rng.below(2) == 0 { len } else { 1 + rng.below(len) };
            let session = self.cores[core].core.node.sessions.get_mut(id);
            let large = session.and_then(|session| session.inbound.large.as_ref());
            let input = match large.map_or(0, Large::missing) {
                // A ring receives large arguments where they belong.
                missing if missing > 0 && rng.below(2) == 0 => {
                    Input::Large(socket.to_server.drain(..part.min(missing)).collect())
                }
                _ => Input::Bytes(socket.to_server.drain(..part).collect()),
            };
            self.cores[core].hand.push_back((number, input));
        }
    }

    fn take_envelope(&mut self, core: usize) {
        let Some(envelope) = self.inboxes[core].pop_front() else { return };
        self.trace.note(self.steps, || {
            let what = if envelope.answered { "replies" } else { "requests" };
            let peer = if envelope.answered { envelope.to } else { envelope.from };
            format!("core {core} takes {} {what} of core {peer}, turn {:?}", envelope.len(), envelope.turn)
        });
        self.looking(core, |machine, look| machine.arrive(envelope, look));
    }

    fn release(&mut self, core: usize) {
        self.looking(core, |machine, look| machine.release(look));
    }

    /// Has a core do something in which it looks at the turns published. A turn that is about to be published may be so between
    /// any two looks.
    fn looking(&mut self, core: usize, act: impl FnOnce(&mut Core, &dyn Fn(u16) -> u64)) {
        let next = |driven: &Driven| match driven.pushes.front() {
            Some(Push::Publish(turn)) => Some(*turn),
            _ => None,
        };
        let next: Vec<Option<u64>> = self.cores.iter().map(next).collect();
        let published: Vec<Cell<u64>> = self.published.iter().copied().map(Cell::new).collect();
        let rng = RefCell::new(Rng::new(self.now_us as u64));
        let Driven { core: machine, old_look, .. } = &mut self.cores[core];
        let look = |from: u16| {
            let from = usize::from(from);
            if let Some(turn) = next[from]
                && rng.borrow_mut().below(4) == 0
            {
                published[from].set(turn);
            }
            match self.rules {
                Rules { publication: false, .. } => u64::MAX,
                Rules { fresh_look: false, .. } => old_look[from],
                _ => published[from].get(),
            }
        };
        act(machine, &look);
        self.published = published.into_iter().map(Cell::into_inner).collect();
    }

    fn leave_inbox(&mut self, core: usize, rng: &mut Rng) {
        match self.rules.inbox_look {
            Look::AfterRun => return self.seal(core),
            Look::BeforeBytes => self.take_in_hand(core, rng),
            Look::Between => {}
        }
        if rng.below(2) == 0 {
            self.cores[core].core.resume();
        }
        self.cores[core].phase = Phase::Bytes;
    }

    fn run_bytes(&mut self, core: usize, rng: &mut Rng) {
        // More may be taken from the inbox at any time.
        if self.rules.inbox_look == Look::Between && rng.below(4) == 0 {
            self.take_envelope(core);
            return;
        }
        let Some((number, input)) = self.cores[core].hand.pop_front() else {
            return match self.rules.inbox_look {
                Look::AfterRun => {
                    self.cores[core].phase = Phase::Inbox { left: self.inboxes[core].len() };
                }
                _ => self.seal(core),
            };
        };
        let Some(id) = self.sockets[number].session else { return };
        let machine = &mut self.cores[core].core;
        match input {
            Input::Bytes(bytes) => {
                self.trace
                    .note(self.steps, || format!("core {core} runs socket {number}: {}", shorten(&bytes)));
                machine.receive(id, &bytes);
            }
            Input::Large(bytes) => {
                self.trace
                    .note(self.steps, || format!("core {core} gets {} large bytes of {number}", bytes.len()));
                let session = machine.node.sessions.get_mut(id);
                if let Some(large) = session.and_then(|session| session.inbound.large.as_mut()) {
                    let mut filled = large.lend();
                    filled.extend_from_slice(&bytes);
                    machine.received_large(id, filled);
                }
            }
            Input::HangUp => self.close(core, number, id),
        }
    }

    fn close(&mut self, core: usize, number: usize, id: SessionId) {
        self.trace.note(self.steps, || format!("core {core} closes socket {number}"));
        self.cores[core].core.close(id);
        self.sockets[number].session = None;
        self.socket_of.remove(&(core, id));
    }

    fn seal(&mut self, core: usize) {
        let driven = &mut self.cores[core];
        driven.core.resume();
        driven.core.seal();
        driven.pushes = std::iter::from_fn(|| driven.core.next_push()).collect();
        if !self.rules.requests_first {
            driven.pushes.make_contiguous().sort_by_key(|push| !matches!(push, Push::Reply(..)));
        }
        driven.phase = Phase::Push;
        if !self.rules.pushes_first {
            self.write_sockets(core);
        }
    }

    fn push(&mut self, core: usize) -> Result<(), String> {
        let Some(push) = self.cores[core].pushes.pop_front() else {
            self.end(core);
            return Ok(());
        };
        let (to, mut envelope) = match push {
            Push::Publish(turn) => {
                self.trace.note(self.steps, || format!("core {core} publishes turn {turn}"));
                self.published[core] = turn;
                return Ok(());
            }
            Push::Begin if self.rules.groups && self.grouping.is_some() => {
                // It spins until the other's group has ended.
                self.cores[core].pushes.push_front(push);
                return Ok(());
            }
            Push::Begin => {
                self.grouping = Some(core);
                return Ok(());
            }
            Push::End => {
                self.trace.note(self.steps, || format!("core {core} ends a group"));
                self.grouping = None;
                return Ok(());
            }
            Push::Request(to, envelope) => {
                self.trace.note(self.steps, || {
                    format!(
                        "core {core} asks core {to}: {} commands, turn {:?}",
                        envelope.len(),
                        envelope.turn
                    )
                });
                (usize::from(to), envelope)
            }
            Push::Reply(to, envelope) => {
                self.trace.note(self.steps, || format!("core {core} answers core {to}"));
                if !self.rules.holds && !self.let_go_early(core, &envelope) {
                    return Ok(());
                }
                (usize::from(to), envelope)
            }
        };
        self.rules.spoil(&mut envelope);
        if self.inboxes[to].len() == self.inbox_max {
            return Err(format!("the inbox of core {to} is full: {} envelopes", self.inbox_max));
        }
        self.inboxes[to].push_back(envelope);
        self.cores[core].to_wake.push(to);
        Ok(())
    }

    /// Has a core that has just lent its entries think that they were given back. False for its answer to that, which nobody
    /// awaits.
    fn let_go_early(&mut self, core: usize, answer: &Envelope) -> bool {
        let number = (core, answer.from, answer.transaction);
        match &answer.hop {
            Some(Hop::Held { .. }) => {
                let mut release = Box::<Envelope>::default();
                release.from = answer.from;
                release.to = answer.to;
                release.transaction = answer.transaction;
                release.uncounted = true;
                release.hop = Some(Hop::Release(shards::tx::Release::default()));
                self.inboxes[core].push_back(release);
                self.let_go.insert(number);
                true
            }
            Some(Hop::Release(_)) => !self.let_go.remove(&number),
            _ => true,
        }
    }

    fn end(&mut self, core: usize) {
        for to in std::mem::take(&mut self.cores[core].to_wake) {
            self.cores[to].woken |= self.cores[to].phase == Phase::Asleep;
        }
        self.write_sockets(core);
        let driven = &mut self.cores[core];
        driven.core.node.shard.free_step();
        driven.core.node.shard.expire_step();
        self.now_us += std::mem::take(&mut driven.core.node.sleep_us) as i64;
        driven.phase = Phase::Idle;
        self.ship(core);
    }

    /// Has what goes to other servers taken there. The core is told in a later turn of it.
    fn ship(&mut self, core: usize) {
        for (transaction, shipment) in self.cores[core].core.take_shipments() {
            self.trace.note(self.steps, || format!("core {core} sends {} keys away", shipment.parcels.len()));
            let (steps, delivery) = deliver(&self.server.couriers, shipment, self.steps);
            self.cores[core].deliveries.push((self.steps + steps, transaction, delivery));
        }
    }

    fn write_sockets(&mut self, core: usize) {
        let mut dirty = Vec::new();
        self.cores[core].core.take_dirty(&mut dirty);
        for id in dirty {
            let Some(&number) = self.socket_of.get(&(core, id)) else { continue };
            let Some(session) = self.cores[core].core.node.sessions.get_mut(id) else { continue };
            let bytes = session.replies.out().to_vec();
            session.replies.out().clear();
            session.replies.shrink(16 * 1024);
            let finished = Core::is_finished(session);
            if !bytes.is_empty() {
                self.trace.note(self.steps, || format!("core {core} sends {number}: {}", shorten(&bytes)));
                self.sockets[number].to_client.extend_from_slice(&bytes);
            }
            if finished {
                self.close(core, number, id);
            }
        }
    }

    /// What is still under way although nobody has anything to do, but for commands that wait; nothing if all is quiet.
    pub fn leftovers(&self) -> Option<String> {
        for (number, driven) in self.cores.iter().enumerate() {
            let core = &driven.core;
            if !core.is_settled() {
                return Some(format!("core {number} waits for other cores, or has envelopes laid aside"));
            }
            if core.has_stalled() {
                return Some(format!("core {number} has stalled sessions"));
            }
            if let Some((id, _)) = core.node.sessions.iter().find(|(_, session)| {
                !session.is_blocked() && (!session.replies.is_empty() || session.stalled)
            }) {
                return Some(format!("{id:?} on core {number} waits for replies"));
            }
        }
        None
    }

    /// How many clients wait in a command.
    pub fn blocked(&self) -> usize {
        let sessions = self.cores.iter().flat_map(|driven| driven.core.node.sessions.iter());
        sessions.filter(|(_, session)| session.is_blocked()).count()
    }

    /// A core that notes changes of keys as if somebody watched or waited for one.
    pub fn expects_somebody(&self) -> Option<usize> {
        self.cores.iter().position(|driven| driven.core.node.shard.keyspace.is_recording())
    }

    /// How many sessions there are.
    pub fn sessions(&self) -> usize {
        self.cores.iter().map(|driven| driven.core.node.sessions.len()).sum()
    }
}
