//! The set type: an array of integers, a listpack, or a hash table of members; it grows from one to the next by the rules
//! of Redis 7.2 and never goes back.

use super::{Limits, Lookup, estimate::extrapolate, sampling};
use crate::structures::ahead::ahead;
use crate::structures::hash::{HashSeed, scan_order};
use crate::structures::intset::{self, Intset};
use crate::structures::listpack::{Encoded, Item, Listpack, parse_canonical};
use crate::structures::member::Member;
use crate::structures::prefetch::NEAR_MAX;
use crate::structures::random::Rng;
use crate::structures::same::same;
use crate::structures::size_class::size_class;
use crate::structures::table::Table;

pub mod algebra;
mod copy;
mod load;
#[cfg(test)]
mod tests;

/// The most bytes that an integer takes in a listpack.
const INT_BYTES_MAX: usize = 10;

/// A set of byte strings.
#[derive(Debug)]
pub struct Set(Form);

#[derive(Debug)]
enum Form {
    Ints(Intset),
    Pack(Listpack),
    Table(Box<Table<Member>>),
}

impl Set {
    /// An empty set in the encoding for about `count` members of which `first` is one.
    pub fn for_members(first: &[u8], count: usize, limits: &Limits) -> Self {
        Self(if count <= limits.encodings.set_max_intset_entries && parse_canonical(first).is_some() {
            Form::Ints(Intset::new())
        } else if count <= limits.encodings.set_max_listpack_entries {
            Form::Pack(Listpack::new())
        } else {
            Form::Table(Box::default())
        })
    }

    /// An empty set, without an allocation.
    pub const fn new() -> Self {
        Self(Form::Ints(Intset::new()))
    }

