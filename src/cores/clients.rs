//! The clients of a core: their coming and going, and the bytes from and to them.

use std::{
    net::SocketAddr,
    os::fd::{AsRawFd, OwnedFd},
};

use rustix::net::SocketAddrAny;

use super::{
    connection::{Connection, Receiving, Sent, prepare},
    core::Core,
    machine::Machine,
};
use crate::{
    listen::Place,
    mesh::Control,
    ring::{Completion, owned},
    session::{Closing, Origin, Session, SessionId, Transaction},
};

/// Replies that are ready are held back while others are missing, up to this size: so that a pipeline leaves with one system
/// call.
const HOLD_BACK_MAX_BYTES: usize = 16 * 1024;

/// A client that must wait is read until it has sent this much; then no more, until it may go on.
const KEPT_MAX_BYTES: usize = 64 * 1024;

/// A large argument of which at least this much is missing is received into place. Below it, the copy from provided buffers
/// costs less than switching.
const FILL_MIN_BYTES: usize = 64 * 1024;

/// Buffers of up to this size stay with a session when everything is sent.
const KEEP_BYTES: usize = 64 * 1024;

impl Machine {
    /// Takes a connection that a listener accepted.
    pub(super) fn accepted(&mut self, completion: &Completion) {
        self.listeners.completed(completion);
        if !completion.goes_on() && !self.is_stopping() {
            let out_of_descriptors =
                matches!(-completion.result, libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM);
            if out_of_descriptors {
                // It is tried again at the next tick.
                tracing::warn!(
                    "cannot accept a client: {}",
                    std::io::Error::from_raw_os_error(-completion.result)
                );
            } else {
                self.listeners.accept(&mut self.ring);
            }
        }
        if completion.result < 0 {
            return;
        }
        let socket = owned(completion.result);
        let shard_direct = matches!(self.listeners.place_of(completion.token), Some(Place::Direct(_)));
        let here = self.port.core();
        let host = self.port.host_for_new_client().filter(|_| !shard_direct).unwrap_or(here);
        // It counts there from now on, so that the next one goes elsewhere.
        self.port.count_client(host);
        if host == here {
            self.adopt(socket);
        } else {
            self.port.mesh().control(host, Control::Adopt(socket));
        }
    }

    /// Serves a new client, which is counted already, or refuses it.
    pub(super) fn adopt(&mut self, socket: OwnedFd) {
        if self.try_adopt(socket).is_none() {
            self.port.uncount_client();
        }
    }

    fn try_adopt(&mut self, socket: OwnedFd) -> Option<()> {
        if self.is_stopping() {
            return None;
        }
        let origin = origin_of(&socket)?;
        let settings = &self.core.node.settings;
        if self.port.mesh().clients() > settings.maxclients as usize {
            self.refuse(&socket, b"-ERR max number of clients reached\r\n");
            return None;
        }
        if settings.protected_mode && settings.requirepass.is_none() && !origin.is_local() {
            self.refuse(&socket, PROTECTED);
            return None;
        }
        if matches!(origin, Origin::Tcp(..)) && prepare(&socket, settings.tcp_keepalive_s).is_err() {
            return None;
        }
        let number = self.core.node.server.next_client();
        let authenticated = !self.core.node.requires_password();
        let session =
            Session::new(number, origin, socket.as_raw_fd(), self.core.node.now_ms(), authenticated);
        let id = self.core.open(session);
        let mut connection = Connection::new(socket, id);
        connection.receive(&mut self.ring);
        let index = id.index as usize;
        if self.connections.len() <= index {
            self.connections.resize_with(index + 1, || None);
        }
        self.connections[index] = Some(connection);
        Some(())
    }

    fn refuse(&mut self, socket: &OwnedFd, text: &[u8]) {
        self.core.node.statistics.rejected_connections += 1;
        // A fresh socket takes a line; if it does not, the client sees the end of the stream all the same.
        let _ = rustix::io::write(socket, text);
    }

    fn connection(&mut self, completion: &Completion) -> Option<&mut Connection> {
        let connection = self.connections.get_mut(completion.token.index() as usize)?.as_mut()?;
        completion.token.is_of(connection.session.generation).then_some(connection)
    }

