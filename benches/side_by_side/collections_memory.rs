//! What collections take: growth of the resident memory for many small ones and for one large one of each kind, and the
//! longest pause while the large one grows.
//!
//! By the clock of the client, a batch takes what the server takes for it and what the machine takes from both: on a shared
//! one, the longest of thousands of batches is a pause of the machine, and a pause of the machine is no pause of the server.
//! Whatever makes clients wait because the server has so much to do, it does on a CPU: so a batch is also measured by the CPU
//! time that the server used for it. The kernel counts a thread's CPU time when the thread leaves the CPU; hence the client
//! waits until all threads of the server sleep, and what the server puts off until after its reply counts too.
//!
//! A virtual machine that is held up without being told charges even that to the server. Therefore the large ones grow
//! several times, each time on a new server: a pause of the server comes in every growth at about the same number of members,
//! one of the machine anywhere. The bar reads the longest pause that recurs. What that cannot show is a pause that comes
//! elsewhere each time: the longest of all batches, recurring or not, stands beside it, and the longest by the clock.

use super::commands::{command, send_all};
use super::generator::greet;
use super::measure::median;
use super::options::Size;
use super::placement;
use super::random::Random;
use super::replies::Replies;
use super::rounds::Ground;
use super::server::{Server, Target};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

/// Members that a command adds to a large collection.
const BATCH: u64 = 100;
/// The large ones grow so often at least.
const GROWTHS_MIN: usize = 3;
/// A pause recurs if it comes in every growth within so many batches, a thousand members, before or after.
const NEIGHBOURS: usize = 10;
/// Allocators give back what growing has freed a while after it.
const RELEASE_WAIT: Duration = Duration::from_secs(1);

/// What is stored.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What a line calls it.
    pub name: &'static str,
    /// Asks how many there are.
    count: &'static [&'static str],
    /// Whether it is one large collection, rather than many small ones.
    pub is_large: bool,
    /// Writes the command that adds the next: the collection of this number, or [`BATCH`] members from this number on.
    add: fn(&mut Vec<u8>, u64, &mut Random),
}

/// All shapes.
pub const SHAPES: [Shape; 7] = [
    Shape { name: "hashes of 5 fields", count: &["DBSIZE"], is_large: false, add: add_hash },
    Shape { name: "lists of 10", count: &["DBSIZE"], is_large: false, add: add_list },
    Shape { name: "intsets of 10", count: &["DBSIZE"], is_large: false, add: add_intset },
    Shape { name: "sorted sets of 10", count: &["DBSIZE"], is_large: false, add: add_sorted_set },
    Shape { name: "one large hash", count: &["HLEN", "hash"], is_large: true, add: grow_hash },
    Shape { name: "one large set", count: &["SCARD", "set"], is_large: true, add: grow_set },
    Shape { name: "one large sorted set", count: &["ZCARD", "zset"], is_large: true, add: grow_sorted_set },
];

/// The batches that made one large collection, in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Batches {
    /// The server's CPU time for each.
    pub cpu_ms: Vec<f64>,
    /// The longest by the clock, from sending to the reply.
    pub longest_wall_ms: f64,
}

impl Batches {
    /// The most CPU time for one batch.
    pub fn longest_cpu_ms(&self) -> f64 {
        self.cpu_ms.iter().copied().fold(0.0, f64::max)
    }

    /// For each batch, the most CPU time for one of its neighbours or itself.
    fn longest_nearby(&self) -> impl Iterator<Item = f64> {
        let last = self.cpu_ms.len().saturating_sub(1);
        let nearby = move |at: usize| at.saturating_sub(NEIGHBOURS)..=(at + NEIGHBOURS).min(last);
        (0..self.cpu_ms.len()).map(move |at| self.cpu_ms[nearby(at)].iter().copied().fold(0.0, f64::max))
    }
}

/// One server that has taken in one shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Grown {
    /// Growth of the resident memory over the number of collections, or of members of the large one.
    pub bytes_each: f64,
    /// Of a large one.
    pub batches: Option<Batches>,
}

