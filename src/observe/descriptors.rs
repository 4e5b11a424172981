//! File descriptors: how many the process needs, and whether it may have them.

use rlimit::Resource;

/// Descriptors a core needs besides clients: glommio's three rings and ours, eventfds, listeners, timers; rounded up.
const PER_SHARD: u64 = 24;
/// Descriptors of the process: standard streams, log, configuration, blocking threads; rounded up.
const OF_PROCESS: u64 = 64;

/// Descriptors for that many clients and shards.
pub fn needed_for(maxclients: u32, shards: usize) -> u64 {
    u64::from(maxclients) + shards as u64 * PER_SHARD + OF_PROCESS
}

/// Raises the soft limit so that there is room for `maxclients` clients on `shards` shards.
///
/// # Errors
/// The most clients that the hard limit leaves room for.
pub fn make_room(maxclients: u32, shards: usize) -> Result<(), u64> {
    let needed = needed_for(maxclients, shards);
    let (soft, hard) = Resource::NOFILE.get().unwrap_or((0, 0));
    if soft >= needed || hard >= needed && Resource::NOFILE.set(needed, hard).is_ok() {
        return Ok(());
    }
    Err(hard.saturating_sub(needed_for(0, shards)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_few_clients_and_not_for_more_than_the_system_has_descriptors() {
        assert_eq!(make_room(1, 1), Ok(()));
        let (_, hard) = Resource::NOFILE.get().expect("a limit");
        if let Ok(hard) = u32::try_from(hard) {
            assert_eq!(make_room(hard, 1), Err(u64::from(hard).saturating_sub(needed_for(0, 1))));
        }
    }
}
