//! The rules of the driver that the order between cores rests on; each can be taken away.

use kvadrant::mesh::{CREDITS, POSTS};
use shards::{
    message::{Envelope, Note},
    tx::{Claim, Hop},
};

/// When a turn looks at its inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// After the clients' bytes came in and before they are run: the rule.
    Between,
    /// After the bytes have been run.
    AfterRun,
    /// Before the bytes come in.
    BeforeBytes,
}

/// What a driver keeps to.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each rule is taken away on its own")]
pub struct Rules {
    /// Whether an envelope waits for its turn to be published.
    pub publication: bool,
    /// Whether the published turns are looked at when an envelope is taken, or only once at the start of the turn.
    pub fresh_look: bool,
    /// Whether a turn's requests are pushed before its replies.
    pub requests_first: bool,
    /// Whether one core at a time pushes a group.
    pub groups: bool,
    /// Whether a core that a transaction holds runs nothing until its release; else it goes on once it has lent its entries.
    pub holds: bool,
    /// Whether sockets are written after the pushes.
    pub pushes_first: bool,
    /// Whether a core that is about to sleep looks at what it laid aside.
    pub look_before_sleep: bool,
    /// Whether owners are told that a command waits no more.
    pub end_waits: bool,
    /// Whether a client's core is told that it can run the client's command that waits.
    pub ready_notes: bool,
    /// Whether all who may decide what becomes of a command that waits share one claim.
    pub shared_claims: bool,
    /// When the inbox is looked at.
    pub inbox_look: Look,
    /// Credits per destination that a core has.
    pub credits: u8,
    /// Credits that the inboxes have room for.
    pub inbox_credits: u8,
    /// Envelopes of posts that the inboxes have room for.
    pub inbox_posts: u8,
    /// `client-pipeline-limit`.
    pub pipeline_limit: usize,
}

impl Rules {
    /// Makes of an envelope what it would be if cores did not keep to the rules of waiting that are taken away.
    pub fn spoil(&self, envelope: &mut Envelope) {
        envelope.notes.retain(|note| match note {
            Note::EndWait(_) => self.end_waits,
            Note::Ready(_) => self.ready_notes,
            _ => true,
        });
        if self.shared_claims {
            return;
        }
        envelope.claims.fill_with(Claim::default);
        if let Some(Hop::Release(shards::tx::Release { wait: Some(wait), .. })) = &mut envelope.hop {
            wait.claim = Claim::default();
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            publication: true,
            fresh_look: true,
            requests_first: true,
            groups: true,
            holds: true,
            pushes_first: true,
            look_before_sleep: true,
            end_waits: true,
            ready_notes: true,
            shared_claims: true,
            inbox_look: Look::Between,
            credits: CREDITS,
            inbox_credits: CREDITS,
            inbox_posts: POSTS,
            pipeline_limit: 4096,
        }
    }
}
