//! A command's arguments: slices of the bytes they were received in.

use std::cell::Cell;

use bytes::Bytes;
use smallvec::SmallVec;

use super::Error;
use crate::resp::{
    Span,
    number::{parse_f64, parse_i64},
    out::SPLICE_MIN_BYTES,
};

/// The arguments of one command, its name first.
#[derive(Debug)]
pub struct Args<'a> {
    base: &'a [u8],
    spans: &'a [Span],
    large: &'a [Bytes],
    routed: Cell<Routed>,
}

/// What routing already found out about one key, so that the handler need not hash it again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Routed {
    /// Which argument; 0 for none.
    pub argument: u32,
    /// Its hash slot.
    pub slot: u16,
    /// Its 64-bit hash under the owning shard's seed.
    pub hash: u64,
}

impl<'a> Args<'a> {
    /// Arguments at `spans` of `base`; spans marked as large are in `large`.
    #[inline]
    pub fn new(base: &'a [u8], spans: &'a [Span], large: &'a [Bytes]) -> Self {
        Self { base, spans, large, routed: Cell::new(Routed { argument: 0, slot: 0, hash: 0 }) }
    }

    /// Remembers slot and hash of one key.
    #[inline]
    pub fn set_routed(&self, routed: Routed) {
        self.routed.set(routed);
    }

    /// What routing found out about argument `index`, if it did.
    #[inline]
    pub fn routed(&self, index: usize) -> Option<Routed> {
        let routed = self.routed.get();
        (routed.argument as usize == index && index > 0).then_some(routed)
    }

    /// How many, the command's name included.
    #[inline]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Never true for a command that was parsed.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Argument `index`; 0 is the name.
    #[inline]
    pub fn get(&self, index: usize) -> &'a [u8] {
        let Span { start, len } = self.spans[index];
        if start == Span::LARGE {
            return &self.large[len as usize];
        }
        &self.base[start as usize..start as usize + len as usize]
    }

    /// The bytes from the command's name on, and how many of them are its name.
    #[inline]
    pub fn name(&self) -> (&'a [u8], usize) {
        match self.spans {
            [Span { start, len }, ..] if *start != Span::LARGE => {
                (&self.base[*start as usize..], *len as usize)
            }
            _ => (self.get(0), self.get(0).len()),
        }
    }

    /// Argument `index` as a counted reference, if it was received into an allocation of its own.
    #[inline]
    pub fn shared(&self, index: usize) -> Option<&'a Bytes> {
        let Span { start, len } = self.spans[index];
        (start == Span::LARGE).then(|| &self.large[len as usize])
    }

    /// All but the last argument.
    #[must_use]
    pub fn without_last(&self) -> Args<'a> {
        Args {
            base: self.base,
            spans: &self.spans[..self.spans.len() - 1],
            large: self.large,
            routed: self.routed.clone(),
        }
    }

    /// The arguments from `first` on, as a command of their own.
    #[must_use]
    pub fn from(&self, first: usize) -> Args<'a> {
        Args::new(self.base, &self.spans[first..], self.large)
    }

    /// The bytes, spans and large arguments it was made of.
    #[inline]
    pub fn parts(&self) -> (&'a [u8], &'a [Span], &'a [Bytes]) {
        (self.base, self.spans, self.large)
    }

    /// Arguments from `first` on.
    pub fn iter_from(&self, first: usize) -> impl Iterator<Item = &'a [u8]> {
        (first..self.len()).map(|index| self.get(index))
    }

    /// Whether argument `index` is `word` in any case; `word` is upper case.
    #[inline]
    pub fn is(&self, index: usize, word: &str) -> bool {
        self.get(index).eq_ignore_ascii_case(word.as_bytes())
    }

    /// Argument `index` as an integer.
    ///
    /// # Errors
    /// [`Error::NotAnInteger`] for anything but a 64-bit integer in its only notation.
    pub fn integer(&self, index: usize) -> Result<i64, Error> {
        parse_i64(self.get(index)).ok_or(Error::NotAnInteger)
    }

    /// Argument `index` as a double.
    ///
    /// # Errors
    /// [`Error::NotAFloat`] for anything but a double, NaN included.
    pub fn double(&self, index: usize) -> Result<f64, Error> {
        parse_f64(self.get(index)).ok_or(Error::NotAFloat)
    }

    /// Argument `index` as an option word in upper case, cut at 24 bytes (longer than any word there is).
    pub fn word(&self, index: usize) -> Word {
        let mut word = Word { bytes: [0; 24], len: 0 };
        for &byte in self.get(index).iter().take(24) {
            word.bytes[word.len] = byte.to_ascii_uppercase();
            word.len += 1;
        }
        word
    }
}

