//! Commands that wait for a key to hold something (BLPOP and its like), at the owners of their keys.
//!
//! A command that finds nothing leaves a [`Wait`] at each owner of its keys, in the step in which it found nothing. When a command or
//! a whole transaction has ended that touched such a key, the owner serves those who wait for it, first come first served, before
//! anything else runs: it runs the waiting command with its ordinary handler and sends the reply to the client's core.
//!
//! *One of many.* A client that waits at several owners, or whose time runs out while one of them serves it, must be served once or
//! not at all. All parties share a [`Claim`]: whoever takes it first decides, before anything is taken out of a key.
//!
//! *Elsewhere.* A command that moves what it takes to a key of another shard (BLMOVE) cannot run at one owner. That owner tells
//! the client's core, which runs it there, holding both shards. Until it says how that went, nobody behind it is served from this
//! key; a command that takes without waiting may come between, and then it waits on, at its old place.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use super::{Interest, LentKey};
use crate::{
    command::{
        Keys, OwnedArgs, Waiting,
        call::{Modes, Token},
    },
    keyspace::{Kind, Touched},
};

/// The right to decide what becomes of a waiting command.
#[derive(Clone, Debug, Default)]
pub struct Claim(Arc<AtomicU8>);

/// Nobody has it.
const FREE: u8 = 0;
/// The owner of the keys tries the command for the first time.
const TRIED: u8 = 1;
/// It is decided.
const TAKEN: u8 = 2;

impl Claim {
    /// Takes it; false if somebody has it already.
    pub fn take(&self) -> bool {
        self.change(FREE, TAKEN)
    }

    /// Begins the first try; false if nobody wants the command to run any more.
    pub fn begin_try(&self) -> bool {
        self.change(FREE, TRIED)
    }

    /// The first try found nothing; false if nobody wants the command to wait.
    pub fn end_try(&self) -> bool {
        self.change(TRIED, FREE)
    }

    /// Nobody wants the command to run any more, whether or not it does.
    pub fn abandon(&self) {
        self.0.store(TAKEN, Ordering::Release);
    }

    /// Whether somebody has it for good.
    pub fn is_taken(&self) -> bool {
        self.0.load(Ordering::Acquire) == TAKEN
    }

    fn change(&self, from: u8, to: u8) -> bool {
        self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A waiting command.
#[derive(Clone, Debug)]
pub struct Wait {
    /// The client's core.
    pub core: u16,
    /// Who gets the reply.
    pub token: Token,
    /// Its database.
    pub database: u16,
    /// How it is to be run.
    pub modes: Modes,
    /// The command.
    pub args: OwnedArgs,
    /// Which of its arguments are keys.
    pub places: Keys,
    /// Of these, those that it waits for and that are this owner's.
    pub keys: Vec<usize>,
    /// How it runs.
    pub how: &'static Waiting,
    /// Whether one of its keys is elsewhere and only the client's core can run it.
    pub elsewhere: bool,
    /// Who decides.
    pub claim: Claim,
}

impl Wait {
    /// What names it.
    pub fn interest(&self) -> Interest {
        Interest {
            core: self.core,
            session: self.token.session,
            generation: self.token.generation,
            number: self.token.sequence,
        }
    }

    fn lent_keys(&self) -> impl Iterator<Item = LentKey> {
        let args = self.args.args();
        self.keys.iter().map(move |index| LentKey { database: self.database, bytes: args.get(*index).into() })
    }
}

/// The commands that wait at one shard.
#[derive(Debug, Default)]
pub struct Waits {
    standing: HashMap<Interest, Standing>,
    /// Per key, in the order in which they came.
    keys: HashMap<LentKey, VecDeque<Interest>>,
    /// Keys that were touched, oldest first, each once.
    ready: VecDeque<LentKey>,
}

#[derive(Debug)]
struct Standing {
    wait: Wait,
    /// The client's core has been told to run it.
    told: bool,
}

impl Waits {
    /// Whether no command waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// Whether keys are to be looked at.
    #[inline]
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Lets a command wait. One that waits already keeps its place: it has been run elsewhere, and found nothing.
    pub fn begin(&mut self, wait: Wait) {
        let interest = wait.interest();
        if let Some(known) = self.standing.get_mut(&interest) {
            known.told = false;
            let keys: Vec<LentKey> = known.wait.lent_keys().collect();
            // What came meanwhile was not shown to it.
            for key in &keys {
                self.touch(key);
            }
            return;
        }
        for key in wait.lent_keys() {
            let waiting = self.keys.entry(key).or_default();
            if !waiting.contains(&interest) {
                waiting.push_back(interest);
            }
        }
        self.standing.insert(interest, Standing { wait, told: false });
    }

    /// Lets a command wait no more; whoever stands behind it may have to be served.
    pub fn end(&mut self, interest: Interest) -> Option<Wait> {
        let Standing { wait, told } = self.standing.remove(&interest)?;
        for key in wait.lent_keys() {
            let Some(waiting) = self.keys.get_mut(&key) else { continue };
            waiting.retain(|other| *other != interest);
            if waiting.is_empty() {
                self.keys.remove(&key);
            } else if told {
                self.touch(&key);
            }
        }
        Some(wait)
    }

    /// A key was touched: if somebody waits for it, it is to be looked at.
    pub fn touch(&mut self, key: &LentKey) {
        if self.keys.contains_key(key) && !self.ready.contains(key) {
            self.ready.push_back(key.clone());
        }
    }

    /// Something changed.
    pub fn note(&mut self, touched: &Touched) {
        if self.keys.is_empty() {
            return;
        }
        match touched {
            Touched::Key { database, key } => {
                self.touch(&LentKey { database: *database, bytes: key.as_slice().into() });
            }
            Touched::Swapped { database } => {
                let keys = self.keys.keys().filter(|key| key.database == *database);
                let keys: Vec<LentKey> = keys.cloned().collect();
                for key in &keys {
                    self.touch(key);
                }
            }
            Touched::Flushed { .. } | Touched::FlushedAll => {}
        }
    }

    /// The next key to look at.
    pub fn take_ready(&mut self) -> Option<LentKey> {
        self.ready.pop_front()
    }

    /// The first command that waits for something of this kind in a key. Those whose claim is taken are forgotten.
    pub fn first(&mut self, key: &LentKey, there: Kind) -> Option<First> {
        loop {
            let waiting = self.keys.get(key)?;
            let fits = |interest: &&Interest| {
                self.standing.get(interest).is_some_and(|waiting| waiting.wait.how.opens == there)
            };
            let interest = *waiting.iter().find(fits)?;
            let first = self.standing.get_mut(&interest)?;
            if first.wait.elsewhere && !first.wait.claim.is_taken() {
                if std::mem::replace(&mut first.told, true) {
                    return None;
                }
                return Some(First::Elsewhere(first.wait.core, first.wait.token));
            }
            let is_ours = !first.wait.elsewhere && first.wait.claim.take();
            let wait = self.end(interest)?;
            if is_ours {
                return Some(First::Here(Box::new(wait)));
            }
        }
    }
}

/// Who is first in line.
#[derive(Debug)]
pub enum First {
    /// It is to be run here; it waits no more.
    Here(Box<Wait>),
    /// This core is to run this command; until then nobody else is served.
    Elsewhere(u16, Token),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Args, Outcome, Timeout},
        resp::Span,
    };

