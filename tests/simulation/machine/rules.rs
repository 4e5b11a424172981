//! The rules of the driver that the order between cores rests on; each can be taken away.

use kvadrant::mesh::CREDITS;

/// When a turn looks at its inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// After the clients' bytes came in and before they are run: the rule.
    InboxBetween,
    /// After the bytes have been run.
    InboxAfterRun,
    /// Before the bytes come in.
    InboxBeforeBytes,
}

/// What a driver keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether an envelope waits for its turn to be published.
    pub publication: bool,
    /// Whether the published turns are looked at when an envelope is taken, or only once at the start of the turn.
    pub fresh_look: bool,
    /// Whether a turn's requests are pushed before its replies.
    pub requests_first: bool,
    /// Whether sockets are written after the pushes.
    pub pushes_first: bool,
    /// Whether a core that is about to sleep looks at what it laid aside.
    pub look_before_sleep: bool,
    /// When the inbox is looked at.
    pub reading: Reading,
    /// Credits per destination that a core has.
    pub credits: u8,
    /// Credits that the inboxes have room for.
    pub inbox_credits: u8,
    /// `client-pipeline-limit`.
    pub pipeline_limit: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            publication: true,
            fresh_look: true,
            requests_first: true,
            pushes_first: true,
            look_before_sleep: true,
            reading: Reading::InboxBetween,
            credits: CREDITS,
            inbox_credits: CREDITS,
            pipeline_limit: 4096,
        }
    }
}
