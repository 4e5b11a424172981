//! What the HELP of a container answers: as the data engine writes it.

pub(super) use shards::commands::help;