    const LIST: Waiting = Waiting {
        handler: |_, _, _| Ok(Outcome::Nothing),
        timeout: Timeout::Last,
        opens: Kind::List,
        moves: false,
    };
    const ZSET: Waiting = Waiting { opens: Kind::ZSet, ..LIST };

    fn wait(session: u32, how: &'static Waiting, elsewhere: bool) -> Wait {
        let spans = [Span { start: 0, len: 1 }, Span { start: 0, len: 1 }];
        Wait {
            core: 0,
            token: Token { session, generation: 0, sequence: 0, part: 0 },
            database: 0,
            modes: Modes::default(),
            args: OwnedArgs::from(&Args::new(b"k", &spans, &[])),
            places: Keys::ONE,
            keys: vec![1],
            how,
            elsewhere,
            claim: Claim::default(),
        }
    }

    fn key() -> LentKey {
        LentKey { database: 0, bytes: b"k"[..].into() }
    }

    fn session(first: Option<First>) -> Option<u32> {
        first.map(|first| match first {
            First::Here(wait) => wait.token.session,
            First::Elsewhere(_, token) => token.session,
        })
    }

    #[test]
    fn who_comes_first_is_served_first_if_it_is_what_it_waits_for() {
        let mut waits = Waits::default();
        waits.begin(wait(1, &ZSET, false));
        waits.begin(wait(2, &LIST, false));
        waits.begin(wait(3, &LIST, false));
        assert!(!waits.has_ready());
        waits.touch(&key());
        waits.touch(&key());
        assert_eq!(waits.take_ready(), Some(key()));
        assert_eq!(waits.take_ready(), None, "a key is looked at once");
        assert_eq!(session(waits.first(&key(), Kind::List)), Some(2));
        assert_eq!(session(waits.first(&key(), Kind::List)), Some(3));
        assert_eq!(session(waits.first(&key(), Kind::List)), None);
        assert_eq!(session(waits.first(&key(), Kind::ZSet)), Some(1));
        assert!(waits.is_empty() && waits.keys.is_empty());
        waits.touch(&key());
        assert!(!waits.has_ready());
    }

    #[test]
    fn whose_time_has_run_out_gets_nothing() {
        let mut waits = Waits::default();
        let late = wait(1, &LIST, false);
        let claim = late.claim.clone();
        waits.begin(late);
        waits.begin(wait(2, &LIST, false));
        assert!(claim.take() && !claim.take());
        assert_eq!(session(waits.first(&key(), Kind::List)), Some(2));
        assert!(waits.is_empty());
    }

    #[test]
    fn who_is_run_elsewhere_keeps_its_place_until_it_is_known_how_that_went() {
        let mut waits = Waits::default();
        let first = wait(1, &LIST, true);
        waits.begin(first.clone());
        waits.begin(wait(2, &LIST, false));
        assert!(matches!(waits.first(&key(), Kind::List), Some(First::Elsewhere(0, _))));
        assert!(waits.first(&key(), Kind::List).is_none(), "it was told once");
        waits.begin(first.clone());
        assert_eq!(waits.take_ready(), Some(key()), "more may have come meanwhile");
        assert!(matches!(waits.first(&key(), Kind::List), Some(First::Elsewhere(0, _))));
        waits.end(first.interest());
        assert_eq!(waits.take_ready(), Some(key()));
        assert_eq!(session(waits.first(&key(), Kind::List)), Some(2));
    }
}
