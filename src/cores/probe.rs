//! Whether this machine can run the server, asked before anything starts. What is missing is one line with its remedy.
//!
//! `io_uring` is probed by doing: a small ring is built with the flags that every core uses, and the kernel is asked which
//! operations it knows. Multishot accept (5.19), multishot receive (6.0) and provided buffer rings (5.19) are flags of
//! operations or registrations and have no bit of their own; `DEFER_TASKRUN` came with 6.1, after all of them, so that a
//! ring with that flag proves them. No version number is compared: a kernel with these features backported is as good.
//!
//! Locked memory: since 5.12 the kernel charges rings to the memory cgroup, not to `RLIMIT_MEMLOCK`; glommio refuses to
//! start an executor below 512 KiB all the same, and that soft limit is raised here if the hard one allows it.

use std::fmt;
use std::fs;
use std::io;

use io_uring::{IoUring, Probe, opcode};
use rlimit::Resource;

use crate::config::StartupError;
use crate::observe::descriptors;

/// What glommio asks for per process, in bytes.
const MEMLOCK_MIN_BYTES: u64 = 512 * 1024;
/// The operations a core submits.
const OPERATIONS: &[(&str, u8)] = &[
    ("accept", opcode::AcceptMulti::CODE),
    ("recv", opcode::RecvMulti::CODE),
    ("send", opcode::Send::CODE),
    ("async_cancel", opcode::AsyncCancel::CODE),
    ("msg_ring", opcode::MsgRingData::CODE),
    ("read", opcode::Read::CODE),
    ("timeout", opcode::Timeout::CODE),
];

/// What was found, for one line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    /// The kernel's release, such as 6.1.0-18-amd64.
    pub kernel: String,
    /// Whether the kernel can send without copying (`send_zc`); not required.
    pub send_zero_copy: bool,
    /// Whether receive and send may take several buffers at once (6.10); not required.
    pub bundles: bool,
    /// The soft limit on open files, after it was raised.
    pub descriptors: u64,
    /// The soft limit on locked memory in bytes, after it was raised.
    pub memlock_bytes: u64,
}

impl fmt::Display for Features {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "io_uring on Linux {}: single_issuer, defer_taskrun, coop_taskrun, multishot, buffer rings{}{}; \
             {} descriptors, {} locked memory",
            self.kernel,
            if self.send_zero_copy { ", send_zc" } else { "" },
            if self.bundles { ", bundles" } else { "" },
            Limit(self.descriptors, 1, ""),
            Limit(self.memlock_bytes, 1024, " KiB"),
        )
    }
}

/// A resource limit in a unit.
struct Limit(u64, u64, &'static str);

impl fmt::Display for Limit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            rlimit::INFINITY => write!(out, "unlimited"),
            limit => write!(out, "{}{}", limit / self.1, self.2),
        }
    }
}

/// Probes `io_uring` and raises the soft resource limits for `maxclients` clients on `shards` shards.
///
/// # Errors
/// What is missing, and how to get it.
pub fn probe(maxclients: u32, shards: usize) -> Result<Features, StartupError> {
    let kernel = kernel_release();
    let (send_zero_copy, bundles) = probe_ring(&kernel)?;
    let memlock_bytes = raise(
        Resource::MEMLOCK,
        MEMLOCK_MIN_BYTES,
        &format!("locked memory, {} KiB", MEMLOCK_MIN_BYTES / 1024),
        "raise the hard limit: LimitMEMLOCK= in systemd, --ulimit memlock= in containers, or ulimit -l",
    )?;
    let needed = descriptors::needed_for(maxclients, shards);
    let descriptors = raise(
        Resource::NOFILE,
        needed,
        &format!("{needed} open files for maxclients {maxclients}"),
        "lower maxclients, or raise the hard limit: LimitNOFILE= in systemd, --ulimit nofile= in containers, or ulimit -n",
    )?;
    Ok(Features { kernel, send_zero_copy, bundles, descriptors, memlock_bytes })
}

/// Makes the soft limit of `resource` at least `needed`; what it is then.
///
/// # Errors
/// The hard limit is too low, or the system refuses.
pub fn raise(resource: Resource, needed: u64, what: &str, remedy: &str) -> Result<u64, StartupError> {
    let denied =
        |error: io::Error| StartupError::new(format!("cannot set the limit on {what}: {error}"), remedy);
    let (soft, hard) = resource.get().map_err(denied)?;
    if soft >= needed {
        return Ok(soft);
    }
    if hard < needed {
        return Err(StartupError::new(
            format!("this process needs {what}, but its hard limit is {}", Limit(hard, 1, "")),
            remedy,
        ));
    }
    resource.set(needed, hard).map_err(denied)?;
    Ok(needed)
}

fn kernel_release() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release = release.trim();
    if release.is_empty() { "of unknown version".into() } else { release.into() }
}

