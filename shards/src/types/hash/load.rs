//! Filling a hash with fields that are known to be new, as a reader of stored hashes does.

use super::{Form, Hash, Limits, STRIDE};
use crate::structures::listpack::{Encoded, Listpack};

impl Hash {
    /// An empty hash in the encoding for `count` fields.
    pub fn for_fields(count: usize, limits: &Limits) -> Self {
        if count <= limits.encodings.hash_max_listpack_entries {
            Self::new()
        } else {
            Self(Form::Table(Box::default()))
        }
    }

    /// Gives `field`, which has no value, the value `value`. Other than [`Hash::set`] it does not look for the field in a listpack.
    pub fn append(&mut self, field: &[u8], value: &[u8], limits: &Limits) {
        if let Form::Pack(pack) = &mut self.0 {
            let longest = field.len().max(value.len());
            let (name, text) = (Encoded::from(field), Encoded::from(value));
            if longest <= limits.encodings.hash_max_listpack_value
                && pack.len() / STRIDE < limits.encodings.hash_max_listpack_entries
                && pack.bytes() + name.size() + text.size() <= Listpack::BYTES_MAX
            {
                return pack.insert_pair(None, name, text);
            }
            self.become_table(limits);
        }
        self.put(field, value, limits, true);
    }
}
