//! Histories: what several clients asked and were answered, and when; and whether one server that does one thing after the
//! other could have answered so.
//!
//! A history is *strictly serializable* if its operations can be put into one order such that
//! - each reply is the one that a single-threaded server gives in this order (`model`),
//! - an operation that was answered before another was asked comes before it,
//! - and what one client sends to the same key comes in the order sent, even within a pipeline.
//!
//! A command is one operation, and so is a whole MULTI with its EXEC. An operation without an answer, since its client vanished,
//! may come at any time after it was asked, or never. A command that waits (BLPOP and its like) is in order where it is served;
//! one whose time ran out, where it found nothing; and one that waits to the end has done nothing, and nothing is there for it at
//! the end. In which order those are served who wait for one key is not told by a history.
//!
//! `record` takes a history down and shows it, `search` looks for the order, `mix` draws what clients ask, `model` is the server as
//! its documentation tells it. The simulation and the soak of the live server both take this folder in with `#[path]`.
#![allow(dead_code, unused_imports)] // each of the two uses its part

mod call;
mod mix;
mod model;
mod record;
mod search;

pub use call::Call;
pub use mix::{Batch, Kinds, Mix};
pub use model::State;
pub use record::History;
pub use search::{Verdict, judge};