    /// Takes bytes in a provided buffer, or the end of the stream.
    #[inline]
    pub(super) fn received(&mut self, completion: &Completion) {
        let buffer = completion.buffer();
        let id = match self.connection(completion) {
            Some(connection) => {
                if !completion.goes_on() {
                    connection.receiving = Receiving::Paused;
                }
                let id = connection.session;
                let closed = connection.closed;
                if let (Some(buffer), false) = (buffer, closed) {
                    let bytes = self.ring.bytes(buffer, completion.result.max(0) as usize);
                    self.core.receive(id, bytes);
                }
                Some(id)
            }
            None => None,
        };
        if let Some(buffer) = buffer {
            self.ring.put_back(buffer);
        }
        let Some(id) = id else { return };
        match completion.result {
            0 => self.end_of_stream(id),
            result
                if result < 0
                    && !matches!(-result, libc::ENOBUFS | libc::ECANCELED | libc::EAGAIN | libc::EINTR) =>
            {
                self.close_now(id);
            }
            _ => {}
        }
        self.steer_reading(id);
    }

    /// Takes what was received straight into a large argument.
    pub(super) fn filled(&mut self, completion: &Completion) {
        let buffer = self.ring.filled(completion);
        let Some(connection) = self.connection(completion) else { return };
        connection.receiving = Receiving::Paused;
        let id = connection.session;
        if let Some(buffer) = buffer {
            self.core.received_large(id, buffer);
        }
        // Only the look at idle clients cancels it, and what has come by then would be in the result.
        match completion.result {
            0 => self.end_of_stream(id),
            result if result < 0 && !matches!(-result, libc::EAGAIN | libc::EINTR) => self.close_now(id),
            _ => {}
        }
        self.steer_reading(id);
    }

    /// The client sends no more; what it sent is answered.
    fn end_of_stream(&mut self, id: SessionId) {
        if let Some(session) =
            self.core.node.sessions.get_mut(id).filter(|session| session.closing == Closing::No)
        {
            session.closing = match session {
                // What waits for the end of a pause has not begun, and what another command waits for is for others now.
                Session { paused: true, .. } | Session { blocked: Some(_), .. } => Closing::Now,
                Session { stalled: true, .. }
                | Session { transaction: Transaction { running: true, .. }, .. } => Closing::No,
                _ => Closing::AfterReplies,
            };
            session.ended = true;
            self.core.mark_dirty(id);
        }
    }

    fn close_now(&mut self, id: SessionId) {
        if let Some(session) = self.core.node.sessions.get_mut(id) {
            session.closing = Closing::Now;
            self.core.mark_dirty(id);
        }
    }

    /// Decides how to receive: into provided buffers, straight into a large argument, or not at all.
    pub(super) fn steer_reading(&mut self, id: SessionId) {
        let stopping = self.is_stopping();
        let Some(Some(connection)) = self.connections.get_mut(id.index as usize) else { return };
        let Some(session) = self.core.node.sessions.get_mut(id) else { return };
        if connection.closed {
            return self.drop_if_quiet(id);
        }
        let done = session.closing != Closing::No || session.ended || stopping;
        let must_wait = done
            || session.inbound.bytes.len() > KEPT_MAX_BYTES && session.stalled && session.blocked.is_none();
        let fills = session.inbound.large.as_ref().is_some_and(|large| large.missing() >= FILL_MIN_BYTES);
        match connection.receiving {
            Receiving::Buffers if must_wait || fills => connection.stop_receiving(&mut self.ring),
            Receiving::Paused if must_wait => {}
            Receiving::Paused if fills => {
                // One byte over the limit is received: it is what closes the client.
                let limit = self.core.node.settings.client_query_buffer_limit_bytes;
                let room = limit.saturating_sub(session.inbound.pending_bytes()).saturating_add(1);
                if let Some(large) = &mut session.inbound.large {
                    let bytes = large.missing().min(room);
                    connection.fill(&mut self.ring, large.lend(), bytes);
                }
            }
            Receiving::Paused => connection.receive(&mut self.ring),
            Receiving::Buffers | Receiving::Cancelling | Receiving::Fill => {}
        }
    }

    /// Goes on sending to a client whose socket was full.
    pub(super) fn writable(&mut self, completion: &Completion) {
        let Some(connection) = self.connection(completion) else { return };
        connection.waits_writable = false;
        let id = connection.session;
        self.flush(id);
    }

