//! Settings as operators and clients meet them: the sample file, the command line, and CONFIG GET and SET beside those
//! of a real redis-server.
#![allow(clippy::unwrap_used, reason = "a failing unwrap in a test is a failing test")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use kvadrant::config::parameter::{Change, Role};
use kvadrant::config::{Args, LogLevel, MaxmemoryPolicy, Settings, config_get, config_set, load, parameters};
use shards::structures::glob::{Case, matches};

#[path = "harness/mod.rs"]
mod harness;

use harness::connection::Connection;
use harness::resp::Value;
use harness::server::Server;

fn start(args: &[&str]) -> Result<Settings, String> {
    let args = ["kvadrant"].iter().chain(args).map(OsString::from);
    load(args).map_err(|error| error.to_string())
}

/// A folder of one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kvadrant-config-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_sample_file_says_the_defaults() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kvadrant.conf");
    let mut settings = start(&[sample.to_str().unwrap()]).unwrap();
    assert_eq!(settings.config_file.take(), Some(sample));
    assert_eq!(settings, start(&[]).unwrap());
}

#[test]
fn the_sample_file_names_every_parameter_that_has_an_effect() {
    let sample =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kvadrant.conf")).unwrap();
    for row in parameters::all().filter(|row| matches!(row.role, Role::Live { .. })) {
        let named = sample.lines().any(|line| line.split(' ').next() == Some(row.name));
        assert!(named, "{} is missing from the sample", row.name);
    }
}

#[test]
fn the_command_line_beats_the_file() {
    let folder = Folder::new("beats");
    let path = folder.file("a.conf", "port 7000\nmaxmemory 1mb\nloglevel debug\ntimeout 9\n");
    let settings = start(&["--port", "7001", &path, "--maxmemory", "2mb", "--log-level", "warning"]).unwrap();
    assert_eq!((settings.port, settings.maxmemory_bytes, settings.timeout_s), (7001, 2 << 20, 9));
    assert_eq!(settings.loglevel, LogLevel::Warning);
    assert_eq!(settings.config_file, Some(path.into()));
}

#[test]
fn any_directive_may_stand_on_the_command_line() {
    let settings = start(&[
        "--save",
        "",
        "--appendonly",
        "no",
        "--MaxMemory-Policy",
        "allkeys-lru",
        "--client-output-buffer-limit",
        "normal",
        "1mb",
        "2",
        "3",
        "--tcp-keepalive=5",
        "--bind",
        "127.0.0.1",
        "-::1",
        "--loglevel",
        "verbose",
        "--cpus",
        "0-1,4",
    ])
    .unwrap();
    assert_eq!(settings.maxmemory_policy, MaxmemoryPolicy::AllkeysLru);
    assert_eq!(settings.client_output_buffer_limit.normal.hard_bytes, 1 << 20);
    assert_eq!((settings.tcp_keepalive_s, settings.loglevel), (5, LogLevel::Verbose));
    assert_eq!((settings.bind.len(), settings.bind[1].optional), (2, true));
    assert_eq!(settings.cpus.as_slice(), [0, 1, 4]);
}

#[test]
fn the_file_may_follow_a_directive_of_many_words() {
    let folder = Folder::new("follow");
    let path = folder.file("a.conf", "port 7000\n");
    for before in [&["--bind", "::1"][..], &["--save", ""], &["--save"]] {
        let args: Vec<&str> = before.iter().copied().chain([path.as_str()]).collect();
        assert_eq!(start(&args).unwrap().port, 7000, "{before:?}");
    }
}

#[test]
fn a_wrong_command_line_is_one_line_with_its_remedy() {
    for (args, line) in [
        (
            &["--port", "70000"][..],
            "command line: 'port 70000': argument must be between 0 and 65535 inclusive; write a whole number from 0 to 65535",
        ),
        (
            &["--proto-max-bulk-len", "1gb"],
            "command line: 'proto-max-bulk-len 1gb': argument must be between 1048576 and 536870912 inclusive; write a number of bytes, or a size such as 100mb or 1gb",
        ),
        (&["--hz"], "command line: --hz has no value; write a whole number from 0 to 2147483647"),
        (&["--no-such", "1"], "command line: unexpected argument '--no-such' found; see kvadrant --help"),
        (
            &["--replicaof", "host", "6379"],
            "command line: 'replicaof host 6379' asks for what this server does not do; remove it: this server neither follows a master nor feeds replicas",
        ),
        (
            &["--cluster-enabled", "yes"],
            "command line: 'cluster-enabled yes' asks for what this server does not do; write no, and use cluster-ports to present the shards of this server as a cluster",
        ),
        (
            &["--port", "0"],
            "there is no address to listen on; set port and bind, cluster-ports, or unixsocket",
        ),
        (
            &["--cluster-ports", "65535", "--shards", "2"],
            "cluster-ports 65535 leaves no room for 2 ports; choose a base up to 65534",
        ),
        (
            &["--cluster-ports", "6376", "--shards", "4"],
            "port 6379 is also one of the 4 ports from cluster-ports 6376; choose another base",
        ),
    ] {
        assert_eq!(start(args), Err(line.into()));
    }
}