/// A pause that recurred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pause {
    /// The least that it took of the server's CPU time in any growth, in milliseconds.
    pub cpu_ms: f64,
    /// About how many members there were.
    pub members: u64,
}

/// One shape on one server.
#[derive(Debug, Clone)]
pub struct Point {
    /// The server.
    pub target: Target,
    /// The shape's name.
    pub shape: &'static str,
    /// How many collections, or members of the large one.
    pub count: u64,
    /// By round, each on a new server: small ones have one.
    pub rounds: Vec<Result<Grown, String>>,
}

impl Point {
    fn median(&self, figure: impl Fn(&Grown) -> Option<f64>) -> Option<f64> {
        median(self.rounds.iter().flatten().filter_map(figure))
    }

    /// The median of the bytes for each.
    pub fn bytes_each(&self) -> Option<f64> {
        self.median(|grown| Some(grown.bytes_each))
    }

    /// The longest pause that came in every growth at about the same number of members.
    pub fn pause(&self) -> Option<Pause> {
        let mut least: Option<Vec<f64>> = None;
        for batches in self.rounds.iter().flatten().filter_map(|grown| grown.batches.as_ref()) {
            least = Some(match least {
                None => batches.longest_nearby().collect(),
                Some(least) => {
                    least.into_iter().zip(batches.longest_nearby()).map(|(a, b)| a.min(b)).collect()
                }
            });
        }
        let least = least?;
        let (at, &cpu_ms) = least.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some(Pause { cpu_ms, members: at as u64 * BATCH })
    }

    /// The median of the longest batches, by the server's CPU time, in milliseconds.
    pub fn longest_cpu_ms(&self) -> Option<f64> {
        self.median(|grown| Some(grown.batches.as_ref()?.longest_cpu_ms()))
    }

    /// The median of the longest batches, by the clock, in milliseconds.
    pub fn longest_wall_ms(&self) -> Option<f64> {
        self.median(|grown| Some(grown.batches.as_ref()?.longest_wall_ms))
    }
}

/// The point of a shape and a server.
pub fn find<'a>(points: &'a [Point], shape: &str, target: Target) -> Option<&'a Point> {
    points.iter().find(|point| point.shape == shape && point.target == target)
}

/// Bytes for each, one server over another.
pub fn ratio(points: &[Point], shape: &str, of: Target, over: Target) -> Option<f64> {
    let bytes = |target| find(points, shape, target)?.bytes_each();
    Some(bytes(of)? / bytes(over)?)
}

/// Measures all shapes, servers side by side; the large ones so many times, or [`GROWTHS_MIN`] if that is more.
pub fn run(ground: &Ground<'_>, targets: &[Target], rounds: usize) -> Vec<Point> {
    let count = if ground.size == Size::Full { 1_000_000 } else { 100_000 };
    let mut points = Vec::new();
    for shape in &SHAPES {
        let empty = |&target| Point { target, shape: shape.name, count, rounds: Vec::new() };
        let mut of_shape: Vec<Point> = targets.iter().map(empty).collect();
        for _ in 0..if shape.is_large { rounds.max(GROWTHS_MIN) } else { 1 } {
            for point in &mut of_shape {
                eprintln!("[collections-memory] {} on {}", shape.name, point.target);
                point.rounds.push(grown(ground, point.target, shape, count));
            }
        }
        points.extend(of_shape);
    }
    points
}

fn grown(ground: &Ground<'_>, target: Target, shape: &Shape, count: u64) -> Result<Grown, String> {
    let server = Server::start(target, ground.programs, ground.placement)?;
    server.settle();
    let before = server.rss_bytes()?;
    let batches = if shape.is_large {
        let load_cpus = target.load_cpus(ground.placement);
        Some(placement::run_on(load_cpus, || grow(&server, shape, count))?)
    } else {
        let (mut random, mut next) = (Random::new(47), 0);
        let source = Box::new(move |out: &mut Vec<u8>| {
            (shape.add)(out, next, &mut random);
            next += 1;
        });
        send_all(server.port, count, source)?;
        None
    };
    server.settle();
    if ground.size == Size::Full {
        std::thread::sleep(RELEASE_WAIT);
    }
    let held = server.ask::<u64>(shape.count)?;
    if held != count {
        return Err(format!("holds {held} of {count}"));
    }
    let bytes_each = server.rss_bytes()?.saturating_sub(before) as f64 / count as f64;
    Ok(Grown { bytes_each, batches })
}

