//! SORT and `SORT_RO`: the elements of a list, a set or a sorted set in an order of their own or by what other keys hold.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::{
    result,
    sort_pattern::{Pattern, Reader},
};
use crate::{
    command::{Acl, Args, Arity, AtHand, Beyond, Command, Error, Flags, Group, Keys, More, Outcome, Run},
    commands::item::reply_item,
    keyspace::{Entry, EventClasses, KeptKey, Keyspace, Kind, entry::View},
    resp::{Reply, number::parse_f64},
    structures::listpack::Item,
    types::list::List,
};

const SORTING: Command = Command {
    arity: Arity::at_least(2),
    acl: Acl::SET.and(Acl::SORTEDSET).and(Acl::LIST).and(Acl::DANGEROUS),
    key_use: &["RO", "access"],
    group: Group::Generic,
    complexity: "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).",
    ..Command::DEFAULT
};

pub static SORT: Command = Command {
    name: "SORT",
    flags: Flags::WRITE.and(Flags::DENYOOM),
    keys: Keys { more: More::Stored, ..Keys::ONE },
    last_key_use: &["OW", "update"],
    since: "1.0.0",
    summary: "Sorts the elements in a list, a set, or a sorted set, optionally storing the result.",
    syntax: "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA] [STORE destination]",
    beyond: Some(Beyond {
        asked: |args| asks_beyond(args, true),
        missing: |db, args, at_hand| missing(db, args, at_hand, true),
    }),
    run: Run::Local(|db, args, out| sort(db, args, out, true)),
    ..SORTING
};

pub static SORT_RO: Command = Command {
    name: "SORT_RO",
    flags: Flags::READONLY,
    keys: Keys { more: More::Unknown, ..Keys::ONE },
    since: "7.0.0",
    summary: "Returns the sorted elements of a list, a set, or a sorted set.",
    syntax: "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]",
    beyond: Some(Beyond {
        asked: |args| asks_beyond(args, false),
        missing: |db, args, at_hand| missing(db, args, at_hand, false),
    }),
    run: Run::Local(|db, args, out| sort(db, args, out, false)),
    ..SORTING
};

/// The options behind the key.
#[derive(Debug)]
struct Options<'a> {
    descending: bool,
    alpha: bool,
    offset: i64,
    /// Elements to return; negative for all.
    count: i64,
    by: Option<Pattern<'a>>,
    /// False where BY names a constant: then the elements come as they are.
    sorts: bool,
    gets: SmallVec<[Pattern<'a>; 4]>,
    /// Argument that names the destination.
    store: Option<usize>,
}

impl<'a> Options<'a> {
    fn read(args: &Args<'a>, may_store: bool) -> Result<Self, Error> {
        let mut options = Self {
            descending: false,
            alpha: false,
            offset: 0,
            count: -1,
            by: None,
            sorts: true,
            gets: SmallVec::new(),
            store: None,
        };
        let mut index = 2;
        while index < args.len() {
            let left = args.len() - index - 1;
            match args.word(index).as_str() {
                "ASC" => options.descending = false,
                "DESC" => options.descending = true,
                "ALPHA" => options.alpha = true,
                "LIMIT" if left >= 2 => {
                    options.offset = args.integer(index + 1)?;
                    options.count = args.integer(index + 2)?;
                    index += 2;
                }
                "STORE" if may_store && left >= 1 => {
                    options.store = Some(index + 1);
                    index += 1;
                }
                "BY" if left >= 1 => {
                    let by = Pattern::read(args.get(index + 1));
                    options.by = Some(by);
                    // One constant is enough, whatever pattern another BY gives.
                    options.sorts &= matches!(by, Pattern::Key(..));
                    index += 1;
                }
                "GET" if left >= 1 => {
                    options.gets.push(Pattern::read(args.get(index + 1)));
                    index += 1;
                }
                _ => return Err(Error::Syntax),
            }
            index += 1;
        }
        Ok(options)
    }

    /// A set has no order: what is kept of it as a list, or what a script sees, gets one, the same on every server.
    fn settle(&mut self, kind: Option<Kind>, is_scripted: bool) {
        if !self.sorts && kind == Some(Kind::Set) && (self.store.is_some() || is_scripted) {
            (self.sorts, self.alpha, self.by) = (true, true, None);
        }
    }

    /// Which of `len` elements LIMIT leaves: how many are skipped, and how many are taken then.
    fn window(&self, len: usize) -> (usize, usize) {
        let skipped = usize::try_from(self.offset).unwrap_or(0).min(len);
        (skipped, usize::try_from(self.count).unwrap_or(usize::MAX).min(len - skipped))
    }
}

