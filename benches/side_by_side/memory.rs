//! Bytes per key: how much resident memory grows when a fresh server takes in 16-byte keys with 32-byte values.
//!
//! A table that doubles is half empty just after it grew and full just before, so one key count would flatter or wrong a
//! server by chance: the figure to quote is the mean over several counts.

use super::commands::{distinct_sets, send_all};
use super::options::Size;
use super::rounds::Ground;
use super::server::{Server, Target};

/// One point.
#[derive(Debug, Clone)]
pub struct Point {
    /// The server.
    pub target: Target,
    /// How many keys.
    pub keys: u64,
    /// Whether each key has an expiry.
    pub with_ttl: bool,
    /// Growth of the resident memory over the number of keys, or what failed.
    pub bytes_per_key: Result<f64, String>,
}

const KEYS: [u64; 4] = [1_000_000, 1_400_000, 2_000_000, 2_800_000];

/// Measures all points, servers side by side.
pub fn run(ground: &Ground<'_>, targets: &[Target]) -> Vec<Point> {
    let counts = if ground.size == Size::Full { &KEYS[..] } else { &KEYS[..1] };
    let mut points = Vec::new();
    for &keys in counts {
        for with_ttl in [false, true] {
            for &target in targets {
                let bytes_per_key = point(ground, target, keys, with_ttl);
                points.push(Point { target, keys, with_ttl, bytes_per_key });
            }
        }
    }
    points
}

fn point(ground: &Ground<'_>, target: Target, keys: u64, with_ttl: bool) -> Result<f64, String> {
    eprintln!("[memory] {keys} keys{} on {target}", if with_ttl { " with TTL" } else { "" });
    let server = Server::start(target, ground.programs, ground.placement)?;
    server.settle();
    let before = server.rss_bytes()?;
    send_all(server.port, keys, distinct_sets(0, keys, with_ttl))?;
    server.settle();
    let held = server.ask::<u64>(&["DBSIZE"])?;
    if held != keys {
        return Err(format!("holds {held} of {keys} keys"));
    }
    Ok(server.rss_bytes()?.saturating_sub(before) as f64 / keys as f64)
}

/// The mean over all key counts that were measured.
pub fn mean(points: &[Point], target: Target, with_ttl: bool) -> Option<f64> {
    let mine = points.iter().filter(|point| point.target == target && point.with_ttl == with_ttl);
    let values: Vec<f64> = mine.filter_map(|point| point.bytes_per_key.clone().ok()).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_takes_one_server_with_or_without_ttl() {
        let point = |target, with_ttl, bytes: Result<f64, String>| Point {
            target,
            keys: 1,
            with_ttl,
            bytes_per_key: bytes,
        };
        let points = [
            point(Target::Redis, false, Ok(100.0)),
            point(Target::Redis, false, Ok(120.0)),
            point(Target::Redis, false, Err("no".to_owned())),
            point(Target::Redis, true, Ok(150.0)),
            point(Target::Kvadrant(1), false, Ok(80.0)),
        ];
        assert_eq!(mean(&points, Target::Redis, false), Some(110.0));
        assert_eq!(mean(&points, Target::Redis, true), Some(150.0));
        assert_eq!(mean(&points, Target::Valkey, true), None);
    }
}
