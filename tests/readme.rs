//! README.md stays true: its generated tables are those of the code, its commands run, its paths and options exist.
//!
//! `KVADRANT_UPDATE_README=1 cargo test --test readme` rewrites the tables. Commands are tried against a server on free ports
//! in place of 6379 and 7100; a command that this test has no rule for fails, so that nothing unproven gets in.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use clap::CommandFactory as _;
use kvadrant::commands::{NodeRun, commands};
use kvadrant::config::{Args, Settings, load, parameters};
use shards::command::{Run, registry::Id};

#[path = "harness/mod.rs"]
mod harness;

use harness::server::Server;

/// Set to rewrite the generated tables.
const UPDATE: &str = "KVADRANT_UPDATE_README";
/// The ports that README's commands use: the server's, and the first shard-direct one.
const PORTS: [&str; 2] = ["6379", "7100"];
/// Shards of the server that the commands are tried on, as README starts it.
const SHARDS: usize = 2;
/// Requests of redis-benchmark in place of README's number.
const REQUESTS: &str = "2000";
/// Directives that Redis does not have.
const OWN_DIRECTIVES: [&str; 6] =
    ["shards", "cpus", "busy-poll-us", "cluster-ports", "client-pipeline-limit", "client-max-arguments"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_generated_tables_are_those_of_the_code() {
    let mut readme = read("README.md");
    let before = readme.clone();
    for (name, table) in
        [("make", make_table()), ("directives", directive_table()), ("commands", command_table())]
    {
        let opening = format!("<!-- generated: {name} -->\n");
        let start = readme.find(&opening).unwrap_or_else(|| panic!("README.md lacks {opening}"));
        let start = start + opening.len();
        let length = readme[start..].find("<!-- end -->").unwrap_or_else(|| panic!("{name} has no end"));
        readme.replace_range(start..start + length, &format!("\n{table}\n"));
    }
    if readme == before {
        return;
    }
    if std::env::var_os(UPDATE).is_some() {
        fs::write(root().join("README.md"), &readme).expect("README.md is writable");
        return;
    }
    panic!(
        "README.md is stale; {UPDATE}=1 cargo test --test readme rewrites it:\n{}",
        difference(&before, &readme)
    );
}

/// The lines of one text that the other lacks, as a diff shows them.
fn difference(before: &str, after: &str) -> String {
    let mut shown = String::new();
    for (sign, of, other) in [('-', before, after), ('+', after, before)] {
        for line in of.lines().filter(|line| !other.lines().any(|own| own == *line)) {
            let _ = writeln!(shown, "{sign}{line}");
        }
    }
    shown
}

/// The targets of the Makefile, each with its name and what `make help` says of it.
fn make_targets() -> Vec<(String, String)> {
    let target = |line: &str| {
        let (name, rest) = line.split_once(':')?;
        let (_, what) = rest.split_once("## ")?;
        let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        is_name.then(|| (name.to_owned(), what.to_owned()))
    };
    read("Makefile").lines().filter_map(target).collect()
}

fn make_table() -> String {
    let mut table = "| Target | What it does |\n|---|---|\n".to_owned();
    for (name, what) in make_targets() {
        let _ = writeln!(table, "| `make {name}` | {} |", cell(&what));
    }
    table
}

fn directive_table() -> String {
    let mut table = "| Directive | Default | What it is |\n|---|---|---|\n".to_owned();
    for name in OWN_DIRECTIVES {
        let (row, _) = parameters::find(name.as_bytes()).unwrap_or_else(|| panic!("no directive {name}"));
        let default = String::from_utf8_lossy(&row.text(&Settings::default())).into_owned();
        let default = if default.is_empty() { "\"\"".to_owned() } else { default };
        let _ = writeln!(table, "| `{name}` | `{default}` | {} |", cell(row.doc));
    }
    table
}

fn command_table() -> String {
    let all = commands();
    let mut ids: Vec<Id> = all.ids().flat_map(|id| std::iter::once(id).chain(all.subcommands(id))).collect();
    // A bare container does nothing by itself.
    ids.retain(|id| !all.has_subcommand(*id, 1));
    ids.sort_by_key(|id| (all.row(*id).group as u8, all.name(*id)));
    let mut table = format!("{} commands, subcommands counted singly.\n", ids.len());
    let mut group = None;
    for id in ids {
        let row = all.row(id);
        if group.replace(row.group) != Some(row.group) {
            let title = row.group.name();
            let _ = write!(
                table,
                "\n| {title} | Arity | Since | Runs on | Summary |\n|---|---:|---|---|---|\n",
                title = title[..1].to_uppercase() + &title[1..],
            );
        }
        let name = all.name(id).replace('|', " ").to_uppercase();
        let (arity, since, place) = (row.arity.redis(), row.since, place(id));
        let _ = writeln!(table, "| {name} | {arity} | {since} | {place} | {} |", cell(row.summary));
    }
    table
}

/// Where a command runs, for people.
fn place(id: Id) -> &'static str {
    let all = commands();
    match (all.row(id).run, all.node(id).map(|command| &command.run)) {
        (Run::Local(_) | Run::Waiting(_) | Run::Cursor(_), _) | (_, Some(NodeRun::AtSlot { .. })) => {
            "one shard"
        }
        (Run::Split(..), _) => "split by keys",
        (Run::Every(..), _) | (_, Some(NodeRun::Every { .. })) => "every shard",
        (Run::Session | Run::Container(_), _) => "session",
    }
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A fenced block: its language, and its lines without the indentation of the fence.
struct Block {
    language: String,
    lines: Vec<String>,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for line in read("README.md").lines() {
        let fence = line.find("```").filter(|at| line[..*at].trim().is_empty());
        match (fence, open.take()) {
            (Some(indent), None) => {
                let language = line[indent + 3..].to_owned();
                assert!(!language.is_empty(), "a block without a language: it could not be proven");
                open = Some((indent, Block { language, lines: Vec::new() }));
            }
            (Some(_), Some((_, block))) => blocks.push(block),
            (None, Some((indent, mut block))) => {
                block.lines.push(line.get(indent..).unwrap_or("").to_owned());
                open = Some((indent, block));
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without its end");
    blocks
}

/// The blocks in one of these languages.
fn blocks_in(languages: &[&str]) -> impl Iterator<Item = Block> {
    blocks().into_iter().filter(move |block| languages.contains(&block.language.as_str()))
}

#[test]
fn every_block_is_of_a_kind_that_is_proven() {
    const KINDS: [&str; 5] = ["sh", "console", "python", "rust", "text"];
    for block in blocks() {
        assert!(KINDS.contains(&block.language.as_str()), "nothing proves a block of {}", block.language);
    }
}

/// The server that README's commands are tried on, with the first of its shard-direct ports.
fn server() -> (Server, u16) {
    let base = two_free_ports();
    (Server::kvadrant(SHARDS, &["--cluster-ports", &base.to_string()]), base)
}

/// The first of two neighbouring free ports, below those that the kernel gives to clients: next to one of those there is
/// often a connection that still lingers. Each call in each process starts to look at another place.
fn two_free_ports() -> u16 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id() * 31 + CALLS.fetch_add(1, Ordering::Relaxed) * 2;
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    (0..1_000)
        .map(|step| 10_000 + ((start + step * 2) % 20_000) as u16)
        .find(|port| is_free(*port) && is_free(port + 1))
        .expect("two free ports side by side")
}

/// A text with the server's ports in place of README's, and whether there was one.
fn with_ports(text: &str, server: &Server, base: u16) -> (String, bool) {
    let ports = [server.port(), base];
    let replaced = PORTS
        .into_iter()
        .zip(ports)
        .fold(text.to_owned(), |text, (written, port)| text.replace(written, &port.to_string()));
    let changed = replaced != text;
    (replaced, changed)
}

#[test]
fn examples_answer_what_they_say() {
    let (server, base) = server();
    let mut proven = 0;
    for block in blocks_in(&["console"]) {
        let mut lines = block.lines.iter().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("no command: {line}"));
            let mut expected = String::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                expected += line;
                expected.push('\n');
            }
            let words = words(command);
            assert_eq!(words[0], "redis-cli", "nothing tries {command}");
            // As a terminal shows replies.
            let shown = redis(&words, "--no-raw", &server, base);
            assert_eq!(shown, expected, "{command}");
            proven += 1;
        }
    }
    assert!(proven > 0, "README has lost its examples");
}