/// Builds a ring as a core does; which of the optional features there are.
fn probe_ring(kernel: &str) -> Result<(bool, bool), StartupError> {
    let plain = IoUring::new(8)
        .map_err(|error| refused(&error, kernel, fs::read_to_string(SYSCTL).unwrap_or_default().trim()))?;
    drop(plain);
    let ring: IoUring = IoUring::builder()
        .setup_single_issuer()
        .setup_defer_taskrun()
        .setup_coop_taskrun()
        .build(8)
        .map_err(|error| too_old(kernel, &format!("a ring with DEFER_TASKRUN ({error})")))?;
    let mut known = Probe::new();
    ring.submitter()
        .register_probe(&mut known)
        .map_err(|error| too_old(kernel, &format!("the list of operations ({error})")))?;
    let missing: Vec<&str> =
        OPERATIONS.iter().filter(|(_, code)| !known.is_supported(*code)).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return Err(too_old(kernel, &format!("the operations {}", missing.join(", "))));
    }
    Ok((known.is_supported(opcode::SendZc::CODE), ring.params().is_feature_recvsend_bundle()))
}

const SYSCTL: &str = "/proc/sys/kernel/io_uring_disabled";

/// Why there is no ring at all. `disabled` is the sysctl's value, empty where there is none.
fn refused(error: &io::Error, kernel: &str, disabled: &str) -> StartupError {
    let raw = error.raw_os_error().unwrap_or_default();
    match (raw, disabled) {
        (libc::EPERM, "2") => StartupError::new(
            "io_uring is switched off on this machine (kernel.io_uring_disabled = 2)",
            "run sysctl kernel.io_uring_disabled=0",
        ),
        (libc::EPERM, "1") => StartupError::new(
            "io_uring is for privileged processes only on this machine (kernel.io_uring_disabled = 1)",
            "run sysctl kernel.io_uring_disabled=0, or add this user to the group in kernel.io_uring_group",
        ),
        (libc::EPERM | libc::EACCES, _) => StartupError::new(
            "io_uring is forbidden to this process, most likely by a seccomp filter",
            "allow io_uring_setup, io_uring_enter and io_uring_register; for containers see deploy/seccomp.json",
        ),
        (libc::ENOSYS, _) => StartupError::new(
            format!("there is no io_uring on Linux {kernel}, or a sandbox hides it"),
            "use Linux 6.1 or later, and allow the io_uring system calls (for containers see deploy/seccomp.json)",
        ),
        (libc::ENOMEM, _) => StartupError::new(
            "io_uring got no memory for a small ring",
            "raise the limit on locked memory (ulimit -l) or the memory limit of the cgroup",
        ),
        (libc::EMFILE | libc::ENFILE, _) => {
            StartupError::new(format!("io_uring got no descriptor: {error}"), "raise the limit on open files")
        }
        _ => StartupError::new(
            format!("io_uring cannot be used on Linux {kernel}: {error}"),
            "use Linux 6.1 or later",
        ),
    }
}

fn too_old(kernel: &str, lacking: &str) -> StartupError {
    StartupError::new(
        format!("io_uring on Linux {kernel} lacks {lacking}"),
        "use Linux 6.1 or later, and no sandbox that narrows io_uring",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_passes_and_says_so_in_one_line() {
        let features = probe(100, 2).unwrap();
        let line = features.to_string();
        assert!(line.starts_with("io_uring on Linux ") && !line.contains('\n'), "{line}");
        assert!(features.descriptors >= descriptors::needed_for(100, 2));
        assert!(features.memlock_bytes >= MEMLOCK_MIN_BYTES);
    }

    #[test]
    fn more_clients_than_descriptors_is_an_error_with_a_remedy() {
        let needed = u64::MAX - 1;
        let result = raise(Resource::NOFILE, needed, "x open files", "lower maxclients");
        let line = result.unwrap_err().to_string();
        assert!(line.starts_with("this process needs x open files, but its hard limit is "), "{line}");
        assert!(line.ends_with("; lower maxclients"), "{line}");
    }

    #[test]
    fn each_refusal_has_its_own_remedy() {
        let refusal =
            |code: i32, sysctl: &str| refused(&io::Error::from_raw_os_error(code), "5.4", sysctl).to_string();
        assert!(refusal(libc::EPERM, "2").ends_with("; run sysctl kernel.io_uring_disabled=0"));
        assert!(refusal(libc::EPERM, "1").contains("kernel.io_uring_group"));
        assert!(refusal(libc::EPERM, "0").contains("deploy/seccomp.json"));
        assert!(refusal(libc::EPERM, "").contains("seccomp filter"));
        assert!(refusal(libc::ENOSYS, "").starts_with("there is no io_uring on Linux 5.4"));
        assert!(refusal(libc::ENOMEM, "").contains("ulimit -l"));
        assert!(refusal(libc::EINVAL, "").contains("cannot be used on Linux 5.4"));
    }
}
