//! Looks for an order that explains a history.
//!
//! Wing and Gong's search ("Testing and verifying concurrent objects", 1993), with Lowe's memory ("Testing for
//! linearizability", 2017): of what was tried, the set of operations done and the state reached are remembered, for it does not
//! matter in which order they were done. Operations that have no effect are done as soon as their replies are right: any
//! order in which they come later could have had them there.

use std::{collections::HashSet, fmt::Write as _};

use super::{
    model::State,
    record::{History, Operations, shown},
};

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
    let all = (0..operations.len()).fold(0, |set, number| set | 1 << number);
    let answered = (0..operations.len())
        .filter(|number| operations[*number].answered.is_some())
        .fold(0, |set, number| set | 1 << number);
    let mut order: Vec<usize> = (0..operations.len()).collect();
    // What was answered early comes early, and what was never answered perhaps never.
    order.sort_by_key(|number| operations[*number].answered.as_ref().map_or(u64::MAX, |(at, _)| *at));
    let mut search = Search {
        history,
        before: history.before(),
        order,
        all,
        answered,
        seen: HashSet::new(),
        steps_left: steps_max,
        path: Vec::new(),
        longest: (Vec::new(), State::default()),
    };
    match search.explore(0, State::default()) {
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
    seen: HashSet<(Operations, State)>,
    steps_left: usize,
    /// What has been done, in order.
    path: Vec<usize>,
    /// The longest path there was, and where it led.
    longest: (Vec<usize>, State),
}

impl Search<'_> {
    /// Whether all that was answered and is not done can follow.
    fn explore(&mut self, done: Operations, state: State) -> Found {
        let path_len = self.path.len();
        let found = self.explore_from(done, state);
        self.path.truncate(path_len);
        found
    }

    fn explore_from(&mut self, mut done: Operations, state: State) -> Found {
        while let Some(number) = self.next_without_effect(done, &state) {
            done |= 1 << number;
            self.path.push(number);
        }
        if self.path.len() > self.longest.0.len() {
            self.longest = (self.path.clone(), state.clone());
        }
        if self.answered & !done == 0 {
            return Found::Order;
        }
        if self.seen.contains(&(done, state.clone())) {
            return Found::Nothing;
        }
        if self.steps_left == 0 {
            return Found::TooLong;
        }
        self.steps_left -= 1;
        for index in 0..self.order.len() {
            let number = self.order[index];
            let Some(next) = self.after(done, &state, number) else { continue };
            self.path.push(number);
            let found = self.explore(done | 1 << number, next);
            self.path.pop();
            if found != Found::Nothing {
                return found;
            }
        }
        self.seen.insert((done, state));
        Found::Nothing
    }

    fn may_follow(&self, done: Operations, number: usize) -> bool {
        done & (1 << number) == 0 && self.before[number] & !done == 0
    }

    fn next_without_effect(&self, done: Operations, state: &State) -> Option<usize> {
        self.order.iter().copied().find(|number| {
            let operation = &self.history.operations()[*number];
            let has_no_effect =
                operation.answered.as_ref().is_some_and(|(_, reply)| operation.call.has_no_effect(reply));
            has_no_effect && self.after(done, state, *number).is_some_and(|next| next == *state)
        })
    }

    /// The state after an operation; nothing if it cannot come now, or would have been answered otherwise.
    fn after(&self, done: Operations, state: &State, number: usize) -> Option<State> {
        if !self.may_follow(done, number) {
            return None;
        }
        let operation = &self.history.operations()[number];
        let mut next = state.clone();
        let reply = next.run(operation.session, &operation.call);
        operation.answered.as_ref().is_none_or(|(_, answer)| *answer == reply).then_some(next)
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
            let (reply, answer) = (shown(&state.clone().run(operation.session, call)), shown(answer));
            let _ = writeln!(text, "  next could be #{number} {call}: it was answered {answer}, not {reply}");
        }
        text
    }
}
