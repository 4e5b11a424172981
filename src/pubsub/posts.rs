//! What a core has to tell other cores without being asked by a client: commands whose replies nobody waits for, and notes.
//!
//! They go with the turn's envelopes. Where none may be sent, they wait here for one that may, in their order.

use std::collections::VecDeque;

use shards::{command::registry, message::Note};
use smallvec::{SmallVec, smallvec};

/// Bytes that may wait for one core. A core that takes nothing for so long is stuck; what comes then is lost.
const WAITING_MAX_BYTES: usize = 64 << 20;

/// A post grows by what is to follow it up to this size, bytes.
const POST_MAX_BYTES: usize = 256 * 1024;

/// One thing to tell another core.
#[derive(Debug)]
pub enum Post {
    /// A command.
    Command {
        /// Which.
        command: registry::Id,
        /// Its arguments.
        arguments: SmallVec<[Vec<u8>; 2]>,
    },
    /// A note. None is ever lost; it has a few bytes, or the keys that became stale in one turn.
    Note(Note),
}

impl Post {
    fn bytes(&self) -> usize {
        match self {
            Self::Command { arguments, .. } => arguments.iter().map(Vec::len).sum(),
            Self::Note(_) => 0,
        }
    }
}

/// The posts of one core, by destination.
#[derive(Debug)]
pub struct Posts {
    queues: Vec<Queue>,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Queue {
    posts: VecDeque<Post>,
    bytes: usize,
}

impl Posts {
    /// None, among `cores` cores.
    pub fn new(cores: usize) -> Self {
        Self { queues: std::iter::repeat_with(Queue::default).take(cores).collect(), waiting: 0 }
    }

    /// Adds text for `core`; it may travel in one argument with what was added for the same command just before.
    pub fn add_text(&mut self, core: u16, command: registry::Id, text: &[u8]) {
        let Some(queue) = self.room_for(core, text.len()) else { return };
        if let Some(Post::Command { command: last, arguments }) = queue.posts.back_mut()
            && *last == command
            && let [argument] = arguments.as_mut_slice()
            && argument.len() < POST_MAX_BYTES
        {
            argument.extend_from_slice(text);
            return;
        }
        queue.posts.push_back(Post::Command { command, arguments: smallvec![text.to_vec()] });
        self.waiting += 1;
    }

    /// Adds a message on a channel for `core`.
    pub fn add_message(&mut self, core: u16, command: registry::Id, channel: &[u8], message: &[u8]) {
        let Some(queue) = self.room_for(core, channel.len() + message.len()) else { return };
        queue
            .posts
            .push_back(Post::Command { command, arguments: smallvec![channel.to_vec(), message.to_vec()] });
        self.waiting += 1;
    }

    /// Adds a note for `core`.
    pub fn add_note(&mut self, core: u16, note: Note) {
        self.queues[usize::from(core)].posts.push_back(Post::Note(note));
        self.waiting += 1;
    }

    /// The queue of a core that has room for `bytes` more, which are counted.
    fn room_for(&mut self, core: u16, bytes: usize) -> Option<&mut Queue> {
        let queue = &mut self.queues[usize::from(core)];
        if queue.bytes + bytes > WAITING_MAX_BYTES {
            tracing::warn!("core {core} takes no messages: {bytes} bytes for it are lost");
            return None;
        }
        queue.bytes += bytes;
        Some(queue)
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Whether there is one for `core`.
    pub fn has_some_for(&self, core: u16) -> bool {
        !self.queues[usize::from(core)].posts.is_empty()
    }

    /// The next post for `core`.
    pub fn take(&mut self, core: u16) -> Option<Post> {
        let queue = &mut self.queues[usize::from(core)];
        let post = queue.posts.pop_front()?;
        queue.bytes -= post.bytes();
        self.waiting -= 1;
        Some(post)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_for_one_command_travel_together() {
        let mut posts = Posts::new(2);
        posts.add_text(1, 7, b"a");
        posts.add_text(1, 7, b"b");
        posts.add_text(1, 8, b"c");
        assert!(posts.take(0).is_none());
        let taken: Vec<_> = std::iter::from_fn(|| posts.take(1))
            .map(|post| match post {
                Post::Command { arguments, .. } => arguments[0].clone(),
                Post::Note(_) => panic!("a note"),
            })
            .collect();
        assert_eq!(taken, [b"ab".to_vec(), b"c".to_vec()]);
        assert!(posts.is_empty());
    }

    #[test]
    fn a_core_that_takes_nothing_costs_no_memory_without_end() {
        let mut posts = Posts::new(1);
        let text = vec![0; WAITING_MAX_BYTES / 2];
        (0..5).for_each(|_| posts.add_text(0, 1, &text));
        assert_eq!(std::iter::from_fn(|| posts.take(0)).count(), 2);
    }
}
