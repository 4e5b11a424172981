//! Taking keys to other servers (MIGRATE), off the cores' threads.
//!
//! Connecting, sending and waiting may take as long as the request allows, and a core must not stand still for that. So each other
//! server that keys go to has a *courier*: a thread that keeps a connection to it, takes one shipment after the other there, tells
//! which keys have arrived, and leaves when it has had nothing to do for a while. It runs on CPUs that no shard is pinned to, if there
//! are any.
//!
//! The core that asked goes on meanwhile; it is told by a message, and what holds the keys until then is told in [`crate::cores`].

mod connection;
mod couriers;
mod journey;

use std::time::Duration;

pub use couriers::Couriers;

/// Another server, as it was named.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// Its name or IP address.
    pub host: Box<[u8]>,
    /// Its port; what is no number counts as 0.
    pub port: Box<[u8]>,
}

/// Who we are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user, if it is not the default one.
    pub user: Option<Box<[u8]>>,
    /// Its password.
    pub password: Box<[u8]>,
}

/// One key.
#[derive(Debug)]
pub struct Parcel {
    /// The key.
    pub key: Box<[u8]>,
    /// How long it has still to live when the shipment is ordered, milliseconds.
    pub left_ms: Option<i64>,
    /// Its value as DUMP gives it.
    pub value: Vec<u8>,
}

/// Keys that go to another server together.
#[derive(Debug)]
pub struct Shipment {
    /// Where to.
    pub to: Address,
    /// The database there.
    pub database: i64,
    /// How long connecting may take, and each piece that is sent, and each reply.
    pub timeout: Duration,
    /// Whether they replace what is there.
    pub replace: bool,
    /// Who we are there, if it asks.
    pub login: Option<Login>,
    /// The keys.
    pub parcels: Vec<Parcel>,
}

/// What has become of a shipment.
#[derive(Debug)]
pub struct Delivery {
    /// The keys that the other server has taken.
    pub taken: Vec<Box<[u8]>>,
    /// What went wrong, if anything did.
    pub failure: Option<Failure>,
}

/// What may go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no connection.
    Connecting,
    /// The connection took no more, or too slowly.
    Writing,
    /// The replies did not come, or not in time.
    Reading,
    /// The other server said no: its error without the `-`.
    Refused(Vec<u8>),
}
