//! A copy of a sorted set in the encoding that it has.

use super::{Form, Limits, ZSet};
use crate::structures::ranked::Ranked;

impl ZSet {
    /// A sorted set of the same members and scores in the same encoding, whatever the limits say of it now.
    #[must_use]
    pub fn duplicate(&self, limits: &Limits) -> Self {
        Self(match &self.0 {
            Form::Pack(pack) => Form::Pack(pack.clone()),
            Form::Large(ranked) => {
                let mut copy = Box::<Ranked>::default();
                for (member, score) in ranked.range(0..ranked.len()) {
                    copy.update(member, &limits.seed, |_| (Some(score), ()));
                }
                Form::Large(copy)
            }
        })
    }
}
