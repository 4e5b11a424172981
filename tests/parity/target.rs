//! What the facts are proven on: servers behind sockets, shards in a simulation, all alike to a fact.
//!
//! A target is taken for one fact at a time and hands it an empty keyspace. Server processes are started once per test
//! program and shared by its facts, one after the other; a fact that fails leaves an unknown state behind, so that the
//! next one gets a new process.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::harness::connection::{Client, Tcp};
use crate::harness::resp::Value;
use crate::harness::server::Server;

/// Whose behaviour a target shows where Redis changed its mind.
#[derive(Clone, Copy, PartialEq)]
pub enum Answers {
    /// As redis-server 7.0.15.
    AsRedis70,
    /// As Redis 7.2.
    AsRedis72,
}

/// One server, or what stands for one.
pub trait Target {
    /// For messages: which server it is.
    fn name(&self) -> &'static str;
    /// Which of two expectations holds where versions differ.
    fn answers(&self) -> Answers;
    /// A new client.
    fn client(&mut self) -> Box<dyn Client>;
    /// Lets a few milliseconds pass on the target's clock.
    fn pass_time(&mut self);
    /// What the server had to say, for messages.
    fn log(&self) -> String;
}

/// redis-server from this machine.
pub fn redis() -> Box<dyn Target> {
    static SERVER: Mutex<Option<Server>> = Mutex::new(None);
    ServerTarget::take("redis-server 7.0.15", Answers::AsRedis70, &SERVER, || Server::redis(&[]))
}

/// Kvadrant on one core.
pub fn one_core() -> Box<dyn Target> {
    static SERVER: Mutex<Option<Server>> = Mutex::new(None);
    ServerTarget::take("kvadrant with 1 shard", Answers::AsRedis72, &SERVER, || Server::kvadrant(1, &[]))
}

/// Kvadrant on four cores.
pub fn four_cores() -> Box<dyn Target> {
    static SERVER: Mutex<Option<Server>> = Mutex::new(None);
    ServerTarget::take("kvadrant with 4 shards", Answers::AsRedis72, &SERVER, || Server::kvadrant(4, &[]))
}

struct ServerTarget {
    name: &'static str,
    answers: Answers,
    server: MutexGuard<'static, Option<Server>>,
}

impl ServerTarget {
    fn take(
        name: &'static str,
        answers: Answers,
        shared: &'static Mutex<Option<Server>>,
        start: fn() -> Server,
    ) -> Box<dyn Target> {
        let mut server = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if server.as_mut().is_none_or(|server| !server.is_running()) {
            *server = Some(start());
        }
        let target = ServerTarget { name, answers, server };
        let emptied = target.server().connect().command(&["FLUSHALL"]);
        assert_eq!(emptied, Ok(Value::Simple(b"OK".to_vec())), "FLUSHALL on {name}");
        Box::new(target)
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("a target holds a running server")
    }
}

impl Target for ServerTarget {
    fn name(&self) -> &'static str {
        self.name
    }

    fn answers(&self) -> Answers {
        self.answers
    }

    fn client(&mut self) -> Box<dyn Client> {
        let server = self.server();
        match Tcp::connect(server.port()) {
            Ok(client) => Box::new(client),
            Err(error) => panic!("{} refuses a connection: {error}\n{}", self.name, server.log()),
        }
    }

    fn pass_time(&mut self) {
        thread::sleep(Duration::from_millis(2));
    }

    fn log(&self) -> String {
        self.server.as_ref().map(Server::log).unwrap_or_default()
    }
}

impl Drop for ServerTarget {
    fn drop(&mut self) {
        if thread::panicking() {
            *self.server = None;
        }
    }
}
