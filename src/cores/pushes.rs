//! What reaches clients that did not ask for it, from the side of commands: what listeners may run, to which cores a message goes,
//! and every command on its way to those who monitor.

use shards::{
    command::{Args, Error, Flags, registry::Id},
    message::{Call, Token},
    resp::{Reply, Span},
};

use smallvec::SmallVec;

use super::{core::Core, execute::Flow, tracked::begin_command};
use crate::{
    commands::{Caller, Commands, Node, NodeRun, Verb},
    pubsub::{self, Post},
    session::{How, MergeParts, Session, SessionId},
};

/// A client begins a command that is `restricted`: why it may not run it, if it may not.
#[cold]
pub(super) fn restriction(
    session: &mut Session,
    commands: &'static Commands,
    command: Id,
    args: &Args<'_>,
) -> Option<Error> {
    begin_command(session, commands.row(command).name);
    // What is wrong with the form of a subcommand is said first.
    let command = commands.meant(command, args).ok()?;
    let row = commands.row(command);
    if session.is_subscriber() && !session.resp3 && !runs_among_messages(row.name) {
        let name = commands.name(command);
        return Some(Error::Message(format!(
            "ERR Can't execute '{name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
        )));
    }
    let touches_data = row.flags.has_any(Flags::READONLY.and(Flags::WRITE).and(Flags::MAY_REPLICATE));
    if session.monitors && touches_data {
        return Some(Error::Text("ERR Replica can't interact with the keyspace"));
    }
    None
}

/// Whether a RESP2 client, which tells replies from messages by their form, may run a command while it is subscribed.
fn runs_among_messages(name: &str) -> bool {
    matches!(
        name,
        "PING"
            | "SUBSCRIBE"
            | "SSUBSCRIBE"
            | "PSUBSCRIBE"
            | "UNSUBSCRIBE"
            | "SUNSUBSCRIBE"
            | "PUNSUBSCRIBE"
            | "QUIT"
            | "RESET"
    )
}

/// What a machine's command does on each of its cores.
type RunOnCore = fn(&mut Node, Caller, &Args<'_>, &mut Reply<'_>) -> Result<(), Error>;

impl Core {
    /// Runs a machine's command on some cores.
    pub(super) fn run_among(
        &mut self,
        id: SessionId,
        command: Id,
        cores: &[u16],
        args: &Args<'_>,
        (run, merge): (RunOnCore, MergeParts),
    ) -> Flow {
        if !self.has_room_in(id, cores) || !self.has_room_for_reply(id) {
            return Flow::Stall;
        }
        // What the commands before it did to keys is heard of before a message that comes behind them.
        if !self.outbox.is_stepping() {
            self.announce();
            self.send_posts();
        }
        let Some(caller) = self.node.sessions.get(id).map(|session| session.id) else { return Flow::Close };
        let Some(call) = self.expect_parts(id, command, How::Parts(merge), cores.len()) else {
            return Flow::Close;
        };
        for (part, core) in cores.iter().enumerate() {
            let call = Call { token: Token { part: part as u16, ..call.token }, ..call };
            self.at_core(id, *core, caller, &call, args, run);
        }
        self.flow_of(id)
    }

    /// Shows a command that has run, or is on its way to where it runs, to all who monitor. EXEC is shown when its commands have
    /// run.
    #[cold]
    pub(super) fn feed_monitors(&mut self, id: SessionId, command: Id, args: &Args<'_>, has_ended: bool) {
        let is_exec = matches!(
            self.commands.node(command).map(|command| command.run),
            Some(NodeRun::Transaction(Verb::Exec))
        );
        if is_exec
            && !has_ended
            && self.node.sessions.get(id).is_some_and(|session| session.transaction.running)
        {
            return;
        }
        // What was refused for its form has not run.
        let Ok(shown) = self.commands.meant(command, args) else { return };
        let flags = self.commands.row(shown).flags;
        if !flags.has(Flags::ADMIN) && !flags.has(Flags::SKIP_MONITOR) {
            self.show(id, args);
        }
    }

    /// Shows these arguments as a command of this client to all who monitor.
    #[cold]
    pub(super) fn show(&mut self, id: SessionId, args: &Args<'_>) {
        let Node { sessions, listeners, posts, touched, server, now_us, .. } = &mut self.node;
        let Some(session) = sessions.get(id) else { return };
        let line = pubsub::line(*now_us, session.database, &session.origin, args);
        let monitor = self.commands.registry().find(b"MONITOR");
        for core in self.routes.all().filter(|core| server.audience.monitors_at((*core).into())) {
            if core == self.me {
                listeners.show(sessions, touched, &line);
            } else if let Some(monitor) = monitor {
                posts.add_text(core, monitor, &line);
            }
        }
    }

    /// Puts into the turn's envelopes what other cores are to be told.
    #[inline]
    pub(super) fn send_posts(&mut self) {
        if !self.node.posts.is_empty() {
            self.fill_posts();
        }
    }

    #[cold]
    fn fill_posts(&mut self) {
        for core in self.routes.all() {
            while self.node.posts.has_some_for(core) {
                let Some(envelope) = self.outbox.envelope_for_posts(core) else { break };
                let Some(post) = self.node.posts.take(core) else { break };
                let (command, arguments) = match post {
                    Post::Command { command, arguments } => (command, arguments),
                    Post::Note(note) => {
                        envelope.notes.push(note);
                        continue;
                    }
                };
                let name = self.commands.name(command).as_bytes();
                // The last argument of a machine's command is the client that runs it: none.
                let mut base = Vec::new();
                let mut spans: SmallVec<[Span; 4]> = SmallVec::new();
                let arguments = arguments.iter().map(Vec::as_slice);
                for word in std::iter::once(name).chain(arguments).chain([b"0".as_slice()]) {
                    spans.push(Span { start: base.len() as u32, len: word.len() as u32 });
                    base.extend_from_slice(word);
                }
                envelope.push(Call::new(Token::NOBODY, command), &base, &spans, &[]);
            }
        }
    }
}
