//! Which CPUs a server gets and which the load.
//!
//! A one-thread server has the first CPU, its load the last. A server of several shards gets one CPU per shard where the
//! machine has more CPUs than that, the load the others; on a smaller machine (two CPUs: always) server and load share
//! all of them and the load is not pinned. CPUs are those that this process may use, so `taskset` narrows everything.

use std::process::Command;

/// The usable CPUs.
pub struct Placement {
    cpus: Vec<usize>,
}

impl Placement {
    /// The CPUs of this process's affinity mask.
    pub fn here() -> Self {
        let mut cpus: Vec<usize> =
            core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect();
        cpus.sort_unstable();
        if cpus.is_empty() {
            cpus.push(0);
        }
        Self { cpus }
    }

    /// All usable CPUs.
    pub fn cpus(&self) -> &[usize] {
        &self.cpus
    }

    /// Whether two shards leave no CPU for their load, so that it shares theirs.
    pub fn is_tight(&self) -> bool {
        self.cpus.len() <= 2
    }

    /// The CPUs of a server of so many threads.
    pub fn server(&self, threads: usize) -> &[usize] {
        if threads == 1 || self.cpus.len() > threads { &self.cpus[..threads] } else { &self.cpus }
    }

    /// The CPUs of the load on such a server.
    pub fn load(&self, server_threads: usize) -> &[usize] {
        let count = self.cpus.len();
        match server_threads {
            1 => &self.cpus[count - 1..],
            _ if count > server_threads => &self.cpus[server_threads..],
            _ => &self.cpus,
        }
    }
}

/// `0,1,5`, the form that `taskset -c` and `--cpus` take.
pub fn list(cpus: &[usize]) -> String {
    cpus.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// A command that runs `program` on the given CPUs.
pub fn pinned(cpus: &[usize], program: &std::path::Path) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(list(cpus)).arg(program);
    command
}

/// Runs `work` in a thread of its own, on the given CPU if it is a single one.
///
/// # Errors
/// What `work` answers, or that it panicked.
pub fn run_on<T: Send>(cpus: &[usize], work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            if let [cpu] = *cpus {
                core_affinity::set_for_current(core_affinity::CoreId { id: cpu });
            }
            work()
        });
        worker.join().unwrap_or_else(|_| Err("the load generator panicked".to_owned()))
    })
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cpus(count: usize) -> Placement {
        Placement { cpus: (0..count).collect() }
    }

    #[test]
    fn on_two_cpus_one_thread_has_its_own_and_more_share_both() {
        let machine = cpus(2);
        assert_eq!((machine.server(1), machine.load(1)), (&[0][..], &[1][..]));
        assert_eq!((machine.server(2), machine.load(2)), (&[0, 1][..], &[0, 1][..]));
        assert_eq!((machine.server(8), machine.load(8)), (&[0, 1][..], &[0, 1][..]));
    }

    #[test]
    fn on_many_cpus_server_and_load_are_apart() {
        let machine = cpus(6);
        assert_eq!((machine.server(1), machine.load(1)), (&[0][..], &[5][..]));
        assert_eq!((machine.server(4), machine.load(4)), (&[0, 1, 2, 3][..], &[4, 5][..]));
        assert_eq!((machine.server(8), machine.load(8)), (machine.cpus(), machine.cpus()));
    }

    #[test]
    fn on_a_single_cpu_everything_shares_it() {
        let machine = cpus(1);
        assert_eq!((machine.server(1), machine.load(1)), (&[0][..], &[0][..]));
        assert_eq!((machine.server(2), machine.load(2)), (&[0][..], &[0][..]));
    }

    #[test]
    fn lists_read_as_taskset_reads_them() {
        assert_eq!(list(&[0, 1, 5]), "0,1,5");
    }
}
