//! What a core sends at the end of a turn: at most one envelope of requests per destination, and the replies it owes.
//!
//! *Credits.* At most [`CREDITS`] envelopes from this core to another are unanswered. Without a credit nothing is gathered for that
//! core: the session whose next command goes there waits, others go on. An inbox therefore has room for all that can be under
//! way, and no push ever fails or waits.
//!
//! *Posts.* What no client waits for (messages about keys) goes along with the requests, or, without a credit, in an envelope of its own
//! that needs none, up to [`POSTS`] of them: else the reply to what they tell of would be there before them, and what somebody does next,
//! on another core, would be heard of first.
//!
//! *Groups.* A turn with a command of several parts pushes its requests as a group, one group at a time over all cores: any two
//! groups come into all inboxes in the same order. The sender's own part goes through its own inbox. So all cores run the parts of
//! such commands in one order, and each such command takes effect at once, in one hop, as if there were one core.
//!
//! *Turns.* Where a turn sends requests to several cores, its envelopes bear the turn's number, and that number is published
//! behind the last of them: see [`Arrivals`](super::Arrivals).

use std::collections::VecDeque;

use shards::{
    message::Envelope,
    tx::{Hold, Hop},
};

/// Envelopes from one core to another that may be unanswered at a time: one runs there while the next is gathered here, and the others
/// are for turns that end before an answer comes. Measured with pipelines of 64 GETs on two shards: with two, every seventh pipeline
/// had to stop and to be read again, and a GET cost 8 % more CPU; eight bring no more than four.
pub const CREDITS: u8 = 4;

/// Envelopes with nothing but posts that may be unanswered at a time, from one core to another. So many are not reached but by a core
/// that stands still for as many turns of another.
pub const POSTS: u8 = 64;

/// From this size on an envelope takes no more commands, bytes: the rest of a burst goes with the next one.
const ENVELOPE_MAX_BYTES: usize = 1 << 20;

/// Most commands in an envelope.
const ENVELOPE_MAX_COMMANDS: usize = 4096;

/// One step of sending, in the order in which the steps must be taken.
#[derive(Debug)]
pub enum Push {
    /// Wait until no other core pushes a group: from here to [`Push::End`], nobody else pushes one.
    Begin,
    /// Put requests into the inbox of a core.
    Request(u16, Box<Envelope>),
    /// Make the turn's requests runnable.
    Publish(u64),
    /// The end of a group.
    End,
    /// Put replies into the inbox of a core.
    Reply(u16, Box<Envelope>),
}

/// A core's envelopes under construction.
#[expect(clippy::vec_box, reason = "envelopes travel in their boxes, which are used again")]
#[derive(Debug)]
pub struct Outbox {
    from: u16,
    turn: u64,
    /// Whether this turn's requests are a group.
    grouped: bool,
    gathering: Vec<Option<Box<Envelope>>>,
    credits: Vec<u8>,
    credits_max: u8,
    /// Steps of transactions that hold shards, which share their envelopes with nobody.
    holds: Vec<Box<Envelope>>,
    /// Per core: how many of them go there.
    holds_to: Vec<u8>,
    /// Steps for cores that this core's transactions hold.
    to_held: Vec<Box<Envelope>>,
    /// Posts for which there is no credit, by destination.
    posts: Vec<Option<Box<Envelope>>>,
    /// How many more of them may be sent to each core.
    post_credits: Vec<u8>,
    /// What this turn gathers for others, while the commands of a step are gathered.
    laid_by: Option<Vec<Option<Box<Envelope>>>>,
    replies: Vec<Box<Envelope>>,
    pushes: VecDeque<Push>,
    /// Envelopes to use again.
    pool: Vec<Box<Envelope>>,
}

impl Outbox {
    /// The outbox of core `from` among `cores`. At most `credits` envelopes to each core are unanswered; the inboxes must have
    /// room for them.
    pub fn new(from: usize, cores: usize, credits: u8) -> Self {
        Self {
            from: from as u16,
            turn: 0,
            grouped: false,
            gathering: std::iter::repeat_with(|| None).take(cores).collect(),
            credits: vec![credits; cores],
            credits_max: credits,
            holds: Vec::new(),
            holds_to: vec![0; cores],
            to_held: Vec::new(),
            posts: std::iter::repeat_with(|| None).take(cores).collect(),
            post_credits: vec![POSTS; cores],
            laid_by: None,
            replies: Vec::new(),
            pushes: VecDeque::new(),
            pool: Vec::new(),
        }
    }

    /// Whether a command may be sent to `core` in this turn.
    #[inline]
    pub fn has_room(&self, core: u16) -> bool {
        match &self.gathering[usize::from(core)] {
            Some(envelope) => {
                envelope.len() + envelope.notes.len() < ENVELOPE_MAX_COMMANDS
                    && envelope.data_bytes() < ENVELOPE_MAX_BYTES
            }
            None => self.credits[usize::from(core)] > self.holds_to[usize::from(core)],
        }
    }

    /// The envelope that goes to `core` at the end of this turn, if a command may be sent there in this turn.
    #[inline]
    pub fn envelope_with_room(&mut self, core: u16) -> Option<&mut Envelope> {
        self.has_room(core).then(|| self.envelope(core))
    }

