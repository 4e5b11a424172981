//! A copy of a list in the encoding that it has.

use super::{Form, List};

impl List {
    /// A list of the same elements in the same blocks.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(match &self.0 {
            Form::Single(pack) => Form::Single(pack.clone()),
            Form::Chain(chain) => Form::Chain(chain.clone()),
        })
    }
}
