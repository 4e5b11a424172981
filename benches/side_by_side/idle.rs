//! What a server costs that nobody asks anything: its CPU time with 1,000 connected clients.

use super::generator::greet;
use super::options::Size;
use super::rounds::Ground;
use super::server::{Server, Target};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Connected clients.
pub const CLIENTS: usize = 1_000;

/// Measures each server, one after the other: the share of one core that it uses, in percent.
pub fn run(ground: &Ground<'_>, targets: &[Target]) -> Vec<(Target, Result<f64, String>)> {
    targets
        .iter()
        .map(|&target| {
            eprintln!("[idle] {target}");
            (target, percent_of_a_core(ground, target))
        })
        .collect()
}

fn percent_of_a_core(ground: &Ground<'_>, target: Target) -> Result<f64, String> {
    let watch = Duration::from_secs(if ground.size == Size::Full { 10 } else { 3 });
    // Sockets of the clients and, inherited by the server, of its side.
    rlimit::increase_nofile_limit(4 * CLIENTS as u64).map_err(|error| format!("RLIMIT_NOFILE: {error}"))?;
    let server = Server::start(target, ground.programs, ground.placement)?;
    let clients = (0..CLIENTS)
        .map(|_| greet(server.port))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(|error| format!("{CLIENTS} clients: {error}"))?;
    server.settle();
    let (before, start) = (server.cpu_ns(), Instant::now());
    sleep(watch);
    let used_ns = server.cpu_ns().saturating_sub(before);
    let percent = used_ns as f64 / start.elapsed().as_nanos() as f64 * 100.0;
    drop(clients);
    Ok(percent)
}
