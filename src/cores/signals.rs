//! SIGTERM and SIGINT: the first asks the cores to leave, the second ends the process at once.

use std::{sync::Arc, thread};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::{config::StartupError, mesh::Mesh};

/// Watches for signals on a thread of its own.
///
/// # Errors
///
/// When the handlers cannot be installed.
pub fn watch(mesh: Arc<Mesh>) -> Result<(), StartupError> {
    let failed = |error: std::io::Error| {
        StartupError::new(format!("signal handlers: {error}"), "raise the limit on threads")
    };
    let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(failed)?;
    let watcher = move || {
        for (count, signal) in signals.forever().enumerate() {
            if count > 0 {
                std::process::exit(128 + signal);
            }
            tracing::warn!("signal {signal}: stopping");
            mesh.shutdown();
        }
    };
    thread::Builder::new().name("signals".into()).spawn(watcher).map_err(failed)?;
    Ok(())
}