    /// Members.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Ints(ints) => ints.len(),
            Form::Pack(pack) => pack.len(),
            Form::Table(table) => table.len(),
        }
    }

    /// Whether there is no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `OBJECT ENCODING` answers, as of Redis 7.2.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Ints(_) => "intset",
            Form::Pack(_) => "listpack",
            Form::Table(_) => "hashtable",
        }
    }

    /// The members as an array of integers, if they are kept so.
    pub fn as_ints(&self) -> Option<&Intset> {
        if let Form::Ints(ints) = &self.0 { Some(ints) } else { None }
    }

    /// Bytes on the heap; takes time in proportion to the members of a table.
    pub fn allocated_bytes(&self) -> usize {
        self.estimated_bytes(usize::MAX)
    }

    /// As [`Self::allocated_bytes`], from the size of up to `samples` members of a table, one at the least.
    pub fn estimated_bytes(&self, samples: usize) -> usize {
        match &self.0 {
            Form::Ints(ints) => ints.allocated_bytes(),
            Form::Pack(pack) => pack.allocated_bytes(),
            Form::Table(table) => {
                let members = extrapolate(table.iter().map(Member::allocated_bytes), samples, table.len());
                size_class(size_of::<Table<Member>>()) + table.allocated_bytes() + members
            }
        }
    }

    /// Adds `member`; false if it was there.
    #[inline]
    pub fn add(&mut self, member: &[u8], limits: &Limits) -> bool {
        match &mut self.0 {
            Form::Table(table) => add_to_table(table, member, &limits.seed),
            Form::Pack(pack) => {
                let encoded = Encoded::from(member);
                if pack.find(encoded, 1).is_some() {
                    return false;
                }
                if pack.len() < limits.encodings.set_max_listpack_entries
                    && member.len() <= limits.encodings.set_max_listpack_value
                    && pack.bytes() + encoded.size() <= Listpack::BYTES_MAX
                {
                    pack.push_back(encoded);
                    return true;
                }
                add_to_table(self.become_table(limits), member, &limits.seed)
            }
            Form::Ints(ints) => {
                let Some(value) = parse_canonical(member) else {
                    return self.add_text_to_ints(member, limits);
                };
                let added = ints.insert(value);
                if ints.len() > limits.encodings.set_max_intset_entries.min(intset::MEMBERS_MAX / 2) {
                    self.become_table(limits);
                }
                added
            }
        }
    }

    fn add_text_to_ints(&mut self, member: &[u8], limits: &Limits) -> bool {
        let Form::Ints(ints) = &self.0 else { return self.add(member, limits) };
        let ends = [ints.get(0), ints.len().checked_sub(1).and_then(|last| ints.get(last))];
        let longest = ends.into_iter().flatten().map(|value| Item::Int(value).text_len()).max().unwrap_or(0);
        if ints.len() < limits.encodings.set_max_listpack_entries
            && longest.max(member.len()) <= limits.encodings.set_max_listpack_value
            && ints.len() * INT_BYTES_MAX + Encoded::from(member).size() <= Listpack::BYTES_MAX
        {
            let mut pack = Listpack::new();
            for value in ints.iter() {
                pack.push_back(value);
            }
            pack.push_back(member);
            self.0 = Form::Pack(pack);
            return true;
        }
        add_to_table(self.become_table(limits), member, &limits.seed)
    }

    /// The set as a table, which it becomes if it was none.
    #[cold]
    fn become_table(&mut self, limits: &Limits) -> &mut Table<Member> {
        if !matches!(self.0, Form::Table(_)) {
            let mut table = Box::<Table<Member>>::default();
            let seed = &limits.seed;
            for item in self.iter() {
                let member = Member::new(item.as_bytes(&mut [0; _]));
                table.insert_unique(seed.hash(member.bytes()), member, |member| seed.hash(member.bytes()));
            }
            self.0 = Form::Table(table);
        }
        match &mut self.0 {
            Form::Table(table) => table,
            Form::Ints(_) | Form::Pack(_) => unreachable!("it was made a table"),
        }
    }

    /// Removes `member`; false if it was not there.
    #[inline]
    pub fn remove(&mut self, member: &[u8], limits: &Limits) -> bool {
        match &mut self.0 {
            Form::Table(table) => {
                let seed = &limits.seed;
                let hasher = |member: &Member| seed.hash(member.bytes());
                table.remove(seed.hash(member), |other| same(other.bytes(), member), hasher).is_some()
            }
            Form::Pack(pack) => pack.find(member, 1).is_some_and(|pos| pack.remove(pos, 1) == 1),
            Form::Ints(ints) => parse_canonical(member).is_some_and(|value| ints.remove(value)),
        }
    }

    /// Whether `member` is one.
    #[inline]
    pub fn contains(&self, member: &[u8], limits: &Limits) -> bool {
        match &self.0 {
            Form::Table(table) => {
                table.find(limits.seed.hash(member), |other| same(other.bytes(), member)).is_some()
            }
            Form::Pack(pack) => pack.find(member, 1).is_some(),
            Form::Ints(ints) => parse_canonical(member).is_some_and(|value| ints.contains(value)),
        }
    }

    /// All members; integers come in ascending order. Fastest through `for_each`.
    pub fn iter(&self) -> impl Iterator<Item = Item<'_>> {
        let (ints, pack, table) = match &self.0 {
            Form::Ints(ints) => (Some(ints), None, None),
            Form::Pack(pack) => (None, Some(pack), None),
            Form::Table(table) => (None, None, Some(table)),
        };
        let ints = ints.into_iter().flat_map(|ints| ints.iter().map(Item::Int));
        let pack = pack.into_iter().flatten();
        let table = table.into_iter().flat_map(|table| ahead(table.iter(), Member::address).map(as_item));
        ints.chain(pack).chain(table)
    }

    /// Shows a random member to `take` and removes it; each is equally likely.
    pub fn pop<R>(&mut self, rng: &mut Rng, limits: &Limits, take: impl FnOnce(Item<'_>) -> R) -> Option<R> {
        if self.is_empty() {
            return None;
        }
        match &mut self.0 {
            Form::Ints(ints) => ints.remove_at(rng.below(ints.len())).map(|value| take(Item::Int(value))),
            Form::Pack(pack) => {
                let pos = pack.seek(rng.below(pack.len()))?;
                let taken = take(pack.get(pos));
                pack.remove(pos, 1);
                Some(taken)
            }
            Form::Table(table) => {
                let seed = &limits.seed;
                let drawn = table.sample(rng)?;
                let (hash, place) = (seed.hash(drawn.bytes()), std::ptr::from_ref(drawn));
                let hasher = |member: &Member| seed.hash(member.bytes());
                let member = table.remove(hash, |other| std::ptr::eq(other, place), hasher)?;
                Some(take(as_item(&member)))
            }
        }
    }

    /// A random member; each is equally likely.
    pub fn random(&self, rng: &mut Rng) -> Option<Item<'_>> {
        if self.is_empty() {
            return None;
        }
        match &self.0 {
            Form::Ints(ints) => ints.get(rng.below(ints.len())).map(Item::Int),
            Form::Pack(pack) => pack.nth(rng.below(pack.len())),
            Form::Table(table) => table.sample(rng).map(as_item),
        }
    }

    /// Shows `count` distinct random members to `visit`, or all if there are no more.
    pub fn random_distinct(&self, count: usize, rng: &mut Rng, mut visit: impl FnMut(Item<'_>)) {
        match &self.0 {
            Form::Table(table) => {
                sampling::select_from_table(table, Member::address, count, rng, |member| {
                    visit(as_item(member));
                });
            }
            Form::Ints(_) | Form::Pack(_) => sampling::select(self.iter(), self.len(), count, rng, visit),
        }
    }

    /// Shows `count` random members to `visit`, each drawn from all of them, until it fails.
    ///
    /// # Errors
    /// What `visit` failed with.
    pub fn random_repeated<E>(
        &self,
        count: usize,
        rng: &mut Rng,
        mut visit: impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Form::Ints(ints) if ints.is_empty() => Ok(()),
            Form::Ints(ints) => (0..count)
                .filter_map(|_| ints.get(rng.below(ints.len())))
                .try_for_each(|value| visit(Item::Int(value))),
            Form::Pack(pack) => sampling::repeat(|| pack.iter(), pack.len(), count, rng, visit),
            Form::Table(table) => sampling::repeat_from_table(table, Member::address, count, rng, |member| {
                visit(as_item(member))
            }),
        }
    }

    /// Visits about `count` members from `cursor` on and returns where to go on, 0 at the end; start with 0. Members that
    /// stay throughout are visited exactly once. The compact encodings are visited at once.
    pub fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        limits: &Limits,
        mut visit: impl FnMut(Item<'a>),
    ) -> u64 {
        let Form::Table(table) = &self.0 else {
            self.iter().for_each(visit);
            return 0;
        };
        let order_of = |member: &Member| scan_order(limits.seed.hash(member.bytes()));
        table.scan(cursor, count, order_of, |member| visit(as_item(member))).unwrap_or(0)
    }

    /// Frees up to `max` members; true when nothing is left. For freeing a large set in pieces.
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

