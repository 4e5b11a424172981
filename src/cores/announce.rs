//! Telling of what happened to keys, once per turn and before anything of the turn leaves the core.

use super::core::Core;
use crate::commands::Announcement;

impl Core {
    /// What happened to this core's keys since the last time, as messages for channels, in order. To be published before a
    /// client's own message is, and at the end of the turn: then nobody hears of a reply or a message before what led to it.
    pub(super) fn take_announcements(&mut self) -> Vec<Announcement> {
        if self.node.has_announcements() { self.node.take_announcements() } else { Vec::new() }
    }

    /// Publishes what happened to keys. As no command subscribes to channels, the messages reach nobody and go no further.
    #[inline]
    pub(super) fn announce(&mut self) {
        drop(self.take_announcements());
    }
}
