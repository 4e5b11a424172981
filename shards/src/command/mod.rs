//! What a command is: a row of facts with its handler, the arguments it gets, the errors it gives.

pub mod args;
pub mod call;
pub mod error;
pub mod keys;
pub mod registry;
pub mod row;

pub use args::{Args, OwnedArgs};
pub use error::{Error, given};
pub use keys::{Keys, More};
pub use registry::Registry;
pub use row::{
    Acl, Arity, AtHand, Beyond, Command, Flags, Group, Handler, Merge, Outcome, Run, Timeout, Waiting,
};