/// Adds all members, a batch at a time, each when the server has nothing left to do.
fn grow(server: &Server, shape: &Shape, count: u64) -> Result<Batches, String> {
    let io = |error: std::io::Error| format!("{}: {error}", shape.name);
    let mut socket = greet(server.port).map_err(io)?;
    let mut random = Random::new(53);
    let (mut batch, mut input) = (Vec::new(), [0; 4_096]);
    let mut replies = Replies::default();
    let mut batches = Batches { cpu_ms: Vec::new(), longest_wall_ms: 0.0 };
    server.await_rest();
    let mut cpu_ns = server.cpu_ns();
    for first in (0..count).step_by(BATCH as usize) {
        batch.clear();
        (shape.add)(&mut batch, first, &mut random);
        let sent = Instant::now();
        socket.write_all(&batch).map_err(io)?;
        loop {
            let length = socket.read(&mut input).map_err(io)?;
            if length == 0 {
                return Err("the server closed the connection".to_owned());
            }
            if replies.take(&input[..length])? > 0 {
                break;
            }
        }
        let wall = sent.elapsed();
        if let Some(error) = replies.error.take() {
            return Err(format!("error reply: {error}"));
        }
        server.await_rest();
        let before_ns = std::mem::replace(&mut cpu_ns, server.cpu_ns());
        batches.cpu_ms.push(cpu_ns.saturating_sub(before_ns) as f64 / 1e6);
        batches.longest_wall_ms = batches.longest_wall_ms.max(wall.as_secs_f64() * 1e3);
    }
    Ok(batches)
}

/// Appends a command of these words.
fn words(out: &mut Vec<u8>, words: &[String]) {
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    command(out, &words);
}

/// Appends `VERB KEY` and the words of each of `ids`.
fn with_each<const N: usize>(
    out: &mut Vec<u8>,
    verb: &str,
    key: String,
    ids: std::ops::Range<u64>,
    mut each: impl FnMut(u64) -> [String; N],
) {
    let mut all = vec![verb.to_owned(), key];
    all.extend(ids.flat_map(&mut each));
    words(out, &all);
}

fn add_hash(out: &mut Vec<u8>, id: u64, random: &mut Random) {
    let pair = |field| [format!("f{field}"), format!("val{:06}", random.below(1_000_000))];
    with_each(out, "HSET", format!("h:{id}"), 0..5, pair);
}

fn add_list(out: &mut Vec<u8>, id: u64, random: &mut Random) {
    with_each(out, "RPUSH", format!("l:{id}"), 0..10, |_| [format!("item{:06}", random.below(1_000_000))]);
}

fn add_intset(out: &mut Vec<u8>, id: u64, random: &mut Random) {
    // Distinct, and two bytes each.
    with_each(out, "SADD", format!("s:{id}"), 0..10, |n| [(3_000 * n + random.below(3_000)).to_string()]);
}

fn add_sorted_set(out: &mut Vec<u8>, id: u64, random: &mut Random) {
    let pair = |member| [random.below(100_000).to_string(), format!("m{member:05}")];
    with_each(out, "ZADD", format!("z:{id}"), 0..10, pair);
}

fn grow_hash(out: &mut Vec<u8>, first: u64, _: &mut Random) {
    let pair = |id| [format!("field:{id}"), format!("value:{id}")];
    with_each(out, "HSET", "hash".to_owned(), first..first + BATCH, pair);
}

fn grow_set(out: &mut Vec<u8>, first: u64, _: &mut Random) {
    with_each(out, "SADD", "set".to_owned(), first..first + BATCH, |id| [format!("member:{id}")]);
}

