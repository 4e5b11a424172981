//! The real server, 8 shards on real sockets, under 64 clients that each know something that must hold.
//!
//! Tellers move money whose sum never changes (`bank`); writers write keys together that no reader sees apart (`pairs`); movers
//! move elements that are never lost or doubled (`elements`); and groups of four ask all sorts of things of a few fresh keys at once,
//! for their replies to be judged as a whole (`histories`). Everyone hangs up now and then in the middle of a pipeline.
//!
//! Beside them, on a server of their own, 64 clients fill and empty a job queue, waiting for jobs, and are disturbed at that
//! (`queue`).
//!
//! `KVADRANT_SOAK_S` says for how many seconds (`make soak`: a minute), `KVADRANT_SEED` what the clients' choices start from: the
//! same choices, though not the same run.

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../history/mod.rs"]
mod history;

mod bank;
mod client;
mod elements;
mod histories;
mod pairs;
mod queue;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use client::Client;
use harness::{resp, seeds::number, server::Server};
use histories::Group;
use shards::structures::random::Rng;

/// Shards of the server.
const SHARDS: usize = 8;

/// How long it takes within all tests, seconds.
const SHORT_S: u64 = 3;

/// Clients of each kind: 64 together.
const TELLERS: usize = 16;
const WRITERS: usize = 6;
const READERS: usize = 6;
const MOVERS: usize = 12;
const LOOKERS: usize = 4;
const HISTORIES: usize = 5;

/// What all clients share.
pub struct Soak {
    port: u16,
    start: Instant,
    length: Duration,
    seed: u64,
    failed: AtomicBool,
}

impl Soak {
    /// A run on the server at this port, which begins now.
    fn new(port: u16) -> Soak {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let soak = Soak {
            port,
            start: Instant::now(),
            length: Duration::from_secs(number("KVADRANT_SOAK_S").unwrap_or(SHORT_S)),
            seed: number("KVADRANT_SEED").unwrap_or(since_1970.as_micros() as u64),
            failed: AtomicBool::new(false),
        };
        println!("KVADRANT_SEED={}, {:?}", soak.seed, soak.length);
        soak
    }

    /// Whether it goes on.
    pub fn goes_on(&self) -> bool {
        self.start.elapsed() < self.length && !self.failed.load(Ordering::Relaxed)
    }

    /// The time on a clock that all clients share.
    pub fn now(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64
    }

    /// A client's source of choices.
    pub fn rng(&self, client: &str) -> Rng {
        let mut seed = self.seed;
        for byte in client.bytes() {
            seed = Rng::new(seed ^ u64::from(byte)).next_u64();
        }
        Rng::new(seed)
    }

    /// Runs `step` until the end, or until something does not hold; returns how often.
    ///
    /// # Errors
    /// What does not hold.
    pub fn repeat(&self, mut step: impl FnMut() -> Result<(), String>) -> Result<u64, String> {
        let mut times = 0;
        while self.goes_on() {
            step().inspect_err(|_| self.fail())?;
            times += 1;
        }
        Ok(times)
    }

    /// Has everyone stop.
    pub fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }
}

#[test]
fn all_that_must_hold_holds_under_64_clients() {
    let mut server = Server::kvadrant(SHARDS, &[]);
    let soak = Soak::new(server.port());
    elements::place(&mut Client::new(&soak, soak.rng("place")));
    let groups: Vec<Group> = (0..HISTORIES).map(|_| Group::default()).collect();
    let mut failures = Vec::new();
    thread::scope(|scope| {
        let mut running = Vec::new();
        let mut spawn =
            |what: &'static str, clients: usize, run: fn(&mut Client<'_>) -> Result<u64, String>| {
                for client in 0..clients {
                    let soak = &soak;
                    let rng = soak.rng(&format!("{what} {client}"));
                    running.push((what, scope.spawn(move || run(&mut Client::new(soak, rng)))));
                }
            };
        spawn("money moved", TELLERS, bank::run);
        spawn("keys written together", WRITERS, pairs::write);
        spawn("keys read together", READERS, pairs::read);
        spawn("elements moved", MOVERS, elements::run);
        spawn("elements looked at", LOOKERS, elements::look);
        for (number, group) in groups.iter().enumerate() {
            for member in 0..histories::MEMBERS {
                let soak = &soak;
                let rng = soak.rng(&format!("history {number} {member}"));
                running.push((
                    "histories",
                    scope.spawn(move || group.run(number, member, &mut Client::new(soak, rng))),
                ));
            }
        }
        let mut done: Vec<(&str, u64)> = Vec::new();
        for (what, client) in running {
            match client.join() {
                Ok(Ok(times)) => match done.last_mut().filter(|(last, _)| *last == what) {
                    Some((_, all)) => *all += times,
                    None => done.push((what, times)),
                },
                Ok(Err(why)) => failures.push(format!("{what}: {why}")),
                Err(_) => failures.push(format!("{what}: a client panicked")),
            }
        }
        println!("{done:?}");
    });
    let log = server.log();
    assert!(failures.is_empty(), "KVADRANT_SEED={}\n{}\n{log}", soak.seed, failures.join("\n"));
    let mut auditor = Client::new(&soak, soak.rng("audit"));
    for audit in [bank::audit, pairs::audit, elements::audit] {
        audit(&mut auditor).expect("what holds at the end");
    }
    histories::check_decided(&groups);
    assert!(server.is_running() && !log.contains("panicked"), "{log}");
}
