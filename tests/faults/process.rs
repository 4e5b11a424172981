//! The server as the kernel sees it: descriptors, memory, processor time, signals and limits.

use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};

/// Held by tests that need much of the machine, one at a time.
pub fn heavy() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Descriptors that the process has open.
pub fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).expect("the process lives").count()
}

/// A line of `/proc/PID/status` that counts kibibytes, such as `VmHWM`, in bytes.
pub fn memory_bytes(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process lives");
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let number = found.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    number.expect("a number of kB") * 1024
}

/// Processor time that the process has used, in steps of 10 ms.
pub fn processor_time(pid: u32) -> Duration {
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process lives");
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15 of the line, 12 and 13 behind the name.
    let behind_name = stat.rsplit_once(')').expect("a name").1;
    let ticks =
        behind_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<u32>().expect("ticks"));
    TICK * ticks.sum::<u32>()
}

/// Sends a signal.
pub fn signal(pid: u32, signal: Signal) {
    kill_process(process(pid), signal).expect("the process lives");
}

/// Lets this test program have as many descriptors as it may.
pub fn raise_own_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("up to the hard limit");
}

fn process(pid: u32) -> Pid {
    Pid::from_raw(pid.try_into().expect("a process id")).expect("not zero")
}
