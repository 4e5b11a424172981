//! What one key costs: to create, overwrite, read and free an entry, and to find its slot.

#![allow(missing_docs)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use shards::keyspace::entry::{Entry, StrRef};
use shards::keyspace::slot::slot_of;
use shards::structures::crc16::crc16;
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const KEY: &[u8; 16] = b"key:000000012345";
const EXPIRY: Option<i64> = Some(1_700_000_000_000);

fn value_len(entry: &Entry) -> usize {
    match entry.as_string() {
        Some(StrRef::Bytes(text)) => text.len(),
        Some(StrRef::Shared(text)) => text.len(),
        Some(StrRef::Int(_)) => 8,
        None => 0,
    }
}

fn create_and_free(c: &mut Criterion) {
    let mut group = c.benchmark_group("create and free");
    for length in [3, 32, 100, 256, 400, 700, 1000, 1001, 2000, 4000] {
        let value = vec![b'v'; length];
        group.bench_function(format!("text of {length}"), |b| {
            b.iter(|| Entry::string(black_box(KEY), black_box(&value), 7));
        });
    }
    group.bench_function("text of 32, expiring", |b| {
        b.iter(|| Entry::string_until(black_box(KEY), black_box(&[b'v'; 32]), 7, black_box(EXPIRY)));
    });
    group.bench_function("integer from its text", |b| {
        b.iter(|| Entry::string(black_box(KEY), black_box(b"1234567"), 7));
    });
    group.bench_function("a Vec of key and value each, for comparison", |b| {
        b.iter(|| Box::new((black_box(KEY).to_vec(), black_box(&[b'v'; 32]).to_vec())));
    });
    group.finish();
}

fn create_many(c: &mut Criterion) {
    c.bench_function("create 1000 entries, text of 32", |b| {
        b.iter_batched(
            || Vec::with_capacity(1000),
            |mut entries| {
                for clock in 0..1000 {
                    entries.push(Entry::string(black_box(KEY), black_box(&[b'v'; 32]), clock));
                }
                entries
            },
            BatchSize::SmallInput,
        );
    });
    c.bench_function("free 1000 entries, text of 32", |b| {
        b.iter_batched(
            || (0..1000).map(|clock| Entry::string(KEY, &[b'v'; 32], clock)).collect::<Vec<_>>(),
            drop,
            BatchSize::SmallInput,
        );
    });
}

fn overwrite(c: &mut Criterion) {
    let mut group = c.benchmark_group("overwrite");
    let mut entry = Entry::string(KEY, &[b'v'; 32], 7);
    for length in [32, 400, 1000, 1001, 4000] {
        let value = vec![b'w'; length];
        group.bench_function(format!("text of {length} by its like"), |b| {
            b.iter(|| entry.set_string(black_box(&value), None));
        });
    }
    entry.set_string(&[b'w'; 32], None);
    group.bench_function("text of 32, expiry on and off", |b| {
        b.iter(|| {
            entry.set_expire_at_ms(black_box(EXPIRY));
            entry.set_expire_at_ms(black_box(None));
        });
    });
    entry.set_int(0, None);
    group.bench_function("integer, counted up", |b| {
        b.iter(|| {
            if let Some(StrRef::Int(number)) = black_box(&entry).as_string() {
                entry.set_int(number + 1, entry.expire_at_ms());
            }
        });
    });
    group.finish();
}

fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("read");
    for (name, entry) in [
        ("text of 32", Entry::string(KEY, &[b'v'; 32], 7)),
        ("text of 32, expiring", Entry::string_until(KEY, &[b'v'; 32], 7, EXPIRY)),
        ("text of 4000", Entry::string(KEY, &[b'v'; 4000], 7)),
    ] {
        group.bench_function(format!("{name}: compare key, expiry, touch, value"), |b| {
            b.iter(|| {
                let entry = black_box(&entry);
                let hit = entry.key() == black_box(KEY) && entry.expire_at_ms().is_none_or(|at| at > 0);
                entry.touch(black_box(8));
                if hit { value_len(entry) } else { 0 }
            });
        });
    }
    group.finish();
}

fn slot(c: &mut Criterion) {
    let mut group = c.benchmark_group("slot");
    for length in [3, 7, 8, 16, 20, 32, 100] {
        let key = vec![b'k'; length];
        group.bench_function(format!("key of {length}"), |b| b.iter(|| slot_of(black_box(&key))));
    }
    group.bench_function("key of 16, tagged", |b| b.iter(|| slot_of(black_box(b"{user1000}.name1"))));
    group.bench_function("the sum alone, key of 16", |b| b.iter(|| crc16(black_box(KEY))));
    group.finish();
}

criterion_group!(entry, create_and_free, create_many, overwrite, read, slot);
criterion_main!(entry);
