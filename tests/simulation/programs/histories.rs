//! Clients whose calls and replies go into the run's history, which is judged when all have ended.

use std::collections::VecDeque;

use shards::structures::random::Rng;

use crate::{
    board::Board,
    history::{Batch, Call},
    program::{Act, Asked, Program, ask, equal},
};

/// Asks what its plan says, in pipelines and one by one.
///
/// It takes any time for a reply: a plan may hold calls that are answered only when somebody else has done something.
pub struct Planned {
    plan: VecDeque<Batch>,
    session: Option<usize>,
    /// Calls of which no byte has left.
    unsent: Vec<usize>,
    /// How often it may still vanish.
    vanishes: usize,
}

impl Planned {
    /// Will ask all this, and hang up up to `vanishes` times in the middle.
    pub fn new(plan: Vec<Batch>, vanishes: usize) -> Self {
        Self { plan: plan.into(), session: None, unsent: Vec::new(), vanishes }
    }
}

impl Program for Planned {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if waiting > 0 && self.vanishes > 0 && rng.below(8) == 0 {
            self.vanishes -= 1;
            self.session = None;
            self.unsent.clear();
            return Act::Vanish;
        }
        match self.plan.front() {
            None if waiting == 0 => return Act::Done,
            None => return Act::Wait,
            Some(batch) if waiting > 0 && batch.waits => return Act::Wait,
            Some(_) => {}
        }
        let session = *self.session.get_or_insert_with(|| board.history.session());
        let mut pipeline = Vec::new();
        for call in self.plan.pop_front().into_iter().flat_map(|batch| batch.calls) {
            let (number, asked) = ask_recorded(call, session, board);
            self.unsent.push(number);
            pipeline.extend(asked);
        }
        Act::Send(pipeline)
    }

    fn sends(&mut self, board: &mut Board) {
        for number in self.unsent.drain(..) {
            board.history.sent(number, board.now);
        }
    }

    fn waits_in_vain(&mut self, board: &mut Board) -> bool {
        self.session.is_some_and(|session| board.history.waits_in_vain(session))
    }
}

/// A call as commands whose replies go into the history; its number there.
pub fn ask_recorded(call: Call, session: usize, board: &mut Board) -> (usize, Vec<Asked>) {
    let commands = call.commands();
    let number = board.history.ask(session, call, board.now);
    let last = commands.len() - 1;
    let asked = commands.into_iter().enumerate().map(|(index, arguments)| {
        let arguments: Vec<&[u8]> = arguments.iter().map(Vec::as_slice).collect();
        ask(&arguments, move |got, board| {
            if index < last {
                return equal(got, &Call::preface(index));
            }
            board.history.answer(number, got.clone(), board.now);
            Ok(())
        })
    });
    (number, asked.collect())
}
