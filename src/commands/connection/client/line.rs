//! One client as a line of `field=value` words: what CLIENT LIST and CLIENT INFO say of it.

use std::fmt::Write;

use super::tracking::redirect;
use crate::{
    commands::commands,
    session::{Closing, Session, Topic},
};

/// The line of a client, its line end included. `running` is the command that it is running right now, if it asks itself.
///
/// Redis has a fixed reply buffer per client (`rbs`, with its recent peak `rbp`, of which `obl` bytes are used) and a list of
/// further ones (`oll`, `omem`). Here one buffer grows with its peak and is given back when all is sent, and there is no list:
/// `omem` is what waits for the socket, as operators read it. Requests run where they were received: of the client that asks, these
/// bytes are its query buffer too.
pub fn line(session: &Session, running: Option<&str>, now_ms: i64) -> String {
    let seconds = |since_ms: i64| (now_ms - since_ms).max(0) / 1_000;
    let received = &session.inbound.bytes;
    let query_bytes = received.len() + session.running_bytes;
    let arguments_bytes = session.inbound.heap_bytes() - received.capacity();
    let reply_buffer_bytes = session.replies.heap_bytes();
    // What this turn has still to send does not wait for the socket.
    let events = if session.unsent_bytes > 0 && running.is_none() { "rw" } else { "r" };

    let mut line = String::with_capacity(384);
    let written = writeln!(
        line,
        "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={} db={} sub={} psub={} ssub={} multi={} \
         qbuf={} qbuf-free={} argv-mem={} multi-mem={} rbs={} rbp={} obl={} oll=0 omem={} tot-mem={} events={} cmd={} \
         user=default redir={} resp={} lib-name={} lib-ver={}",
        session.id,
        session.origin.address(),
        session.origin.local_address(),
        session.fd,
        String::from_utf8_lossy(&session.name),
        seconds(session.since_ms),
        seconds(session.active_ms),
        flags(session),
        session.database,
        session.subscribed(Topic::Channel),
        session.subscribed(Topic::Pattern),
        session.subscribed(Topic::ShardChannel),
        session.transaction.queue.as_ref().map_or(-1, |queue| queue.commands.len() as i64),
        query_bytes,
        received.capacity() - received.len(),
        arguments_bytes,
        session.transaction.heap_bytes(),
        reply_buffer_bytes,
        reply_buffer_bytes,
        session.unsent_bytes,
        session.unsent_bytes,
        session.heap_bytes(),
        events,
        running.unwrap_or_else(|| last_command(session)),
        redirect(session.caching.as_deref()),
        if session.resp3 { 3 } else { 2 },
        String::from_utf8_lossy(&session.library),
        String::from_utf8_lossy(&session.library_version),
    );
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
    line
}

fn flags(session: &Session) -> String {
    let is_unix = matches!(session.origin, crate::session::Origin::Unix(_));
    let caching = session.caching.as_deref();
    let all = [
        ('O', session.monitors),
        ('P', session.is_subscriber()),
        ('x', session.transaction.queue.is_some()),
        ('b', session.paused || session.is_blocked()),
        ('t', caching.is_some()),
        ('R', caching.is_some_and(|caching| caching.broken)),
        ('B', caching.is_some_and(|caching| caching.broadcast)),
        ('c', session.closing == Closing::AfterReplies),
        ('U', is_unix),
        ('r', session.readonly),
        ('e', session.no_evict),
        ('T', session.no_touch),
    ];
    let set: String = all.iter().filter(|(_, set)| *set).map(|(flag, _)| *flag).collect();
    if set.is_empty() { "N".to_owned() } else { set }
}

/// The full name of the command that the client ran last.
fn last_command(session: &Session) -> &'static str {
    let commands = commands();
    let Some(command) = session.last_command else { return "NULL" };
    let subcommand = session.last_subcommand.and_then(|word| commands.subcommand(command, word.as_bytes()));
    commands.name(subcommand.unwrap_or(command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Origin;

    fn session() -> Session {
        let address = |port: u16| ([127, 0, 0, 1], port).into();
        Session::new(7, Origin::Tcp(address(1000), address(6379)), 9, 5_000, true)
    }

    #[test]
    fn a_new_client_has_all_fields_in_the_order_of_redis() {
        let line = line(&session(), Some("client|list"), 7_999);
        let fields: Vec<_> = line.trim_end().split(' ').map(|field| field.split_once('=')).collect();
        let names: Vec<_> = fields.iter().map(|field| field.expect("name=value").0).collect();
        assert_eq!(
            names.join(" "),
            "id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs rbp \
             obl oll omem tot-mem events cmd user redir resp lib-name lib-ver"
        );
        assert!(line.starts_with(
            "id=7 addr=127.0.0.1:1000 laddr=127.0.0.1:6379 fd=9 name= age=2 idle=2 flags=N db=0 sub=0 "
        ));
        assert!(
            line.ends_with(" events=r cmd=client|list user=default redir=-1 resp=2 lib-name= lib-ver=\n")
        );
    }

    #[test]
    fn flags_and_the_last_command_are_those_of_the_session() {
        let mut session = session();
        assert!(line(&session, None, 0).contains(" cmd=NULL "));
        session.readonly = true;
        session.closing = Closing::AfterReplies;
        session.last_command = commands().registry().find(b"client");
        session.last_subcommand = Some("SETNAME");
        let line_then = line(&session, None, 0);
        assert!(
            line_then.contains(" flags=cr ") && line_then.contains(" cmd=client|setname "),
            "{line_then}"
        );
        session.last_command = commands().registry().find(b"get");
        assert!(line(&session, None, 0).contains(" cmd=get "));
    }
}
