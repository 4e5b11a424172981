//! What scripts and libraries write to the log.

/// Writes a line to the log; the level is that of `redis.log`.
pub fn log(level: u8, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    match level {
        0 => tracing::trace!("{text}"),
        1 => tracing::debug!("{text}"),
        2 => tracing::info!("{text}"),
        _ => tracing::warn!("{text}"),
    }
}