#[test]
fn includes_are_read_where_they_stand() {
    let folder = Folder::new("include");
    folder.file("10.inc", "port 7010\ntimeout 1\n");
    folder.file("20.inc", "port 7020\n");
    folder.file(".hidden.inc", "port 7030\n");
    let pattern = folder.0.join("*.inc").display().to_string();
    let path = folder.file("a.conf", &format!("port 1\ninclude {pattern}\nhz 20\ninclude none-*.inc\n"));
    let settings = start(&[&path]).unwrap();
    assert_eq!((settings.port, settings.timeout_s, settings.hz), (7020, 1, 20));

    let again = folder.file("again.conf", "");
    fs::write(&again, format!("include {again}\n")).unwrap();
    let error = start(&[&again]).unwrap_err();
    assert!(
        error.ends_with("more than 16 files include each other; remove the include that leads back"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = start(&["/no/such/kvadrant.conf"]).unwrap_err();
    assert!(error.starts_with("cannot read the configuration file '/no/such/kvadrant.conf': "), "{error}");
}

#[test]
fn a_password_is_never_repeated() {
    let error = start(&["--masterauth", "secret"]).unwrap_err();
    assert!(error.contains("'masterauth'") && !error.contains("secret"), "{error}");
}

#[test]
fn the_help_has_groups_defaults_and_examples() {
    let help = <Args as clap::CommandFactory>::command().render_long_help().to_string();
    for part in
        ["Where clients connect:", "Cores:", "Clients:", "[default: 6379]", "Examples:", "--busy-poll-us <N>"]
    {
        assert!(help.contains(part), "{part} is missing:\n{help}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 112), "{help}");
}

fn text(value: &Value) -> String {
    match value {
        Value::Bulk(bytes) | Value::Simple(bytes) | Value::Error(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        other => panic!("a text was expected, not {other:?}"),
    }
}

fn redis_get(redis: &mut Connection, pattern: &str) -> Vec<(String, String)> {
    let Value::Array(flat) = redis.command(&["CONFIG", "GET", pattern]).unwrap() else {
        panic!("CONFIG GET gives an array")
    };
    flat.chunks_exact(2).map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn own_get(settings: &Settings, name: &str) -> Option<String> {
    let found = config_get(settings, &[name.as_bytes()]);
    found.into_iter().next().map(|(_, value)| String::from_utf8(value).unwrap())
}

#[test]
fn every_parameter_of_redis_is_known_with_its_default() {
    // What the test server was given, or what differs on purpose.
    const DIFFERENT: &[&str] = &["bind", "port", "dir", "enable-debug-command"];
    let server = Server::redis(&[]);
    let theirs = redis_get(&mut server.connect(), "*");
    assert!(theirs.len() > 180, "redis-server lists only {} parameters", theirs.len());
    let settings = Settings::default();
    for (name, value) in theirs {
        let own = own_get(&settings, &name);
        let own = own.unwrap_or_else(|| panic!("{name} is not in the table"));
        assert!(DIFFERENT.contains(&name.as_str()) || own == value, "{name}: {own:?} here, {value:?} there");
    }
}

/// Texts that find out kinds and bounds, whatever the parameter.
const PROBES: &[&str] = &[
    "",
    "yes",
    "NO",
    "maybe",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    " 1",
    "1.5",
    "100",
    "101",
    "1001",
    "70000",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1k",
    "1kb",
    "2MB",
    "1gB",
    "1tb",
    "-1kb",
    "10%",
    "101%",
    "allkeys-LRU",
    "verbose",
    "a b",
    "1 2 3",
    "1 2",
    "normal 1 2 3",
    "replica 1kb 2k 3 pubsub 1 1 x",
    "master 1 2 3",
    "KEA",
    "now force",
    "50 99.5",
];

#[test]
fn config_set_answers_as_redis_does() {
    // Changing the first ones has effects on the test server itself; the next are checked there for a purpose that is not served
    // here; the last ends at the longest element here.
    const SKIPPED: &[&str] = &[
        "requirepass",
        "bind",
        "port",
        "maxclients",
        "loglevel",
        "proc-title-template",
        "repl-backlog-size",
        "cluster-announce-hostname",
        "proto-max-bulk-len",
    ];
    let server = Server::redis(&[]);
    let mut redis = server.connect();
    let (mut compared, mut different) = (0, Vec::new());
    for row in parameters::all() {
        let shared = !redis_get(&mut redis, row.name).is_empty();
        let tested =
            matches!(row.role, Role::Live { .. } | Role::Inert { .. }) && row.change == Change::Runtime;
        if !shared || !tested || SKIPPED.contains(&row.name) || row.name.starts_with("tls-") {
            continue;
        }
        let mut settings = Settings::default();
        for probe in PROBES {
            let theirs = text(&redis.command(&["CONFIG", "SET", row.name, probe]).unwrap());
            let ours = match config_set(&settings, &[(row.name.as_bytes(), probe.as_bytes())], true) {
                Ok(changed) => {
                    settings = changed.settings;
                    "OK".to_owned()
                }
                Err(error) => error.to_string(),
            };
            if ours != theirs {
                different.push(format!("CONFIG SET {} {probe:?}: {ours}, redis-server: {theirs}", row.name));
            }
            let (own, value) =
                (own_get(&settings, row.name).unwrap(), redis_get(&mut redis, row.name).remove(0).1);
            if own != value {
                different
                    .push(format!("CONFIG GET {} after {probe:?}: {own}, redis-server: {value}", row.name));
            }
            compared += 1;
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(compared > 2000, "only {compared} answers were compared");
}

#[test]
fn parameters_change_when_those_of_redis_do() {
    let server = Server::redis(&[]);
    let mut redis = server.connect();
    let mut different = Vec::new();
    for row in parameters::all() {
        let Some((_, value)) = redis_get(&mut redis, row.name).pop() else { continue };
        let reply = text(&redis.command(&["CONFIG", "SET", row.name, &value]).unwrap());
        let expected = match row.change {
            Change::Startup => "can't set immutable config",
            Change::Protected => "can't set protected config",
            // The value in force is what is set.
            Change::Runtime | Change::StartupHere => "OK",
        };
        if !reply.ends_with(expected) {
            different.push(format!("{}: {:?} here, {reply} there", row.name, row.change));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn config_set_refuses_as_redis_does() {
    let server = Server::redis(&["--enable-protected-configs", "no"]);
    let mut redis = server.connect();
    let settings = Settings::default();
    for pairs in [
        &["nosuch", "1"][..],
        &["maxmemory", "x", "nosuch", "1"],
        &["databases", "8"],
        &["maxmemory", "1mb", "daemonize", "no"],
        &["dir", "/tmp"],
        &["dbfilename", "x"],
        &["hz", "5", "HZ", "6"],
        &["MaxMemory", "x"],
        &["Lua-Time-Limit", "x"],
        &["slowlog-max-len", "5", "maxmemory-samples", "0"],
        &["daemonize", "maybe"],
        &["unixsocket", "x"],
    ] {
        let command: Vec<&str> = ["CONFIG", "SET"].iter().chain(pairs).copied().collect();
        let theirs = text(&redis.command(&command).unwrap());
        let pairs: Vec<(&[u8], &[u8])> =
            pairs.chunks_exact(2).map(|pair| (pair[0].as_bytes(), pair[1].as_bytes())).collect();
        let ours = config_set(&settings, &pairs, true).unwrap_err().to_string();
        assert_eq!(ours, theirs);
    }
}

#[test]
fn globs_match_the_keys_that_redis_matches() {
    let server = Server::redis(&[]);
    let mut redis = server.connect();
    let seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut state = seed;
    let mut draw = |below: usize| {
        // xorshift64*: any even spread will do.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below
    };
    let mut word = |alphabet: &[u8], longest: usize| -> Vec<u8> {
        (0..=draw(longest)).map(|_| alphabet[draw(alphabet.len())]).collect()
    };
    let mut keys: Vec<Vec<u8>> = (0..300).map(|_| word(b"abcA]^-\\[*", 4)).collect();
    keys.push(Vec::new());
    keys.sort();
    keys.dedup();
    for key in &keys {
        redis.command(&[b"SET".as_slice(), key, b"x"]).unwrap();
    }
    for _ in 0..3000 {
        let mut pattern = word(b"aabc*?[]^-\\A", 7);
        if pattern == b"*" {
            // KEYS takes this one for "all keys" without matching.
            pattern = b"**".to_vec();
        }
        let Value::Array(found) = redis.command(&[b"KEYS".as_slice(), &pattern]).unwrap() else {
            panic!("KEYS gives an array")
        };
        let mut theirs: Vec<Vec<u8>> = found
            .into_iter()
            .map(|key| if let Value::Bulk(key) = key { key } else { panic!("a key is a bulk string") })
            .collect();
        theirs.sort();
        let ours: Vec<Vec<u8>> =
            keys.iter().filter(|key| matches(&pattern, key, Case::Sensitive)).cloned().collect();
        assert_eq!(ours, theirs, "pattern {:?}, seed {seed:#x}", pattern.escape_ascii().to_string());
    }
}

#[test]
fn the_seccomp_profile_allows_io_uring_and_denies_by_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/seccomp.json");
    let profile: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
    let mut names = Vec::new();
    for group in profile["syscalls"].as_array().unwrap() {
        assert_eq!(group["action"], "SCMP_ACT_ALLOW");
        names.extend(group["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()));
    }
    for needed in ["io_uring_setup", "io_uring_enter", "io_uring_register", "execve", "futex", "socket"] {
        assert!(names.contains(&needed), "{needed} is not allowed");
    }
    for dangerous in ["mount", "ptrace", "bpf", "kexec_load", "init_module", "unshare", "setns", "keyctl"] {
        assert!(!names.contains(&dangerous), "{dangerous} is allowed");
    }
}