    /// The envelope that goes to `core` at the end of this turn; the caller has asked [`Outbox::has_room`].
    #[inline]
    pub fn envelope(&mut self, core: u16) -> &mut Envelope {
        let pool = &mut self.pool;
        self.gathering[usize::from(core)].get_or_insert_with(|| pool.pop().unwrap_or_default())
    }

    /// The envelope for what `core` is to be told in this turn without being asked, if there is any. Nothing is put into
    /// [`Outbox::envelope`] for it behind this.
    pub fn envelope_for_posts(&mut self, core: u16) -> Option<&mut Envelope> {
        if self.has_room(core) {
            return Some(self.envelope(core));
        }
        let (pool, posts) = (&mut self.pool, &mut self.posts[usize::from(core)]);
        if posts.is_none() && self.post_credits[usize::from(core)] == 0 {
            return None;
        }
        Some(posts.get_or_insert_with(|| pool.pop().unwrap_or_default()))
    }

    /// Makes this turn's requests a group: a command of several parts is among them.
    #[inline]
    pub fn group(&mut self) {
        self.grouped = true;
    }

    /// Whether a transaction may send a hold to `core` in this turn.
    pub fn has_room_for_hold(&self, core: u16) -> bool {
        let gathering = u8::from(self.gathering[usize::from(core)].is_some());
        self.credits[usize::from(core)] > gathering + self.holds_to[usize::from(core)]
    }

    /// Adds a hold for `core` to this turn's group; the caller has asked [`Outbox::has_room_for_hold`].
    pub fn hold(&mut self, core: u16, transaction: u64, hold: Hold) {
        let envelope = self.step(core, transaction, Hop::Hold(hold));
        self.holds.push(envelope);
        self.holds_to[usize::from(core)] += 1;
        self.grouped = true;
    }

    /// Adds a step for a core that the transaction holds. It needs no credit: an inbox has room for one such from each core.
    pub fn tell_held(&mut self, core: u16, transaction: u64, step: Hop) {
        let mut envelope = self.step(core, transaction, step);
        envelope.uncounted = true;
        self.to_held.push(envelope);
    }

    fn step(&mut self, core: u16, transaction: u64, hop: Hop) -> Box<Envelope> {
        let mut envelope = self.pool.pop().unwrap_or_default();
        envelope.from = self.from;
        envelope.to = core;
        envelope.transaction = transaction;
        envelope.hop = Some(hop);
        envelope
    }

    /// From here to [`Outbox::end_step`], commands are gathered for cores that a transaction holds.
    pub fn begin_step(&mut self) {
        let fresh = std::iter::repeat_with(|| None).take(self.gathering.len()).collect();
        self.laid_by = Some(std::mem::replace(&mut self.gathering, fresh));
    }

    /// Whether commands are gathered for a step.
    pub fn is_stepping(&self) -> bool {
        self.laid_by.is_some()
    }

    /// Tells each of these cores this step, with the commands gathered for it, and goes on with what was gathered before.
    pub fn end_step(&mut self, transaction: u64, steps: impl Iterator<Item = (u16, Hop)>) {
        let Some(laid_by) = self.laid_by.take() else { return };
        let mut gathered = std::mem::replace(&mut self.gathering, laid_by);
        for (core, step) in steps {
            let empty = || self.pool.pop().unwrap_or_default();
            let mut envelope = gathered[usize::from(core)].take().unwrap_or_else(empty);
            envelope.from = self.from;
            envelope.to = core;
            envelope.transaction = transaction;
            envelope.hop = Some(step);
            envelope.uncounted = true;
            self.to_held.push(envelope);
        }
        debug_assert!(gathered.iter().all(Option::is_none), "a command goes to a core that is not held");
    }

    /// Takes an answered request in, to be sent back at the end of this turn.
    #[inline]
    pub fn reply(&mut self, envelope: Box<Envelope>) {
        debug_assert!(envelope.answered);
        self.replies.push(envelope);
    }

    /// Takes an envelope back whose replies have been read: returns the credit and keeps the buffers.
    pub fn settled(&mut self, mut envelope: Box<Envelope>) {
        let to = usize::from(envelope.to);
        self.credits[to] += u8::from(!envelope.uncounted);
        self.post_credits[to] += u8::from(envelope.has_only_posts);
        assert!(
            self.credits[to] <= self.credits_max && self.post_credits[to] <= POSTS,
            "core {to} answered an envelope twice"
        );
        envelope.recycle();
        if self.pool.len() < self.gathering.len() * usize::from(self.credits_max) {
            self.pool.push(envelope);
        }
    }

