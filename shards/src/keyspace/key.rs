//! A key, with what is computed from it once per command.

/// A key's bytes, its hash slot and its hash under the shard's seed.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The key.
    pub bytes: &'a [u8],
    /// Its hash slot, 0 to 16383.
    pub slot: u16,
    /// Its hash under the seed of the shard that owns it.
    pub hash: u64,
}
