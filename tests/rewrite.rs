//! Settings that are changed while the server runs, and what becomes of them: in the log, in the system's limits, and in the
//! configuration file.
#![allow(clippy::unwrap_used, reason = "a failing unwrap in a test is a failing test")]

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

#[path = "harness/mod.rs"]
mod harness;

use harness::connection::Connection;
use harness::resp::Value;
use harness::server::Server;

/// A configuration file of one test, gone afterwards.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kvadrant-rewrite-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        // A rewritten file names the working directory, which must outlive the server of a test.
        let text = format!("{text}dir {}\n", folder.display());
        fs::write(folder.join("kvadrant.conf"), text).unwrap();
        Self(folder)
    }

    fn path(&self) -> String {
        self.0.join("kvadrant.conf").to_str().unwrap().to_owned()
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn ok(client: &mut Connection, command: &[&str]) {
    assert_eq!(client.command(command), Ok(Value::Simple(b"OK".to_vec())), "{command:?}");
}

fn error(client: &mut Connection, command: &[&str]) -> String {
    match client.command(command) {
        Ok(Value::Error(text)) => String::from_utf8(text).unwrap(),
        other => panic!("{command:?}: {other:?}"),
    }
}

fn get(client: &mut Connection, name: &str) -> String {
    match client.command(&["CONFIG", "GET", name]) {
        Ok(Value::Array(pair)) => match &pair[..] {
            [_, Value::Bulk(value)] => String::from_utf8(value.clone()).unwrap(),
            other => panic!("{name}: {other:?}"),
        },
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_rewritten_file_brings_the_settings_back() {
    for shards in [1, 4] {
        let file = File::new("back", "# about memory\nmaxmemory 100mb\n\ntimeout 9\n");
        let server = Server::kvadrant(shards, &[&file.path()]);
        let mut client = server.connect();
        ok(&mut client, &["CONFIG", "SET", "maxmemory", "200mb", "hash-max-listpack-entries", "7"]);
        ok(&mut client, &["CONFIG", "SET", "requirepass", ""]);
        ok(&mut client, &["CONFIG", "REWRITE"]);
        let text = file.text();
        assert!(text.starts_with("# about memory\nmaxmemory 209715200\n\ntimeout 9\ndir "), "{text}");
        assert!(text.contains("\nhash-max-listpack-entries 7\n"), "{text}");
        assert!(!text.contains("databases"), "{text}");
        ok(&mut client, &["DEBUG", "CONFIG-REWRITE-FORCE-ALL"]);
        assert!(file.text().contains("\ndatabases 16\n"), "{}", file.text());
        drop(server);

        // What is given on the command line is given again, by the harness.
        let again = Server::kvadrant(shards, &[&file.path()]);
        let mut client = again.connect();
        assert_eq!(get(&mut client, "maxmemory"), "209715200");
        assert_eq!(get(&mut client, "hash-max-listpack-entries"), "7");
        assert_eq!(get(&mut client, "timeout"), "9");
        ok(&mut client, &["CONFIG", "REWRITE"]);
    }
}

#[test]
fn a_file_that_cannot_be_replaced_stays_and_is_named() {
    let server = Server::kvadrant(1, &[]);
    let mut client = server.connect();
    assert_eq!(error(&mut client, &["CONFIG", "REWRITE"]), "ERR The server is running without a config file");

    let file = File::new("stays", "timeout 9\n");
    let server = Server::kvadrant(1, &[&file.path()]);
    let mut client = server.connect();
    // A folder in its place: nothing can be renamed over it.
    fs::remove_file(file.path()).unwrap();
    fs::create_dir(file.path()).unwrap();
    let why = error(&mut client, &["CONFIG", "REWRITE"]);
    assert!(why.starts_with("ERR Rewriting config file: "), "{why}");
    assert_eq!(fs::read_dir(&file.0).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn the_level_of_the_log_changes_at_once() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let mut client = server.connect();
        ok(&mut client, &["DEBUG", "LOG", "first"]);
        ok(&mut client, &["CONFIG", "SET", "loglevel", "warning"]);
        // Named with a warning of the level notice's severity or above, this one is not.
        ok(&mut client, &["CONFIG", "SET", "maxmemory", "0"]);
        ok(&mut client, &["DEBUG", "LOG", "second"]);
        ok(&mut client, &["CONFIG", "SET", "loglevel", "debug"]);
        assert_eq!(get(&mut client, "loglevel"), "debug");
        ok(&mut client, &["DEBUG", "LOG", "third"]);
        let deadline = Instant::now() + Duration::from_secs(10);
        while !server.log().contains("DEBUG LOG: third") {
            assert!(Instant::now() < deadline, "{}", server.log());
            thread::sleep(Duration::from_millis(5));
        }
        assert!(server.log().contains("DEBUG LOG: first"), "{}", server.log());
    }
}

#[test]
fn more_clients_than_descriptors_are_refused() {
    for shards in [1, 4] {
        let server = Server::kvadrant(shards, &[]);
        let mut client = server.connect();
        let why = error(&mut client, &["CONFIG", "SET", "maxclients", "4000000000"]);
        let (before, possible) = why.split_once(", try with ").expect("a number that is possible");
        assert_eq!(
            before,
            "ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system is not able to \
             handle the specified number of clients"
        );
        assert_eq!(get(&mut client, "maxclients"), "10000");
        ok(&mut client, &["CONFIG", "SET", "maxclients", possible]);
        assert_eq!(get(&mut client, "maxclients"), possible);
    }
}

#[test]
fn what_config_get_tells_can_be_set() {
    let server = Server::kvadrant(4, &[]);
    let mut client = server.connect();
    for name in ["port", "bind", "shards", "cpus", "cluster-ports"] {
        let value = get(&mut client, name);
        ok(&mut client, &["CONFIG", "SET", name, &value]);
    }
    let why = error(&mut client, &["CONFIG", "SET", "shards", "3"]);
    assert!(why.ends_with("can't set immutable config"), "{why}");
    let why = error(&mut client, &["CONFIG", "SET", "daemonize", "no"]);
    assert!(why.ends_with("can't set immutable config"), "{why}");
    assert_eq!(get(&mut client, "key-load-delay"), "0");
    let Ok(Value::Array(all)) = client.command(&["CONFIG", "GET", "*"]) else { panic!("CONFIG GET *") };
    assert!(!all.contains(&Value::Bulk(b"key-load-delay".to_vec())));
}
