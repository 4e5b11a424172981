//! Elements of collections about to be looked up: their cache lines are fetched together.

use smallvec::SmallVec;

use super::{Entry, Keyspace, entry::View};
use crate::types::{Limits, Lookup};

/// Elements looked up together: as many as most pipelines bring at once.
const TOGETHER: usize = 32;

/// An element that a command is about to look up.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The logical database.
    pub database: u16,
    /// The slot of the collection's key.
    pub slot: u16,
    /// The hash of the collection's key.
    pub hash: u64,
    /// The member or field.
    pub element: &'a [u8],
}

impl Keyspace {
    /// Asks the processor for what the lookups of these elements touch (third pass over a batch): first for where they begin, then
    /// for the elements.
    #[inline]
    pub fn prefetch_elements<'a>(&self, wanted: impl Iterator<Item = Wanted<'a>>) {
        let mut places = SmallVec::<[(&Entry, u64); TOGETHER]>::new();
        let mut last = None;
        for Wanted { database, slot, hash, element } in wanted {
            let key = (database, slot, hash);
            // Commands in a row are often about one key.
            let entry = match last {
                Some((of, entry)) if of == key => entry,
                _ => self
                    .databases
                    .get(usize::from(database))
                    .and_then(|database| database.as_ref()?.probable(slot, hash)),
            };
            last = Some((key, entry));
            let Some(entry) = entry else { continue };
            if let Some(hash) = prefetch_place(entry, element, &self.limits) {
                places.push((entry, hash));
            }
        }
        for &(entry, hash) in &places {
            match entry.view() {
                View::Set(set) => set.prefetch_element(hash),
                View::Hash(map) => map.prefetch_element(hash),
                View::ZSet(zset) => zset.prefetch_element(hash),
                View::String(_) | View::List(_) => {}
            }
        }
    }
}

#[inline]
fn prefetch_place(entry: &Entry, element: &[u8], limits: &Limits) -> Option<u64> {
    match entry.view() {
        View::Set(set) => set.prefetch_place(element, limits),
        View::Hash(map) => map.prefetch_place(element, limits),
        View::ZSet(zset) => zset.prefetch_place(element, limits),
        View::String(_) | View::List(_) => None,
    }
}
