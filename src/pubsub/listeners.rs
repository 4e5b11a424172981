//! The listeners among one core's clients: per channel and per pattern, in the order in which they subscribed.
//!
//! A message is matched against each different pattern once, however many clients have it, and no client is looked at whom it does
//! not concern. Subscribers stand in the order of their subscriptions' numbers, so that one of many is found by halving.

use std::collections::HashMap;

use bytes::Bytes;
use foldhash::fast::FixedState;
use shards::{
    resp::Out,
    structures::glob::{self, Case},
};

use super::{Audience, Message, message::Encoded};
use crate::session::{Closing, Session, SessionId, Sessions, Topic};

/// One core's listeners.
#[derive(Debug)]
pub struct Listeners {
    core: usize,
    next_number: u64,
    subscribers: [HashMap<Bytes, Vec<Subscriber>, FixedState>; 3],
    monitors: Vec<SessionId>,
}

#[derive(Clone, Copy, Debug)]
struct Subscriber {
    number: u64,
    session: SessionId,
}

/// Who publishes: if it listens too, its message comes before the reply of this number.
#[derive(Clone, Copy, Debug)]
pub struct Publisher {
    /// The client's number.
    pub client: u64,
    /// The number of the reply to its command.
    pub sequence: u32,
}

impl Listeners {
    /// Nobody listens on core `core`. `seed` is that of its tables.
    pub fn new(core: usize, seed: u64) -> Self {
        let table = || HashMap::with_hasher(FixedState::with_seed(seed));
        Self { core, next_number: 0, subscribers: [table(), table(), table()], monitors: Vec::new() }
    }

    /// Subscribes a client to a name, unless it is already.
    pub fn subscribe(
        &mut self,
        audience: &Audience,
        (id, session): (SessionId, &mut Session),
        topic: Topic,
        name: &[u8],
    ) {
        let names = session.subscriptions.get_or_insert_default().names_mut(topic);
        session.restricted = true;
        if names.contains_key(name) {
            return;
        }
        let subscriber = Subscriber { number: self.next_number, session: id };
        self.next_number += 1;
        let table = &mut self.subscribers[topic as usize];
        let name = match table.get_key_value(name) {
            Some((name, _)) => name.clone(),
            None => Bytes::copy_from_slice(name),
        };
        let subscribers = table.entry(name.clone()).or_default();
        if subscribers.is_empty() {
            audience.add(self.core, topic, &name);
        }
        subscribers.push(subscriber);
        names.insert(name, subscriber.number);
    }

    /// Takes a subscription back, if there is one.
    pub fn unsubscribe(&mut self, audience: &Audience, session: &mut Session, topic: Topic, name: &[u8]) {
        let Some(subscriptions) = &mut session.subscriptions else { return };
        let Some((name, number)) = subscriptions.names_mut(topic).remove_entry(name) else { return };
        if subscriptions.is_empty() {
            session.subscriptions = None;
            session.review();
        }
        let table = &mut self.subscribers[topic as usize];
        let Some(subscribers) = table.get_mut(&name) else { return };
        if let Ok(index) = subscribers.binary_search_by_key(&number, |subscriber| subscriber.number) {
            subscribers.remove(index);
        }
        if subscribers.is_empty() {
            table.remove(&name);
            audience.remove(self.core, topic, &name);
        }
    }

    /// Takes all subscriptions of a client back, and its monitoring.
    pub fn leave(&mut self, audience: &Audience, id: SessionId, session: &mut Session) {
        for topic in Topic::ALL {
            let names = |session: &Session| {
                let all = session.subscriptions.as_ref();
                all.map_or_else(Vec::new, |all| all.names(topic).keys().cloned().collect())
            };
            for name in names(session) {
                self.unsubscribe(audience, session, topic, &name);
            }
        }
        if std::mem::take(&mut session.monitors) {
            self.monitors.retain(|monitor| *monitor != id);
            audience.remove_monitor(self.core);
        }
        session.review();
    }

    /// Has a client see all commands.
    pub fn monitor(&mut self, audience: &Audience, id: SessionId, session: &mut Session) {
        session.monitors = true;
        session.restricted = true;
        self.monitors.push(id);
        audience.add_monitor(self.core);
    }

    /// How many clients of this core listen to a name.
    pub fn count(&self, topic: Topic, name: &[u8]) -> usize {
        self.subscribers[topic as usize].get(name).map_or(0, Vec::len)
    }

