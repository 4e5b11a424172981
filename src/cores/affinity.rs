//! Which CPUs the shards run on: what the affinity mask allows, what the cgroup's quota pays for, and what was asked.
//!
//! Without `shards` there is one shard per usable CPU, but never more than the quota's CPUs: a shard beyond the quota
//! would only make the others wait. With more shards than CPUs, shards share CPUs in turn.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{CpuList, Settings, StartupError, check_ports};

/// The CPU of each shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Shard i runs on `cpus[i % cpus.len()]`; no CPU stands twice, and none is left without a shard.
    cpus: Vec<usize>,
    shards: usize,
}

impl Placement {
    /// Places the shards that `settings` ask for on this machine.
    ///
    /// # Errors
    /// A CPU that may not be used, or a port of `cluster-ports` that cannot be had.
    pub fn plan(settings: &Settings) -> Result<Self, StartupError> {
        let allowed = allowed_cpus()?;
        let placement = Self::choose(settings.cpus.as_slice(), settings.shards, &allowed, quota_cpus())?;
        check_ports(settings, placement.shards)?;
        Ok(placement)
    }

    fn choose(
        wanted: &[usize],
        shards: Option<usize>,
        allowed: &[usize],
        quota: Option<usize>,
    ) -> Result<Self, StartupError> {
        if let Some(missing) = wanted.iter().find(|cpu| !allowed.contains(cpu)) {
            let usable: CpuList = allowed.iter().copied().collect();
            return Err(StartupError::new(
                format!("CPU {missing} of cpus may not be used by this process"),
                format!("choose from {usable}, or widen the affinity mask (taskset, cpuset)"),
            ));
        }
        let mut cpus = if wanted.is_empty() { allowed.to_vec() } else { wanted.to_vec() };
        let shards = shards.unwrap_or_else(|| match quota {
            // A list of CPUs is a decision; only the guess is held to the quota.
            Some(quota) if wanted.is_empty() => cpus.len().min(quota),
            _ => cpus.len(),
        });
        cpus.truncate(shards);
        Ok(Self { cpus, shards })
    }

    /// How many shards there are; at least one.
    pub fn shards(&self) -> usize {
        self.shards
    }

    /// The CPU that `shard` is pinned to.
    pub fn cpu_of(&self, shard: usize) -> usize {
        self.cpus[shard % self.cpus.len()]
    }

    /// The CPUs in use, each once.
    pub fn cpus(&self) -> &[usize] {
        &self.cpus
    }

    /// The CPUs for threads that serve no shard: those that no shard runs on, or all if there is none.
    ///
    /// # Errors
    /// The affinity mask cannot be read.
    pub fn others(&self) -> Result<Vec<usize>, StartupError> {
        let allowed = allowed_cpus()?;
        let free: Vec<usize> = allowed.iter().copied().filter(|cpu| !self.cpus.contains(cpu)).collect();
        Ok(if free.is_empty() { allowed } else { free })
    }

    /// Whether some shards share a CPU; then polling before sleep only takes time from the neighbour.
    pub fn shares_cpus(&self) -> bool {
        self.shards > self.cpus.len()
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpus: CpuList = self.cpus.iter().copied().collect();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        write!(out, "{} shard{} on CPU{} {cpus}", self.shards, plural(self.shards), plural(self.cpus.len()))
    }
}

fn allowed_cpus() -> Result<Vec<usize>, StartupError> {
    let cpus: Vec<usize> =
        core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect();
    if cpus.is_empty() {
        return Err(StartupError::new(
            "the affinity mask of this process cannot be read",
            "allow the system call sched_getaffinity in the seccomp profile",
        ));
    }
    Ok(cpus)
}

/// Whole CPUs that the CPU quota of this process's cgroup, or of one above it, pays for, rounded up.
fn quota_cpus() -> Option<usize> {
    let membership = fs::read_to_string("/proc/self/cgroup").ok()?;
    let root = Path::new("/sys/fs/cgroup");
    let quotas = membership.lines().flat_map(|line| line_quotas(root, line));
    quotas.reduce(f64::min).map(|cpus| (cpus.ceil() as usize).max(1))
}

