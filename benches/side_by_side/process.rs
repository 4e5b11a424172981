//! Child processes that never outlive the harness: each is registered, and ended on drop, on a signal, on a panic.

use super::system;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn running() -> MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends every child and this process on SIGINT and SIGTERM.
///
/// # Errors
/// Signals that cannot be caught.
pub fn end_children_on_signals() -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([libc::SIGINT, libc::SIGTERM])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            for &pid in running().iter() {
                system::kill(pid);
            }
            eprintln!("ended by signal {signal}; the servers are stopped");
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// A running child.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts the command. The child is ended when this value is dropped.
    ///
    /// # Errors
    /// A program that cannot be started, by name.
    pub fn spawn(mut command: Command) -> io::Result<Self> {
        system::end_with_parent(&mut command);
        let child = command.stdin(Stdio::null()).spawn().map_err(|error| {
            io::Error::new(error.kind(), format!("cannot start {}: {error}", command.get_program().display()))
        })?;
        running().push(child.id());
        Ok(Self { child })
    }

    /// As [`Process::spawn`], for [`output_within`].
    ///
    /// # Errors
    /// A program that cannot be started, by name.
    pub fn spawn_piped(mut command: Command) -> io::Result<Self> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::spawn(command)
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// User and system time of all threads so far, in nanoseconds.
    ///
    /// # Errors
    /// A process that has ended.
    pub fn cpu_ns(&self) -> io::Result<u64> {
        system::process_cpu_ns(self.pid())
    }

    /// Whether none of its threads runs or waits for a CPU.
    ///
    /// # Errors
    /// A process that has ended.
    pub fn is_at_rest(&self) -> io::Result<bool> {
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.pid()))? {
            // A thread that has ended since rests as well.
            if std::fs::read_to_string(thread?.path().join("stat")).is_ok_and(|stat| runs(&stat)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Resident memory, in bytes.
    ///
    /// # Errors
    /// A process that has ended.
    pub fn rss_bytes(&self) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        rss_of(&status).ok_or_else(|| io::Error::other("/proc/PID/status names no VmRSS"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let pid = self.child.id();
        // A child that has already ended cannot be ended: both results say nothing new.
        let _ = self.child.kill();
        let _ = self.child.wait();
        running().retain(|&other| other != pid);
    }
}

/// Whether the state in a `/proc/PID/task/TID/stat` is R; it follows the name, which may hold anything.
fn runs(stat: &str) -> bool {
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('R'))
}

/// `VmRSS:    1234 kB` out of a `/proc/PID/status`, in bytes.
fn rss_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1_024)
}

/// What a child printed before it ended.
pub struct Output {
    /// Whether its exit status was 0.
    pub success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Waits for a child of [`Process::spawn_piped`] and collects what it printed.
///
/// # Errors
/// A child that does not end within `limit` (it is ended then).
pub fn output_within(mut process: Process, limit: Duration) -> Result<Output, String> {
    let (sender, receiver) = mpsc::channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        process.child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        process.child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for (index, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                // What was read before an error is still worth reporting.
                let _ = pipe.read_to_end(&mut bytes);
            }
            // The receiver is gone only after the time limit, when nobody wants the text any more.
            let _ = sender.send((index, String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    let mut texts = [String::new(), String::new()];
    let until = std::time::Instant::now() + limit;
    for _ in 0..2 {
        let left = until.saturating_duration_since(std::time::Instant::now());
        let (index, text) = receiver.recv_timeout(left).map_err(|_| format!("not done after {limit:?}"))?;
        texts[index] = text;
    }
    let success = process.child.wait().map_err(|error| error.to_string())?.success();
    let [stdout, stderr] = texts;
    Ok(Output { success, stdout, stderr })
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_status_of_a_child_are_collected() {
        let process = Process::spawn_piped(shell("echo out; echo err >&2; exit 3")).unwrap();
        let output = output_within(process, Duration::from_secs(20)).unwrap();
        assert_eq!(
            (output.success, output.stdout.as_str(), output.stderr.as_str()),
            (false, "out\n", "err\n")
        );
    }

    #[test]
    fn a_child_that_takes_too_long_is_ended() {
        let process = Process::spawn_piped(shell("exec sleep 60")).unwrap();
        let pid = process.pid();
        assert!(output_within(process, Duration::from_millis(50)).is_err());
        assert!(!running().contains(&pid));
        assert!(system::process_cpu_ns(pid).is_err(), "the process is gone");
    }

    #[test]
    fn a_thread_rests_unless_its_state_is_r() {
        assert!(runs("7 (worker) R 1 7"));
        assert!(!runs("7 (worker) S 1 7"));
        assert!(!runs("7 (a) R b) S 1 7"), "the name is no state");
    }

    #[test]
    fn a_sleeping_child_is_at_rest_and_a_busy_one_is_not() {
        let until = std::time::Instant::now() + Duration::from_secs(20);
        for (script, rests) in [("exec sleep 60", true), ("while :; do :; done", false)] {
            let process = Process::spawn(shell(script)).unwrap();
            while process.is_at_rest().unwrap() != rests {
                assert!(std::time::Instant::now() < until, "{script}");
            }
        }
    }

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(rss_of("VmHWM:\t 9 kB\nVmRSS:\t  1234 kB\n"), Some(1_234 * 1_024));
        assert_eq!(rss_of("VmHWM:\t 9 kB\n"), None);
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let Err(error) = Process::spawn(Command::new("/no/such/program")) else { panic!("must not start") };
        assert!(error.to_string().contains("/no/such/program"));
    }
}
