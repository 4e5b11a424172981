//! A core's listeners: accepting on them, and moving them while clients come.

use std::{os::fd::AsRawFd, time::Duration};

use super::machine::Machine;
use crate::{
    listen::{Listener, Place},
    ring::{Completion, Operation, Ring, Token, Wait},
};

/// How long the ring may take to let go of a listener. It takes microseconds.
const LET_GO: Duration = Duration::from_millis(100);

/// Times that it is waited for.
const LET_GO_TRIES: usize = 20;

/// The listeners of a core.
#[derive(Debug, Default)]
pub struct Listeners {
    slots: Vec<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    listener: Option<Listener>,
    /// Which of the listeners that have had this slot.
    generation: u32,
    /// Whether the ring accepts on it.
    accepts: bool,
}

impl Slot {
    fn token(&self, index: usize) -> Token {
        Token::new(Operation::Accept, index as u32, self.generation)
    }
}

impl Listeners {
    /// Adds a listener.
    fn add(&mut self, listener: Listener) {
        let index = self.slots.iter().position(|slot| slot.listener.is_none()).unwrap_or(self.slots.len());
        if index == self.slots.len() {
            self.slots.push(Slot::default());
        }
        let slot = &mut self.slots[index];
        slot.generation = slot.generation.wrapping_add(1);
        (slot.listener, slot.accepts) = (Some(listener), false);
    }

    /// Accepts on all listeners on which it does not.
    pub fn accept(&mut self, ring: &mut Ring) {
        for (index, slot) in self.slots.iter_mut().enumerate().filter(|(_, slot)| !slot.accepts) {
            if let Some(listener) = &slot.listener {
                slot.accepts = true;
                ring.accept(listener.socket.as_raw_fd(), slot.token(index));
            }
        }
    }

    /// Stops to accept.
    pub fn stop(&mut self, ring: &mut Ring) {
        for (index, slot) in self.slots.iter().enumerate().filter(|(_, slot)| slot.accepts) {
            ring.cancel(slot.token(index));
        }
    }

    /// Takes note of a completed accept.
    pub fn completed(&mut self, completion: &Completion) {
        if !completion.goes_on()
            && let Some(slot) = self.slot_of(completion.token)
        {
            slot.accepts = false;
        }
    }

    /// Where a client has come in; nothing if that listener is closed.
    pub fn place_of(&mut self, token: Token) -> Option<&Place> {
        self.slot_of(token)?.listener.as_ref().map(|listener| &listener.place)
    }

    fn slot_of(&mut self, token: Token) -> Option<&mut Slot> {
        self.slots.get_mut(token.index() as usize).filter(|slot| token.is_of(slot.generation))
    }

    /// Closes the listeners whose places are not among `wanted`, when the ring has let go of them: a socket on which an accept is
    /// under way is open for as long as that is. What completes meanwhile goes to `completions`.
    fn close_others(&mut self, wanted: &[Place], ring: &mut Ring, completions: &mut Vec<Completion>) {
        let is_unwanted =
            |slot: &Slot| slot.listener.as_ref().is_some_and(|listener| !wanted.contains(&listener.place));
        let others: Vec<usize> =
            (0..self.slots.len()).filter(|index| is_unwanted(&self.slots[*index])).collect();
        for index in &others {
            let slot = &self.slots[*index];
            if slot.accepts {
                ring.cancel(slot.token(*index));
            }
        }
        for _ in 0..LET_GO_TRIES {
            if others.iter().all(|index| !self.slots[*index].accepts) {
                break;
            }
            let seen = completions.len();
            ring.enter(Wait::AtMost(LET_GO), completions);
            // What ends otherwise is begun again when it is looked at, in the next turn.
            let is_of_others = |token: Token| {
                token.operation() == Operation::Accept && others.contains(&(token.index() as usize))
            };
            for completion in completions[seen..].iter().filter(|done| is_of_others(done.token)) {
                self.completed(completion);
            }
        }
        for index in others {
            if self.slots[index].accepts {
                tracing::warn!("a listener is still in use; its port stays taken for a while");
            }
            self.slots[index].listener = None;
        }
    }
}

impl Machine {
    /// Listens where it is to listen now, and nowhere else.
    pub(super) fn settle_listeners(&mut self) {
        let server = std::sync::Arc::clone(&self.core.node.server);
        let Self { listeners, ring, completions, core, .. } = self;
        server.listening.settle(core.node.core, |new, wanted| {
            for listener in new {
                listeners.add(listener);
            }
            listeners.close_others(wanted, ring, completions);
        });
        if !self.is_stopping() {
            self.listeners.accept(&mut self.ring);
        }
    }
}
