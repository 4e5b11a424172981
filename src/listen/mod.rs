//! Where clients connect: the sockets of all cores, opened before any core starts, and moved while they run (CONFIG SET of `port`
//! and `bind`).

mod listening;
mod sockets;

use std::{net::SocketAddr, os::fd::OwnedFd};

pub use listening::Listening;

/// One socket of a core.
#[derive(Debug)]
pub struct Listener {
    /// The socket.
    pub socket: OwnedFd,
    /// Where it is.
    pub place: Place,
}

/// Where a core listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Every core has a socket of its own here.
    Shared(SocketAddr),
    /// The core's shard-direct port: who connects here asked for this core.
    Direct(SocketAddr),
    /// The Unix socket, on the first core.
    Unix,
}

impl Place {
    fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Shared(address) | Self::Direct(address) => Some(*address),
            Self::Unix => None,
        }
    }
}
