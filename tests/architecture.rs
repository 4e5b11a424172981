//! The shape of the source tree, read from the sources themselves.
//!
//! Imports point one way, `shards` touches nothing outside of its arguments, `unsafe` stays in its named places, and
//! the top level and the names of rooms are the agreed ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The top level, beside dot-files.
const TOP_LEVEL: [&str; 9] =
    ["Cargo.lock", "Cargo.toml", "Makefile", "README.md", "benches", "deploy", "shards", "src", "tests"];

/// The rooms of `shards`: each may import from the ranks before its own.
const SHARDS_RANKS: [&[&str]; 9] = [
    &["resp", "structures"],
    &["types"],
    &["keyspace"],
    &["command", "rdb"],
    &["commands"],
    &["tx"],
    &["message"],
    &["script"],
    &["shard"],
];

/// The rooms of the machine, likewise.
const MACHINE_RANKS: [&[&str]; 10] = [
    &["config", "observe"],
    &["courier", "listen"],
    &["mesh", "ring"],
    &["session"],
    &["pubsub", "scripting"],
    &["tracking"],
    &["commands"],
    &["cores"],
    &["main"],
    &["lib"],
];

/// Imports against the direction: a room, and the names that it may take from a later one.
///
/// The keyspace knows of a command only its arguments and its errors.
const EXCEPTIONS: [(&str, &str); 3] =
    [("keyspace", "command::Args"), ("keyspace", "command::Error"), ("keyspace", "command::Outcome")];

/// What a sans-I/O crate has no business with.
const OUTSIDE_WORLD: [&str; 8] = [
    "std::net",
    "std::fs",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "glommio",
    "io_uring",
    "socket2",
];

/// Where `unsafe` may stand, by the start of the path: memory layout of entries and structures, the ring, Lua's C interface,
/// and the system calls of the benchmark.
const UNSAFE_PLACES: [&str; 6] = [
    "src/ring/",
    "src/observe/memory.rs",
    "shards/src/structures/",
    "shards/src/keyspace/entry",
    "shards/src/script/lua/",
    "benches/side_by_side/system.rs",
];

/// Names that say nothing.
const NO_ROOM: [&str; 6] = ["util", "utils", "common", "helpers", "manager", "misc"];

#[test]
fn imports_in_shards_point_one_way() {
    check_direction("shards/src", &SHARDS_RANKS);
}

#[test]
fn imports_in_the_machine_point_one_way() {
    check_direction("src", &MACHINE_RANKS);
}

#[test]
fn shards_touch_nothing_outside() {
    for (path, code) in sources("shards") {
        let imports = paths_in(&code);
        for import in &imports {
            let outside = OUTSIDE_WORLD.iter().find(|outside| is_within(import, outside));
            assert_eq!(outside, None, "{} uses {import}: hand it in as an argument", path.display());
        }
    }
}

#[test]
fn unsafe_stays_in_its_named_places() {
    for folder in ["src", "shards", "benches", "tests"] {
        for (path, code) in sources(folder) {
            let named = UNSAFE_PLACES
                .iter()
                .any(|place| path.starts_with(place) || display(&path).starts_with(place));
            let found = words(&code).any(|word| word == "unsafe");
            assert!(named || !found, "unsafe in {}, which is none of {UNSAFE_PLACES:?}", path.display());
        }
    }
}

#[test]
fn the_top_level_is_the_agreed_one() {
    let files = tracked_files();
    let entries: Vec<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    for entry in &entries {
        assert!(
            entry.starts_with('.') || TOP_LEVEL.contains(entry),
            "{entry} does not belong on the top level"
        );
    }
    for entry in TOP_LEVEL {
        assert!(entries.contains(&entry), "{entry} is missing on the top level");
    }
}

#[test]
fn no_room_has_a_name_that_says_nothing() {
    for file in tracked_files() {
        for part in &Path::new(&file).with_extension("") {
            let part = part.to_string_lossy();
            assert!(!NO_ROOM.contains(&&*part), "{file}: `{part}` does not say what is in it");
        }
    }
}

