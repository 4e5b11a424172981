//! Entries against a plain model, over random sequences of operations.

use super::header::{SHORT_KEY_MAX, TEXT_LENGTH_MAX};
use super::{EMBED_MAX, Entry, Kind, Object, StrRef, View};
use crate::structures::hash::HashSeed;
use crate::types::{
    Encodings, Limits,
    hash::Hash,
    list::List,
    set::Set,
    zset::{Rule, ZSet},
};
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

/// What an entry stands for.
#[derive(Clone, Debug)]
struct Model {
    key: Vec<u8>,
    expire_at_ms: Option<i64>,
    clock: u32,
    text: Vec<u8>,
    changed_in_place: bool,
    /// The text was set as a text: it is none even where it looks like an integer.
    plain: bool,
    /// In place of the text: a value of this type with so many elements.
    object: Option<(Kind, usize)>,
}

impl Model {
    fn integer(&self) -> Option<i64> {
        let text = std::str::from_utf8(&self.text).ok()?;
        text.parse::<i64>()
            .ok()
            .filter(|number| number.to_string() == text && !self.changed_in_place && !self.plain)
    }

    fn set(&mut self, text: &[u8], expire_at_ms: Option<i64>) {
        self.text = text.to_vec();
        self.object = None;
        self.expire_at_ms = expire_at_ms;
        self.changed_in_place = false;
        self.plain = false;
    }

    fn write_at(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        self.text.resize(self.text.len().max(end), 0);
        self.text[offset..end].copy_from_slice(bytes);
        self.changed_in_place = true;
    }

    fn encoding(&self) -> &'static str {
        match self.integer() {
            Some(_) => "int",
            None if self.text.len() <= 44 && !self.changed_in_place => "embstr",
            None => "raw",
        }
    }

    fn check(&self, entry: &Entry) -> Result<(), TestCaseError> {
        prop_assert_eq!(entry.key(), &self.key[..]);
        prop_assert_eq!(entry.expire_at_ms(), self.expire_at_ms);
        prop_assert_eq!(entry.clock(), self.clock & 0xFF_FFFF);
        let kind = self.object.map_or(Kind::String, |(kind, _)| kind);
        prop_assert_eq!(entry.kind(), kind);
        prop_assert_eq!(entry.list().is_some(), kind == Kind::List);
        prop_assert_eq!(entry.set().is_some(), kind == Kind::Set);
        prop_assert_eq!(entry.hash().is_some(), kind == Kind::Hash);
        prop_assert_eq!(entry.zset().is_some(), kind == Kind::ZSet);
        prop_assert_eq!(entry.as_string().is_some(), kind == Kind::String);
        if let Some((_, elements)) = self.object {
            prop_assert_eq!(elements_of(entry.view()), Some(elements));
            prop_assert!(entry.heap_bytes() >= 8 + self.key.len() + elements);
            return Ok(());
        }
        prop_assert_eq!(entry.encoding(), self.encoding());
        let value = entry.as_string().expect("a string");
        prop_assert!(value.text(&mut itoa::Buffer::new()) == &self.text[..]);
        prop_assert_eq!(value.text_len(), self.text.len());
        prop_assert_eq!(matches!(value, StrRef::Int(_)), self.integer().is_some());
        let outside = if matches!(value, StrRef::Shared(_)) { self.text.len() } else { 0 };
        prop_assert!(entry.heap_bytes() >= 8 + self.key.len() + outside);
        Ok(())
    }
}

/// The sizes at which values leave their compact encodings, small enough that the steps reach both.
fn limits() -> Limits {
    Encodings {
        hash_max_listpack_entries: 100,
        set_max_listpack_entries: 100,
        zset_max_listpack_entries: 100,
        ..Encodings::default()
    }
    .limits(HashSeed::new(1))
}

/// Adds an element that is not there yet.
fn add_element(entry: &mut Entry, limits: &Limits) {
    let element = |length: usize| format!("element {length}").into_bytes();
    if let Some(list) = entry.list_mut() {
        list.push_back(&element(list.len()), limits);
    } else if let Some(set) = entry.set_mut() {
        set.add(&element(set.len()), limits);
    } else if let Some(hash) = entry.hash_mut() {
        hash.set(&element(hash.len()), b"value", limits);
    } else if let Some(zset) = entry.zset_mut() {
        zset.add(&element(zset.len()), 1.0, Rule::default(), limits).expect("a number");
    }
}