/// An element with what it is sorted by.
#[derive(Debug)]
struct Row<'a> {
    element: Item<'a>,
    weight: Weight<'a>,
    /// Its place before; equal elements keep their order.
    place: usize,
}

#[derive(Clone, Copy, Debug)]
enum Weight<'a> {
    Number(f64),
    /// Nothing comes before every text.
    Text(Option<Item<'a>>),
}

fn sort(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>, may_store: bool) -> Result<Outcome, Error> {
    let mut options = Options::read(args, may_store)?;
    let key = db.key(args, 1);
    let kind = db.find(&key).map(Entry::kind);
    if matches!(kind, Some(Kind::String | Kind::Hash)) {
        return Err(Error::WrongType);
    }
    options.settle(kind, db.is_scripted);
    if kind == Some(Kind::ZSet) {
        db.enlarge_zset(&key);
    }
    let reader = Reader::new(db, None);
    let elements = match db.inspect(&key) {
        Some(entry) if options.sorts => sorted(entry, &options, &reader)?,
        Some(entry) => unsorted(entry, &options),
        None => Vec::new(),
    };
    let mut results: Vec<Option<Item<'_>>> = Vec::with_capacity(elements.len() * options.gets.len().max(1));
    for element in elements {
        if options.gets.is_empty() {
            results.push(Some(element));
        }
        for pattern in &options.gets {
            results.push(reader.read(*pattern, element));
        }
    }
    let (hits, misses, missed) = (reader.hits.get(), reader.misses.get(), reader.missed.take());
    let stored = match options.store {
        None => {
            out.array(results.len());
            for result in results {
                match result {
                    Some(item) => reply_item(out, item),
                    None => out.null(),
                }
            }
            None
        }
        Some(index) => {
            let mut list = List::new();
            for result in results {
                list.push_back(result.unwrap_or(Item::Bytes(b"")).as_bytes(&mut [0; _]), &db.limits);
            }
            Some((db.key(args, index), list))
        }
    };
    db.counters.hits += hits;
    db.counters.misses += misses;
    for key in &missed {
        db.notify_missed(key);
    }
    let Some((destination, list)) = stored else { return Ok(Outcome::Unchanged) };
    let len = list.len();
    Ok(result::store(db, &destination, (list, len), (EventClasses::LIST, "sortstore"), out))
}

/// Whether patterns name other keys.
fn asks_beyond(args: &Args<'_>, may_store: bool) -> bool {
    let is_key = |pattern: &Pattern<'_>| matches!(pattern, Pattern::Key(..));
    Options::read(args, may_store).is_ok_and(|options| {
        options.sorts && options.by.as_ref().is_some_and(is_key) || options.gets.iter().any(is_key)
    })
}

/// The keys that patterns name and that are not at hand: first those that the order rests on, then those of the window.
fn missing(db: &Keyspace, args: &Args<'_>, at_hand: &AtHand<'_>, may_store: bool) -> Vec<KeptKey> {
    let (Ok(mut options), Some(entry)) =
        (Options::read(args, may_store), db.inspect(&db.key_named(args.get(1))))
    else {
        return Vec::new();
    };
    options.settle(Some(entry.kind()), db.is_scripted);
    let reader = Reader::new(db, Some(at_hand));
    // What has no order is an error whatever else is read.
    let elements = if options.sorts {
        sorted(entry, &options, &reader).unwrap_or_default()
    } else {
        unsorted(entry, &options)
    };
    if reader.missing.borrow().is_empty() {
        for element in elements {
            for pattern in &options.gets {
                reader.read(*pattern, element);
            }
        }
    }
    reader.missing.into_inner()
}

/// The elements of the window, in the order in which they lie there.
fn unsorted<'a>(entry: &'a Entry, options: &Options<'_>) -> Vec<Item<'a>> {
    fn taken<'a>(items: impl Iterator<Item = Item<'a>>, (skip, take): (usize, usize)) -> Vec<Item<'a>> {
        items.skip(skip).take(take).collect()
    }
    let backwards = options.descending;
    match entry.view() {
        View::List(list) if backwards => taken(list.iter_back(), options.window(list.len())),
        View::List(list) => {
            let (skip, take) = options.window(list.len());
            if take == 0 {
                return Vec::new();
            }
            list.range(skip as i64, (skip + take - 1) as i64).collect()
        }
        View::Set(set) => taken(set.iter(), options.window(set.len())),
        View::ZSet(zset) => {
            let (skip, take) = options.window(zset.len());
            let ranks = skip..skip + take;
            if backwards {
                zset.range(zset.reversed(ranks)).rev().map(|(member, _)| member).collect()
            } else {
                zset.range(ranks).map(|(member, _)| member).collect()
            }
        }
        View::String(_) | View::Hash(_) => Vec::new(),
    }
}

