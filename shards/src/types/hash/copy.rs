//! A copy of a hash in the encoding that it has.

use super::{Form, Hash, Limits};
use crate::structures::{ahead::ahead, member::Pair, table::Table};

impl Hash {
    /// A hash of the same fields in the same encoding, whatever the limits say of it now.
    #[must_use]
    pub fn duplicate(&self, limits: &Limits) -> Self {
        Self(match &self.0 {
            Form::Pack(pack) => Form::Pack(pack.clone()),
            Form::Table(table) => {
                let mut copy = Box::<Table<Pair>>::default();
                let hash = |pair: &Pair| limits.seed.hash(pair.field());
                for pair in ahead(table.iter(), Pair::address) {
                    copy.insert_unique(hash(pair), Pair::new(pair.field(), pair.value()), hash);
                }
                Form::Table(copy)
            }
        })
    }
}
