//! What clients, operators and machines do to a server: every fault on real sockets against the real process.
//!
//! A test awaits conditions and fails when one does not come true in time; none sleeps and hopes. Those that hold much
//! memory or many descriptors take turns (`heavy`), so that the suite stays small on a small machine.

#[path = "../harness/mod.rs"]
mod harness;

mod crowds;
mod greed;
mod large_values;
mod leaving;
mod passwords;
mod peer;
mod pipelines;
mod process;
mod starting;
mod stopping;

/// The numbers of shards that a fault is tried with: alone, and with commands that cross cores.
const SHARDS: [usize; 2] = [1, 4];
