//! Facts about connections, the protocol and the process: they need a server.

/// All of them, file by file.
pub const FILES: &[&[crate::script::Fact]] = &[];
