//! Reading a listpack from either end.

use std::iter::FusedIterator;

use super::encoding::{decode, size_at, size_before};
use super::item::Item;

/// The items of a stretch of a listpack.
#[derive(Clone)]
pub struct Iter<'a> {
    /// Whole elements.
    data: &'a [u8],
}

impl<'a> Iter<'a> {
    #[inline]
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data }
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Item<'a>> {
        if self.data.is_empty() {
            return None;
        }
        let (item, size) = decode(self.data);
        self.data = &self.data[size..];
        Some(item)
    }

    #[inline]
    fn nth(&mut self, count: usize) -> Option<Item<'a>> {
        for _ in 0..count {
            if self.data.is_empty() {
                return None;
            }
            self.data = &self.data[size_at(self.data)..];
        }
        self.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        // An element takes at least two bytes.
        (usize::from(!self.data.is_empty()), Some(self.data.len() / 2))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.data.is_empty() {
            return None;
        }
        let (rest, last) = self.data.split_at(self.data.len() - size_before(self.data));
        self.data = rest;
        Some(decode(last).0)
    }

    #[inline]
    fn nth_back(&mut self, count: usize) -> Option<Self::Item> {
        for _ in 0..count {
            if self.data.is_empty() {
                return None;
            }
            self.data = &self.data[..self.data.len() - size_before(self.data)];
        }
        self.next_back()
    }
}

impl FusedIterator for Iter<'_> {}
