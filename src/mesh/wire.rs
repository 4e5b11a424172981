//! The live inboxes: one bounded channel per core, and the wake of a core that sleeps.
//!
//! *Wake.* A core that is about to sleep sets `sleeping`, then a sequentially consistent fence, then looks at its inbox once more.
//! A sender pushes, then the same fence, then looks at `sleeping`. One of the two sees the other: a push before a sleep is never
//! missed. Whoever clears the flag writes the eventfd, so a sleep costs one wake however many senders there are.

use std::{
    os::fd::{AsRawFd, OwnedFd, RawFd},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering, fence},
    },
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, unbounded};
use rustix::event::EventfdFlags;
use shards::message::Envelope;

use super::{CREDITS, POSTS, Push};
use crate::courier::Delivery;

/// Rare messages, outside the order of commands.
#[derive(Debug)]
pub enum Control {
    /// A connection that another core accepted.
    Adopt(OwnedFd),
    /// What has become of the keys that a transaction of the core sent to another server, by the transaction's number.
    Delivered(u64, Delivery),
    /// Stop accepting, finish what was received, flush, leave.
    Shutdown,
}

/// What all cores share: the ends of their inboxes and a few words per core.
#[derive(Debug)]
pub struct Mesh {
    cores: Vec<CoreEnd>,
    /// Whether a core is pushing a group.
    grouping: Line<AtomicBool>,
    /// Cores that are stopping and owe nothing any more.
    quiet: AtomicUsize,
}

#[derive(Debug)]
struct CoreEnd {
    inbox: Sender<Box<Envelope>>,
    control: Sender<Control>,
    state: Arc<Shared>,
}

/// The words of one core that others read; each on a cache line of its own kind: `published` is written every turn, `sleeping` at
/// every sleep, `clients` when a client comes or goes.
#[derive(Debug)]
struct Shared {
    published: Line<AtomicU64>,
    sleeping: Line<AtomicBool>,
    clients: Line<AtomicUsize>,
    wake: OwnedFd,
    /// Descriptor of the core's `io_uring`, by which another core wakes it; -1 until it has one.
    ring: AtomicI32,
}

/// A value on cache lines of its own (two, since processors fetch lines in pairs).
#[derive(Debug, Default)]
#[repr(align(128))]
struct Line<T>(T);

/// One core's side of the mesh.
#[derive(Debug)]
pub struct Port {
    mesh: Arc<Mesh>,
    core: usize,
    inbox: Receiver<Box<Envelope>>,
    control: Receiver<Control>,
}

impl Mesh {
    /// The mesh of `cores` cores, with each core's port.
    ///
    /// # Errors
    ///
    /// When the process may not open that many descriptors.
    pub fn new(cores: usize) -> std::io::Result<(Arc<Self>, Vec<Port>)> {
        // Every core may have CREDITS requests, POSTS and a release under way to this one, and owe it as many replies.
        let capacity = 2 * (usize::from(CREDITS) + usize::from(POSTS) + 1) * cores;
        let mut ends = Vec::new();
        let mut receivers = Vec::new();
        for _ in 0..cores {
            let (inbox, inbox_end) = bounded(capacity);
            let (control, control_end) = unbounded();
            let state = Shared {
                published: Line::default(),
                sleeping: Line::default(),
                clients: Line::default(),
                wake: eventfd()?,
                ring: AtomicI32::new(-1),
            };
            ends.push(CoreEnd { inbox, control, state: Arc::new(state) });
            receivers.push((inbox_end, control_end));
        }
        let mesh = Arc::new(Self { cores: ends, grouping: Line::default(), quiet: AtomicUsize::new(0) });
        let port = |(core, (inbox, control))| Port { mesh: Arc::clone(&mesh), core, inbox, control };
        let ports = receivers.into_iter().enumerate().map(port).collect();
        Ok((mesh, ports))
    }

    /// Sends `control` to `core` and wakes it.
    pub fn control(&self, core: usize, control: Control) {
        // A core that has left takes no more messages; what is sent to it is dropped, a descriptor closed.
        let _ = self.cores[core].control.send(control);
        self.wake(core);
    }

