//! A simulated client: its program, its bytes under way, its k-th reply for its k-th command.

use std::collections::VecDeque;

use shards::structures::random::Rng;

use crate::{
    board::Board,
    machine::{Machine, shorten},
    program::{Act, Check, Program},
    resp,
};

/// A client.
pub struct Client {
    core: usize,
    socket: Option<usize>,
    /// Bytes of commands that have not left the client yet.
    unsent: Vec<u8>,
    received: Vec<u8>,
    awaited: VecDeque<(String, Check)>,
    program: Box<dyn Program>,
    resting: bool,
    done: bool,
}

impl Client {
    /// A client of `core`.
    pub fn new(core: usize, program: Box<dyn Program>) -> Self {
        Self {
            core,
            socket: None,
            unsent: Vec::new(),
            received: Vec::new(),
            awaited: VecDeque::new(),
            program,
            resting: false,
            done: false,
        }
    }

    /// Whether its program has ended.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether what it waits for need not come, now that nobody can do anything any more. Then its program has ended.
    pub fn waits_in_vain(&mut self, board: &mut Board) -> bool {
        self.done = self.program.waits_in_vain(board);
        self.done
    }

    /// What it waits for, for messages.
    pub fn waits_for(&self) -> Option<&str> {
        self.awaited.front().map(|(command, _)| command.as_str())
    }

    /// Whether it can do anything.
    pub fn has_work(&self, machine: &mut Machine) -> bool {
        let arrived = |socket| !machine.socket(socket).to_client.is_empty();
        !self.done && (!self.resting || !self.unsent.is_empty() || self.socket.is_some_and(arrived))
    }

    /// Does something: receives, sends what is left to send, or goes on with its program.
    ///
    /// # Errors
    /// A reply that must not be.
    pub fn step(&mut self, machine: &mut Machine, board: &mut Board, rng: &mut Rng) -> Result<(), String> {
        let socket = *self.socket.get_or_insert_with(|| machine.connect(self.core));
        if !machine.socket(socket).to_client.is_empty() && rng.below(3) > 0 {
            return self.receive(socket, machine, board, rng);
        }
        if !self.unsent.is_empty() {
            self.program.sends(board);
            let len = self.unsent.len();
            let part = if rng.below(2) == 0 { len } else { 1 + rng.below(len) };
            machine.socket(socket).to_server.extend(self.unsent.drain(..part));
            return Ok(());
        }
        if self.resting {
            return Ok(());
        }
        match self.program.act(self.awaited.len(), board, rng) {
            Act::Send(commands) => {
                for asked in commands {
                    let bytes = resp::encode(&asked.arguments);
                    let shown = shorten(&asked.arguments.join(&b' '));
                    machine.trace.note(machine.steps, || format!("client of {socket} asks: {shown}"));
                    self.unsent.extend_from_slice(&bytes);
                    self.awaited.push_back((shown, asked.check));
                }
            }
            Act::Wait => {
                assert!(!self.awaited.is_empty(), "a program waits for nothing");
                self.resting = true;
            }
            Act::Vanish => {
                machine.trace.note(machine.steps, || format!("client of {socket} vanishes"));
                self.hang_up(machine);
            }
            Act::Done => {
                assert!(self.awaited.is_empty(), "a program ends before its replies");
                self.done = true;
            }
        }
        Ok(())
    }

    /// Hangs up.
    pub fn hang_up(&mut self, machine: &mut Machine) {
        if let Some(socket) = self.socket.take() {
            machine.socket(socket).hung_up = true;
        }
        self.unsent.clear();
        self.received.clear();
        self.awaited.clear();
    }

    fn receive(
        &mut self,
        socket: usize,
        machine: &mut Machine,
        board: &mut Board,
        rng: &mut Rng,
    ) -> Result<(), String> {
        let arrived = &mut machine.socket(socket).to_client;
        let len = arrived.len();
        let part = if rng.below(4) > 0 { len } else { 1 + rng.below(len) };
        self.received.extend(arrived.drain(..part));
        while let Some((value, len)) = resp::decode(&self.received)? {
            self.received.drain(..len);
            let Some((command, check)) = self.awaited.pop_front() else {
                return Err(format!("a reply to no command on socket {socket}: {value:?}"));
            };
            check(&value, board).map_err(|why| format!("socket {socket}, {command}: {why}"))?;
            self.resting = false;
        }
        Ok(())
    }
}
