//! A copy of a set in the encoding that it has.

use super::{Form, Limits, Set};
use crate::structures::{ahead::ahead, member::Member, table::Table};

impl Set {
    /// A set of the same members in the same encoding, whatever the limits say of it now.
    #[must_use]
    pub fn duplicate(&self, limits: &Limits) -> Self {
        Self(match &self.0 {
            Form::Ints(ints) => Form::Ints(ints.clone()),
            Form::Pack(pack) => Form::Pack(pack.clone()),
            Form::Table(table) => {
                let mut copy = Box::<Table<Member>>::default();
                let hash = |member: &Member| limits.seed.hash(member.bytes());
                for member in ahead(table.iter(), Member::address) {
                    copy.insert_unique(hash(member), Member::new(member.bytes()), hash);
                }
                Form::Table(copy)
            }
        })
    }
}
