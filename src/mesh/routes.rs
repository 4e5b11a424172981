//! Which shard owns a hash slot: contiguous ranges, as even as can be.

use std::ops::Range;

use shards::{
    command::{Args, Command},
    keyspace::slot::{SLOTS, slot_of},
};
use smallvec::SmallVec;

/// The deal of the slots among shards.
#[derive(Clone, Copy, Debug)]
pub struct Routes {
    shards: u32,
}

impl Routes {
    /// Slots dealt to `shards` shards; there are at most as many shards as slots.
    pub fn new(shards: usize) -> Self {
        assert!((1..=SLOTS).contains(&shards), "there are 1 to {SLOTS} shards");
        Self { shards: shards as u32 }
    }

    /// How many shards there are.
    #[inline]
    pub fn shards(self) -> usize {
        self.shards as usize
    }

    /// The shard that owns `slot`.
    #[inline]
    pub fn owner(self, slot: u16) -> u16 {
        ((u32::from(slot) * self.shards) >> 14) as u16
    }

    /// All shards.
    #[inline]
    pub fn all(self) -> Range<u16> {
        0..self.shards as u16
    }

    /// The shards that own keys which a request names, ascending.
    pub fn owners(self, row: &Command, args: &Args<'_>) -> SmallVec<[u16; 4]> {
        let mut owners: SmallVec<[u16; 4]> =
            row.keys.places(args).map(|index| self.owner(slot_of(args.get(index)))).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// The slots of `shard`.
    pub fn slots(self, shard: usize) -> Range<u16> {
        let start = |shard: usize| (shard * SLOTS).div_ceil(self.shards()) as u16;
        start(shard)..start(shard + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_the_owner_whose_range_holds_it() {
        for shards in [1, 2, 3, 4, 7, 8, 16, 64] {
            let routes = Routes::new(shards);
            let mut dealt = 0;
            for shard in 0..shards {
                for slot in routes.slots(shard) {
                    assert_eq!(usize::from(routes.owner(slot)), shard);
                    dealt += 1;
                }
            }
            assert_eq!(dealt, SLOTS);
        }
    }
}