fn grow_sorted_set(out: &mut Vec<u8>, first: u64, random: &mut Random) {
    let pair = |id| [random.below(1_000_000_000).to_string(), format!("member:{id}")];
    with_each(out, "ZADD", "zset".to_owned(), first..first + BATCH, pair);
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn point(target: Target, rounds: Vec<Result<Grown, String>>) -> Point {
        Point { target, shape: "one large set", count: 1, rounds }
    }

    /// A growth whose batches take 0.1 ms each, but for some.
    fn grown(bytes_each: f64, but: &[(usize, f64)]) -> Result<Grown, String> {
        let mut cpu_ms = vec![0.1; 1_000];
        for &(at, ms) in but {
            cpu_ms[at] = ms;
        }
        Ok(Grown { bytes_each, batches: Some(Batches { cpu_ms, longest_wall_ms: 20.0 }) })
    }

    #[test]
    fn figures_are_medians_of_the_rounds_that_ended() {
        let rounds =
            vec![grown(50.0, &[(7, 0.3)]), grown(52.0, &[(8, 9.0)]), Err("no".to_owned()), grown(51.0, &[])];
        let ours = point(Target::Kvadrant(1), rounds);
        let figures = (ours.bytes_each(), ours.longest_cpu_ms(), ours.longest_wall_ms());
        assert_eq!(figures, (Some(51.0), Some(0.3), Some(20.0)));
        let points = [point(Target::Redis, vec![grown(102.0, &[])]), ours];
        let ratio = |over| ratio(&points, "one large set", Target::Kvadrant(1), over);
        assert_eq!((ratio(Target::Redis), ratio(Target::Valkey)), (Some(0.5), None));
    }

    #[test]
    fn a_pause_of_the_server_recurs_and_one_of_the_machine_does_not() {
        let growth = |server_at, machine_at| grown(50.0, &[(server_at, 3.0), (machine_at, 20.0)]);
        let point = point(Target::Redis, vec![growth(500, 30), growth(503, 700), growth(498, 999)]);
        assert_eq!(point.pause().map(|pause| pause.cpu_ms), Some(3.0));
        assert!(point.pause().is_some_and(|pause| (48_000..52_000).contains(&pause.members)));
        assert_eq!(point.longest_cpu_ms(), Some(20.0));
    }

    #[test]
    fn pauses_at_different_sizes_do_not_recur() {
        let rounds = vec![grown(50.0, &[(0, 3.0)]), grown(50.0, &[(999, 3.0)])];
        assert_eq!(point(Target::Redis, rounds).pause().map(|pause| pause.cpu_ms), Some(0.1));
    }

    #[test]
    fn a_small_one_has_no_pause() {
        let point = point(Target::Redis, vec![Ok(Grown { bytes_each: 1.0, batches: None })]);
        assert_eq!((point.bytes_each(), point.pause(), point.longest_cpu_ms()), (Some(1.0), None, None));
    }

    #[test]
    fn small_ones_differ_in_their_keys_and_large_ones_in_their_members() {
        for shape in SHAPES {
            let mut random = Random::new(1);
            let mut out = [Vec::new(), Vec::new()];
            for (index, out) in out.iter_mut().enumerate() {
                (shape.add)(out, index as u64 * BATCH, &mut random);
            }
            let [first, second] = out.map(|bytes| {
                let text = String::from_utf8(bytes).unwrap();
                text.lines().skip(2).step_by(2).map(str::to_owned).collect::<Vec<String>>()
            });
            assert_eq!(
                (first[0] == second[0], first[1] == second[1]),
                (true, shape.is_large),
                "{}",
                shape.name
            );
            let members: HashSet<&String> = first[2..].iter().chain(&second[2..]).collect();
            assert!(!shape.is_large || members.len() >= 2 * BATCH as usize, "{}", shape.name);
        }
    }

    #[test]
    fn an_intset_holds_ten_different_numbers() {
        let mut out = Vec::new();
        add_intset(&mut out, 1, &mut Random::new(2));
        let text = String::from_utf8(out).unwrap();
        let numbers: HashSet<u32> =
            text.lines().skip(6).step_by(2).map(|line| line.parse().unwrap()).collect();
        assert_eq!(numbers.len(), 10);
        assert!(numbers.iter().all(|number| *number < 30_000));
    }
}
