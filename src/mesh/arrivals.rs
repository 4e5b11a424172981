//! The order in which a core runs what other cores sent.
//!
//! A turn that sends requests to several cores makes them runnable together: an envelope whose turn its sender has not published
//! yet is laid aside. What lies aside is looked at again, in order, before anything newer runs. Without this a pipeline
//! `x → core 1, y → core 2, z → core 1` could show z to someone who then misses y.
//!
//! A core that a transaction holds lays everything aside but answers and its release.
//!
//! The look must come *after* the newer envelope was taken from the inbox: whoever sent it may have seen a turn published that was
//! not yet published a moment before.

use std::collections::VecDeque;

use shards::{message::Envelope, tx::Hop};

/// Envelopes laid aside, oldest first.
#[derive(Debug, Default)]
pub struct Arrivals {
    aside: VecDeque<Box<Envelope>>,
    /// The transaction that holds this core: its coordinator and number.
    holder: Option<(u16, u64)>,
}

impl Arrivals {
    /// The oldest envelope laid aside that has become runnable. `published` gives the last published turn of a core.
    pub fn released(&mut self, published: impl Fn(u16) -> u64) -> Option<Box<Envelope>> {
        if self.holder.is_some() {
            return None;
        }
        let runnable = self.aside.iter().find(|envelope| is_published(envelope, &published))?;
        // Its turn may have been published between two looks: what the same core pushed before it is runnable too, and older.
        let from = runnable.from;
        let index = self.aside.iter().position(|envelope| envelope.from == from)?;
        self.aside.remove(index)
    }

    /// Whether a transaction holds this core.
    #[inline]
    pub fn is_held(&self) -> bool {
        self.holder.is_some()
    }

    /// The core is held by a transaction of core `by` from now on.
    pub fn hold(&mut self, by: u16, transaction: u64) {
        assert!(self.holder.is_none(), "a core is held twice");
        self.holder = Some((by, transaction));
    }

    /// The core is free again.
    pub fn free(&mut self) {
        self.holder = None;
    }

    /// Takes the envelope that arrived: gives it back if it may run, else lays it aside. Call [`Arrivals::released`] until it gives
    /// nothing between taking the envelope from the inbox and this call.
    pub fn arrive(
        &mut self,
        envelope: Box<Envelope>,
        published: impl Fn(u16) -> u64,
    ) -> Option<Box<Envelope>> {
        let runs = envelope.answered
            || match self.holder {
                None => {
                    // As above: nothing overtakes what its own core pushed before it.
                    is_published(&envelope, &published)
                        && self.aside.iter().all(|earlier| earlier.from != envelope.from)
                }
                Some(holder) => {
                    holder == (envelope.from, envelope.transaction)
                        && matches!(envelope.hop, Some(Hop::Release(_) | Hop::Step(..) | Hop::Lend { .. }))
                }
            };
        if runs {
            return Some(envelope);
        }
        self.aside.push_back(envelope);
        None
    }

    /// Whether something laid aside has become runnable. A core that is about to sleep must ask, *after* it has announced its sleep:
    /// the turn may have been published since the last look, and the wake that followed found nobody asleep.
    pub fn has_runnable(&self, published: impl Fn(u16) -> u64) -> bool {
        self.holder.is_none() && self.aside.iter().any(|envelope| is_published(envelope, &published))
    }

    /// Whether nothing lies aside.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.aside.is_empty()
    }
}

/// Whether the turn of a request is published.
fn is_published(envelope: &Envelope, published: &impl Fn(u16) -> u64) -> bool {
    envelope.turn.is_none_or(|turn| turn <= published(envelope.from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(from: u16, turn: Option<u64>) -> Box<Envelope> {
        let mut envelope = Box::<Envelope>::default();
        envelope.from = from;
        envelope.turn = turn;
        envelope
    }

    #[test]
    fn an_unpublished_turn_waits_and_others_pass() {
        let mut arrivals = Arrivals::default();
        assert!(arrivals.arrive(envelope(1, Some(5)), |_| 4).is_none());
        assert!(arrivals.arrive(envelope(2, None), |_| 4).is_some());
        assert!(arrivals.released(|_| 4).is_none());
        assert!(!arrivals.has_runnable(|_| 4) && arrivals.has_runnable(|_| 5));
        assert_eq!(arrivals.released(|_| 5).map(|envelope| envelope.from), Some(1));
        assert!(arrivals.is_empty());
    }

    #[test]
    fn what_a_core_pushed_in_a_turn_stays_in_order_when_it_is_published_between_two_looks() {
        use std::cell::Cell;
        let mut arrivals = Arrivals::default();
        let pushed = |number| {
            let mut envelope = envelope(1, Some(5));
            envelope.transaction = number;
            envelope
        };
        assert!(arrivals.arrive(pushed(1), |_| 4).is_none());
        assert!(arrivals.released(|_| 4).is_none());
        assert!(arrivals.arrive(pushed(2), |_| 5).is_none());
        let looks = Cell::new(3);
        let published_at_the_second_look = |_| {
            looks.set(looks.get() + 1);
            looks.get().min(5)
        };
        let order: Vec<_> = std::iter::from_fn(|| arrivals.released(published_at_the_second_look))
            .map(|envelope| envelope.transaction)
            .collect();
        assert_eq!(order, [1, 2]);
    }

    #[test]
    fn a_held_core_takes_answers_and_its_release() {
        let mut arrivals = Arrivals::default();
        arrivals.hold(3, 8);
        assert!(arrivals.arrive(envelope(1, None), |_| 0).is_none());
        let mut answer = envelope(1, None);
        answer.answered = true;
        assert!(arrivals.arrive(answer, |_| 0).is_some());
        for (from, transaction, runs) in [(2, 8, false), (3, 7, false), (3, 8, true)] {
            let mut release = envelope(from, None);
            release.transaction = transaction;
            release.hop = Some(Hop::Release(shards::tx::Release::default()));
            assert_eq!(arrivals.arrive(release, |_| 0).is_some(), runs);
        }
        assert!(arrivals.released(|_| 0).is_none() && !arrivals.has_runnable(|_| 0));
        arrivals.free();
        assert_eq!(arrivals.released(|_| 0).map(|envelope| envelope.from), Some(1));
    }

    #[test]
    fn what_was_laid_aside_first_runs_first() {
        let mut arrivals = Arrivals::default();
        for turn in [5, 6] {
            assert!(arrivals.arrive(envelope(1, Some(turn)), |_| 4).is_none());
        }
        let turns: Vec<_> =
            std::iter::from_fn(|| arrivals.released(|_| 9)).map(|envelope| envelope.turn).collect();
        assert_eq!(turns, [Some(5), Some(6)]);
    }
}