/// Arguments kept beyond the bytes they came in; few and short ones without an allocation.
#[derive(Clone, Debug, Default)]
pub struct OwnedArgs {
    /// What the spans count from.
    pub base: SmallVec<[u8; 64]>,
    /// The arguments.
    pub spans: SmallVec<[Span; 4]>,
    /// The large ones.
    pub large: Vec<Bytes>,
}

impl OwnedArgs {
    /// The arguments.
    pub fn args(&self) -> Args<'_> {
        Args::new(&self.base, &self.spans, &self.large)
    }

    fn add(&mut self, argument: &[u8]) {
        self.spans.push(Span { start: self.base.len() as u32, len: argument.len() as u32 });
        self.base.extend_from_slice(argument);
    }

    fn add_large(&mut self, argument: Bytes) {
        self.spans.push(Span::large(self.large.len()));
        self.large.push(argument);
    }

    /// Heap bytes.
    pub fn heap_bytes(&self) -> usize {
        let large: usize = self.large.iter().map(Bytes::len).sum();
        let base = if self.base.spilled() { self.base.capacity() } else { 0 };
        let spans = if self.spans.spilled() { self.spans.capacity() * size_of::<Span>() } else { 0 };
        base + spans + large
    }
}

impl FromIterator<Box<[u8]>> for OwnedArgs {
    fn from_iter<I: IntoIterator<Item = Box<[u8]>>>(words: I) -> Self {
        let mut kept = Self::default();
        for word in words {
            if word.len() >= SPLICE_MIN_BYTES { kept.add_large(Bytes::from(word)) } else { kept.add(&word) }
        }
        kept
    }
}

impl From<&Args<'_>> for OwnedArgs {
    fn from(args: &Args<'_>) -> Self {
        let mut kept = Self::default();
        for index in 0..args.len() {
            match args.shared(index) {
                Some(shared) => kept.add_large(shared.clone()),
                None => kept.add(args.get(index)),
            }
        }
        kept
    }
}

/// An option word in upper case.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    bytes: [u8; 24],
    len: usize,
}

impl Word {
    /// Its text; empty if it is no ASCII.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_lie_in_the_base_or_apart() {
        let large = [Bytes::from_static(b"far away")];
        let spans = [Span { start: 0, len: 3 }, Span { start: 3, len: 1 }, Span::large(0)];
        let args = Args::new(b"SETk", &spans, &large);
        assert_eq!((args.get(0), args.get(1), args.get(2)), (&b"SET"[..], &b"k"[..], &b"far away"[..]));
        assert!(args.shared(1).is_none() && args.shared(2).is_some());
    }

    #[test]
    fn words_are_kept_short_ones_together_and_large_ones_apart() {
        let large: Box<[u8]> = vec![b'x'; SPLICE_MIN_BYTES].into();
        let kept: OwnedArgs = [b"SET".as_slice().into(), large, b"".as_slice().into()].into_iter().collect();
        let args = kept.args();
        assert_eq!((args.get(0), args.get(1).len(), args.get(2)), (&b"SET"[..], SPLICE_MIN_BYTES, &b""[..]));
        assert!(args.shared(1).is_some() && args.len() == 3);
    }

    #[test]
    fn words_match_in_any_case() {
        let spans = [Span { start: 0, len: 2 }];
        let args = Args::new(b"eX", &spans, &[]);
        assert!(args.is(0, "EX") && args.word(0).as_str() == "EX");
    }
}
