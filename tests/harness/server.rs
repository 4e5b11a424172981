//! A server process for tests: on a free port of the loopback, in a folder of its own, gone when it is dropped.
//!
//! A watcher (`sh`, blocked on a pipe that this process holds open) ends the server and removes its folder when the
//! test program ends in any other way: aborted, killed, or with the server in a `static`.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::connection::Connection;
use crate::harness::resp::Value;

/// How long a server may take until it answers PING.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How often it is asked.
const START_POLL: Duration = Duration::from_millis(5);
/// A port that was free a moment ago may be taken by another program: so many ports are tried.
const PORTS_TRIED: u32 = 5;
/// What of a server's log is shown with a failure, in bytes.
const LOG_SHOWN_BYTES: usize = 4096;

/// A running server.
pub struct Server {
    process: Child,
    watcher: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// The machine's redis-server, without persistence, its DEBUG commands open to loopback clients.
    pub fn redis(more: &[&str]) -> Server {
        let fixed = ["--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "local"];
        Server::start(Path::new("redis-server"), &[&fixed, more].concat())
    }

    /// Kvadrant with so many shards.
    pub fn kvadrant(shards: usize, more: &[&str]) -> Server {
        Server::kvadrant_by(Path::new(env!("CARGO_BIN_EXE_kvadrant")), shards, more)
    }

    /// Kvadrant as a script starts it, which finds the program's path in `KVADRANT`.
    pub fn kvadrant_by(script: &Path, shards: usize, more: &[&str]) -> Server {
        let shards = shards.to_string();
        let fixed = ["--bind", "127.0.0.1", "--shards", &shards, "--enable-debug-command", "local"];
        Server::start(script, &[&fixed, more].concat())
    }

    fn start(program: &Path, arguments: &[&str]) -> Server {
        for _ in 0..PORTS_TRIED {
            let mut server = Server::spawn(program, arguments);
            match server.await_ping() {
                Ok(()) => return server,
                Err(Ended) if server.log().contains("in use") => {}
                Err(Ended) => panic!("{} ended at once:\n{}", program.display(), server.log()),
            }
        }
        panic!("{}: no free port in {PORTS_TRIED} attempts", program.display());
    }

    fn spawn(program: &Path, arguments: &[&str]) -> Server {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("kvadrant-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the server's files");
        let port = free_port();
        let log = File::create(folder.join("log")).expect("the server's log file");
        let process = Command::new(program)
            .args(["--port", &port.to_string()])
            .args(arguments)
            .env("KVADRANT", env!("CARGO_BIN_EXE_kvadrant"))
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle of the log"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error} (tests/install brings it)", program.display()));
        let watcher = Command::new("sh")
            .args(["-c", "read _; kill -9 \"$1\"; rm -rf \"$2\"", "sh", &process.id().to_string()])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh for the watcher");
        Server { process, watcher, folder, port }
    }

    fn await_ping(&mut self) -> Result<(), Ended> {
        let deadline = Instant::now() + START_TIMEOUT;
        while self.is_running() {
            let answer = Connection::open(self.port).ok().and_then(|mut c| c.command(&["PING"]).ok());
            let serves = match &answer {
                Some(Value::Simple(text)) => text == b"PONG",
                Some(Value::Error(text)) => text.starts_with(b"NOAUTH"),
                _ => false,
            };
            if serves && self.is_running() {
                return Ok(());
            }
            assert!(
                Instant::now() < deadline,
                "no PONG in {START_TIMEOUT:?}, only {answer:?}:\n{}",
                self.log()
            );
            thread::sleep(START_POLL);
        }
        Err(Ended)
    }

    /// Whether the process still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.process.try_wait().expect("the state of a child") {
                return status;
            }
            assert!(Instant::now() < deadline, "still running after {within:?}:\n{}", self.log());
            thread::sleep(START_POLL);
        }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// A new connection.
    pub fn connect(&self) -> Connection {
        match Connection::open(self.port) {
            Ok(connection) => connection,
            Err(error) => panic!("the server refuses connections: {error}\n{}", self.log()),
        }
    }

    /// The end of what the server wrote so far.
    pub fn log(&self) -> String {
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(LOG_SHOWN_BYTES)..]).into_owned()
    }
}

/// The server ended before it answered.
struct Ended;

impl Drop for Server {
    fn drop(&mut self) {
        // The watcher first: it must not fire at a process id that is free again.
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