/// The elements of the window, of all elements in order.
fn sorted<'a>(entry: &'a Entry, options: &Options<'_>, reader: &Reader<'a>) -> Result<Vec<Item<'a>>, Error> {
    let all: Vec<Item<'a>> = match entry.view() {
        View::List(list) => list.iter().collect(),
        View::Set(set) => set.iter().collect(),
        View::ZSet(zset) => zset.iter().map(|(member, _)| member).collect(),
        View::String(_) | View::Hash(_) => Vec::new(),
    };
    let mut rows = Vec::with_capacity(all.len());
    let mut is_number = true;
    for (place, element) in all.into_iter().enumerate() {
        let by = match options.by {
            Some(pattern) => reader.read(pattern, element),
            None => Some(element),
        };
        let weight = match by {
            by if options.alpha && options.store.is_some() => Weight::Text(by),
            // What is only shown is compared as Redis's `strcoll` does it: up to the first zero byte.
            by if options.alpha => Weight::Text(by.map(up_to_zero)),
            // What has no weight counts as zero.
            None => Weight::Number(0.0),
            Some(item) => {
                let number = number(item);
                is_number &= number.is_some();
                Weight::Number(number.unwrap_or(0.0))
            }
        };
        rows.push(Row { element, weight, place });
    }
    if !is_number {
        return Err(Error::Text("ERR One or more scores can't be converted into double"));
    }
    let order = |one: &Row<'_>, other: &Row<'_>| {
        let order = compare(one, other);
        let order = if options.descending { order.reverse() } else { order };
        order.then(one.place.cmp(&other.place))
    };
    let (skip, take) = options.window(rows.len());
    if skip + take < rows.len() {
        // What lies behind the window needs no order.
        rows.select_nth_unstable_by(skip + take, order);
        rows.truncate(skip + take);
    }
    rows.sort_unstable_by(order);
    Ok(rows.into_iter().skip(skip).map(|row| row.element).collect())
}

fn up_to_zero(item: Item<'_>) -> Item<'_> {
    match item {
        Item::Bytes(text) => Item::Bytes(&text[..memchr::memchr(0, text).unwrap_or(text.len())]),
        number @ Item::Int(_) => number,
    }
}

fn compare(one: &Row<'_>, other: &Row<'_>) -> Ordering {
    match (one.weight, other.weight) {
        (Weight::Number(weight), Weight::Number(others)) => {
            let order = weight.partial_cmp(&others).unwrap_or(Ordering::Equal);
            order.then_with(|| texts(one.element, other.element))
        }
        (Weight::Text(Some(text)), Weight::Text(Some(others))) => texts(text, others),
        (Weight::Text(text), Weight::Text(others)) => text.is_some().cmp(&others.is_some()),
        // All weights of one request are of one kind.
        _ => Ordering::Equal,
    }
}

fn texts(one: Item<'_>, other: Item<'_>) -> Ordering {
    other.cmp_bytes(one.as_bytes(&mut [0; _])).reverse()
}

/// An element or a weight as a number. Redis reads it with `strtod`, up to the first zero byte: white space may stand in front,
/// and nothing at all is zero.
fn number(item: Item<'_>) -> Option<f64> {
    let text = match item {
        Item::Int(number) => return Some(number as f64),
        Item::Bytes(text) => text.split(|byte| *byte == 0).next().unwrap_or_default(),
    };
    if text.is_empty() {
        return Some(0.0);
    }
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !is_space(byte))?;
    parse_f64(&text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_strtod_reads() {
        for (text, value) in [
            (&b"1.5"[..], Some(1.5)),
            (b"", Some(0.0)),
            (b" \t7", Some(7.0)),
            (b"7\0x", Some(7.0)),
            (b"0x10", Some(16.0)),
            (b"-inf", Some(f64::NEG_INFINITY)),
            (b"7 ", None),
            (b" ", None),
            (b"nan", None),
            (b"1e999", None),
            (b"x", None),
        ] {
            assert_eq!(number(Item::Bytes(text)), value, "{text:?}");
        }
    }
}
