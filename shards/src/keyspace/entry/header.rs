//! The first eight bytes of an entry's block, as one word.
//!
//! ```text
//!  bit 0     4     6      7     8      12      18            29          40              64
//!      | kind | form | exp | raw | free | class | text length | key length | access clock |
//! ```
//!
//! `form` says how the value lies in the block. A key length of all ones marks a long key, whose length and block size
//! stand in two words of their own behind the header.

/// The type of a value, as `TYPE` names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Bytes or an integer.
    String,
    /// A list.
    List,
    /// A set.
    Set,
    /// A hash.
    Hash,
    /// A sorted set.
    ZSet,
}

impl Kind {
    /// The name that `TYPE` answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::Hash => "hash",
            Self::ZSet => "zset",
        }
    }
}

/// How the value lies in the block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// An `i64`, directly behind the key.
    Int,
    /// The bytes themselves, directly behind the key; the header knows how many.
    Embedded,
    /// A `bytes::Bytes`, at the next multiple of eight behind the key.
    Shared,
    /// The value of the type that `kind` names, at the next multiple of eight behind the key.
    Object,
}

impl Form {
    /// Whether the value is aligned to eight bytes and owns memory outside the block.
    #[inline]
    pub fn owns(self) -> bool {
        matches!(self, Self::Shared | Self::Object)
    }
}

/// The longest key whose length fits the header, in bytes.
pub const SHORT_KEY_MAX: usize = LENGTH_MASK as usize - 1;
/// The longest embedded text that the header can describe, in bytes.
pub const TEXT_LENGTH_MAX: usize = LENGTH_MASK as usize;

const KIND_MASK: u64 = 0xF;
const FORM_SHIFT: u32 = 4;
const FORM_MASK: u64 = 0x3;
const EXPIRY: u64 = 1 << 6;
const RAW: u64 = 1 << 7;
const CLASS_SHIFT: u32 = 12;
const CLASS_MASK: u64 = 0x3F;
const TEXT_SHIFT: u32 = 18;
const KEY_SHIFT: u32 = 29;
const LENGTH_MASK: u64 = 0x7FF;
const CLOCK_SHIFT: u32 = 40;

/// The header word.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Header(u64);

impl Header {
    /// The header of an empty embedded string; `key_len` in bytes, of `clock` the low 24 bits.
    #[inline]
    pub fn new(key_len: usize, clock: u32) -> Self {
        let key = (key_len as u64).min(LENGTH_MASK);
        Self((u64::from(clock) << CLOCK_SHIFT) | (key << KEY_SHIFT)).with_form(Form::Embedded)
    }

    #[inline]
    pub fn kind(self) -> Kind {
        match self.0 & KIND_MASK {
            0 => Kind::String,
            1 => Kind::List,
            2 => Kind::Set,
            3 => Kind::Hash,
            _ => Kind::ZSet,
        }
    }

    #[inline]
    pub fn with_kind(self, kind: Kind) -> Self {
        Self(self.0 & !KIND_MASK | kind as u64)
    }

    #[inline]
    pub fn form(self) -> Form {
        match (self.0 >> FORM_SHIFT) & FORM_MASK {
            0 => Form::Int,
            1 => Form::Embedded,
            2 => Form::Shared,
            _ => Form::Object,
        }
    }

    #[inline]
    pub fn with_form(self, form: Form) -> Self {
        Self(self.0 & !(FORM_MASK << FORM_SHIFT) | ((form as u64) << FORM_SHIFT))
    }

    /// Whether the block holds a time of expiry.
    #[inline]
    pub fn has_expiry(self) -> bool {
        self.0 & EXPIRY != 0
    }

    #[inline]
    pub fn with_expiry(self, expires: bool) -> Self {
        Self(self.0 & !EXPIRY | if expires { EXPIRY } else { 0 })
    }

    /// Whether the text was changed in place, after which Redis calls it "raw" at any length.
    #[inline]
    pub fn is_raw(self) -> bool {
        self.0 & RAW != 0
    }

    #[inline]
    pub fn with_raw(self, raw: bool) -> Self {
        Self(self.0 & !RAW | if raw { RAW } else { 0 })
    }

    /// The number of the block's size class; without meaning for a long key.
    #[inline]
    pub fn class(self) -> u8 {
        ((self.0 >> CLASS_SHIFT) & CLASS_MASK) as u8
    }

    #[inline]
    pub fn with_class(self, class: u8) -> Self {
        Self(self.0 & !(CLASS_MASK << CLASS_SHIFT) | (u64::from(class) << CLASS_SHIFT))
    }

    /// The length of an embedded text in bytes.
    #[inline]
    pub fn text_len(self) -> usize {
        ((self.0 >> TEXT_SHIFT) & LENGTH_MASK) as usize
    }

    #[inline]
    pub fn with_text_len(self, bytes: usize) -> Self {
        debug_assert!(bytes <= TEXT_LENGTH_MAX, "a text of {bytes} bytes");
        Self(self.0 & !(LENGTH_MASK << TEXT_SHIFT) | ((bytes as u64) << TEXT_SHIFT))
    }

    /// The length of the key in bytes, unless it is long.
    #[inline]
    pub fn short_key_len(self) -> Option<usize> {
        let length = (self.0 >> KEY_SHIFT) & LENGTH_MASK;
        (length != LENGTH_MASK).then_some(length as usize)
    }

    /// When the entry was last used: 24 bits in the keyspace's unit.
    #[inline]
    pub fn clock(self) -> u32 {
        (self.0 >> CLOCK_SHIFT) as u32
    }

    #[inline]
    pub fn with_clock(self, clock: u32) -> Self {
        Self(self.0 & ((1 << CLOCK_SHIFT) - 1) | (u64::from(clock) << CLOCK_SHIFT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_field_keeps_to_its_bits(
            kind in prop::sample::select(vec![Kind::String, Kind::List, Kind::Set, Kind::Hash, Kind::ZSet]),
            form in prop::sample::select(vec![Form::Int, Form::Embedded, Form::Shared, Form::Object]),
            (expires, raw) in any::<(bool, bool)>(),
            class in 0u8..64,
            text in 0usize..=TEXT_LENGTH_MAX,
            key in 0usize..3000,
            clock in 0u32..1 << 24,
        ) {
            let full = Header(u64::MAX).with_kind(Kind::String);
            for start in [Header::new(key, 0), full.with_kind(Kind::ZSet)] {
                let header = start
                    .with_clock(clock)
                    .with_text_len(text)
                    .with_class(class)
                    .with_raw(raw)
                    .with_expiry(expires)
                    .with_form(form)
                    .with_kind(kind);
                prop_assert_eq!(header.kind(), kind);
                prop_assert_eq!(header.form(), form);
                prop_assert_eq!(header.has_expiry(), expires);
                prop_assert_eq!(header.is_raw(), raw);
                prop_assert_eq!(header.class(), class);
                prop_assert_eq!(header.text_len(), text);
                prop_assert_eq!(header.clock(), clock);
                prop_assert_eq!(header.short_key_len(), start.short_key_len());
            }
            let expected = (key <= SHORT_KEY_MAX).then_some(key);
            prop_assert_eq!(Header::new(key, u32::MAX).short_key_len(), expected);
        }
    }
}
