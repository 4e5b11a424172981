//! From bytes to commands and from values to bytes: the parser, the registry, the slot, the reply writer.

#![allow(missing_docs)]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shards::{
    command::{Args, Registry},
    commands,
    keyspace::slot::slot_of,
    resp::{Out, ParseLimits, Parser, Reply},
};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const LIMITS: ParseLimits =
    ParseLimits { arguments_max: 1 << 20, bulk_max_bytes: 512 << 20, unauthenticated: false };

/// Commands of a deep pipeline.
const PIPELINE: usize = 64;

fn encode(stream: &mut Vec<u8>, arguments: &[&[u8]]) {
    stream.extend_from_slice(format!("*{}\r\n", arguments.len()).as_bytes());
    for argument in arguments {
        stream.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        stream.extend_from_slice(argument);
        stream.extend_from_slice(b"\r\n");
    }
}

fn gets(count: usize) -> Vec<u8> {
    let mut stream = Vec::new();
    for number in 0..count {
        encode(&mut stream, &[b"GET", format!("key:{number:012}").as_bytes()]);
    }
    stream
}

fn sets(count: usize) -> Vec<u8> {
    let mut stream = Vec::new();
    for number in 0..count {
        encode(&mut stream, &[b"SET", format!("key:{number:012}").as_bytes(), &[b'v'; 32]]);
    }
    stream
}

/// Parses all of `stream`, whose commands are whole, showing each to `each`.
fn parse_all(parser: &Parser, stream: &[u8], mut each: impl FnMut(&Args<'_>)) -> usize {
    let mut rest = stream;
    let mut commands = 0;
    let mut spans = Vec::new();
    while let Some(consumed) = parser.whole(rest, &LIMITS, &mut spans) {
        each(&Args::new(rest, &spans, &[]));
        spans.clear();
        rest = &rest[consumed..];
        commands += 1;
    }
    commands
}

fn parser(c: &mut Criterion) {
    let mut group = c.benchmark_group("parser");
    for (name, stream, commands) in [
        ("one GET", gets(1), 1),
        ("64 GETs", gets(PIPELINE), PIPELINE),
        ("64 SETs of 32 bytes", sets(PIPELINE), PIPELINE),
    ] {
        group.throughput(Throughput::Elements(commands as u64));
        let parser = Parser::new();
        group.bench_function(name, |b| {
            b.iter(|| parse_all(&parser, black_box(&stream), |args| _ = black_box(args)));
        });
    }
    let registry = Registry::new(commands::rows(), []);
    let stream = gets(PIPELINE);
    let parser = Parser::new();
    group.throughput(Throughput::Elements(PIPELINE as u64));
    group.bench_function("64 GETs, with their rows and slots", |b| {
        b.iter(|| {
            parse_all(&parser, black_box(&stream), |args| {
                black_box((registry.find(args.get(0)), slot_of(args.get(1))));
            })
        });
    });
    group.finish();
}

fn registry(c: &mut Criterion) {
    let registry = Registry::new(commands::rows(), []);
    let mut group = c.benchmark_group("registry");
    for name in ["GET", "get", "HGETALL", "ZPOPMIN", "INCRBYFLOAT", "NOSUCH"] {
        group.bench_function(name, |b| b.iter(|| registry.find(black_box(name.as_bytes()))));
    }
    group.finish();
}

fn reply(c: &mut Criterion) {
    let mut group = c.benchmark_group("reply");
    let mut out = Out::new();
    group.bench_function("a bulk of 32 bytes", |b| {
        b.iter(|| {
            out.clear();
            Reply::new(&mut out, false).bulk(black_box(&[b'v'; 32]));
        });
    });
    group.bench_function("an integer of five digits", |b| {
        b.iter(|| {
            out.clear();
            Reply::new(&mut out, false).integer(black_box(12_345));
        });
    });
    for (name, value) in [("a whole double", 42.0), ("a double", 3.25e-3)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                out.clear();
                Reply::new(&mut out, false).double(black_box(value));
            });
        });
    }
    const ELEMENTS: usize = 600;
    let elements: Vec<Vec<u8>> =
        (0..ELEMENTS).map(|number| format!("xxx:{number:04}").into_bytes()).collect();
    group.throughput(Throughput::Elements(ELEMENTS as u64));
    group.bench_function("an array of 600 bulks", |b| {
        b.iter(|| {
            out.clear();
            let mut reply = Reply::new(&mut out, false);
            reply.array(black_box(&elements).len());
            for element in &elements {
                reply.bulk(element);
            }
        });
    });
    group.finish();
}

fn quick() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

criterion_group! { name = benches; config = quick(); targets = parser, registry, reply }
criterion_main!(benches);
