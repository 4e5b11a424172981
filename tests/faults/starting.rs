//! Starting: what keeps the server from it is one line, and where it can be reached.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::harness::resp::Value;
use crate::harness::server::Server;
use crate::peer::{ping, reply};
use crate::process::signal;
use crate::stopping::exit_code;

/// Starts a server that must refuse, and returns the line that it leaves.
fn refusal(arguments: &[&str]) -> String {
    let output = Command::new("timeout")
        .args(["10", env!("CARGO_BIN_EXE_kvadrant")])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the server's program");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    assert!(said.starts_with("kvadrant: "), "{said}");
    said
}

#[test]
fn a_port_in_use_is_a_refusal() {
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = holder.local_addr().expect("its address").port().to_string();
    for shards in ["1", "4"] {
        let line = refusal(&["--bind", "127.0.0.1", "--port", &port, "--shards", shards]);
        assert!(line.contains("in use") && line.contains(&port), "{line}");
    }
}

#[test]
fn two_servers_never_share_a_port() {
    let first = Server::kvadrant(4, &[]);
    let line = refusal(&["--bind", "127.0.0.1", "--port", &first.port().to_string(), "--shards", "4"]);
    assert!(line.contains("in use"), "{line}");
    ping(&first);
}

#[test]
fn words_that_mean_nothing_are_a_refusal() {
    for arguments in [
        &["--no-such-directive", "1"][..],
        &["--shards", "many"],
        &["--maxclients", "0"],
        &["--cpus", "0-"],
        &["--cpus", "100000"],
        &["--port", "70000"],
        &["/no/such/file.conf"],
        &["--bind", "203.0.113.7", "--port", "0"],
        &["--unixsocket", "/no/such/folder/socket", "--port", "0"],
    ] {
        refusal(arguments);
    }
}

/// A path that nothing else uses, removed with this value.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        Place(std::env::temp_dir().join(format!("kvadrant-faults-{}-{name}", std::process::id())))
    }

    fn text(&self) -> &str {
        self.0.to_str().expect("a path of text")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_unix_socket_serves_with_the_permissions_asked_for() {
    for shards in crate::SHARDS {
        let place = Place::new(&format!("socket-{shards}"));
        let arguments = ["--unixsocket", place.text(), "--unixsocketperm", "700"];
        let mut server = Server::kvadrant(shards, &arguments);
        let mode = fs::metadata(&place.0).expect("the socket").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let mut clients: Vec<_> =
            (0..8).map(|_| UnixStream::connect(&place.0).expect("a connection")).collect();
        for (number, client) in clients.iter_mut().enumerate() {
            client.write_all(format!("SET key:{number} v\r\nGET key:{number}\r\n").as_bytes()).expect("sent");
            let mut bytes = [0; 12];
            client.read_exact(&mut bytes).expect("a reply");
            assert_eq!(&bytes, b"+OK\r\n$1\r\nv\r\n");
        }
        // It goes with the server, and one that was left behind is no hindrance.
        signal(server.pid(), rustix::process::Signal::TERM);
        assert_eq!(exit_code(&mut server), Some(0));
        assert!(!place.0.exists(), "the socket is left behind");
        let mut server = Server::kvadrant(shards, &arguments);
        signal(server.pid(), rustix::process::Signal::KILL);
        assert_eq!(exit_code(&mut server), None);
        assert!(place.0.exists());
        ping(&Server::kvadrant(shards, &arguments));
    }
}

#[test]
fn a_file_in_the_place_of_the_unix_socket_is_somebodys() {
    let place = Place::new("file");
    fs::write(&place.0, "mine").expect("a file");
    refusal(&["--port", "0", "--unixsocket", place.text()]);
    assert_eq!(fs::read(&place.0).expect("still there"), b"mine");
}

#[test]
fn cores_that_poll_serve_as_well() {
    for shards in [1, 2, 4] {
        let server = Server::kvadrant(shards, &["--busy-poll-us", "200"]);
        let mut client = server.connect();
        for i in 0..500 {
            assert_eq!(reply(&mut client, &format!("SET key:{i} {i}")), Value::Simple(b"OK".to_vec()));
            assert_eq!(reply(&mut client, &format!("GET key:{i}")), Value::Bulk(i.to_string().into_bytes()));
        }
    }
}
