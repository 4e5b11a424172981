//! The hash type: a listpack of fields and values by turns, or a hash table of pairs. It grows into the table by Redis's
//! rules and never goes back.

use super::{Limits, Lookup, estimate::extrapolate, sampling};
use crate::structures::ahead::ahead;
use crate::structures::hash::scan_order;
use crate::structures::listpack::{Encoded, Item, Listpack, Pos};
use crate::structures::member::Pair;
use crate::structures::prefetch::NEAR_MAX;
use crate::structures::random::Rng;
use crate::structures::same::same;
use crate::structures::size_class::size_class;
use crate::structures::table::Table;

mod copy;
mod load;
#[cfg(test)]
mod tests;

/// Fields are every second element.
const STRIDE: usize = 2;

/// A map of byte strings.
#[derive(Debug)]
pub struct Hash(Form);

#[derive(Debug)]
enum Form {
    Pack(Listpack),
    Table(Box<Table<Pair>>),
}

impl Hash {
    /// An empty hash, without an allocation.
    pub const fn new() -> Self {
        Self(Form::Pack(Listpack::new()))
    }

    /// Fields.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Pack(pack) => pack.len() / STRIDE,
            Form::Table(table) => table.len(),
        }
    }

    /// Whether there is no field.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `OBJECT ENCODING` answers.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Pack(_) => "listpack",
            Form::Table(_) => "hashtable",
        }
    }

    /// The fields and values as a listpack, if they are kept so.
    pub fn as_pack(&self) -> Option<&Listpack> {
        if let Form::Pack(pack) = &self.0 { Some(pack) } else { None }
    }

    /// Bytes on the heap; takes time in proportion to the fields of a table.
    pub fn allocated_bytes(&self) -> usize {
        self.estimated_bytes(usize::MAX)
    }

    /// As [`Self::allocated_bytes`], from the size of up to `samples` fields of a table, one at the least.
    pub fn estimated_bytes(&self, samples: usize) -> usize {
        match &self.0 {
            Form::Pack(pack) => pack.allocated_bytes(),
            Form::Table(table) => {
                let pairs = extrapolate(table.iter().map(Pair::allocated_bytes), samples, table.len());
                size_class(size_of::<Table<Pair>>()) + table.allocated_bytes() + pairs
            }
        }
    }

    /// Gives `field` the value `value`; true if the field is new.
    #[inline]
    pub fn set(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.put(field, value, limits, true)
    }

    /// Gives `field` the value `value` if it has none; true if it had none.
    #[inline]
    pub fn set_if_absent(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.put(field, value, limits, false)
    }

    #[inline]
    fn put(&mut self, field: &[u8], value: &[u8], limits: &Limits, overwrite: bool) -> bool {
        let table = match &mut self.0 {
            Form::Table(table) => table,
            Form::Pack(pack) => {
                if field.len().max(value.len()) <= limits.encodings.hash_max_listpack_value {
                    let name = Encoded::from(field);
                    if let Some(pos) = pack.find(name, STRIDE) {
                        let Some(pos) = pack.next(pos).filter(|_| overwrite) else { return false };
                        let new = Encoded::from(value);
                        if pack.bytes() + new.size() <= Listpack::BYTES_MAX {
                            pack.replace(pos, new);
                        } else {
                            self.become_table(limits);
                            self.put(field, value, limits, overwrite);
                        }
                        return false;
                    }
                    let value = Encoded::from(value);
                    if pack.len() / STRIDE < limits.encodings.hash_max_listpack_entries
                        && pack.bytes() + name.size() + value.size() <= Listpack::BYTES_MAX
                    {
                        pack.insert_pair(None, name, value);
                        return true;
                    }
                } else if !overwrite && pack.find(field, STRIDE).is_some() {
                    return false;
                }
                self.become_table(limits)
            }
        };
        let seed = &limits.seed;
        let hash = seed.hash(field);
        let Some(pair) = table.find_mut(hash, |pair| same(pair.field(), field)) else {
            table.insert_unique(hash, Pair::new(field, value), |pair| seed.hash(pair.field()));
            return true;
        };
        if overwrite {
            pair.set_value(value);
        }
        false
    }

    /// The hash as a table, which it becomes if it was none.
    #[cold]
    fn become_table(&mut self, limits: &Limits) -> &mut Table<Pair> {
        if let Form::Pack(pack) = &self.0 {
            let mut table = Box::<Table<Pair>>::default();
            let seed = &limits.seed;
            for (field, value) in pairs(pack) {
                let pair = Pair::new(field.as_bytes(&mut [0; _]), value.as_bytes(&mut [0; _]));
                table.insert_unique(seed.hash(pair.field()), pair, |pair| seed.hash(pair.field()));
            }
            self.0 = Form::Table(table);
        }
        match &mut self.0 {
            Form::Table(table) => table,
            Form::Pack(_) => unreachable!("it was made a table"),
        }
    }

    /// The value of `field`.
    #[inline]
    pub fn get(&self, field: &[u8], limits: &Limits) -> Option<Item<'_>> {
        match &self.0 {
            Form::Pack(pack) => pack.next(pack.find(field, STRIDE)?).map(|pos| pack.get(pos)),
            Form::Table(table) => {
                let pair = table.find(limits.seed.hash(field), |pair| same(pair.field(), field))?;
                Some(Item::Bytes(pair.value()))
            }
        }
    }

    /// Whether `field` has a value.
    #[inline]
    pub fn contains(&self, field: &[u8], limits: &Limits) -> bool {
        self.get(field, limits).is_some()
    }

    /// Bytes of the value of `field`; 0 if it has none.
    #[inline]
    pub fn value_len(&self, field: &[u8], limits: &Limits) -> usize {
        self.get(field, limits).map_or(0, |value| value.text_len())
    }

    /// Removes `field`; false if it was not there.
    #[inline]
    pub fn remove(&mut self, field: &[u8], limits: &Limits) -> bool {
        match &mut self.0 {
            Form::Pack(pack) => {
                pack.find(field, STRIDE).is_some_and(|pos| pack.remove(pos, STRIDE) == STRIDE)
            }
            Form::Table(table) => {
                let seed = &limits.seed;
                let hasher = |pair: &Pair| seed.hash(pair.field());
                table.remove(seed.hash(field), |pair| same(pair.field(), field), hasher).is_some()
            }
        }
    }

    /// All fields with their values; those of a listpack in the order of their arrival. Fastest through `for_each`.
    pub fn iter(&self) -> impl Iterator<Item = (Item<'_>, Item<'_>)> {
        let (pack, table) = match &self.0 {
            Form::Pack(pack) => (Some(pack), None),
            Form::Table(table) => (None, Some(table)),
        };
        let pack = pack.into_iter().flat_map(pairs);
        pack.chain(table.into_iter().flat_map(|table| ahead(table.iter(), Pair::address).map(as_items)))
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = Item<'_>> {
        self.iter().map(|(field, _)| field)
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = Item<'_>> {
        self.iter().map(|(_, value)| value)
    }

    /// A random field with its value; each is equally likely.
    pub fn random(&self, rng: &mut Rng) -> Option<(Item<'_>, Item<'_>)> {
        match &self.0 {
            Form::Pack(pack) if pack.is_empty() => None,
            Form::Pack(pack) => {
                let pos = pack.seek(rng.below(pack.len() / STRIDE) * STRIDE)?;
                Some((pack.get(pos), pack.get(pack.next(pos)?)))
            }
            Form::Table(table) => table.sample(rng).map(as_items),
        }
    }

    /// Shows `count` distinct random fields with their values to `visit`, or all if there are no more.
    pub fn random_distinct(&self, count: usize, rng: &mut Rng, mut visit: impl FnMut(Item<'_>, Item<'_>)) {
        let mut visit = |(field, value): (Item<'_>, Item<'_>)| visit(field, value);
        match &self.0 {
            Form::Pack(pack) => sampling::select(pairs(pack), self.len(), count, rng, visit),
            Form::Table(table) => {
                sampling::select_from_table(table, Pair::address, count, rng, |pair| visit(as_items(pair)));
            }
        }
    }

    /// Shows `count` random fields with their values to `visit`, each drawn from all of them, until it fails.
    ///
    /// # Errors
    /// What `visit` failed with.
    pub fn random_repeated<E>(
        &self,
        count: usize,
        rng: &mut Rng,
        mut visit: impl FnMut(Item<'_>, Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Form::Pack(pack) => {
                sampling::repeat(|| pairs(pack), self.len(), count, rng, |(field, value)| visit(field, value))
            }
            Form::Table(table) => sampling::repeat_from_table(table, Pair::address, count, rng, |pair| {
                let (field, value) = as_items(pair);
                visit(field, value)
            }),
        }
    }

    /// Visits about `count` fields from `cursor` on and returns where to go on, 0 at the end; start with 0. Fields that
    /// stay throughout are visited exactly once. A listpack is visited at once.
    pub fn scan(
        &self,
        cursor: u64,
        count: usize,
        limits: &Limits,
        mut visit: impl FnMut(Item<'_>, Item<'_>),
    ) -> u64 {
        let mut visit = |(field, value): (Item<'_>, Item<'_>)| visit(field, value);
        match &self.0 {
            Form::Pack(pack) => {
                pairs(pack).for_each(visit);
                0
            }
            Form::Table(table) => {
                let order_of = |pair: &Pair| scan_order(limits.seed.hash(pair.field()));
                table.scan(cursor, count, order_of, |pair| visit(as_items(pair))).unwrap_or(0)
            }
        }
    }

    /// Frees up to `max` fields; true when nothing is left. For freeing a large hash in pieces.
    pub fn drain_step(&mut self, max: usize) -> bool {
        if let Form::Table(table) = &mut self.0
            && !table.drain_step(max, drop)
        {
            return false;
        }
        *self = Self::new();
        true
    }
}

