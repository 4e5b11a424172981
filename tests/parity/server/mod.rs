//! Facts about connections, the protocol and the process: they need a server.

mod announcing;
mod auth;
mod blocking;
mod client_modes;
mod clients;
mod cluster;
mod config;
mod connection;
mod debug;
mod forms;
mod frequency;
mod hello;
mod info;
mod inline;
mod introspection;
mod listeners;
mod notifications;
mod operations;
mod protocol;
mod pubsub;
mod reload;
mod tracking;
mod transactions;
mod unknown;

/// All of them, file by file.
pub const FILES: &[&[crate::script::Fact]] = &[
    announcing::FACTS,
    auth::FACTS,
    blocking::FACTS,
    client_modes::FACTS,
    clients::FACTS,
    cluster::FACTS,
    config::FACTS,
    connection::FACTS,
    debug::FACTS,
    forms::FACTS,
    frequency::FACTS,
    hello::FACTS,
    info::FACTS,
    inline::FACTS,
    introspection::FACTS,
    notifications::FACTS,
    listeners::FACTS,
    operations::FACTS,
    protocol::FACTS,
    transactions::FACTS,
    pubsub::FACTS,
    reload::FACTS,
    tracking::FACTS,
    unknown::FACTS,
];
