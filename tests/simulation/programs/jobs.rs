//! The queue that the order between cores was made for: who takes a job finds its payload.

use std::{cell::RefCell, rc::Rc};

use shards::structures::random::Rng;

use crate::{
    board::Board,
    program::{Act, Asked, Program, ask, ask_exactly, equal, integer, leading_number, ok},
    resp::Value,
};

const QUEUES: [&[u8]; 2] = [b"jobs:a", b"jobs:b"];

fn payload_key(job: u64) -> Vec<u8> {
    format!("payload:{job}").into_bytes()
}

fn payload(job: u64) -> Vec<u8> {
    format!("{job}:payload").into_bytes()
}

/// Pushes jobs: payload, then id, in one pipeline.
pub struct Producer {
    next: u64,
    last: u64,
}

impl Producer {
    /// Will push `jobs` jobs from number `first` on.
    pub fn new(first: u64, jobs: usize, board: &mut Board) -> Self {
        board.jobs_planned += jobs;
        Self { next: first, last: first + jobs as u64 }
    }
}

impl Program for Producer {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        if self.next == self.last {
            return if waiting == 0 { Act::Done } else { Act::Wait };
        }
        if waiting > 6 {
            return Act::Wait;
        }
        let mut pipeline = Vec::new();
        for _ in 0..(1 + rng.below(3)).min((self.last - self.next) as usize) {
            let job = self.next;
            self.next += 1;
            board.jobs_sent.insert(job);
            pipeline.push(ask_exactly(&[b"SET", &payload_key(job), &payload(job)], ok()));
            let queue = QUEUES[rng.below(QUEUES.len())];
            let push = [b"LPUSH", queue, job.to_string().as_bytes()].map(<[u8]>::to_vec);
            let push: Vec<&[u8]> = push.iter().map(Vec::as_slice).collect();
            pipeline.push(ask(&push, |got, _| integer(got).map(|_| ())));
        }
        Act::Send(pipeline)
    }
}

/// Takes jobs until all are taken.
#[derive(Default)]
pub struct Worker {
    found: Rc<RefCell<Vec<u64>>>,
}

impl Worker {
    fn take(&self, rng: &mut Rng) -> Asked {
        let found = Rc::clone(&self.found);
        ask(&[b"RPOP", QUEUES[rng.below(QUEUES.len())]], move |got, board| {
            if *got == Value::NullBulk {
                return Ok(());
            }
            let job = leading_number(got)?;
            if !board.jobs_sent.contains(&job) || !board.jobs_taken.insert(job) {
                return Err(format!("job {job} was taken twice, or never pushed"));
            }
            found.borrow_mut().push(job);
            Ok(())
        })
    }
}

impl Program for Worker {
    fn act(&mut self, waiting: usize, board: &mut Board, rng: &mut Rng) -> Act {
        let found = std::mem::take(&mut *self.found.borrow_mut());
        if !found.is_empty() {
            let work = |job: u64| {
                ask(&[b"GET", &payload_key(job)], move |got, _| {
                    let expected = Value::Bulk(payload(job));
                    equal(got, &expected).map_err(|why| format!("job {job} is torn: {why}"))
                })
            };
            return Act::Send(found.into_iter().map(work).collect());
        }
        if waiting > 0 {
            return Act::Wait;
        }
        if board.jobs_taken.len() == board.jobs_planned {
            return Act::Done;
        }
        Act::Send((0..=rng.below(2)).map(|_| self.take(rng)).collect())
    }
}