    /// Asks all cores to leave.
    pub fn shutdown(&self) {
        for core in 0..self.cores.len() {
            self.control(core, Control::Shutdown);
        }
    }

    /// Says, once per core, that a stopping core has answered everything and waits for nothing.
    pub fn say_quiet(&self) {
        self.quiet.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether all cores have said so.
    pub fn all_quiet(&self) -> bool {
        self.quiet.load(Ordering::Acquire) == self.cores.len()
    }

    /// Wakes `core` if it sleeps.
    fn wake(&self, core: usize) {
        if self.claim_wake(core) {
            self.ring_bell(core);
        }
    }

    /// Whether `core` sleeps and it is the caller who must wake it.
    #[inline]
    fn claim_wake(&self, core: usize) -> bool {
        let sleeping = &self.cores[core].state.sleeping.0;
        fence(Ordering::SeqCst);
        sleeping.load(Ordering::Relaxed) && sleeping.swap(false, Ordering::AcqRel)
    }

    /// Writes the eventfd of `core`.
    fn ring_bell(&self, core: usize) {
        // An eventfd takes a 1 unless 2⁶⁴ wakes are unread.
        let _ = rustix::io::write(&self.cores[core].state.wake, &1_u64.to_ne_bytes());
    }

    /// Waits until no core pushes a group. That takes as long as some pushes do, unless the one that pushes has lost its CPU.
    fn begin_group(&self) {
        /// Looks before the CPU is offered to whoever holds the others up.
        const LOOKS: usize = 64;
        let grouping = &self.grouping.0;
        let mut looks = 0;
        while grouping.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            looks += 1;
            if looks % LOOKS == 0 {
                rustix::thread::sched_yield();
            }
            std::hint::spin_loop();
        }
    }

    /// The last published turn of `core`.
    #[inline]
    fn published(&self, core: u16) -> u64 {
        self.cores[usize::from(core)].state.published.0.load(Ordering::Acquire)
    }

    /// Clients of all cores.
    pub fn clients(&self) -> usize {
        self.cores.iter().map(|core| core.state.clients.0.load(Ordering::Relaxed)).sum()
    }
}

impl Port {
    /// The core this is the port of.
    pub fn core(&self) -> usize {
        self.core
    }

    /// What all cores share.
    pub fn mesh(&self) -> &Arc<Mesh> {
        &self.mesh
    }

    /// The next envelope from another core.
    #[inline]
    pub fn receive(&self) -> Option<Box<Envelope>> {
        self.inbox.try_recv().ok()
    }

