//! Elements of collections about to be looked up: their cache lines are fetched together.

use smallvec::SmallVec;

use super::{Entry, Keyspace, entry::View};
use crate::types::{Lookup, TOGETHER};

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
        let mut places = SmallVec::<[(&dyn Lookup, u64); TOGETHER]>::new();
        let mut last = None;
        for Wanted { database, slot, hash, element } in wanted {
            let key = (database, slot, hash);
            // Commands in a row are often about one key.
            let collection = match last {
                Some((of, collection)) if of == key => collection,
                _ => self
                    .databases
                    .get(usize::from(database))
                    .and_then(|database| database.as_ref()?.probable(slot, hash))
                    .and_then(collection),
            };
            last = Some((key, collection));
            let Some(collection) = collection else { continue };
            if let Some(hash) = collection.prefetch_place(element, &self.limits) {
                places.push((collection, hash));
            }
        }
        for &(collection, hash) in &places {
            collection.prefetch_element(hash);
        }
    }
}

/// The value, if its elements are looked up by their bytes.
fn collection(entry: &Entry) -> Option<&dyn Lookup> {
    match entry.view() {
        View::Set(set) => Some(set),
        View::Hash(map) => Some(map),
        View::ZSet(zset) => Some(zset),
        View::String(_) | View::List(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keyspace::{Counters, Object, Settings},
        types::{
            Limits,
            hash::Hash,
            list::List,
            set::Set,
            zset::{Rule, ZSet},
        },
    };

    /// Collections of `count` elements, of every type and encoding there is for so many.
    fn values(count: usize, limits: &Limits) -> Vec<Object> {
        let (mut list, mut ints, mut set, mut hash, mut zset) =
            (List::new(), Set::new(), Set::new(), Hash::new(), ZSet::new());
        for number in 0..count {
            let name = format!("element:{number}");
            list.push_back(name.as_bytes(), limits);
            ints.add(number.to_string().as_bytes(), limits);
            set.add(name.as_bytes(), limits);
            hash.set(name.as_bytes(), b"value", limits);
            zset.add(name.as_bytes(), number as f64, Rule::default(), limits).expect("a number");
        }
        vec![Object::List(list), Object::Set(ints), Object::Set(set), Object::Hash(hash), Object::ZSet(zset)]
    }

    #[test]
    fn whatever_is_wanted_is_asked_for_and_nothing_changes() {
        let mut keyspace = Keyspace::new(&Settings { slots: 0..16384, databases: 2, seed: 3 });
        let names: Vec<String> = (0..17).map(|number| format!("key:{number}")).collect();
        let objects =
            [0, 3, 3000].into_iter().flat_map(|count| values(count, &keyspace.limits)).collect::<Vec<_>>();
        let kept = objects.len();
        for (name, object) in names.iter().zip(objects) {
            keyspace.replace(0, Entry::object(name.as_bytes(), object, 0));
        }
        assert!(kept + 1 < names.len(), "a string, and at least one key is missing");
        keyspace.replace(0, Entry::string(names[kept].as_bytes(), b"text", 0));
        let elements = ["element:1", "element:2999", "2", "", "no element of any"];
        let wanted = (0..4_u16).flat_map(|database| {
            let keyspace = &keyspace;
            names.iter().flat_map(move |name| {
                let key = keyspace.key_named(name.as_bytes());
                let (slot, hash) = (key.slot, key.hash);
                elements.map(|element| Wanted { database, slot, hash, element: element.as_bytes() })
            })
        });
        keyspace.prefetch_elements(wanted);
        assert_eq!(keyspace.counters, Counters::default());
    }
}