/// Each file of the room at `root` imports only from earlier ranks than its own.
fn check_direction(root: &str, ranks: &[&[&str]]) {
    let rank_of = |room: &str| ranks.iter().position(|rank| rank.contains(&room));
    for (path, code) in sources(root) {
        let inner: Vec<String> = inner_path(&path, root);
        let Some(room) = inner.first() else { continue };
        // The crate root declares everything.
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(own) = rank_of(room) else {
            panic!("{}: `{room}` has no place in the order of {root} yet: give it one", path.display());
        };
        for import in paths_in(&code) {
            let Some(import) = within_crate(&import, &inner) else { continue };
            let Some(used) = import.split("::").next() else { continue };
            let excepted = EXCEPTIONS.iter().any(|(from, name)| from == room && is_within(&import, name));
            let earlier = used == room || excepted || rank_of(used).is_none_or(|used| used < own);
            assert!(earlier, "{} imports {import}: {room} comes before {used}", path.display());
        }
    }
}

/// The module path of a file below the crate's root: `shards/src/types/set.rs` is `["types", "set"]`.
fn inner_path(path: &Path, root: &str) -> Vec<String> {
    let inner = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let mut parts: Vec<String> = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// A path relative to the crate's root, `None` for one that leads out of the crate.
fn within_crate(import: &str, file: &[String]) -> Option<String> {
    if let Some(rest) = import.strip_prefix("crate::") {
        return Some(rest.to_owned());
    }
    let mut rest = import;
    let mut levels = 0;
    while let Some(above) = rest.strip_prefix("super::") {
        rest = above;
        levels += 1;
    }
    // `super` inside of an inline module climbs one level less; what is then no room's name is ignored.
    (levels > 0 && levels >= file.len()).then(|| rest.to_owned())
}

/// `std::net::TcpStream` is within `std::net`.
fn is_within(import: &str, place: &str) -> bool {
    import.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// All paths of the code, in `use` trees and elsewhere, with their braces opened: `a::{b, c::{d}}` is `a::b`, `a::c::d`.
fn paths_in(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let taken =
            if c.is_alphabetic() || c == '_' { open_braces(rest, "", &mut paths) } else { c.len_utf8() };
        rest = &rest[taken.min(rest.len())..];
    }
    paths.retain(|path| path.contains("::"));
    paths
}

/// Reads one path with its braces from the start of `tree`, appends what it stands for, returns its length.
fn open_braces(tree: &str, prefix: &str, paths: &mut Vec<String>) -> usize {
    let length = tree.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(tree.len());
    let path = format!("{prefix}{}", &tree[..length]);
    if !path.ends_with("::") || !tree[length..].starts_with('{') {
        paths.push(path.trim_end_matches(':').to_owned());
        return length;
    }
    let mut at = length + 1;
    while at < tree.len() && !tree[at..].starts_with('}') {
        let rest = &tree[at..];
        if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            at += open_braces(rest, &path, paths);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    at + 1
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// The Rust files below a folder, tracked or not, with their code: no comments, no texts.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                found.push((path, code_of(&text)));
            }
        }
    }
    found
}

/// The text without its comments and without what stands in double quotes.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = raw_string(rest) {
            raw
        } else if c == '"' {
            quoted(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

/// The length of a string literal at the start of the text.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of a raw string literal at the start of the text, if one stands there.
fn raw_string(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('r').or_else(|| text.strip_prefix("br"))?;
    let hashes = inner.len() - inner.trim_start_matches('#').len();
    let body = inner[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let head = text.len() - body.len();
    Some(body.find(&end).map_or(text.len(), |at| head + at + end.len()))
}

/// What git tracks.
fn tracked_files() -> Vec<String> {
    let listing = Command::new("git").arg("ls-files").output().expect("git lists the files");
    assert!(listing.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listing.stderr));
    String::from_utf8_lossy(&listing.stdout).lines().map(str::to_owned).collect()
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn paths_are_read_out_of_code_alone() {
    let code = code_of(
        "// crate::no\nuse crate::{a::{B, c::D}, e};\nlet x = \"crate::no\"; crate::f::g(); '\"'; h::i /* crate::no */",
    );
    assert_eq!(paths_in(&code), ["crate::a::B", "crate::a::c::D", "crate::e", "crate::f::g", "h::i"]);
    assert_eq!(code_of("r#\"unsafe\"# x"), "  x");
    let file = |parts: &[&str]| parts.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        within_crate("super::super::keyspace::Entry", &file(&["types", "set"])),
        Some("keyspace::Entry".into())
    );
    assert_eq!(within_crate("super::list", &file(&["types", "set"])), None);
}
