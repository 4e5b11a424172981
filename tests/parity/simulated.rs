//! Kvadrant without sockets, threads and clock, as a target: the machine of the simulation, which takes steps while a client
//! waits. The order of the steps is the same in every run.

use std::{cell::RefCell, rc::Rc};

use shards::structures::random::Rng;

use crate::{
    harness::connection::{Client, Failure},
    machine::{Machine, Rules, Trace},
    target::{Answers, Target},
};

/// Steps of the trace in a failure's message.
const TRACE_LINES: usize = 20;

/// How far `pass_time` sets the clock, microseconds.
const PASS_US: i64 = 2_000;

/// Kvadrant with one shard.
pub fn one_shard() -> Box<dyn Target> {
    Simulated::target("kvadrant, 1 simulated shard", 1)
}

/// Kvadrant with four shards.
pub fn four_shards() -> Box<dyn Target> {
    Simulated::target("kvadrant, 4 simulated shards", 4)
}

struct Simulated {
    name: &'static str,
    running: Rc<RefCell<Running>>,
    clients: usize,
}

/// A machine and the source of its choices.
struct Running {
    machine: Machine,
    rng: Rng,
}

impl Running {
    /// One step of one core that has something to do; false if none has.
    fn step(&mut self) -> bool {
        let busy: Vec<usize> =
            (0..self.machine.cores()).filter(|core| self.machine.has_work(*core)).collect();
        if busy.is_empty() {
            return false;
        }
        let core = busy[self.rng.below(busy.len())];
        if let Err(why) = self.machine.step(core, &mut self.rng) {
            panic!("{why}\n{}", self.machine.trace.text());
        }
        true
    }
}

impl Simulated {
    fn target(name: &'static str, cores: usize) -> Box<dyn Target> {
        let machine = Machine::new(cores, Rules::default(), 1, Trace::new(TRACE_LINES));
        let running = Rc::new(RefCell::new(Running { machine, rng: Rng::new(1) }));
        Box::new(Self { name, running, clients: 0 })
    }
}

impl Target for Simulated {
    fn name(&self) -> &'static str {
        self.name
    }

    fn answers(&self) -> Answers {
        Answers::AsRedis72
    }

    fn client(&mut self) -> Box<dyn Client> {
        let mut running = self.running.borrow_mut();
        let core = self.clients % running.machine.cores();
        self.clients += 1;
        let socket = running.machine.connect(core);
        Box::new(Simulation { running: Rc::clone(&self.running), socket })
    }

    fn pass_time(&mut self) {
        self.running.borrow_mut().machine.pass_time(PASS_US);
    }

    fn log(&self) -> String {
        self.running.borrow().machine.trace.text()
    }
}

/// A client of a simulated machine.
struct Simulation {
    running: Rc<RefCell<Running>>,
    socket: usize,
}

impl Client for Simulation {
    fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let mut running = self.running.borrow_mut();
        let socket = running.machine.socket(self.socket);
        if socket.is_closed() {
            return Err(Failure::Closed);
        }
        socket.to_server.extend_from_slice(bytes);
        Ok(())
    }

    fn receive(&mut self, into: &mut Vec<u8>) -> Result<(), Failure> {
        let mut running = self.running.borrow_mut();
        loop {
            let socket = running.machine.socket(self.socket);
            if !socket.to_client.is_empty() {
                into.append(&mut socket.to_client);
                return Ok(());
            }
            if socket.is_closed() {
                return Err(Failure::Closed);
            }
            if !running.step() {
                return Err(Failure::TimedOut);
            }
        }
    }

    fn speak_resp3(&mut self) -> bool {
        let mut running = self.running.borrow_mut();
        let Some(session) = running.machine.session(self.socket) else { return false };
        session.resp3 = true;
        true
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        if let Ok(mut running) = self.running.try_borrow_mut() {
            running.machine.socket(self.socket).hung_up = true;
        }
    }
}