impl Lookup for Set {
    #[inline]
    fn is_far(&self) -> bool {
        matches!(&self.0, Form::Table(table) if table.len() > NEAR_MAX)
    }

    #[inline]
    fn prefetch_place(&self, element: &[u8], limits: &Limits) -> Option<u64> {
        match &self.0 {
            Form::Ints(ints) => ints.prefetch(),
            Form::Pack(pack) => pack.prefetch(),
            Form::Table(table) => {
                let hash = limits.seed.hash(element);
                table.prefetch(hash);
                return Some(hash);
            }
        }
        None
    }

    #[inline]
    fn prefetch_element(&self, hash: u64) {
        if let Form::Table(table) = &self.0 {
            table.prefetch_element(hash, Member::address);
        }
    }
}

#[inline]
fn as_item(member: &Member) -> Item<'_> {
    Item::Bytes(member.bytes())
}

#[inline]
fn add_to_table(table: &mut Table<Member>, member: &[u8], seed: &HashSeed) -> bool {
    let hash = seed.hash(member);
    let is_new = table.find(hash, |other| same(other.bytes(), member)).is_none();
    if is_new {
        table.insert_unique(hash, Member::new(member), |other| seed.hash(other.bytes()));
    }
    is_new
}

impl Default for Set {
    fn default() -> Self {
        Self::new()
    }
}

// It stands in a key's entry.
const _: () = assert!(size_of::<Set>() == 16);