    /// Ends the turn: what was gathered becomes pushes. Requests come first, their turn behind them, replies last: whoever
    /// learns of anything this turn did finds its requests in front of their own.
    pub fn seal(&mut self) {
        self.turn += 1;
        for envelope in self.to_held.drain(..) {
            self.pushes.push_back(Push::Request(envelope.to, envelope));
        }
        let gathered = self.gathering.iter().chain(&self.posts).flatten().count();
        let destinations = gathered + self.holds.len();
        let grouped = std::mem::take(&mut self.grouped) && destinations > 1;
        if destinations > 0 {
            if grouped {
                self.pushes.push_back(Push::Begin);
            }
            let (from, turn, pushes) = (self.from, (destinations > 1).then_some(self.turn), &mut self.pushes);
            let mut request = |core: usize, mut envelope: Box<Envelope>| {
                (envelope.from, envelope.to, envelope.turn) = (from, core as u16, turn);
                pushes.push_back(Push::Request(core as u16, envelope));
            };
            for (core, gathered) in self.gathering.iter_mut().enumerate() {
                let Some(envelope) = gathered.take() else { continue };
                self.credits[core] -= 1;
                request(core, envelope);
            }
            for envelope in self.holds.drain(..) {
                let core = usize::from(envelope.to);
                self.holds_to[core] = 0;
                self.credits[core] -= 1;
                request(core, envelope);
            }
            for (core, posts) in self.posts.iter_mut().enumerate() {
                let Some(mut envelope) = posts.take() else { continue };
                self.post_credits[core] -= 1;
                (envelope.uncounted, envelope.has_only_posts) = (true, true);
                request(core, envelope);
            }
            if destinations > 1 {
                self.pushes.push_back(Push::Publish(self.turn));
            }
            // Published before the end: whoever pushes the next group finds this one runnable.
            if grouped {
                self.pushes.push_back(Push::End);
            }
        }
        for envelope in self.replies.drain(..) {
            self.pushes.push_back(Push::Reply(envelope.from, envelope));
        }
    }

    /// The next step of sending; steps are taken one by one, in order.
    #[inline]
    pub fn next_push(&mut self) -> Option<Push> {
        self.pushes.pop_front()
    }

    /// Whether all envelopes sent have been answered.
    pub fn is_settled(&self) -> bool {
        self.credits.iter().all(|credits| *credits == self.credits_max)
            && self.gathering.iter().chain(&self.posts).all(Option::is_none)
            && self.post_credits.iter().all(|credits| *credits == POSTS)
            && self.to_held.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_credit_nothing_is_gathered() {
        let mut outbox = Outbox::new(0, 2, CREDITS);
        let mut sent = Vec::new();
        for _ in 0..CREDITS {
            assert!(outbox.has_room(1));
            outbox.envelope(1);
            outbox.seal();
            sent.push(outbox.next_push());
        }
        assert!(!outbox.has_room(1));
        let Some(Some(Push::Request(1, envelope))) = sent.pop() else { panic!("no request") };
        outbox.settled(envelope);
        assert!(outbox.has_room(1));
    }

    #[test]
    fn posts_leave_without_a_credit() {
        let mut outbox = Outbox::new(0, 2, CREDITS);
        let mut sent = Vec::new();
        for _ in 0..CREDITS + POSTS {
            assert!(outbox.envelope_for_posts(1).is_some());
            outbox.seal();
            sent.push(outbox.next_push());
        }
        assert!(outbox.envelope_for_posts(1).is_none() && !outbox.has_room(1) && !outbox.is_settled());
        let Some(Some(Push::Request(1, posts))) = sent.pop() else { panic!("no request") };
        outbox.settled(posts);
        assert!(outbox.envelope_for_posts(1).is_some() && !outbox.has_room(1));
        outbox.seal();
        sent.push(outbox.next_push());
        for push in sent {
            let Some(Push::Request(1, envelope)) = push else { panic!("no request") };
            outbox.settled(envelope);
        }
        assert!(outbox.is_settled());
    }

    #[test]
    fn requests_go_first_then_their_turn_then_replies() {
        let mut outbox = Outbox::new(0, 4, CREDITS);
        let mut answered = Box::<Envelope>::default();
        answered.from = 3;
        answered.answered = true;
        outbox.reply(answered);
        outbox.envelope(2);
        outbox.envelope(1);
        outbox.seal();
        let order: Vec<_> = std::iter::from_fn(|| outbox.next_push())
            .map(|push| match push {
                Push::Request(core, envelope) => format!("request {core} turn {:?}", envelope.turn),
                Push::Publish(turn) => format!("publish {turn}"),
                Push::Begin | Push::End => "group".to_owned(),
                Push::Reply(core, _) => format!("reply {core}"),
            })
            .collect();
        assert_eq!(order, ["request 1 turn Some(1)", "request 2 turn Some(1)", "publish 1", "reply 3"]);
    }

    #[test]
    fn a_group_is_published_before_it_ends() {
        let mut outbox = Outbox::new(0, 4, CREDITS);
        outbox.envelope(0);
        outbox.envelope(2);
        outbox.group();
        outbox.seal();
        let pushes: Vec<_> = std::iter::from_fn(|| outbox.next_push()).collect();
        assert!(matches!(
            pushes[..],
            [Push::Begin, Push::Request(0, _), Push::Request(2, _), Push::Publish(1), Push::End]
        ));
        outbox.envelope(1);
        outbox.seal();
        assert!(matches!(outbox.next_push(), Some(Push::Request(1, _))), "the next turn is no group");
    }
}