#[test]
fn python_examples_run() {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "redis-py is missing: run tests/install");
    let (server, base) = server();
    for block in blocks_in(&["python"]) {
        let (code, _) = with_ports(&block.lines.join("\n"), &server, base);
        let output = Command::new(&python).args(["-c", &code]).output().expect("python runs");
        assert!(output.status.success(), "{code}\n{}", said(&output));
    }
}

#[test]
fn shell_commands_hold() {
    let (server, base) = server();
    for block in blocks_in(&["sh"]) {
        let script = block.lines.join("\n").replace("\\\n", " ");
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            check_shell(line, &server, base);
        }
    }
}

/// Runs a command that ends by itself and soon; of any other, checks what it names.
fn check_shell(line: &str, server: &Server, base: u16) {
    let mut words = words(line);
    while let Some((name, _)) = words[0].split_once('=') {
        assert!(is_read(name), "nothing reads {name}: {line}");
        words.remove(0);
    }
    for word in &words {
        let word = word.strip_prefix("seccomp=").unwrap_or(word);
        assert!(!word.starts_with("deploy/") || root().join(word).exists(), "{word} does not exist: {line}");
    }
    match words[0].as_str() {
        "redis-cli" => drop(redis(&words, "--raw", server, base)),
        "redis-benchmark" => {
            let requests = words.iter().position(|word| word == "-n").expect("-n with a number");
            REQUESTS.clone_into(&mut words[requests + 1]);
            let shown = redis(&words, "--csv", server, base);
            assert!(!shown.to_lowercase().contains("error"), "{line}\n{shown}");
        }
        "kvadrant" => check_server(&words[1..], line),
        "make" => check_make(&words[1..], line),
        "cargo" => check_cargo(&words[1..], line),
        "install" | "systemctl" | "docker" => {}
        _ => panic!("no rule for {line}"),
    }
}

