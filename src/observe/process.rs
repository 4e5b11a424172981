//! What the kernel knows of this process and of its threads.

use std::{env, fs};

/// What procfs counts CPU time in: ticks a second. The kernel shows 100 to programs on every architecture it runs on.
const TICKS_PER_SECOND: u64 = 100;

/// CPU time, microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cpu {
    /// Spent in the program.
    pub user_us: u64,
    /// Spent in the kernel for it.
    pub system_us: u64,
}

/// CPU time of the whole process.
pub fn cpu() -> Cpu {
    cpu_of("/proc/self/stat")
}

/// CPU time of the calling thread.
pub fn thread_cpu() -> Cpu {
    cpu_of("/proc/thread-self/stat")
}

fn cpu_of(path: &str) -> Cpu {
    parse_stat(&fs::read_to_string(path).unwrap_or_default()).unwrap_or_default()
}

/// Reads fields 14 and 15 of a `stat` file. Field 2, the program's name in parentheses, may hold anything.
fn parse_stat(stat: &str) -> Option<Cpu> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut ticks = rest.split_ascii_whitespace().skip(11).map(|field| field.parse::<u64>().ok());
    let microseconds = |ticks: u64| ticks * (1_000_000 / TICKS_PER_SECOND);
    Some(Cpu { user_us: microseconds(ticks.next()??), system_us: microseconds(ticks.next()??) })
}

/// The operating system, its release and the architecture: `Linux 6.1.0 x86_64`.
pub fn operating_system() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("Linux {} {}", release.trim(), env::consts::ARCH)
}

/// Where the running program lies.
pub fn executable() -> String {
    env::current_exe().map(|path| path.display().to_string()).unwrap_or_default()
}

/// Who watches over the process.
pub fn supervisor() -> &'static str {
    if env::var_os("NOTIFY_SOCKET").is_some() { "systemd" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_parentheses_do_not_confuse() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 12 34 0 0 20 0 1 0 5 6 7";
        assert_eq!(parse_stat(stat), Some(Cpu { user_us: 120_000, system_us: 340_000 }));
        assert_eq!(parse_stat(""), None);
    }

    #[test]
    fn this_process_is_known() {
        assert!(operating_system().starts_with("Linux "));
        assert!(executable().starts_with('/'));
        assert!(parse_stat(&fs::read_to_string("/proc/thread-self/stat").unwrap()).is_some());
    }
}
