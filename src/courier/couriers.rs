//! The couriers, each with the orders that wait for it.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use rustix::thread::{CpuSet, sched_setaffinity};

use super::{Address, Delivery, Failure, Shipment, journey::Way};

/// A courier leaves when it has had nothing to do for this long, and its connection is closed.
const IDLE: Duration = Duration::from_secs(10);

/// Servers to which connections are kept at a time. One more, and any of the others is given up.
const MAX: usize = 64;

/// A shipment, and whom to tell what has become of it.
struct Order {
    shipment: Shipment,
    ordered: Instant,
    tell: Box<dyn FnOnce(Delivery) + Send>,
}

/// Those who take keys to other servers.
#[derive(Default)]
pub struct Couriers {
    /// By where they go.
    all: Mutex<HashMap<Address, Sender<Order>>>,
    connections: AtomicUsize,
    cpus: OnceLock<CpuSet>,
}

impl fmt::Debug for Couriers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Couriers").field("connections", &self.connections()).finish_non_exhaustive()
    }
}

impl Couriers {
    /// Where they run from now on: a thread else stays on the CPU of the core that has begun it.
    pub fn run_on(&self, cpus: &[usize]) {
        let mut set = CpuSet::new();
        for cpu in cpus.iter().filter(|cpu| **cpu < CpuSet::MAX_CPU) {
            set.set(*cpu);
        }
        self.cpus.get_or_init(|| set);
    }

    /// Connections to other servers that are open.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Has a shipment delivered. `tell` is told what has become of it, on another thread.
    pub fn send(self: &Arc<Self>, shipment: Shipment, tell: Box<dyn FnOnce(Delivery) + Send>) {
        let to = shipment.to.clone();
        let mut all = self.all();
        let mut order = Order { shipment, ordered: Instant::now(), tell };
        if let Some(courier) = all.get(&to) {
            match courier.send(order) {
                Ok(()) => return,
                // It is gone; which it should not be, while it is listed.
                Err(refused) => order = refused.0,
            }
        }
        if all.len() >= MAX
            && let Some(other) = all.keys().next().cloned()
        {
            // It does what it has been asked to, and leaves.
            all.remove(&other);
        }
        let (sender, orders) = unbounded();
        let couriers = Arc::clone(self);
        let address = to.clone();
        let begun =
            thread::Builder::new().name("courier".into()).spawn(move || couriers.serve(&address, &orders));
        match begun {
            Ok(_) => {
                // The receiver is alive as long as the thread is.
                let _ = sender.send(order);
                all.insert(to, sender);
            }
            Err(error) => {
                tracing::warn!("no thread to take keys to another server: {error}");
                (order.tell)(Delivery { taken: Vec::new(), failure: Some(Failure::Connecting) });
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Address, Sender<Order>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of a courier.
    fn serve(&self, to: &Address, orders: &Receiver<Order>) {
        if let Some(cpus) = self.cpus.get() {
            // It runs where it was begun if this fails.
            let _ = sched_setaffinity(None, cpus);
        }
        let mut way = Way::new(to.clone(), &self.connections);
        loop {
            let order = match orders.recv_timeout(IDLE) {
                Ok(order) => order,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    // Nothing is ordered while the list is locked.
                    let mut all = self.all();
                    if let Ok(order) = orders.try_recv() {
                        order
                    } else {
                        all.remove(to);
                        return;
                    }
                }
            };
            let delivery = way.deliver(&order.shipment, order.ordered);
            (order.tell)(delivery);
        }
    }
}
