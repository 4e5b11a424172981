//! Filling a set with members that are known to be new, as a reader of stored sets does.

use super::{Form, Limits, Set};
use crate::structures::listpack::{Encoded, Listpack};

impl Set {
    /// The members as a listpack, if they are kept so.
    pub fn as_pack(&self) -> Option<&Listpack> {
        if let Form::Pack(pack) = &self.0 { Some(pack) } else { None }
    }

    /// Adds `member`, which is not there. Other than [`Set::add`] it does not look for the member in a listpack.
    pub fn append(&mut self, member: &[u8], limits: &Limits) {
        if let Form::Pack(pack) = &mut self.0 {
            let encoded = Encoded::from(member);
            if pack.len() < limits.encodings.set_max_listpack_entries
                && member.len() <= limits.encodings.set_max_listpack_value
                && pack.bytes() + encoded.size() <= Listpack::BYTES_MAX
            {
                return pack.push_back(encoded);
            }
            self.become_table(limits);
        }
        self.add(member, limits);
    }
}
