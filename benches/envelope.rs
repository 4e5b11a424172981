//! A batch of commands on its way to the core that owns their keys, and the replies on their way back.

#![allow(missing_docs)]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shards::{
    command::{Registry, Run},
    commands,
    keyspace::{Settings, slot::slot_of},
    message::{Answer, Call, Envelope, Reading, Token},
    resp::{Out, Span},
    shard::Shard,
};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Commands in one envelope.
const BATCH: usize = 32;

const NAME: &[u8] = b"*2\r\n$3\r\nGET\r\n$16\r\n";

/// A GET as the parser leaves it: its bytes, and the spans of its arguments.
struct Request {
    bytes: Vec<u8>,
    spans: [Span; 2],
    call: Call,
}

fn requests(registry: &Registry) -> Vec<Request> {
    let id = registry.find(b"GET").expect("GET is a command");
    let request = |number: usize| {
        let key = format!("key:{number:012}");
        let token = Token { session: 1, generation: 1, sequence: number as u32, part: 0 };
        Request {
            bytes: [NAME, key.as_bytes(), b"\r\n"].concat(),
            spans: [Span { start: 8, len: 3 }, Span { start: NAME.len() as u32, len: key.len() as u32 }],
            call: Call { slot: slot_of(key.as_bytes()), key_index: 1, ..Call::new(token, id) },
        }
    };
    (0..BATCH).map(request).collect()
}

fn fill(envelope: &mut Envelope, requests: &[Request]) {
    for request in requests {
        envelope.push(request.call, &request.bytes, &request.spans, &[]);
    }
}

fn take_replies(envelope: &Envelope, out: &mut Out) {
    out.clear();
    for Answer { token, replies, .. } in envelope.replies() {
        black_box(token);
        out.append_range(replies.run(), replies.start(), replies.end());
    }
}

fn there_and_back(c: &mut Criterion) {
    let registry = Registry::new(commands::rows(), []);
    let requests = requests(&registry);
    let mut group = c.benchmark_group("envelope of 32 GETs");
    group.throughput(Throughput::Elements(BATCH as u64));
    let (mut envelope, mut out) = (Envelope::default(), Out::new());

    group.bench_function("filled, answered with what costs nothing, emptied", |b| {
        let mut reading = Reading::default();
        b.iter(|| {
            fill(&mut envelope, black_box(&requests));
            envelope.read(&mut reading, |_, _, _| 0);
            envelope.answer(&reading, |_, args, replies| {
                black_box(args);
                replies.buffer().extend_from_slice(b"$-1\r\n");
                true
            });
            take_replies(&envelope, &mut out);
            envelope.recycle();
        });
    });

    let settings = Settings { slots: 0..16384, databases: 1, seed: 1 };
    let mut shard = Shard::new(&settings, registry.rows().len());
    for request in &requests {
        let bytes = &request.bytes[NAME.len()..NAME.len() + 16];
        let hash = shard.keyspace.hash(bytes);
        let key = shards::keyspace::Key { bytes, slot: request.call.slot, hash };
        shard.keyspace.set_string(&key, &[b'v'; 32], None, false);
    }
    group.bench_function("run by a shard", |b| {
        b.iter(|| {
            fill(&mut envelope, black_box(&requests));
            let reading = shard.prepare(&envelope, &registry);
            envelope.answer(&reading, |call, args, replies| {
                let row = registry.row(call.command);
                if let Run::Local(handler) = row.run {
                    let command = (call.command, row, handler);
                    shard.execute(command, call.database, args, call.resp3(), replies);
                }
                true
            });
            shard.prepared(reading);
            take_replies(&envelope, &mut out);
            envelope.recycle();
        });
    });
    group.finish();
}

fn quick() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

criterion_group! { name = benches; config = quick(); targets = there_and_back }
criterion_main!(benches);
