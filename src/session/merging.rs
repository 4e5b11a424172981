//! One reply out of the replies of several shards.

use shards::{
    command::Merge,
    resp::{Out, Reply, out::Mark, walk::Walk},
    structures::random::Rng,
};

/// Makes one reply of one part per core, in the client's protocol. For commands that run on cores rather than on keyspaces.
pub type MergeParts = fn(parts: &[Out], out: &mut Reply<'_>);

/// How the parts become one.
#[derive(Debug)]
pub enum How {
    /// By the rule in a command's row. `order` holds, per key of the request, which part has its element.
    Row {
        /// The rule.
        merge: Merge,
        /// Part numbers in the order of the keys; only for [`Merge::KeyOrder`].
        order: Vec<u16>,
        /// For [`Merge::Draw`].
        seed: u64,
    },
    /// By a function.
    Parts(MergeParts),
}

/// A reply whose parts are coming in.
#[derive(Debug)]
pub struct Merging {
    how: How,
    resp3: bool,
    /// Messages that the client gets before the reply.
    before: Out,
    parts: Vec<Out>,
    missing: usize,
}

impl Merging {
    /// Waits for `parts` parts.
    pub fn new(how: How, parts: usize, resp3: bool) -> Self {
        let missing = parts;
        let parts = std::iter::repeat_with(Out::new).take(parts).collect();
        Self { how, resp3, before: Out::new(), parts, missing }
    }

    /// How many parts it has.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Takes a message in that leaves before the reply.
    pub fn put_before(&mut self, message: &Out) {
        self.before.append(message);
    }

    /// Takes a part in.
    pub fn add(&mut self, part: usize, from: &Out, start: Mark, end: Mark) {
        self.parts[part].append_range(from, start, end);
        self.missing -= 1;
    }

    /// Whether all parts are in.
    pub fn is_complete(&self) -> bool {
        self.missing == 0
    }

    /// Writes the reply, behind the messages that come before it.
    pub fn write(&self, out: &mut Out) {
        out.append(&self.before);
        let is_error = |part: &&Out| part.bytes().first() == Some(&b'-');
        if let Some(error) = self.parts.iter().find(is_error) {
            return out.append(error);
        }
        let mut reply = Reply::new(out, self.resp3);
        match &self.how {
            How::Parts(merge) => merge(&self.parts, &mut reply),
            How::Row { merge, order, seed } => match merge {
                Merge::AllOk => reply.ok(),
                Merge::Sum => reply.integer(self.parts.iter().map(number).sum()),
                Merge::KeyOrder => self.key_order(order, &mut reply),
                Merge::Concat => self.concat(&mut reply),
                Merge::Draw => self.draw(*seed, &mut reply),
            },
        }
    }

    fn key_order(&self, order: &[u16], reply: &mut Reply<'_>) {
        let mut walks: Vec<Walk<'_>> = self.parts.iter().map(Walk::new).collect();
        for walk in &mut walks {
            walk.enter();
        }
        reply.array(order.len());
        for &part in order {
            let part = usize::from(part);
            let start = walks[part].mark();
            let whole = walks[part].skip();
            assert!(whole.is_some(), "a shard answered fewer elements than it was asked for");
            reply.out().append_range(&self.parts[part], start, walks[part].mark());
        }
    }

    fn concat(&self, reply: &mut Reply<'_>) {
        let counts = self.parts.iter().map(|part| Walk::new(part).peek().map_or(0, |head| head.number()));
        reply.array(counts.sum::<i64>() as usize);
        for part in &self.parts {
            let mut walk = Walk::new(part);
            walk.enter();
            reply.out().append_range(part, walk.mark(), part.mark());
        }
    }

    fn draw(&self, seed: u64, reply: &mut Reply<'_>) {
        let weight = |part: &Out| {
            let mut walk = Walk::new(part);
            walk.enter();
            walk.enter().map_or(0, |head| head.number()) as usize
        };
        let total: usize = self.parts.iter().map(weight).sum();
        if total == 0 {
            return reply.null();
        }
        let mut rank = Rng::new(seed).below(total);
        for part in &self.parts {
            let weight = weight(part);
            if rank < weight {
                let mut walk = Walk::new(part);
                walk.enter();
                walk.enter();
                return reply.out().append_range(part, walk.mark(), part.mark());
            }
            rank -= weight;
        }
    }
}

fn number(part: &Out) -> i64 {
    Walk::new(part).peek().map_or(0, |head| head.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(merge: Merge, order: &[u16], parts: &[&str]) -> String {
        let how = How::Row { merge, order: order.to_vec(), seed: 1 };
        let mut merging = Merging::new(how, parts.len(), false);
        for (index, text) in parts.iter().enumerate() {
            assert!(!merging.is_complete());
            let mut part = Out::new();
            part.buffer().extend_from_slice(text.as_bytes());
            merging.add(index, &part, Mark::START, part.mark());
        }
        let mut out = Out::new();
        merging.write(&mut out);
        String::from_utf8(out.to_vec()).expect("text")
    }

    #[test]
    fn each_rule() {
        assert_eq!(merged(Merge::AllOk, &[], &["+OK\r\n", "+OK\r\n"]), "+OK\r\n");
        assert_eq!(merged(Merge::Sum, &[], &[":2\r\n", ":40\r\n"]), ":42\r\n");
        assert_eq!(merged(Merge::Concat, &[], &["*1\r\n$1\r\na\r\n", "*0\r\n"]), "*1\r\n$1\r\na\r\n");
        let key_order =
            merged(Merge::KeyOrder, &[1, 0, 1], &["*1\r\n$1\r\nb\r\n", "*2\r\n$-1\r\n$1\r\nc\r\n"]);
        assert_eq!(key_order, "*3\r\n$-1\r\n$1\r\nb\r\n$1\r\nc\r\n");
        assert_eq!(
            merged(Merge::Draw, &[], &["*2\r\n:0\r\n$-1\r\n", "*2\r\n:5\r\n$1\r\nk\r\n"]),
            "$1\r\nk\r\n"
        );
        assert_eq!(merged(Merge::Draw, &[], &["*2\r\n:0\r\n$-1\r\n"]), "$-1\r\n");
    }

    #[test]
    fn an_error_of_any_shard_is_the_reply() {
        assert_eq!(merged(Merge::AllOk, &[], &["+OK\r\n", "-OOM no\r\n"]), "-OOM no\r\n");
    }
}