fn object(kind: Kind, elements: usize, limits: &Limits) -> Object {
    let empty = match kind {
        Kind::String => unreachable!("a string is no object"),
        Kind::List => Object::List(List::new()),
        Kind::Set => Object::Set(Set::new()),
        Kind::Hash => Object::Hash(Hash::new()),
        Kind::ZSet => Object::ZSet(ZSet::new()),
    };
    let mut entry = Entry::object(b"", empty, 0);
    for _ in 0..elements {
        add_element(&mut entry, limits);
    }
    entry.take_object().expect("an object")
}

fn elements_of(view: View<'_>) -> Option<usize> {
    match view {
        View::String(_) => None,
        View::List(list) => Some(list.len()),
        View::Set(set) => Some(set.len()),
        View::Hash(hash) => Some(hash.len()),
        View::ZSet(zset) => Some(zset.len()),
    }
}

#[derive(Clone, Debug)]
enum Step {
    SetString(Vec<u8>, Option<i64>),
    SetShared(Vec<u8>, Option<i64>),
    SetInt(i64, Option<i64>),
    SetText(Vec<u8>, Option<i64>),
    Rename(Vec<u8>, u32),
    Expire(Option<i64>),
    Append(Vec<u8>),
    WriteAt(usize, Vec<u8>),
    /// As a reply that is still being sent would: the text must not change under the reference.
    HoldReference,
    Touch(u32),
    SetObject(Kind, usize, Option<i64>),
    /// Takes the object out, as incremental freeing does.
    TakeObject,
    AddElement,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::List, Kind::Set, Kind::Hash, Kind::ZSet])
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => vec(any::<u8>(), 0..80),
        2 => any::<i64>().prop_map(|number| number.to_string().into_bytes()),
        1 => "-?[0-9]{0,20}".prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 0..2 * EMBED_MAX),
        1 => (any::<u8>(), 0usize..100_000).prop_map(|(byte, length)| vec![byte; length]),
    ]
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => vec(any::<u8>(), 0..40), 1 => vec(any::<u8>(), 0..5000), 1 => vec(any::<u8>(), 2040..2055)]
}

fn step() -> impl Strategy<Value = Step> {
    let expiry = any::<Option<i64>>;
    prop_oneof![
        (text(), expiry()).prop_map(|(text, at)| Step::SetString(text, at)),
        (text(), expiry()).prop_map(|(text, at)| Step::SetShared(text, at)),
        (any::<i64>(), expiry()).prop_map(|(number, at)| Step::SetInt(number, at)),
        (text(), expiry()).prop_map(|(text, at)| Step::SetText(text, at)),
        (key(), any::<u32>()).prop_map(|(key, clock)| Step::Rename(key, clock)),
        expiry().prop_map(Step::Expire),
        text().prop_map(Step::Append),
        (0usize..2500, text()).prop_map(|(offset, text)| Step::WriteAt(offset, text)),
        Just(Step::HoldReference),
        any::<u32>().prop_map(Step::Touch),
        (kind(), 0usize..300, expiry()).prop_map(|(kind, elements, at)| Step::SetObject(kind, elements, at)),
        Just(Step::TakeObject),
        Just(Step::AddElement),
    ]
}

