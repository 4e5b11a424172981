//! Small histories of the live server, judged as those of the simulation are.

use std::{
    collections::VecDeque,
    sync::{Barrier, Mutex, MutexGuard, PoisonError},
};

use crate::{
    client::{Client, Words, words},
    harness::resp::Value,
    history::{Batch, Call, History, Kinds, Mix, Verdict, judge},
};

/// Clients of a history.
pub const MEMBERS: usize = 4;

/// Keys of a history.
const KEYS: usize = 6;

/// What each asks.
const CALLS: usize = 7;

/// Every other history has commands that wait, for so many seconds.
const WAITING: Kinds = Kinds::Waiting { timeouts: &["0.001", "0.005"] };

/// Steps that the search for an order may take.
const SEARCH_STEPS_MAX: usize = 20_000;

/// One history in so many may be too tangled to be judged.
const UNDECIDED_ONE_IN: u64 = 1_000;

/// Clients that make histories together, one after the other.
pub struct Group {
    barrier: Barrier,
    round: Mutex<Round>,
}

#[derive(Default)]
struct Round {
    /// None when it is over.
    mix: Option<Mix>,
    history: History,
    failure: Option<String>,
    judged: u64,
    undecided: u64,
}

impl Default for Group {
    fn default() -> Self {
        Self { barrier: Barrier::new(MEMBERS), round: Mutex::default() }
    }
}

impl Group {
    /// Makes histories until the end, as one of the group; the first has them judged and returns how many there were.
    pub fn run(&self, group: usize, member: usize, client: &mut Client<'_>) -> Result<u64, String> {
        let is_first = member == 0;
        loop {
            if is_first {
                let mut round = self.round();
                let goes_on = client.soak.goes_on() && round.failure.is_none();
                let number = round.judged;
                let fresh = |key| format!("h{group}.{number}.{key}").into_bytes();
                let keys: Vec<Vec<u8>> = (0..KEYS).map(fresh).collect();
                let kinds = if number.is_multiple_of(2) { Kinds::All } else { WAITING };
                round.mix = goes_on.then(|| Mix::new(&keys, kinds));
                round.history = History::default();
            }
            self.barrier.wait();
            let Some(mix) = self.round().mix.clone() else { break };
            // All plans are made: they begin at once.
            let plan = mix.plan(member, CALLS, &mut client.rng);
            self.barrier.wait();
            let vanishes_at = (client.rng.below(8) == 0).then(|| client.rng.below(plan.len()));
            let told = self.ask_all(plan, vanishes_at, client);
            self.barrier.wait();
            let told = told.and_then(|()| if is_first { self.judge(&mix, client) } else { Ok(()) });
            if let Err(why) = told {
                client.soak.fail();
                self.round().failure.get_or_insert(why);
            }
            self.barrier.wait();
        }
        let mut round = self.round();
        if !is_first {
            return Ok(0);
        }
        round.failure.take().map_or(Ok(round.judged), Err)
    }

    fn round(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks what a plan says. The client may vanish in the middle of a batch, and goes on as another.
    fn ask_all(
        &self,
        plan: Vec<Batch>,
        vanishes_at: Option<usize>,
        client: &mut Client<'_>,
    ) -> Result<(), String> {
        let mut session = self.round().history.session();
        let mut awaited: VecDeque<(usize, usize, usize)> = VecDeque::new();
        for (number, batch) in plan.into_iter().enumerate() {
            if batch.waits {
                self.take_replies(&mut awaited, client)?;
            }
            let mut pipeline: Vec<Words> = Vec::new();
            for call in batch.calls {
                let commands = call.commands();
                let operation = self.round().history.ask(session, call, client.soak.now());
                let last = commands.len() - 1;
                awaited.extend((0..=last).map(|index| (operation, index, last)));
                pipeline.extend(commands);
            }
            if vanishes_at == Some(number) {
                client.vanish(&pipeline)?;
                awaited.clear();
                session = self.round().history.session();
            } else {
                client.send(&pipeline)?;
            }
        }
        self.take_replies(&mut awaited, client)
    }

    /// Takes the replies to commands, each given as that of an operation, with its place there and the last one's.
    fn take_replies(
        &self,
        awaited: &mut VecDeque<(usize, usize, usize)>,
        client: &mut Client<'_>,
    ) -> Result<(), String> {
        while let Some((operation, index, last)) = awaited.pop_front() {
            let reply = client
                .reply()
                .map_err(|why| format!("{}: {why}", self.round().history.operations()[operation].call))?;
            let now = client.soak.now();
            if index == last {
                self.round().history.answer(operation, reply, now);
            } else if reply != Call::preface(index) {
                return Err(format!("{reply:?} to command {index} of a transaction"));
            }
        }
        Ok(())
    }

    /// Reads what is left, judges the history, and tidies up.
    fn judge(&self, mix: &Mix, client: &mut Client<'_>) -> Result<(), String> {
        let read = Batch { calls: vec![mix.read_all()], waits: true };
        self.ask_all(vec![read], None, client)?;
        let mut round = self.round();
        round.judged += 1;
        match judge(&round.history, SEARCH_STEPS_MAX) {
            Verdict::Legal => {}
            Verdict::Illegal(why) => return Err(why),
            Verdict::Undecided => round.undecided += 1,
        }
        drop(round);
        let mut delete = words("DEL");
        delete.extend(mix.keys().cloned());
        match client.ask(&[delete])?.pop() {
            Some(Value::Integer(_)) => Ok(()),
            other => Err(format!("{other:?} to DEL")),
        }
    }
}

/// Almost all histories could be judged.
pub fn check_decided(groups: &[Group]) {
    let sum = |count: fn(&Round) -> u64| groups.iter().map(|group| count(&group.round())).sum::<u64>();
    let (judged, undecided) = (sum(|round| round.judged), sum(|round| round.undecided));
    assert!(judged > 0, "no history was made");
    assert!(
        undecided <= 1 + judged / UNDECIDED_ONE_IN,
        "{undecided} of {judged} histories could not be judged"
    );
}
