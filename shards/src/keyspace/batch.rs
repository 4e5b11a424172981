//! Commands with many keys: the cache lines of several keys are fetched together.

use smallvec::SmallVec;

use super::{Key, Keyspace, database::Database};
use crate::command::Args;

/// Keys looked up together: more would not fit the nearest cache's outstanding fetches.
const TOGETHER: usize = 16;

impl Keyspace {
    /// Calls `visit` for the keys at these `indexes` among the arguments, with their index. Ten keys at random cost little
    /// more than the slowest of them: first all their tables are fetched, then all their entries. Few keys are near anyway.
    pub fn for_each_key<'a>(
        &mut self,
        args: &Args<'a>,
        mut indexes: impl Iterator<Item = usize>,
        mut visit: impl FnMut(&mut Self, usize, Key<'a>),
    ) {
        if self.database().is_none_or(Database::is_near) {
            for index in indexes {
                visit(self, index, self.key(args, index));
            }
            return;
        }
        loop {
            let batch: SmallVec<[(usize, Key<'a>); TOGETHER]> = indexes
                .by_ref()
                .take(TOGETHER)
                .map(|index| {
                    let key = self.key(args, index);
                    self.prefetch_table(self.selected, key.slot, key.hash);
                    (index, key)
                })
                .collect();
            if batch.len() > 1 {
                for (_, key) in &batch {
                    self.prefetch_entry(self.selected, key.slot, key.hash);
                }
            }
            let last = batch.len() < TOGETHER;
            for (index, key) in batch {
                visit(self, index, key);
            }
            if last {
                return;
            }
        }
    }
}