proptest! {
    #[test]
    fn an_entry_is_what_was_done_to_it(
        key in key(),
        first in text(),
        expire_at_ms in any::<Option<i64>>(),
        clock in any::<u32>(),
        steps in vec(step(), 0..40),
    ) {
        let mut model =
            Model { key: key.clone(), expire_at_ms, clock, text: first.clone(), changed_in_place: false, plain: false, object: None };
        let mut entry = Entry::string_until(&key, &first, clock, expire_at_ms);
        let limits = limits();
        let mut held: Vec<(Bytes, Vec<u8>)> = Vec::new();
        model.check(&entry)?;
        for step in steps {
            match step {
                Step::SetString(text, at) => {
                    entry.set_string(&text, at);
                    model.set(&text, at);
                }
                Step::SetShared(text, at) => {
                    model.set(&text, at);
                    entry.set_shared(Bytes::from(text), at);
                }
                Step::SetInt(number, at) => {
                    entry.set_int(number, at);
                    model.set(number.to_string().as_bytes(), at);
                }
                Step::SetText(text, at) => {
                    entry.set_text(&text, at);
                    model.set(&text, at);
                    model.plain = true;
                }
                Step::Rename(key, clock) => {
                    entry = entry.renamed(&key, clock);
                    (model.key, model.clock) = (key, clock);
                }
                Step::Expire(at) => {
                    entry.set_expire_at_ms(at);
                    model.expire_at_ms = at;
                }
                Step::Append(text) | Step::WriteAt(_, text) if model.object.is_some() => {
                    prop_assert_eq!(entry.append(&text), None);
                }
                Step::Append(text) => {
                    model.write_at(model.text.len(), &text);
                    prop_assert_eq!(entry.append(&text), Some(model.text.len()));
                }
                Step::WriteAt(offset, text) => {
                    model.write_at(offset, &text);
                    prop_assert_eq!(entry.write_at(offset, &text), Some(model.text.len()));
                }
                Step::HoldReference => {
                    if let Some(StrRef::Shared(reference)) = entry.as_string() {
                        held.push((reference.clone(), model.text.clone()));
                    }
                }
                Step::SetObject(kind, elements, at) => {
                    let replaced = entry.replace_object(object(kind, elements, &limits), at);
                    prop_assert_eq!(replaced.map(|object| object.kind()), model.object.map(|(kind, _)| kind));
                    model.set(b"", at);
                    model.object = Some((kind, elements));
                }
                Step::TakeObject => {
                    let taken = entry.take_object();
                    prop_assert_eq!(taken.as_ref().map(Object::kind), model.object.map(|(kind, _)| kind));
                    if let (Some(object), Some((_, elements))) = (taken, model.object) {
                        let moved = Entry::object(b"another", object, 0);
                        prop_assert_eq!(elements_of(moved.view()), Some(elements));
                        model.set(b"", model.expire_at_ms);
                    }
                }
                Step::AddElement => {
                    add_element(&mut entry, &limits);
                    model.object = model.object.map(|(kind, elements)| (kind, elements + 1));
                }
                Step::Touch(clock) => {
                    entry.touch(clock);
                    model.clock = clock;
                }
            }
            model.check(&entry)?;
        }
        drop(entry);
        for (reference, text) in held {
            prop_assert!(reference == text);
        }
    }
}

#[test]
fn a_short_key_and_value_fill_one_cache_line_with_and_without_expiry() {
    let (key, value) = ([b'k'; 16], [b'v'; 32]);
    let mut entry = Entry::string(&key, &value, 0);
    let address = entry.address();
    assert_eq!(entry.heap_bytes(), 64);
    entry.set_expire_at_ms(Some(1));
    assert_eq!((entry.heap_bytes(), entry.address()), (64, address));
    entry.set_string(&value, None);
    assert_eq!((entry.heap_bytes(), entry.address()), (64, address));
    assert_eq!(Entry::string_until(&key, &value, 0, Some(1)).heap_bytes(), 64);
    assert_eq!(Entry::int(&key, i64::MIN, 0).heap_bytes(), 32);
}

#[test]
fn what_fits_is_overwritten_in_place_and_a_much_smaller_value_gives_room_back() {
    let mut entry = Entry::string(b"key", &[b'a'; 600], 0);
    let (address, size) = (entry.address(), entry.heap_bytes());
    entry.set_string(&[b'b'; 400], None);
    assert_eq!((entry.address(), entry.heap_bytes()), (address, size));
    entry.set_string(b"small", None);
    assert_eq!(entry.heap_bytes(), 16);
}

#[test]
fn a_long_text_is_adopted_and_referred_to_without_a_copy() {
    let text = Bytes::from(vec![b'x'; 50_000]);
    let address = text.as_ptr();
    let entry = Entry::shared(b"key", text, 0);
    let Some(StrRef::Shared(reference)) = entry.as_string() else { panic!("not counted") };
    assert_eq!(reference.clone().as_ptr(), address);
}

