//! Telling of what happened to keys, once per turn and before anything of the turn leaves the core.

use super::core::Core;
use crate::{
    commands::{Announcement, Node},
    pubsub::{Message, Publisher},
    session::Topic,
};

impl Core {
    /// Publishes what happened to keys, on all cores with somebody who listens. At the end of the turn: then nobody hears of a
    /// reply before what led to it.
    #[inline]
    pub(super) fn announce(&mut self) {
        if self.node.has_announcements() {
            self.publish_announcements();
        }
    }

    #[cold]
    fn publish_announcements(&mut self) {
        let announcements = self.node.take_announcements();
        let publish = self.commands.registry().find(b"PUBLISH");
        let Node { sessions, listeners, posts, touched, server, .. } = &mut self.node;
        for Announcement { channel, message } in announcements {
            for core in self.routes.all() {
                if !server.audience.is_concerned(core.into(), Topic::Channel, &channel) {
                    continue;
                }
                if core == self.me {
                    let message = Message::new(Topic::Channel, &channel, &message, None);
                    listeners.publish(sessions, touched, Publisher { client: 0, sequence: 0 }, &message);
                } else if let Some(publish) = publish {
                    posts.add_message(core, publish, &channel, &message);
                }
            }
        }
    }
}
