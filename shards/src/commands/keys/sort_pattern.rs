//! What SORT reads through patterns: `weight_*` is the string at a key, `object_*->field` a field of the hash at a key, the
//! asterisk being an element; `#` is the element itself.

use std::cell::{Cell, RefCell};

use crate::{
    command::AtHand,
    keyspace::{Entry, EventClasses, KeptKey, Key, Keyspace, StrRef},
    structures::listpack::Item,
};

/// A pattern taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern<'a> {
    /// The element itself.
    Element,
    /// No asterisk: it can name nothing that depends on the element, and so finds nothing.
    Constant,
    /// A key, by what stands before and behind the element, and maybe a field in it.
    Key(&'a [u8], &'a [u8], Option<&'a [u8]>),
}

impl<'a> Pattern<'a> {
    /// Reads a pattern. As in Redis, what follows a zero byte is no asterisk and no arrow.
    pub fn read(pattern: &'a [u8]) -> Self {
        if pattern == b"#" {
            return Self::Element;
        }
        let text = pattern.split(|byte| *byte == 0).next().unwrap_or_default();
        let Some(star) = text.iter().position(|byte| *byte == b'*') else { return Self::Constant };
        let (prefix, postfix) = (&pattern[..star], &pattern[star + 1..]);
        let arrow = text[star + 1..].windows(2).position(|window| window == b"->");
        match arrow {
            // An arrow at the very end belongs to the key's name.
            Some(arrow) if star + 1 + arrow + 2 < text.len() => {
                Self::Key(prefix, &postfix[..arrow], Some(&postfix[arrow + 2..]))
            }
            _ => Self::Key(prefix, postfix, None),
        }
    }
}

/// Reads keys of one keyspace while the sorted value in it is borrowed, too.
pub struct Reader<'a> {
    db: &'a Keyspace,
    /// Which keys can be read; nothing if all can.
    at_hand: Option<&'a AtHand<'a>>,
    /// Keys that could not.
    pub missing: RefCell<Vec<KeptKey>>,
    /// The key being looked up.
    key: RefCell<Vec<u8>>,
    /// Keys that were there.
    pub hits: Cell<u64>,
    /// Keys that were not.
    pub misses: Cell<u64>,
    /// The names of these, where somebody listens to missed keys.
    pub missed: RefCell<Vec<KeptKey>>,
    listens: bool,
}

impl<'a> Reader<'a> {
    /// A reader of `db`, in which perhaps only some of the keys are that it may have to read.
    pub fn new(db: &'a Keyspace, at_hand: Option<&'a AtHand<'a>>) -> Self {
        Self {
            db,
            at_hand,
            missing: RefCell::default(),
            key: RefCell::default(),
            hits: Cell::new(0),
            misses: Cell::new(0),
            missed: RefCell::default(),
            listens: db.tells(EventClasses::KEY_MISS),
        }
    }

    /// What a pattern stands for, given an element.
    pub fn read(&self, pattern: Pattern<'_>, element: Item<'a>) -> Option<Item<'a>> {
        let (prefix, postfix, field) = match pattern {
            Pattern::Element => return Some(element),
            Pattern::Constant => return None,
            Pattern::Key(prefix, postfix, field) => (prefix, postfix, field),
        };
        let mut name = self.key.borrow_mut();
        name.clear();
        name.extend_from_slice(prefix);
        element.write_to(&mut name);
        name.extend_from_slice(postfix);
        if self.at_hand.is_some_and(|is_at_hand| !is_at_hand(&name)) {
            self.missing.borrow_mut().push(KeptKey::from_slice(&name));
            return None;
        }
        let entry = self.look_up(&self.db.key_named(&name))?;
        match field {
            Some(field) => entry.hash()?.get(field, &self.db.limits),
            None => entry.as_string().map(|text| match text {
                StrRef::Int(number) => Item::Int(number),
                StrRef::Bytes(text) => Item::Bytes(text),
                StrRef::Shared(text) => Item::Bytes(text),
            }),
        }
    }

    fn look_up(&self, key: &Key<'_>) -> Option<&'a Entry> {
        let found = self.db.look_beside(key);
        let count = if found.is_some() { &self.hits } else { &self.misses };
        count.set(count.get() + 1);
        if found.is_none() && self.listens {
            self.missed.borrow_mut().push(KeptKey::from_slice(key.bytes));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_taken_apart() {
        let key = |prefix: &'static str, postfix: &'static str, field: Option<&'static str>| {
            Pattern::Key(prefix.as_bytes(), postfix.as_bytes(), field.map(str::as_bytes))
        };
        for (text, pattern) in [
            ("#", Pattern::Element),
            ("##", Pattern::Constant),
            ("", Pattern::Constant),
            ("nosort", Pattern::Constant),
            ("key->field", Pattern::Constant),
            ("\0*", Pattern::Constant),
            ("*", key("", "", None)),
            ("w_*", key("w_", "", None)),
            ("a*b*c", key("a", "b*c", None)),
            ("h_*->f", key("h_", "", Some("f"))),
            ("h_*x->f->g", key("h_", "x", Some("f->g"))),
            ("h_*->", key("h_", "->", None)),
            ("a->b*c", key("a->b", "c", None)),
        ] {
            assert_eq!(Pattern::read(text.as_bytes()), pattern, "{text:?}");
        }
    }
}