#[test]
fn many_small_appends_copy_a_long_text_seldom() {
    let mut entry = Entry::string(b"key", b"", 0);
    let (mut moves, mut last) = (0, std::ptr::null());
    for round in 1..=100_000 {
        assert_eq!(entry.append(b"ten bytes!"), Some(round * 10));
        if let Some(StrRef::Shared(text)) = entry.as_string() {
            moves += usize::from(text.as_ptr() != last);
            last = text.as_ptr();
        }
    }
    assert!(moves <= 16, "{moves} moves");
}

#[test]
fn only_canonical_decimals_are_integers() {
    for text in ["0", "7", "-1", "9223372036854775807", "-9223372036854775808"] {
        assert_eq!(Entry::string(b"k", text.as_bytes(), 0).encoding(), "int", "{text}");
    }
    for text in
        ["", "-", "-0", "00", "01", "+1", " 1", "1 ", "1.0", "9223372036854775808", "-9223372036854775809"]
    {
        assert_eq!(Entry::string(b"k", text.as_bytes(), 0).encoding(), "embstr", "{text}");
    }
    for text in ["18446744073709551616", "99999999999999999999", "-99999999999999999999"] {
        assert_eq!(Entry::string(b"k", text.as_bytes(), 0).encoding(), "embstr", "{text}");
    }
}

#[test]
fn a_byte_written_far_behind_a_long_text_gets_little_room_beyond_it() {
    const FAR: usize = 64 << 20;
    let mut entry = Entry::string(b"key", &[b'x'; 2048], 0);
    assert_eq!(entry.write_at(FAR, &[1]), Some(FAR + 1));
    let Some(StrRef::Shared(reference)) = entry.as_string() else { panic!("a long text is counted") };
    let text = reference.clone();
    drop(entry);
    let text = text.try_into_mut().expect("nobody else refers to it");
    assert_eq!((text[2047], text[2048], text[FAR]), (b'x', 0, 1));
    assert!(text.capacity() <= FAR + 1 + (1 << 20), "{}", text.capacity());
}

#[test]
fn a_write_that_changes_nothing_copies_nothing() {
    let mut entry = Entry::string(b"key", &[b'x'; 2048], 0);
    let Some(StrRef::Shared(reference)) = entry.as_string() else { panic!("a long text is counted") };
    let held = reference.clone();
    for (offset, bytes) in [(0, &b""[..]), (2048, b""), (7, b"x"), (2046, b"xx")] {
        assert_eq!(entry.write_at(offset, bytes), Some(2048));
        let Some(StrRef::Shared(now)) = entry.as_string() else { panic!("a long text is counted") };
        assert_eq!(now.as_ptr(), held.as_ptr());
    }
    assert_eq!(entry.write_at(2047, b"xx"), Some(2049));
}

#[test]
fn only_a_text_of_the_same_length_is_written_over() {
    let key = [b'k'; SHORT_KEY_MAX];
    for key_len in [1, 3, 0x3FF, SHORT_KEY_MAX] {
        // All bits are set that a text's length might run into.
        let mut entry = Entry::string(&key[..key_len], b"text", 0xFF_FFFF);
        for higher in 1..40 {
            let like_four = vec![b'x'; 4 + higher * (TEXT_LENGTH_MAX + 1)];
            assert!(!entry.overwrite(&like_four), "{} bytes", like_four.len());
        }
        assert!(!entry.overwrite(b"tex") && !entry.overwrite(b"texts") && !entry.overwrite(b"1234"));
        assert_eq!(entry.as_string(), Some(StrRef::Bytes(b"text")));
        assert!(entry.overwrite(b"TEXT"));
        assert_eq!(entry.as_string(), Some(StrRef::Bytes(b"TEXT")));
        entry.set_expire_at_ms(Some(7));
        assert!(!entry.overwrite(b"text"));
        entry.set_expire_at_ms(None);
        entry.append(b"s");
        assert!(!entry.overwrite(b"texts"), "it would stay raw");
    }
}
