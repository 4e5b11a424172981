//! What a command is: a row of facts with its handler, the arguments it gets, the errors it gives.

pub mod args;
pub mod error;
pub mod registry;
pub mod row;

pub use args::{Args, OwnedArgs};
pub use error::{Error, given};
pub use registry::Registry;
pub use row::{
    Acl, Arity, Command, Flags, Group, Handler, Keys, Merge, More, Outcome, Run, Timeout, Waiting,
};
