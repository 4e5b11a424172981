//! Looks for an order that explains a history.
//!
//! Wing and Gong's search ("Testing and verifying concurrent objects", 1993), with Lowe's memory ("Testing for
//! linearizability", 2017): of what was tried, the set of operations done and the state reached are remembered, for it does not
//! matter in which order they were done. Operations that have no effect are done as soon as their replies are right: any
//! order in which they come later could have had them there.
//!
//! A command that waits runs at once if it can, and else from the first of its keys that is filled. So it is also remembered who
//! could have begun to wait before: such a command may be served from any of its keys, whatever the others hold. If its time ran
//! out, there was an instant at which it found nothing; if it waits to the end, nothing is there at the end.

use std::{collections::HashSet, fmt::Write as _};

use super::{
    model::State,
    record::{History, Operation, Operations, shown},
};
use crate::resp::Value;

/// What can be said of a history.
#[derive(Debug)]
pub enum Verdict {
    /// It is that of a server that does one thing after the other.
    Legal,
    /// It is not: the text shows it.
    Illegal(String),
    /// It was not found out in the steps allowed.
    Undecided,
}

/// Searches for an order, taking at most `steps_max` steps.
pub fn judge(history: &History, steps_max: usize) -> Verdict {
    let operations = history.operations();
    let set_of = |is_in: fn(&Operation) -> bool| {
        (0..operations.len())
            .filter(|number| is_in(&operations[*number]))
            .fold(0, |set, number| set | 1 << number)
    };
    let mut order: Vec<usize> = (0..operations.len()).collect();
    // What was answered early comes early, and what was never answered perhaps never.
    order.sort_by_key(|number| operations[*number].answered.as_ref().map_or(u64::MAX, |(at, _)| *at));
    let mut search = Search {
        history,
        before: history.before(),
        order,
        all: set_of(|_| true),
        answered: set_of(|operation| operation.answered.is_some()),
        in_vain: set_of(|operation| operation.in_vain),
        waiting: set_of(|operation| operation.call.waits_for().is_some()),
        seen: HashSet::new(),
        steps_left: steps_max,
        path: Vec::new(),
        longest: (Vec::new(), State::default()),
    };
    match search.explore(0, 0, State::default()) {
        Found::Order => Verdict::Legal,
        Found::Nothing => Verdict::Illegal(search.report()),
        Found::TooLong => Verdict::Undecided,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Order,
    Nothing,
    TooLong,
}

struct Search<'a> {
    history: &'a History,
    before: Vec<Operations>,
    /// In which order operations are tried.
    order: Vec<usize>,
    all: Operations,
    answered: Operations,
    /// Those that waited to the end.
    in_vain: Operations,
    /// Those that may wait.
    waiting: Operations,
    /// What was done, who could have begun to wait, what there was.
    seen: HashSet<(Operations, Operations, State)>,
    steps_left: usize,
    /// What has been done, in order.
    path: Vec<usize>,
    /// The longest path there was, and where it led.
    longest: (Vec<usize>, State),
}