    /// Hands a message to those of this core whom it concerns; lists them in `touched`. Returns how many there were: a client that
    /// has the channel and two fitting patterns counts three times, and gets the message as often.
    pub fn publish(
        &self,
        sessions: &mut Sessions,
        touched: &mut Vec<SessionId>,
        publisher: Publisher,
        message: &Message<'_>,
    ) -> usize {
        let mut receivers = 0;
        let mut hand_to = |subscribers: &[Subscriber], pattern: Option<&[u8]>| {
            let mut encoded = Encoded::default();
            for subscriber in subscribers {
                let Some(session) = sessions.get_mut(subscriber.session) else { continue };
                receivers += 1;
                // Who is leaving gets nothing more; else it might never have got everything.
                if session.closing != Closing::No {
                    continue;
                }
                let bytes = encoded.get(message, pattern, session.resp3);
                if session.id == publisher.client {
                    session.replies.push_message_before(publisher.sequence, bytes);
                } else {
                    session.replies.push_message(bytes);
                }
                if !session.dirty {
                    touched.push(subscriber.session);
                }
            }
        };
        if let Some(subscribers) = self.subscribers[message.topic as usize].get(message.channel) {
            hand_to(subscribers, None);
        }
        if message.topic == Topic::Channel {
            for (pattern, subscribers) in &self.subscribers[Topic::Pattern as usize] {
                if glob::matches(pattern, message.channel, Case::Sensitive) {
                    hand_to(subscribers, Some(pattern));
                }
            }
        }
        receivers
    }

    /// Hands lines of MONITOR to this core's monitors.
    pub fn show(&self, sessions: &mut Sessions, touched: &mut Vec<SessionId>, lines: &[u8]) {
        for id in &self.monitors {
            let Some(session) = sessions.get_mut(*id) else { continue };
            if session.closing == Closing::No {
                session.replies.write(|out: &mut Out| out.buffer().extend_from_slice(lines));
                if !session.dirty {
                    touched.push(*id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Origin;

    const NOBODY: Publisher = Publisher { client: 0, sequence: 0 };

    struct Core {
        audience: Audience,
        listeners: Listeners,
        sessions: Sessions,
        touched: Vec<SessionId>,
    }

    impl Core {
        fn new() -> Self {
            let (audience, listeners) = (Audience::new(1), Listeners::new(0, 1));
            Self { audience, listeners, sessions: Sessions::default(), touched: Vec::new() }
        }

        fn client(&mut self, number: u64) -> SessionId {
            self.sessions.insert(Session::new(number, Origin::Unix("s".into()), 0, 0, true))
        }

        fn subscribe(&mut self, id: SessionId, topic: Topic, name: &str) {
            let session = self.sessions.get_mut(id).expect("a session");
            self.listeners.subscribe(&self.audience, (id, session), topic, name.as_bytes());
        }

        fn leave(&mut self, id: SessionId) {
            let session = self.sessions.get_mut(id).expect("a session");
            self.listeners.leave(&self.audience, id, session);
            assert!(!session.restricted && !session.is_subscriber());
        }

        fn publish(&mut self, publisher: Publisher, channel: &str) -> usize {
            let message = Message::new(Topic::Channel, channel.as_bytes(), b"m", None);
            self.listeners.publish(&mut self.sessions, &mut self.touched, publisher, &message)
        }

        fn sent(&mut self, id: SessionId) -> String {
            let out = self.sessions.get_mut(id).expect("a session").replies.out();
            let text = String::from_utf8(out.to_vec()).expect("text").replace("\r\n", " ");
            out.clear();
            text
        }
    }

    #[test]
    fn a_message_comes_once_per_fitting_subscription() {
        let mut core = Core::new();
        let (one, two) = (core.client(1), core.client(2));
        core.subscribe(one, Topic::Channel, "news");
        core.subscribe(one, Topic::Channel, "news");
        core.subscribe(one, Topic::Pattern, "n*");
        core.subscribe(two, Topic::Pattern, "n*");
        core.subscribe(two, Topic::Pattern, "m*");
        core.subscribe(two, Topic::ShardChannel, "news");
        assert_eq!(core.publish(NOBODY, "news"), 3);
        assert_eq!(core.sent(one), "*3 $7 message $4 news $1 m *4 $8 pmessage $2 n* $4 news $1 m ");
        assert_eq!(core.sent(two), "*4 $8 pmessage $2 n* $4 news $1 m ");
        assert_eq!(core.publish(NOBODY, "other"), 0);
    }

    #[test]
    fn who_leaves_is_forgotten_everywhere() {
        let mut core = Core::new();
        let clients: Vec<_> = (1..=5).map(|number| core.client(number)).collect();
        for id in &clients {
            core.subscribe(*id, Topic::Channel, "news");
            core.subscribe(*id, Topic::Pattern, "*");
        }
        assert_eq!(core.publish(NOBODY, "news"), 10);
        for (gone, id) in clients.iter().enumerate() {
            assert_eq!(core.listeners.count(Topic::Channel, b"news"), 5 - gone);
            core.leave(*id);
        }
        assert_eq!(core.publish(NOBODY, "news"), 0);
        assert!(!core.audience.is_concerned(0, Topic::Channel, b"news"));
        assert_eq!(core.audience.names(Topic::Channel) + core.audience.names(Topic::Pattern), 0);
    }
}