    /// Whether nothing from other cores waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.inbox.is_empty() && self.control.is_empty()
    }

    /// The next control message.
    pub fn receive_control(&self) -> Option<Control> {
        self.control.try_recv().ok()
    }

    /// The last published turn of another core.
    #[inline]
    pub fn published(&self, core: u16) -> u64 {
        self.mesh.published(core)
    }

    /// Takes one step of sending and wakes its receiver.
    #[inline]
    pub fn push(&self, push: Push) {
        let (to, envelope) = match push {
            Push::Request(to, envelope) | Push::Reply(to, envelope) => (usize::from(to), envelope),
            Push::Publish(turn) => {
                return self.mesh.cores[self.core].state.published.0.store(turn, Ordering::Release);
            }
            Push::Begin => return self.mesh.begin_group(),
            Push::End => return self.mesh.grouping.0.store(false, Ordering::Release),
        };
        // Credits keep room for every push, so a full inbox is a defect; a closed one belongs to a core that has left.
        if let Err(TrySendError::Full(_)) = self.mesh.cores[to].inbox.try_send(envelope) {
            unreachable!("the inbox of core {to} is full in spite of the credits");
        }
    }

    /// Wakes `core` if it sleeps: once per destination, after the turn's pushes. Gives the descriptor of its `io_uring` if the
    /// caller is to send the wake there, with its next entry into the kernel.
    #[inline]
    pub fn wake(&self, core: u16) -> Option<RawFd> {
        let core = usize::from(core);
        if !self.mesh.claim_wake(core) {
            return None;
        }
        let ring = self.mesh.cores[core].state.ring.load(Ordering::Acquire);
        if ring < 0 {
            self.mesh.ring_bell(core);
            return None;
        }
        Some(ring)
    }

    /// Wakes `core` by its eventfd: where the wake through the rings has failed.
    pub fn ring_bell(&self, core: u16) {
        self.mesh.ring_bell(usize::from(core));
    }

    /// Says where other cores may send this core's wakes.
    pub fn set_ring(&self, ring: RawFd) {
        self.mesh.cores[self.core].state.ring.store(ring, Ordering::Release);
    }

    /// Announces that this core is about to sleep; false if something has arrived meanwhile, and the core must not.
    pub fn prepare_sleep(&self) -> bool {
        let sleeping = &self.mesh.cores[self.core].state.sleeping.0;
        sleeping.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        if self.is_empty() {
            return true;
        }
        sleeping.store(false, Ordering::Relaxed);
        false
    }

    /// Ends the sleep.
    pub fn awake(&self) {
        self.mesh.cores[self.core].state.sleeping.0.store(false, Ordering::Relaxed);
    }

    /// The eventfd that wakes this core.
    pub fn wake_fd(&self) -> RawFd {
        self.mesh.cores[self.core].state.wake.as_raw_fd()
    }

    /// Counts a client that `core` has or is about to get.
    pub fn count_client(&self, core: usize) {
        self.mesh.cores[core].state.clients.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a client of this core that is gone.
    pub fn uncount_client(&self) {
        self.mesh.cores[self.core].state.clients.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// The core that should take a new client of this one: the least loaded, if this core has clearly more than its share.
    pub fn host_for_new_client(&self) -> Option<usize> {
        /// So many more than the least loaded core a core may have.
        const SLACK: usize = 1;
        let clients = |core: &CoreEnd| core.state.clients.0.load(Ordering::Relaxed);
        let here = clients(&self.mesh.cores[self.core]);
        let (least, there) =
            self.mesh.cores.iter().map(clients).enumerate().min_by_key(|(_, clients)| *clients)?;
        (here >= there + SLACK).then_some(least)
    }
}

/// A counter that a ring can wait for.
fn eventfd() -> std::io::Result<OwnedFd> {
    Ok(rustix::event::eventfd(0, EventfdFlags::CLOEXEC)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_before_the_sleep_is_seen() {
        let (_mesh, mut ports) = Mesh::new(2).expect("eventfds");
        let (receiver, sender) = (ports.remove(0), ports.remove(0));
        assert!(receiver.prepare_sleep());
        receiver.awake();
        sender.push(Push::Request(0, Box::default()));
        assert_eq!(sender.wake(0), None);
        assert!(!receiver.prepare_sleep());
        assert!(receiver.receive().is_some());
    }

    #[test]
    fn a_sleeper_is_woken_once() {
        let (_mesh, mut ports) = Mesh::new(2).expect("eventfds");
        let (receiver, sender) = (ports.remove(0), ports.remove(0));
        assert!(receiver.prepare_sleep());
        for _ in 0..3 {
            sender.push(Push::Request(0, Box::default()));
            assert_eq!(sender.wake(0), None);
        }
        let mut count = [0; 8];
        rustix::io::read(&receiver.mesh.cores[0].state.wake, &mut count).expect("a wake");
        assert_eq!(u64::from_ne_bytes(count), 1);
    }

    #[test]
    fn clients_go_to_the_least_loaded_core() {
        let (_mesh, ports) = Mesh::new(3).expect("eventfds");
        for (port, clients) in ports.iter().zip([2, 2, 0]) {
            (0..clients).for_each(|_| port.count_client(port.core()));
        }
        assert_eq!(ports[0].host_for_new_client(), Some(2));
        assert_eq!(ports[2].host_for_new_client(), None);
    }
}
