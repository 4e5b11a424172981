//! Elements in a reply that may come with what belongs to them: members with scores, fields with values.

use crate::{commands::item::reply_item, resp::Reply, structures::listpack::Item};

/// How a reply shows each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Without what belongs to it.
    Alone,
    /// With what belongs to it right behind it, in the same array.
    Flat,
    /// In an array of its own with what belongs to it.
    Nested,
}

impl Pairing {
    /// How most commands show elements to this client: pairs, if asked for, are nested in RESP3.
    #[inline]
    pub fn of(out: &Reply<'_>, with: bool) -> Self {
        match (with, out.resp3()) {
            (false, _) => Self::Alone,
            (true, false) => Self::Flat,
            (true, true) => Self::Nested,
        }
    }

    /// The head of an array of so many elements.
    #[inline]
    pub fn head(self, out: &mut Reply<'_>, elements: usize) {
        out.array(if self == Self::Flat { 2 * elements } else { elements });
    }

    #[inline]
    fn element(self, out: &mut Reply<'_>, element: Item<'_>) {
        if self == Self::Nested {
            out.array(2);
        }
        reply_item(out, element);
    }

    /// A member and its score.
    #[inline]
    pub fn member(self, out: &mut Reply<'_>, member: Item<'_>, score: f64) {
        self.element(out, member);
        if self != Self::Alone {
            out.double(score);
        }
    }

    /// A field and its value.
    #[inline]
    pub fn field(self, out: &mut Reply<'_>, field: Item<'_>, value: Item<'_>) {
        self.element(out, field);
        if self != Self::Alone {
            reply_item(out, value);
        }
    }
}
