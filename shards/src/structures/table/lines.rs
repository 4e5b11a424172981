//! A segment for pointers: cache lines of eight words, each a pointer whose unused top bits hold a tag of the hash.
//!
//! ```text
//! word    | tag: 16 bits of the hash | address: 48 bits |      all zeros: no element
//! line    8 words, 64 bytes; the tag alone says which line an element belongs to (its home)
//! ```
//!
//! A lookup reads the home line and, only while lines are full, the ones behind it: linear probing by lines. There is
//! nothing beside the words, so a segment of 512 places is 4096 bytes, a size that allocators hand out without loss; and
//! nearly every lookup touches one cache line before the element's own. As the tag gives the home for any number of
//! lines, growing moves words and reads no element.
//!
//! Invariants: tags are not zero. Between an element's home and its line all lines are full (a removal moves elements
//! back to keep it so). At least one word in eight is empty, so every probe ends.

mod probe;

use super::super::{prefetch::prefetch, size_class::size_class};
use super::segment::{PLACES_MAX, Room, Segment, roomy};
use probe::{LINE_WORDS, Line};

/// A pointer with 16 bits to spare.
///
/// # Safety
/// `Self` is eight bytes long, its top 16 bits (of the word read in native byte order) are the tag and mean nothing else,
/// and `Option<Self>` is eight zero bytes for `None`.
pub unsafe trait Tagged: Sized {
    /// The tag.
    fn tag(&self) -> u16;
    /// Replaces the tag.
    fn set_tag(&mut self, tag: u16);
}

/// Elements that a line takes on average before the segment grows.
const FILL_MAX: usize = LINE_WORDS - 1;

/// Lines of a full-grown segment.
const LINES_MAX: usize = PLACES_MAX / LINE_WORDS;

/// Below this many lines a sparse segment is left as it is.
const SHRINK_MIN_LINES: usize = 2;

/// A segment of pointers.
#[derive(Debug)]
pub struct Lines<T> {
    lines: Box<[Line<T>]>,
    len: u32,
}

/// The tag of a hash: low bits, which neither the scan order nor a directory uses.
#[inline]
fn tag_of(hash: u64) -> u16 {
    hash as u16 | 1
}

/// The line that elements with this tag belong to, of `lines`.
#[inline]
fn home(tag: u16, lines: usize) -> usize {
    (usize::from(tag) * lines) >> u16::BITS
}

/// How many lines to take for `len` elements: four sizes to a doubling, which are those of allocators.
fn lines_for(len: usize) -> usize {
    let lines = len.div_ceil(FILL_MAX);
    lines.next_multiple_of((lines.next_power_of_two() / 8).max(1))
}

/// A place in a line.
#[derive(Clone, Copy)]
struct Place {
    line: usize,
    word: usize,
}

impl<T: Tagged> Lines<T> {
    #[inline]
    fn after(&self, line: usize) -> usize {
        if line + 1 == self.lines.len() { 0 } else { line + 1 }
    }

    /// Where the element with this tag is for which `eq` holds.
    #[inline]
    fn search(&self, tag: u16, mut eq: impl FnMut(&T) -> bool) -> Option<Place> {
        if self.lines.is_empty() {
            return None;
        }
        let mut line = home(tag, self.lines.len());
        loop {
            let words = &self.lines[line];
            let found = words.probe(tag);
            for word in found.tagged.iter() {
                if words.get(word).is_some_and(&mut eq) {
                    return Some(Place { line, word });
                }
            }
            if found.empty.first().is_some() {
                return None;
            }
            line = self.after(line);
        }
    }

    /// Puts a tagged element into the first free place from its home on; there is one.
    fn settle(&mut self, value: T) -> Place {
        let mut line = home(value.tag(), self.lines.len());
        loop {
            if let Some(word) = self.lines[line].free() {
                self.lines[line].put(word, value);
                return Place { line, word };
            }
            line = self.after(line);
        }
    }

    /// Moves everything to `count` lines; no element is read.
    fn resize(&mut self, count: usize) {
        debug_assert!(self.len as usize <= count * FILL_MAX);
        let lines = std::iter::repeat_with(Line::default).take(count).collect();
        for mut line in std::mem::replace(&mut self.lines, lines) {
            for word in 0..LINE_WORDS {
                if let Some(value) = line.take(word) {
                    self.settle(value);
                }
            }
        }
    }

    /// Takes the element out of a place, and moves others back so that none is cut off from its home.
    fn take(&mut self, place: Place) -> Option<T> {
        let was_full = self.lines[place.line].free().is_none();
        let value = self.lines[place.line].take(place.word)?;
        self.len -= 1;
        if was_full {
            self.close_gap(place);
        }
        Some(value)
    }

    /// Fills the gap in a line that was full with an element that passed the line by, then that one's place, and so on.
    fn close_gap(&mut self, mut gap: Place) {
        let count = self.lines.len();
        let mut line = self.after(gap.line);
        while line != gap.line {
            let full = self.lines[line].free().is_none();
            // An element may move back unless its home lies behind the gap.
            let gone = (line + count - gap.line) % count;
            let passed = (0..LINE_WORDS).find(|word| {
                let tag = self.lines[line].get(*word).map(Tagged::tag);
                tag.is_some_and(|tag| (line + count - home(tag, count)) % count >= gone)
            });
            if let Some(word) = passed {
                if let Some(value) = self.lines[line].take(word) {
                    self.lines[gap.line].put(gap.word, value);
                }
                gap = Place { line, word };
            }
            if !full {
                return;
            }
            line = self.after(line);
        }
    }
}

