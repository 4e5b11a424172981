//! One cache line of words, and comparing all its tags at once.

use super::Tagged;

/// Words in a line.
pub const LINE_WORDS: usize = 8;

/// Eight words, one cache line.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Line<T>([Option<T>; LINE_WORDS]);

impl<T> Default for Line<T> {
    #[inline]
    fn default() -> Self {
        Self([const { None }; LINE_WORDS])
    }
}

/// Words of a line: a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(u8);

impl Words {
    /// The first of them.
    #[inline]
    pub fn first(self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize)
    }

    /// All of them, ascending.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let first = Self(rest).first()?;
            rest &= rest - 1;
            Some(first)
        })
    }
}

/// What a probe of a line saw.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// Words with the tag.
    pub tagged: Words,
    /// Words without an element.
    pub empty: Words,
}

impl<T: Tagged> Line<T> {
    /// Compares the tags of all words with `tag`, which is not zero.
    #[inline]
    pub fn probe(&self, tag: u16) -> Probe {
        let tags = self.tags();
        Probe { tagged: tags.equal_to(tag), empty: tags.equal_to(0) }
    }

    /// A word without an element.
    #[inline]
    pub fn free(&self) -> Option<usize> {
        self.tags().equal_to(0).first()
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn tags(&self) -> Tags {
        use std::arch::x86_64::{
            __m128i, _mm_castps_si128, _mm_castsi128_ps, _mm_load_si128, _mm_packs_epi32, _mm_shuffle_ps,
            _mm_srai_epi32,
        };
        const { assert!(size_of::<Self>() == 64 && align_of::<Self>() == 64) };
        let words: *const __m128i = (&raw const self.0).cast();
        // SAFETY: `Tagged` promises eight bytes a word, so the four loads read the whole line and nothing else; it is
        // aligned to 64 bytes. SSE2 is part of every x86-64.
        unsafe {
            let pair = |index: usize| _mm_castsi128_ps(_mm_load_si128(words.add(index)));
            // The upper halves of four words each, then their upper halves, signs kept so that packing changes nothing.
            let upper = |a, b| _mm_srai_epi32::<16>(_mm_castps_si128(_mm_shuffle_ps::<0b11_01_11_01>(a, b)));
            Tags(_mm_packs_epi32(upper(pair(0), pair(1)), upper(pair(2), pair(3))))
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline]
    fn tags(&self) -> Tags {
        Tags(std::array::from_fn(|word| self.0[word].as_ref().map_or(0, Tagged::tag)))
    }
}

impl<T> Line<T> {
    /// The element in a word.
    #[inline]
    pub fn get(&self, word: usize) -> Option<&T> {
        self.0[word].as_ref()
    }

    /// A word, to change or to fill.
    #[inline]
    pub fn word_mut(&mut self, word: usize) -> &mut Option<T> {
        &mut self.0[word]
    }

    /// Fills a word.
    #[inline]
    pub fn put(&mut self, word: usize, value: T) {
        self.0[word] = Some(value);
    }

    /// Empties a word.
    #[inline]
    pub fn take(&mut self, word: usize) -> Option<T> {
        self.0[word].take()
    }

    /// All elements.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }

    /// All elements, to change in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }
}

/// The tags of a line; zero where there is no element.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
struct Tags(std::arch::x86_64::__m128i);

#[cfg(target_arch = "x86_64")]
impl Tags {
    #[inline]
    fn equal_to(self, tag: u16) -> Words {
        use std::arch::x86_64::{
            _mm_cmpeq_epi16, _mm_movemask_epi8, _mm_packs_epi16, _mm_set1_epi16, _mm_setzero_si128,
        };
        // SAFETY: SSE2 is part of every x86-64.
        #[allow(unused_unsafe, reason = "safe to call since Rust 1.87")]
        unsafe {
            let equal = _mm_cmpeq_epi16(self.0, _mm_set1_epi16(tag.cast_signed()));
            Words(_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128())) as u8)
        }
    }
}

/// The tags of a line; zero where there is no element.
#[cfg(not(target_arch = "x86_64"))]
#[derive(Clone, Copy)]
struct Tags([u16; LINE_WORDS]);

#[cfg(not(target_arch = "x86_64"))]
impl Tags {
    #[inline]
    fn equal_to(self, tag: u16) -> Words {
        let bits = self.0.iter().enumerate().map(|(word, own)| u8::from(*own == tag) << word);
        Words(bits.fold(0, |all, bit| all | bit))
    }
}
