//! A job queue on all shards whose workers wait: no job is lost, and none is done twice, though workers vanish, are killed and are
//! made to wait no more.
//!
//! Careful workers move a job to a list of their own, do it, and strike it off; when they come back after an end, they do what that
//! list holds. Careless ones take it: each end may cost the jobs of one command.

use std::{
    collections::HashSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use kvadrant::mesh::Routes;
use shards::keyspace::slot::slot_of;

use crate::{
    SHARDS, Soak,
    client::{Client, Words, elements, number, words},
    harness::{resp::Value, server::Server},
};

/// Clients of each kind: 64 together.
const PRODUCERS: usize = 12;
const CAREFUL: usize = 24;
const CARELESS: usize = 22;
const DISTURBERS: usize = 6;

/// Lists of jobs per shard.
const LISTS_PER_SHARD: usize = 2;

/// Where more jobs than this are to be done, producers leave time to the workers, so that these have to wait.
const BACKLOG: i64 = 2;

/// How long workers wait, seconds; those who wait for ever are made to stop at the end.
const TIMEOUTS: [&str; 5] = ["0", "0", "0.002", "0.05", "1"];

/// Most that a careless worker takes at once.
const TAKEN_MAX: usize = 3;

/// One worker's wait in so many ends with the worker's connection.
const VANISHES_ONE_IN: usize = 60;

/// What all know of the jobs.
struct Queue {
    lists: Vec<String>,
    produced: Mutex<HashSet<Vec<u8>>>,
    done: Mutex<HashSet<Vec<u8>>>,
    /// Jobs that careless workers could have lost.
    lost_max: AtomicUsize,
    /// The numbers of the workers' connections, by worker.
    workers: Mutex<Vec<i64>>,
    workers_left: AtomicUsize,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Queue {
    fn new() -> Queue {
        let routes = Routes::new(SHARDS);
        let of_shard = |shard: usize| {
            let names = (0..).map(|index| format!("jobs:{index}"));
            names.filter(move |name| usize::from(routes.owner(slot_of(name.as_bytes()))) == shard)
        };
        Queue {
            lists: (0..SHARDS).flat_map(|shard| of_shard(shard).take(LISTS_PER_SHARD)).collect(),
            produced: Mutex::default(),
            done: Mutex::default(),
            lost_max: AtomicUsize::new(0),
            workers: Mutex::new(vec![0; CAREFUL + CARELESS]),
            workers_left: AtomicUsize::new(CAREFUL + CARELESS),
        }
    }

    fn list(&self, client: &mut Client<'_>) -> &str {
        &self.lists[client.rng.below(self.lists.len())]
    }

    /// Pushes jobs until the end.
    fn produce(&self, producer: usize, client: &mut Client<'_>) -> Result<u64, String> {
        let (soak, mut last) = (client.soak, 0);
        soak.repeat(|| {
            let (one, other) = (self.list(client), self.list(client));
            let backlog = client.ask(&[words(&format!("LLEN {one}"))])?.pop();
            if backlog.as_ref().map_or(Ok(0), number)? > BACKLOG {
                thread::sleep(Duration::from_millis(1));
                return Ok(());
            }
            let mut job = || {
                last += 1;
                let job = format!("{producer}.{last}");
                locked(&self.produced).insert(job.clone().into_bytes());
                job
            };
            let commands: Vec<Words> = match client.rng.below(5) {
                0 => vec![words(&format!("RPUSH {one} {} {}", job(), job()))],
                1 => vec![words(&format!("LPUSH {one} {}", job()))],
                2 => vec![
                    words("MULTI"),
                    words(&format!("RPUSH {one} {}", job())),
                    words(&format!("LPUSH {other} {}", job())),
                    words("EXEC"),
                ],
                3 => vec![
                    words(&format!("RPUSH staged:{producer} {}", job())),
                    words(&format!("LMOVE staged:{producer} {one} LEFT RIGHT")),
                ],
                _ => vec![
                    words(&format!("RPUSH staged:{producer} {} {}", job(), job())),
                    words(&format!("RENAMENX staged:{producer} {one}")),
                    words(&format!("LMOVE staged:{producer} {other} LEFT LEFT")),
                    words(&format!("LMOVE staged:{producer} {other} LEFT LEFT")),
                ],
            };
            let replies = client.ask(&commands)?;
            // LMOVE finds nothing if RENAMENX has moved all.
            match replies.iter().find(|reply| matches!(reply, Value::Error(_))) {
                None => Ok(()),
                Some(error) => Err(format!("{error:?} among the replies to {commands:?}")),
            }
        })
    }

    fn do_job(&self, job: &Value) -> Result<(), String> {
        let Value::Bulk(job) = job else { return Err(format!("{job:?} is no job")) };
        let name = job.escape_ascii();
        if !locked(&self.produced).contains(job) {
            return Err(format!("{name} was never pushed"));
        }
        if locked(&self.done).insert(job.clone()) { Ok(()) } else { Err(format!("{name} was done twice")) }
    }

    /// Has others know by which number a worker can be disturbed; false if it was in that moment.
    fn register(&self, worker: usize, client: &mut Client<'_>) -> Result<bool, String> {
        let Some(id) = client.ask_while_open(&words("CLIENT ID"))? else { return Ok(false) };
        locked(&self.workers)[worker] = number(&id)?;
        Ok(true)
    }

    /// Moves jobs to a list of its own and does them, until the end.
    fn work_carefully(&self, worker: usize, client: &mut Client<'_>) -> Result<u64, String> {
        let (soak, own) = (client.soak, format!("work:{worker}"));
        let mut is_known = false;
        soak.repeat(|| {
            if !is_known {
                is_known = self.register(worker, client)? && self.catch_up(&own, client)?;
                return Ok(());
            }
            let (list, timeout) = (self.list(client), TIMEOUTS[client.rng.below(TIMEOUTS.len())]);
            let command = match client.rng.below(3) {
                0 => format!("BRPOPLPUSH {list} {own} {timeout}"),
                1 => format!("BLMOVE {list} {own} LEFT LEFT {timeout}"),
                _ => format!("BLMOVE {list} {own} RIGHT RIGHT {timeout}"),
            };
            match wait_for(client, &words(&command))? {
                None => is_known = false,
                Some(reply) if is_nothing(&reply) => {}
                Some(job) => is_known = self.finish(&own, &job, client)?,
            }
            Ok(())
        })
    }

    /// Does a job and strikes it off; false if the connection ended.
    fn finish(&self, own: &str, job: &Value, client: &mut Client<'_>) -> Result<bool, String> {
        let Value::Bulk(name) = job else { return Err(format!("{job:?} is no job")) };
        let strike = [words(&format!("LREM {own} 1")), vec![name.clone()]].concat();
        let held = [words(&format!("LPOS {own}")), vec![name.clone()]].concat();
        let mut is_open = true;
        loop {
            match client.ask_while_open(&strike)? {
                Some(Value::Integer(1)) => break,
                Some(other) => return Err(format!("{other:?} to LREM {own} 1 {}", name.escape_ascii())),
                None => is_open = false,
            }
            // It may be struck off or not: the list tells.
            if client.ask_while_open(&held)? == Some(Value::NullBulk) {
                break;
            }
        }
        self.do_job(job)?;
        Ok(is_open)
    }

    /// Does what was moved to its list and not done; false if the connection ended.
    fn catch_up(&self, own: &str, client: &mut Client<'_>) -> Result<bool, String> {
        let Some(left) = client.ask_while_open(&words(&format!("LRANGE {own} 0 -1")))? else {
            return Ok(false);
        };
        for job in elements(left)? {
            if !self.finish(own, &job, client)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes jobs and does them, until the end.
    fn work_carelessly(&self, worker: usize, client: &mut Client<'_>) -> Result<u64, String> {
        let soak = client.soak;
        let mut is_known = false;
        soak.repeat(|| {
            if !is_known {
                is_known = self.register(worker, client)?;
                return Ok(());
            }
            let (one, other, third) = (self.list(client), self.list(client), self.list(client));
            let timeout = TIMEOUTS[client.rng.below(TIMEOUTS.len())];
            let (command, taken_max) = match client.rng.below(4) {
                0 => (format!("BLPOP {one} {timeout}"), 1),
                1 => (format!("BLPOP {one} {other} {third} {timeout}"), 1),
                2 => (format!("BRPOP {one} {other} {third} {timeout}"), 1),
                _ => {
                    let keys = format!("3 {one} {other} {third}");
                    (format!("BLMPOP {timeout} {keys} LEFT COUNT {TAKEN_MAX}"), TAKEN_MAX)
                }
            };
            match wait_for(client, &words(&command))? {
                None => {
                    self.lost_max.fetch_add(taken_max, Ordering::Relaxed);
                    is_known = false;
                }
                Some(reply) if is_nothing(&reply) => {}
                Some(reply) => match elements(reply)?.pop() {
                    Some(Value::Array(jobs)) => jobs.iter().try_for_each(|job| self.do_job(job))?,
                    Some(job) => self.do_job(&job)?,
                    None => return Err(format!("an empty array to {command}")),
                },
            }
            Ok(())
        })
    }

    /// Kills workers and ends what they wait for; at the end, until all have stopped.
    fn disturb(&self, client: &mut Client<'_>) -> Result<u64, String> {
        let soak = client.soak;
        let times = soak.repeat(|| {
            thread::sleep(Duration::from_millis(1 + client.rng.below(10) as u64));
            let worker = client.rng.below(CAREFUL + CARELESS);
            let id = locked(&self.workers)[worker];
            if id == 0 {
                return Ok(());
            }
            let command = match client.rng.below(4) {
                0 => format!("CLIENT KILL ID {id}"),
                1 => format!("CLIENT UNBLOCK {id} ERROR"),
                2 => format!("CLIENT UNBLOCK {id} TIMEOUT"),
                _ => format!("CLIENT KILL ID {id} TYPE normal"),
            };
            client.ask(&[words(&command)])?.iter().try_for_each(|reply| number(reply).map(drop))
        })?;
        while self.workers_left.load(Ordering::Acquire) > 0 {
            let ids = locked(&self.workers).clone();
            let commands: Vec<Words> =
                ids.iter().map(|id| words(&format!("CLIENT UNBLOCK {id} TIMEOUT"))).collect();
            client.ask(&commands)?;
            thread::sleep(Duration::from_millis(10));
        }
        Ok(times)
    }

    /// Every job is done, or in one list, or went with the careless.
    fn audit(&self, client: &mut Client<'_>) -> Result<String, String> {
        let mut lists = self.lists.clone();
        lists.extend((0..PRODUCERS).map(|producer| format!("staged:{producer}")));
        lists.extend((0..CAREFUL + CARELESS).map(|worker| format!("work:{worker}")));
        let (produced, done) = (locked(&self.produced), locked(&self.done));
        let mut found = HashSet::new();
        for list in lists {
            let left = client.ask(&[words(&format!("LRANGE {list} 0 -1"))])?.pop();
            for job in elements(left.unwrap_or(Value::NullArray))? {
                let Value::Bulk(job) = job else { return Err(format!("{job:?} is no job")) };
                if done.contains(&job) || !produced.contains(&job) || !found.insert(job.clone()) {
                    return Err(format!("{list} holds {}, which is elsewhere too", job.escape_ascii()));
                }
            }
        }
        let lost = produced.len() - done.len() - found.len();
        let lost_max = self.lost_max.load(Ordering::Relaxed);
        let said = format!(
            "{} jobs: {} done, {} in lists, {lost} of at most {lost_max} lost",
            produced.len(),
            done.len(),
            found.len()
        );
        if lost > lost_max || done.is_empty() { Err(said) } else { Ok(said) }
    }
}

/// Waits for a reply, if neither the client nor the server ends that.
fn wait_for(client: &mut Client<'_>, command: &Words) -> Result<Option<Value>, String> {
    if client.rng.below(VANISHES_ONE_IN) > 0 {
        return client.ask_while_open(command);
    }
    client.send(std::slice::from_ref(command))?;
    thread::sleep(Duration::from_micros(client.rng.below(2_000) as u64));
    client.hang_up();
    Ok(None)
}

/// Nothing came in time, or somebody wanted it to be so.
fn is_nothing(reply: &Value) -> bool {
    match reply {
        Value::NullArray => true,
        Value::Error(text) => text.starts_with(b"UNBLOCKED "),
        _ => false,
    }
}

#[test]
fn no_job_is_lost_or_done_twice_among_64_clients_that_wait() {
    let mut server = Server::kvadrant(SHARDS, &[]);
    let soak = Soak::new(server.port());
    let queue = Queue::new();
    let mut failures = Vec::new();
    thread::scope(|scope| {
        let (soak, queue) = (&soak, &queue);
        let mut running = Vec::new();
        for client in 0..PRODUCERS + CAREFUL + CARELESS + DISTURBERS {
            running.push(scope.spawn(move || {
                let mut asked = Client::new(soak, soak.rng(&format!("queue {client}")));
                let worker = client.wrapping_sub(PRODUCERS);
                let result = match client {
                    client if client < PRODUCERS => queue.produce(client, &mut asked),
                    client if client < PRODUCERS + CAREFUL => queue.work_carefully(worker, &mut asked),
                    client if client < PRODUCERS + CAREFUL + CARELESS => {
                        queue.work_carelessly(worker, &mut asked)
                    }
                    _ => return queue.disturb(&mut asked),
                };
                if client >= PRODUCERS {
                    queue.workers_left.fetch_sub(1, Ordering::Release);
                }
                result
            }));
        }
        for client in running {
            match client.join() {
                Ok(Ok(_)) => {}
                Ok(Err(why)) => failures.push(why),
                Err(_) => failures.push("a client panicked".into()),
            }
        }
    });
    let log = server.log();
    assert!(failures.is_empty(), "KVADRANT_SEED={}\n{}\n{log}", soak.seed, failures.join("\n"));
    let said = queue.audit(&mut Client::new(&soak, soak.rng("audit")));
    println!("{said:?}");
    assert!(said.is_ok(), "KVADRANT_SEED={}: {said:?}\n{log}", soak.seed);
    assert!(server.is_running() && !log.contains("panicked"), "{log}");
}