    /// Sends what is ready, and closes what is finished.
    #[inline]
    pub(super) fn flush(&mut self, id: SessionId) {
        let Some(Some(connection)) = self.connections.get_mut(id.index as usize) else { return };
        if connection.session != id {
            return;
        }
        let Some(session) = self.core.node.sessions.get_mut(id) else { return };
        if connection.closed {
            return self.drop_if_quiet(id);
        }
        if session.closing != Closing::Now && !connection.waits_writable {
            // One that goes on by itself has more to come, even if no reply is missing so far.
            let goes_on = session.stalled && !session.paused && session.blocked.is_none();
            let hold_back = (goes_on || session.replies.is_waiting() && !session.replies.is_overtaken())
                && session.replies.out().len() < HOLD_BACK_MAX_BYTES;
            if !session.replies.out().is_empty() && !hold_back {
                let (sent, bytes) = connection.send(session.replies.out());
                session.sent_bytes += bytes as u64;
                self.core.node.statistics.sent_bytes += bytes as u64;
                match sent {
                    Sent::All => session.replies.shrink(KEEP_BYTES),
                    Sent::Blocked => connection.wait_writable(&mut self.ring),
                    Sent::Broken => session.closing = Closing::Now,
                }
            }
        }
        let unsent = session.replies.len() - connection.sent_bytes();
        session.unsent_bytes = unsent;
        if unsent > 0 {
            self.check_output_limit(id, unsent);
        }
        self.finish_flush(id);
    }

    fn finish_flush(&mut self, id: SessionId) {
        let Some(Some(connection)) = self.connections.get_mut(id.index as usize) else { return };
        let Some(session) = self.core.node.sessions.get_mut(id) else { return };
        if session.ended && !session.stalled && !session.transaction.running && session.closing == Closing::No
        {
            session.closing = Closing::AfterReplies;
        }
        if Core::is_finished(session) {
            connection.shut(&mut self.ring);
            self.core.withdraw(id);
            return self.drop_if_quiet(id);
        }
        if connection.receiving == Receiving::Paused || session.stalled || session.inbound.large.is_some() {
            self.steer_reading(id);
        }
    }

    /// Forgets a connection on which nothing is under way any more.
    fn drop_if_quiet(&mut self, id: SessionId) {
        let place = &mut self.connections[id.index as usize];
        if place.as_ref().is_some_and(|connection| connection.closed && connection.is_quiet()) {
            *place = None;
            self.core.close(id);
            self.port.uncount_client();
        }
    }

    /// Closes a client whose unsent replies are over `client-output-buffer-limit`.
    #[cold]
    fn check_output_limit(&mut self, id: SessionId, unsent: usize) {
        let now_ms = self.core.node.now_ms();
        let limits = self.core.node.settings.client_output_buffer_limit;
        let Some(session) = self.core.node.sessions.get_mut(id) else { return };
        let limit = if session.is_subscriber() { limits.pubsub } else { limits.normal };
        let unsent = unsent as u64;
        let over_soft = limit.soft_bytes > 0 && unsent > limit.soft_bytes;
        session.over_soft_limit_since_ms =
            if over_soft { session.over_soft_limit_since_ms.or(Some(now_ms)) } else { None };
        let soft_is_up = session
            .over_soft_limit_since_ms
            .is_some_and(|since_ms| now_ms - since_ms > limit.soft_s as i64 * 1_000);
        if limit.hard_bytes > 0 && unsent > limit.hard_bytes || soft_is_up {
            tracing::warn!(
                "closing client {} ({}): {unsent} bytes of replies are over client-output-buffer-limit",
                session.id,
                session.origin.address()
            );
            session.closing = Closing::Now;
            self.core.node.statistics.output_limit_closings += 1;
        }
    }

    /// Stops to read from all clients; what they sent is finished.
    pub(super) fn stop_reading(&mut self) {
        for connection in self.connections.iter_mut().flatten() {
            connection.stop_receiving(&mut self.ring);
        }
    }
}

fn origin_of(socket: &OwnedFd) -> Option<Origin> {
    let address: SocketAddrAny = rustix::net::getsockname(socket).ok()?;
    if let Ok(local) = SocketAddr::try_from(address.clone()) {
        let client = SocketAddr::try_from(rustix::net::getpeername(socket).ok()??).ok()?;
        return Some(Origin::Tcp(client, local));
    }
    let path = rustix::net::SocketAddrUnix::try_from(address).ok()?;
    let path = path.path_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    Some(Origin::Unix(path.into()))
}

/// What Redis tells a client from elsewhere when there is no password.
const PROTECTED: &[u8] = b"-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. If you want to connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.\r\n";
