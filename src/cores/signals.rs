//! SIGTERM and SIGINT: the first asks the cores to leave, the second ends the process at once.

use std::{sync::Arc, thread};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::{config::StartupError, mesh::Mesh};

/// The signals are caught; what comes before [`Caught::watch`] is kept until then.
#[derive(Debug)]
pub struct Caught(Signals);

/// Catches signals from now on. To be called before the server can be reached: who has seen it serve may stop it.
///
/// # Errors
///
/// When the handlers cannot be installed.
pub fn catch() -> Result<Caught, StartupError> {
    Signals::new([SIGTERM, SIGINT]).map(Caught).map_err(|error| failed(&error))
}

impl Caught {
    /// Acts on signals, on a thread of its own.
    ///
    /// # Errors
    ///
    /// When there can be no thread.
    pub fn watch(mut self, mesh: Arc<Mesh>) -> Result<(), StartupError> {
        let watcher = move || {
            for (count, signal) in self.0.forever().enumerate() {
                if count > 0 {
                    std::process::exit(128 + signal);
                }
                tracing::warn!("signal {signal}: stopping");
                mesh.shutdown();
            }
        };
        let spawned = thread::Builder::new().name("signals".into()).spawn(watcher);
        spawned.map(drop).map_err(|error| failed(&error))
    }
}

fn failed(error: &std::io::Error) -> StartupError {
    StartupError::new(format!("signal handlers: {error}"), "raise the limit on threads")
}