impl Search<'_> {
    /// Whether all that was answered and is not done can follow. Those in `waited` found nothing at some time.
    fn explore(&mut self, done: Operations, waited: Operations, state: State) -> Found {
        let path_len = self.path.len();
        let found = self.explore_from(done, waited, state);
        self.path.truncate(path_len);
        found
    }

    fn explore_from(&mut self, mut done: Operations, mut waited: Operations, state: State) -> Found {
        waited |= self.find_nothing(done, &state);
        while let Some(number) = self.next_without_effect(done, waited, &state) {
            done |= 1 << number;
            self.path.push(number);
            waited |= self.find_nothing(done, &state);
        }
        if self.path.len() > self.longest.0.len() {
            self.longest = (self.path.clone(), state.clone());
        }
        if self.answered & !done == 0 && !self.is_there_for_who_waits(&state) {
            return Found::Order;
        }
        if self.seen.contains(&(done, waited, state.clone())) {
            return Found::Nothing;
        }
        if self.steps_left == 0 {
            return Found::TooLong;
        }
        self.steps_left -= 1;
        for index in 0..self.order.len() {
            let number = self.order[index];
            for next in self.after(done, waited, &state, number) {
                self.path.push(number);
                let found = self.explore(done | 1 << number, waited, next);
                self.path.pop();
                if found != Found::Nothing {
                    return found;
                }
            }
        }
        self.seen.insert((done, waited, state));
        Found::Nothing
    }

    fn may_follow(&self, done: Operations, number: usize) -> bool {
        (done | self.in_vain) & (1 << number) == 0 && self.before[number] & !done == 0
    }

    /// Who would have to wait now.
    fn find_nothing(&self, done: Operations, state: &State) -> Operations {
        let mut found = 0;
        for (number, operation) in self.history.operations().iter().enumerate() {
            if self.waiting & (1 << number) != 0
                && self.may_follow(done, number)
                && state.clone().run(operation.session, &operation.call).is_none()
            {
                found |= 1 << number;
            }
        }
        found
    }

    /// Whether one that waits to the end could be served.
    fn is_there_for_who_waits(&self, state: &State) -> bool {
        self.history.operations().iter().enumerate().any(|(number, operation)| {
            // What is behind another in its pipeline was not even begun.
            if !operation.in_vain || self.before[number] & self.in_vain != 0 {
                return false;
            }
            let keys = operation.call.waits_for().unwrap_or_default();
            keys.iter().any(|key| state.clone().serve(&operation.call, key).is_some())
        })
    }

    fn next_without_effect(&self, done: Operations, waited: Operations, state: &State) -> Option<usize> {
        self.order.iter().copied().find(|number| {
            let operation = &self.history.operations()[*number];
            let has_no_effect =
                operation.answered.as_ref().is_some_and(|(_, reply)| operation.call.has_no_effect(reply));
            has_no_effect && self.after(done, waited, state, *number).first() == Some(state)
        })
    }

    /// The states there may be after an operation; none if it cannot come now, or would have been answered otherwise.
    fn after(&self, done: Operations, waited: Operations, state: &State, number: usize) -> Vec<State> {
        if !self.may_follow(done, number) {
            return Vec::new();
        }
        let operation = &self.history.operations()[number];
        let (call, answer) = (&operation.call, operation.answered.as_ref().map(|(_, answer)| answer));
        let is_right = |reply: &Value| answer.is_none_or(|answer| answer == reply);
        let mut next = state.clone();
        let reply = next.run(operation.session, call);
        if reply.is_none() && answer.map_or_else(|| call.gives_up(), |answer| call.is_given_up(answer)) {
            return vec![next];
        }
        let mut states: Vec<State> = reply.filter(is_right).map(|_| next).into_iter().collect();
        if waited & (1 << number) != 0 {
            for key in call.waits_for().unwrap_or_default() {
                let mut next = state.clone();
                if next.serve(call, key).as_ref().is_some_and(is_right) && !states.contains(&next) {
                    states.push(next);
                }
            }
        }
        states
    }

    fn report(&self) -> String {
        let (longest, state) = &self.longest;
        let done = longest.iter().fold(0, |set, number| set | 1 << number);
        let steps: Vec<String> = longest.iter().map(|number| format!("#{number}")).collect();
        let mut text = format!(
            "no order of these explains the replies:\n{}  at most {} of {} can be put in order: {}\n",
            self.history,
            longest.len(),
            self.all.count_ones(),
            steps.join(" ")
        );
        let _ = writeln!(text, "  then there is {state}");
        for (number, operation) in self.history.operations().iter().enumerate() {
            let Some((_, answer)) = operation.answered.as_ref().filter(|_| self.may_follow(done, number))
            else {
                continue;
            };
            let call = &operation.call;
            let reply = state.clone().run(operation.session, call);
            let (reply, answer) = (reply.as_ref().map_or("made to wait".into(), shown), shown(answer));
            let _ = writeln!(text, "  next could be #{number} {call}: it was answered {answer}, not {reply}");
        }
        text
    }
}
