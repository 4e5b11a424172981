//! The sizes at which a value leaves its compact encoding: Redis's CONFIG parameters of the same names.

use crate::structures::hash::HashSeed;

/// When values leave their compact encodings. The default is Redis's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encodings {
    /// `hash-max-listpack-entries`: fields.
    pub hash_max_listpack_entries: usize,
    /// `hash-max-listpack-value`: bytes of a field or a value.
    pub hash_max_listpack_value: usize,
    /// `set-max-intset-entries`: members.
    pub set_max_intset_entries: usize,
    /// `set-max-listpack-entries`: members (Redis 7.2).
    pub set_max_listpack_entries: usize,
    /// `set-max-listpack-value`: bytes of a member (Redis 7.2).
    pub set_max_listpack_value: usize,
    /// `zset-max-listpack-entries`: members.
    pub zset_max_listpack_entries: usize,
    /// `zset-max-listpack-value`: bytes of a member.
    pub zset_max_listpack_value: usize,
    /// `list-max-listpack-size`: positive, elements per block; negative, -1 to -5 for 4, 8, 16, 32, 64 KiB per block.
    pub list_max_listpack_size: i32,
    /// `compact-lists`: whether a list that fits one block is a listpack, as since Redis 7.2, and not a chain of one.
    pub compact_lists: bool,
}

impl Default for Encodings {
    fn default() -> Self {
        Self {
            hash_max_listpack_entries: 512,
            hash_max_listpack_value: 64,
            set_max_intset_entries: 512,
            set_max_listpack_entries: 128,
            set_max_listpack_value: 64,
            zset_max_listpack_entries: 128,
            zset_max_listpack_value: 64,
            list_max_listpack_size: -2,
            compact_lists: true,
        }
    }
}

impl Encodings {
    /// The limits of a shard whose member tables hash with `seed`.
    pub fn limits(self, seed: HashSeed) -> Limits {
        Limits { encodings: self, seed }
    }
}

/// What a data type needs to know when it grows. Every shard holds one and passes it to the operations that may convert.
#[derive(Clone, Debug)]
pub struct Limits {
    /// When to convert.
    pub encodings: Encodings,
    /// The hash function of member tables.
    pub seed: HashSeed,
}

impl Limits {
    /// Redis's defaults, with `seed` for the member tables.
    pub fn with_seed(seed: HashSeed) -> Self {
        Encodings::default().limits(seed)
    }
}