/// The quotas, in CPUs, that hold for one line of `/proc/self/cgroup`: `ID:CONTROLLERS:PATH`.
fn line_quotas(root: &Path, line: &str) -> Vec<f64> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { return Vec::new() };
    let read = |file: PathBuf| fs::read_to_string(file).ok();
    if controllers.is_empty() {
        // Version 2: one hierarchy.
        let texts = ancestors(root, path).into_iter().filter_map(|group| read(group.join("cpu.max")));
        texts.filter_map(|text| quota_v2(&text)).collect()
    } else if controllers.split(',').any(|controller| controller == "cpu") {
        let groups = ancestors(&root.join("cpu"), path).into_iter();
        groups
            .filter_map(|group| {
                quota_v1(&read(group.join("cpu.cfs_quota_us"))?, &read(group.join("cpu.cfs_period_us"))?)
            })
            .collect()
    } else {
        Vec::new()
    }
}

/// The folder of `path` under `mount` and those above it. Inside a container the path may name what only the host sees;
/// the mount's root is then the container's own group.
fn ancestors(mount: &Path, path: &str) -> Vec<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    relative.ancestors().map(|group| mount.join(group)).collect()
}

fn quota_v2(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    quota_v1(quota, period)
}

fn quota_v1(quota: &str, period: &str) -> Option<f64> {
    // "max" in version 2 and -1 in version 1 mean that there is none.
    let quota: f64 = quota.trim().parse().ok().filter(|&quota| quota > 0.0)?;
    let period: f64 = period.trim().parse().ok().filter(|&period| period > 0.0)?;
    Some(quota / period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(wanted: &[usize], shards: Option<usize>, quota: Option<usize>) -> Placement {
        Placement::choose(wanted, shards, &[0, 1, 2, 3], quota).unwrap()
    }

    #[test]
    fn one_shard_per_usable_cpu_within_the_quota() {
        assert_eq!(choose(&[], None, None).to_string(), "4 shards on CPUs 0-3");
        assert_eq!(choose(&[], None, Some(2)).to_string(), "2 shards on CPUs 0-1");
        assert_eq!(choose(&[3, 1], None, Some(1)).to_string(), "2 shards on CPUs 3,1");
    }

    #[test]
    fn more_shards_than_cpus_take_turns() {
        let placement = choose(&[1, 3], Some(5), None);
        assert!(placement.shares_cpus());
        assert_eq!((0..5).map(|shard| placement.cpu_of(shard)).collect::<Vec<_>>(), [1, 3, 1, 3, 1]);
        let fewer = choose(&[], Some(1), None);
        assert_eq!((fewer.cpus(), fewer.shares_cpus()), ([0].as_slice(), false));
        assert_eq!(fewer.to_string(), "1 shard on CPU 0");
    }

    #[test]
    fn a_cpu_outside_the_mask_is_named() {
        let error = Placement::choose(&[1, 9], None, &[0, 1, 4], None).unwrap_err();
        let line = "CPU 9 of cpus may not be used by this process; choose from 0-1,4, or widen the affinity mask (taskset, cpuset)";
        assert_eq!(error.to_string(), line);
    }

    #[test]
    fn quotas_of_both_versions() {
        assert_eq!(quota_v2("150000 100000\n"), Some(1.5));
        assert_eq!(quota_v2("max 100000\n"), None);
        assert_eq!(quota_v1("-1\n", "100000\n"), None);
        assert_eq!(quota_v1("200000\n", "100000\n"), Some(2.0));
    }

    #[test]
    fn a_quota_holds_for_the_groups_below_it() {
        let root = std::env::temp_dir().join(format!("kvadrant-cgroup-{}", std::process::id()));
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/cpu.max"), "250000 100000\n").unwrap();
        fs::write(root.join("a/b/cpu.max"), "max 100000\n").unwrap();
        assert_eq!(line_quotas(&root, "0::/a/b"), [2.5]);
        fs::create_dir_all(root.join("cpu")).unwrap();
        fs::write(root.join("cpu/cpu.cfs_quota_us"), "50000\n").unwrap();
        fs::write(root.join("cpu/cpu.cfs_period_us"), "100000\n").unwrap();
        assert_eq!(line_quotas(&root, "4:cpu,cpuacct:/docker/unseen"), [0.5]);
        assert_eq!(line_quotas(&root, "5:memory:/"), [0.0; 0]);
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn this_machine_has_a_place_for_a_shard() {
        let placement = Placement::plan(&Settings::default()).unwrap();
        assert!(placement.shards() >= 1 && placement.cpus().len() == placement.shards());
    }
}