impl Lookup for Hash {
    #[inline]
    fn is_far(&self) -> bool {
        matches!(&self.0, Form::Table(table) if table.len() > NEAR_MAX)
    }

    #[inline]
    fn prefetch_place(&self, element: &[u8], limits: &Limits) -> Option<u64> {
        match &self.0 {
            Form::Pack(pack) => {
                pack.prefetch();
                None
            }
            Form::Table(table) => {
                let hash = limits.seed.hash(element);
                table.prefetch(hash);
                Some(hash)
            }
        }
    }

    #[inline]
    fn prefetch_element(&self, hash: u64) {
        if let Form::Table(table) = &self.0 {
            table.prefetch_element(hash, Pair::address);
        }
    }
}

#[inline]
fn as_items(pair: &Pair) -> (Item<'_>, Item<'_>) {
    let (field, value) = pair.both();
    (Item::Bytes(field), Item::Bytes(value))
}

#[inline]
fn pairs(pack: &Listpack) -> impl Iterator<Item = (Item<'_>, Item<'_>)> {
    debug_assert_eq!(pack.len() % STRIDE, 0);
    let mut items = pack.iter();
    std::iter::from_fn(move || Some((items.next()?, items.next()?)))
}

impl Default for Hash {
    fn default() -> Self {
        Self::new()
    }
}

// It stands in a key's entry.
const _: () = assert!(size_of::<Hash>() == 16 && size_of::<Pos>() == 4);
