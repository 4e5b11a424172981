//! A message on its way to many: encoded once per protocol and pattern.

use bytes::Bytes;
use shards::resp::{Out, Reply, out::SPLICE_MIN_BYTES};

use crate::session::Topic;

/// What was published.
#[derive(Debug)]
pub struct Message<'a> {
    /// Channels or shard channels.
    pub topic: Topic,
    /// Which of them.
    pub channel: &'a [u8],
    payload: &'a [u8],
    /// The payload, where it is so large that subscribers share it.
    shared: Option<Bytes>,
}

impl<'a> Message<'a> {
    /// A message on a channel. `shared` is the payload again, if it has an allocation of its own.
    pub fn new(topic: Topic, channel: &'a [u8], payload: &'a [u8], shared: Option<&Bytes>) -> Self {
        let shared = match shared {
            Some(shared) => Some(shared.clone()),
            None if payload.len() >= SPLICE_MIN_BYTES => Some(Bytes::copy_from_slice(payload)),
            None => None,
        };
        Self { topic, channel, payload, shared }
    }

    fn write(&self, pattern: Option<&[u8]>, out: &mut Reply<'_>) {
        out.push(if pattern.is_some() { 4 } else { 3 });
        match pattern {
            Some(pattern) => {
                out.bulk(b"pmessage");
                out.bulk(pattern);
            }
            None if self.topic == Topic::ShardChannel => out.bulk(b"smessage"),
            None => out.bulk(b"message"),
        }
        out.bulk(self.channel);
        match &self.shared {
            Some(payload) => out.bulk_shared(payload),
            None => out.bulk(self.payload),
        }
    }
}

/// The bytes of one message for one pattern or for none, made when they are first asked for.
#[derive(Debug, Default)]
pub struct Encoded {
    /// In RESP2, in RESP3.
    forms: [Out; 2],
}

impl Encoded {
    /// The bytes in one protocol; always ask for the same message.
    pub fn get(&mut self, message: &Message<'_>, pattern: Option<&[u8]>, resp3: bool) -> &Out {
        let form = &mut self.forms[usize::from(resp3)];
        if form.is_empty() {
            message.write(pattern, &mut Reply::new(form, resp3));
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(out: &Out) -> String {
        String::from_utf8(out.to_vec()).expect("text").replace("\r\n", " ")
    }

    #[test]
    fn messages_have_a_form_per_protocol() {
        let message = Message::new(Topic::Channel, b"c", b"hi", None);
        let mut encoded = Encoded::default();
        assert_eq!(text(encoded.get(&message, None, false)), "*3 $7 message $1 c $2 hi ");
        assert_eq!(text(encoded.get(&message, None, true)), ">3 $7 message $1 c $2 hi ");
        let pattern = Some(&b"c*"[..]);
        assert_eq!(text(Encoded::default().get(&message, pattern, true)), ">4 $8 pmessage $2 c* $1 c $2 hi ");
        let message = Message::new(Topic::ShardChannel, b"c", b"hi", None);
        assert_eq!(text(Encoded::default().get(&message, None, false)), "*3 $8 smessage $1 c $2 hi ");
    }

    #[test]
    fn a_large_payload_is_shared_by_all_who_get_it() {
        let payload = vec![b'x'; SPLICE_MIN_BYTES];
        let message = Message::new(Topic::Channel, b"c", &payload, None);
        let mut encoded = Encoded::default();
        let (mut one, mut two) = (Out::new(), Out::new());
        one.append(encoded.get(&message, None, false));
        two.append(encoded.get(&message, None, false));
        assert_eq!(one.splices()[0].1.as_ptr(), two.splices()[0].1.as_ptr());
        assert!(one.bytes().len() < 100);
    }
}
