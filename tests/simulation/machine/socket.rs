//! A connection: bytes under way in both directions.

use kvadrant::session::SessionId;

/// One client's connection to one core.
#[derive(Debug)]
pub struct Socket {
    /// The core that accepted it.
    pub core: usize,
    /// The session, until the core closed it.
    pub session: Option<SessionId>,
    /// Sent by the client and not read by the core.
    pub to_server: Vec<u8>,
    /// Sent by the core and not read by the client.
    pub to_client: Vec<u8>,
    /// The client hung up; the core has still to notice.
    pub hung_up: bool,
}

impl Socket {
    /// Whether the core has closed it.
    pub fn is_closed(&self) -> bool {
        self.session.is_none()
    }
}