impl<T: Tagged> Segment<T> for Lines<T> {
    #[inline]
    fn new() -> Self {
        Self { lines: Box::default(), len: 0 }
    }

    fn for_about(len: usize) -> Self {
        let mut new = Self::new();
        new.resize(lines_for(len + len / 8 + 1).min(LINES_MAX.max(lines_for(len))));
        new
    }

    #[inline]
    fn len(&self) -> usize {
        self.len as usize
    }

    #[inline]
    fn places(&self) -> usize {
        self.lines.len() * LINE_WORDS
    }

    #[inline]
    fn at(&self, place: usize) -> Option<&T> {
        self.lines[place / LINE_WORDS].get(place % LINE_WORDS)
    }

    #[inline]
    fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        self.lines[place / LINE_WORDS].word_mut(place % LINE_WORDS).as_mut()
    }

    #[inline]
    fn has_room(&self) -> bool {
        (self.len as usize) < self.lines.len() * FILL_MAX
    }

    fn grow(&mut self, _: &impl Fn(&T) -> u64) -> Room {
        if self.lines.len() >= LINES_MAX {
            return Room::Full;
        }
        self.resize(lines_for(self.len as usize + self.len as usize / 16 + 1));
        Room::Made
    }

    fn overgrow(&mut self, _: &impl Fn(&T) -> u64) {
        self.resize((self.lines.len() * 2).max(1));
    }

    /// Past three quarters of empty places.
    #[inline]
    fn shrink_if_sparse(&mut self, _: &impl Fn(&T) -> u64) {
        let len = self.len as usize;
        if len == 0 {
            self.lines = Box::default();
        } else if self.lines.len() >= SHRINK_MIN_LINES && len < self.places() / 4 {
            let fewer = lines_for(roomy(len));
            if fewer < self.lines.len() {
                self.resize(fewer);
            }
        }
    }

    #[inline]
    fn find(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&T> {
        let place = self.search(tag_of(hash), eq)?;
        self.lines[place.line].get(place.word)
    }

    #[inline]
    fn find_mut(&mut self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&mut T> {
        let place = self.search(tag_of(hash), eq)?;
        self.lines[place.line].word_mut(place.word).as_mut()
    }

    #[inline]
    fn place_of(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<usize> {
        let place = self.search(tag_of(hash), eq)?;
        Some(place.line * LINE_WORDS + place.word)
    }

    fn insert_unique(&mut self, hash: u64, mut value: T, hasher: &impl Fn(&T) -> u64) -> &mut T {
        if !self.has_room() {
            self.overgrow(hasher);
        }
        value.set_tag(tag_of(hash));
        self.len += 1;
        let place = self.settle(value);
        match self.lines[place.line].word_mut(place.word) {
            Some(value) => value,
            None => unreachable!("the word was filled a moment ago"),
        }
    }

    #[inline]
    fn remove(&mut self, hash: u64, eq: impl FnMut(&T) -> bool, hasher: &impl Fn(&T) -> u64) -> Option<T> {
        let place = self.search(tag_of(hash), eq)?;
        let value = self.take(place)?;
        self.shrink_if_sparse(hasher);
        Some(value)
    }

    fn drain(&mut self, max: usize, f: &mut impl FnMut(T)) -> usize {
        if max >= self.len as usize {
            let taken = std::mem::replace(&mut self.len, 0) as usize;
            for line in &mut self.lines {
                (0..LINE_WORDS).filter_map(|word| line.take(word)).for_each(&mut *f);
            }
            return taken;
        }
        let mut left = max;
        let mut line = 0;
        while left > 0 && line < self.lines.len() {
            // What moves back into the gap is taken in its turn.
            match (0..LINE_WORDS).find(|word| self.lines[line].get(*word).is_some()) {
                Some(word) => {
                    if let Some(value) = self.take(Place { line, word }) {
                        f(value);
                    }
                    left -= 1;
                }
                None => line += 1,
            }
        }
        max - left
    }

    fn iter<'a>(&'a self) -> impl Iterator<Item = &'a T>
    where
        T: 'a,
    {
        self.lines.iter().flat_map(Line::iter)
    }

    fn iter_mut<'a>(&'a mut self) -> impl Iterator<Item = &'a mut T>
    where
        T: 'a,
    {
        self.lines.iter_mut().flat_map(Line::iter_mut)
    }

    #[inline]
    fn prefetch(&self, hash: u64) {
        if !self.lines.is_empty() {
            prefetch(&raw const self.lines[home(tag_of(hash), self.lines.len())] as usize);
        }
    }

    fn allocated_bytes(&self) -> usize {
        if self.lines.is_empty() { 0 } else { size_class(size_of_val(&*self.lines)) }
    }
}