/// Runs a program of Redis with README's arguments and one more option, on the server's ports.
fn redis(words: &[String], option: &str, server: &Server, base: u16) -> String {
    let mut arguments = vec![option.to_owned()];
    let mut has_port = false;
    for word in &words[1..] {
        let (word, changed) = with_ports(word, server, base);
        has_port |= changed;
        arguments.push(word);
    }
    if !has_port {
        arguments.splice(0..0, ["-p".to_owned(), server.port().to_string()]);
    }
    let output = Command::new(&words[0])
        .args(&arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error} (tests/install brings it)", words[0]));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_well = output.status.success() && !shown.contains("ERR ") && !shown.contains("[ERR]");
    assert!(is_well, "{} {arguments:?}\n{}", words[0], said(&output));
    shown
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The server takes these arguments.
fn check_server(arguments: &[String], line: &str) {
    let arguments = std::iter::once(OsString::from("kvadrant")).chain(arguments.iter().map(|argument| {
        let path = root().join(argument);
        if argument.starts_with("deploy/") { path.into() } else { argument.into() }
    }));
    match load(arguments) {
        Ok(settings) => assert!(settings.warnings.is_empty(), "{line}: {:?}", settings.warnings),
        Err(error) => panic!("{line}: {error}"),
    }
}

/// The target exists, reads the variables, and takes what is in ARGS.
fn check_make(words: &[String], line: &str) {
    let (target, variables) = words.split_first().expect("a target");
    assert!(make_targets().iter().any(|(name, _)| name == target), "no such target: {line}");
    for variable in variables {
        let (name, value) = variable.split_once('=').unwrap_or_else(|| panic!("no variable: {line}"));
        let declared = read("Makefile").lines().any(|line| line.starts_with(&format!("{name} ?=")));
        assert!(declared, "the Makefile has no {name}: {line}");
        let arguments = self::words(value);
        match (name, target.as_str()) {
            ("ARGS", "run") => check_server(&arguments, line),
            ("ARGS", "bench") => {
                let options = read("benches/side_by_side/options.rs");
                for option in arguments.iter().filter_map(|word| word.strip_prefix("--")) {
                    let field = format!("pub {}:", option.replace('-', "_"));
                    assert!(options.contains(&field), "the benchmarks have no --{option}: {line}");
                }
            }
            _ => assert!(value.parse::<u64>().is_ok(), "{name} is no number: {line}"),
        }
    }
}

/// `cargo test --test NAME` or `-p PACKAGE`.
fn check_cargo(words: &[String], line: &str) {
    let [verb, option, name] = words else { panic!("no rule for {line}") };
    let found: Vec<PathBuf> = match (verb.as_str(), option.as_str()) {
        ("test", "--test") => vec![format!("tests/{name}.rs").into(), format!("tests/{name}/main.rs").into()],
        ("test", "-p") => vec![format!("{name}/Cargo.toml").into()],
        _ => panic!("no rule for {line}"),
    };
    assert!(found.iter().any(|path| root().join(path).exists()), "no test {name}: {line}");
}

/// Whether some test reads this variable of the environment.
fn is_read(name: &str) -> bool {
    ["tests/readme.rs", "tests/simulation/explore.rs"]
        .iter()
        .any(|file| read(file).contains(&format!("\"{name}\"")))
}

/// The words of a command, double quotes taken off.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn code_is_quoted_from_the_sources() {
    let sources = ["shards/src/commands", "tests/parity/commands"].map(sources).concat();
    for block in blocks_in(&["rust"]) {
        let quoted = block.lines.join("\n");
        let unindented = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let quoted = unindented(&quoted);
        assert!(sources.iter().any(|source| unindented(source).contains(&quoted)), "in no source:\n{quoted}");
    }
}

