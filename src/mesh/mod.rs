//! Between cores: who owns which slot, the outbox with its credits, the order of arrivals, and the live inboxes.

mod arrivals;
mod outbox;
mod routes;
mod wire;

pub use arrivals::Arrivals;
pub use outbox::{CREDITS, Outbox, POSTS, Push};
pub use routes::Routes;
pub use wire::{Control, Mesh, Port};
