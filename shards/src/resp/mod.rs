//! The Redis serialization protocol: requests parsed in place, replies written once.
//!
//! Source: the RESP2 and RESP3 specifications of the Redis documentation, and the behaviour of redis-server 7.0.15.

pub mod append;
pub mod inline;
pub mod long_double;
pub mod number;
pub mod out;
pub mod parse;
pub mod reply;
pub mod series;
pub mod walk;

pub use out::Out;
pub use parse::{ParseLimits, Parsed, Parser, ProtocolError, Span};
pub use reply::Reply;
pub use series::Series;