/// The Rust files below a folder.
fn sources(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    found
}

/// What stands in single backticks outside of the blocks.
fn code_spans() -> Vec<String> {
    let readme = read("README.md");
    let prose: String = readme.split("```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn paths_options_and_directives_exist() {
    const PLACES: [&str; 5] = ["src/", "shards/", "tests/", "benches/", "deploy/"];
    let help = Args::command();
    for span in code_spans() {
        let first = span.split(' ').next().unwrap_or_default();
        if PLACES.iter().any(|place| first.starts_with(place)) {
            assert!(root().join(&span).exists(), "{span} does not exist");
        } else if let Some(option) = first.strip_prefix("--").filter(|option| *option != "directive") {
            let known = help.get_arguments().any(|argument| argument.get_long() == Some(option));
            assert!(known || parameters::find(option.as_bytes()).is_some(), "kvadrant has no --{option}");
        } else if first == "cargo" {
            check_cargo(&words(&span)[1..], &span);
        } else if first == "make" {
            check_make(&words(&span)[1..], &span);
        }
    }
}

#[test]
fn what_is_said_to_be_missing_is_missing() {
    let readme = read("README.md");
    let missing = readme.split("among them").nth(1).and_then(|rest| rest.split(".\n").next());
    let missing = missing.expect("the list of commands that do not exist");
    let is_name = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '-');
    let mut names =
        missing.split([' ', ',', '\n']).filter(is_name).filter(|word| *word != "CLIENT").peekable();
    assert!(names.peek().is_some(), "the list is empty");
    for name in names {
        for name in [name.to_owned(), format!("client|{name}")] {
            assert_eq!(commands().by_full_name(name.as_bytes()), None, "{name} exists by now");
        }
    }
}

#[test]
fn help_shows_the_options_that_redis_does_not_have() {
    let help = Args::command();
    for name in OWN_DIRECTIVES {
        // Limits of a client are for the file.
        let shown = help.get_arguments().any(|argument| argument.get_long() == Some(name));
        assert!(shown || name.starts_with("client-"), "kvadrant --help does not show --{name}");
    }
    let sample = read("deploy/kvadrant.conf");
    for name in OWN_DIRECTIVES {
        assert!(sample.lines().any(|line| line.starts_with(&format!("{name} "))), "the sample lacks {name}");
    }
}

#[test]
fn links_within_the_file_lead_somewhere() {
    let readme = read("README.md");
    let anchor = |title: &str| title.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    let anchors: Vec<String> = readme.lines().filter(|line| line.starts_with('#')).map(anchor).collect();
    for link in readme.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(anchors.iter().any(|anchor| anchor == link), "no heading for #{link}");
    }
}
