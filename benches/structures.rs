//! The data structures by themselves: time per operation by criterion, and bytes per element as jemalloc rounds them.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use shards::structures::hash::{HashSeed, scan_order};
use shards::structures::ordered::{Member, Ordered};
use shards::structures::random::Rng;
use shards::structures::table::Table;
use shards::types::{Limits, Lookup, set::Set};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// One per hash slot.
const TABLES: usize = 16_384;

/// A stand-in for a key's hash: as random as a real one, and the key can be had back from it by nobody.
fn hash_of(key: u64) -> u64 {
    Rng::new(key).next_u64()
}

/// The slot of a key: independent of the bits that the table looks at.
fn slot_of(key: u64) -> usize {
    hash_of(key ^ 0x5107) as usize % TABLES
}

fn fill(keys: u64) -> Vec<Table<u64>> {
    let mut tables: Vec<Table<u64>> = (0..TABLES).map(|_| Table::new()).collect();
    for key in 0..keys {
        tables[slot_of(key)].insert_unique(hash_of(key), key, |&key| hash_of(key));
    }
    tables
}

fn table_memory(_: &mut Criterion) {
    let mut total = 0.0;
    let means = [61u64, 85, 122, 171];
    for mean in means {
        let keys = mean * TABLES as u64;
        let tables = fill(keys);
        let heap: usize = tables.iter().map(Table::allocated_bytes).sum();
        let bytes = (heap + TABLES * size_of::<Table<u64>>()) as f64 / keys as f64;
        println!("table memory: {mean} elements a table: {bytes:.2} bytes each");
        total += bytes;
    }
    println!("table memory: mean {:.2} bytes", total / means.len() as f64);
    for keys in [1_000_000u64, 1_400_000, 2_000_000, 2_800_000] {
        let mut table = Table::<u64>::new();
        for key in 0..keys {
            table.insert_unique(hash_of(key), key, |&key| hash_of(key));
        }
        let bytes = table.allocated_bytes() as f64 / keys as f64;
        println!("table memory: one table of {keys}: {bytes:.2} bytes each");
    }
}

/// Lookups in sets of which the caches hold little: as SISMEMBER does them, and after those of a batch were asked for.
fn elements(c: &mut Criterion) {
    const BATCH: usize = 32;
    let limits = Limits::with_seed(HashSeed::new(1));
    for members in [100_000, 1_000_000] {
        let mut rng = Rng::new(2);
        let name = |number: usize| format!("element:{number:012}").into_bytes();
        let mut order: Vec<usize> = (0..members).collect();
        (1..members).rev().for_each(|last| order.swap(last, rng.below(last + 1)));
        let mut set = Set::new();
        for number in order {
            assert!(set.add(&name(number), &limits));
        }
        let batches: Vec<[Vec<u8>; BATCH]> =
            (0..4096).map(|_| std::array::from_fn(|_| name(rng.below(members)))).collect();
        let mut batches = batches.iter().cycle();
        let mut batch = || batches.next().expect("a cycle has no end");
        let mut group = c.benchmark_group(format!("set of {members}"));
        group.throughput(Throughput::Elements(BATCH as u64));
        let found = |batch: &[Vec<u8>]| batch.iter().filter(|name| set.contains(name, &limits)).count();
        group.bench_function("find one by one", |b| b.iter(|| found(batch())));
        group.bench_function("prefetch all, then find all", |b| {
            b.iter(|| {
                let batch = batch();
                let hashes = batch.each_ref().map(|name| set.prefetch_place(name, &limits));
                hashes.into_iter().flatten().for_each(|hash| set.prefetch_element(hash));
                found(batch)
            });
        });
        group.finish();
    }
}

/// 64 finds in 16,384 tables of 2 million elements together: far more than the caches hold.
fn table_find(c: &mut Criterion) {
    const BATCH: usize = 64;
    const KEYS: u64 = 2_000_000;
    let tables = fill(KEYS);
    let mut rng = Rng::new(1);
    let mut batch = || -> [(usize, u64, u64); BATCH] {
        std::array::from_fn(|_| {
            let key = rng.below(KEYS as usize) as u64;
            (slot_of(key), hash_of(key), key)
        })
    };
    let mut group = c.benchmark_group("table/2M in 16384");
    group.throughput(Throughput::Elements(BATCH as u64));
    let find = |(slot, hash, key): (usize, u64, u64)| tables[slot].find(hash, |&found| found == key);
    group.bench_function("find one by one", |b| {
        b.iter_batched_ref(
            &mut batch,
            |batch| {
                for &wanted in batch.iter() {
                    black_box(find(wanted).is_some());
                    // A command does more than this before the next lookup starts.
                    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("find overlapped by the processor", |b| {
        b.iter_batched_ref(
            &mut batch,
            |batch| batch.iter().filter(|&&wanted| find(wanted).is_some()).count(),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("prefetch all, then find all", |b| {
        b.iter_batched_ref(
            &mut batch,
            |batch| {
                for &(slot, hash, _) in batch.iter() {
                    tables[slot].prefetch(hash);
                }
                for &wanted in batch.iter() {
                    black_box(find(wanted).is_some());
                    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn table_change(c: &mut Criterion) {
    let mut group = c.benchmark_group("table/one");
    group.throughput(Throughput::Elements(1));
    for keys in [100u64, 100_000] {
        let mut table = Table::<u64>::new();
        for key in 0..keys {
            table.insert_unique(hash_of(key), key, |&key| hash_of(key));
        }
        let mut next = keys;
        group.bench_function(format!("remove and insert in {keys}"), |b| {
            b.iter(|| {
                let old = next - keys;
                assert!(table.remove(hash_of(old), |&key| key == old, |&key| hash_of(key)).is_some());
                assert!(table.find(hash_of(next), |&key| key == next).is_none());
                table.insert_unique(hash_of(next), next, |&key| hash_of(key));
                next += 1;
            });
        });
        let mut rng = Rng::new(3);
        group.bench_function(format!("sample of {keys}"), |b| b.iter(|| table.sample(&mut rng).copied()));
        let mut cursor = 0;
        group.bench_function(format!("scan of {keys}, 10 a call"), |b| {
            b.iter(|| {
                let mut seen = 0;
                let next = table.scan(cursor, 10, |&key| scan_order(hash_of(key)), |_| seen += 1);
                cursor = next.unwrap_or(0);
                seen
            });
        });
    }
    group.finish();
    let mut group = c.benchmark_group("table/grow");
    group.sample_size(10).throughput(Throughput::Elements(1_000_000));
    group.bench_function("insert a million", |b| {
        b.iter(|| {
            let mut table = Table::<u64>::new();
            for key in 0..1_000_000 {
                table.insert_unique(hash_of(key), key, |&key| hash_of(key));
            }
            table.len()
        });
    });
    group.finish();
}

/// A member without bytes of its own elsewhere: what remains is the tree.
#[derive(Clone, Copy)]
struct Id([u8; 8]);

impl Member for Id {
    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn ordered(c: &mut Criterion) {
    let score_of = |key: u64| (hash_of(key) >> 20) as f64;
    for keys in [1_000u64, 100_000, 1_000_000] {
        let mut index = Ordered::new();
        for key in 0..keys {
            index.insert(score_of(key), Id(key.to_be_bytes()));
        }
        let bytes = index.allocated_bytes() as f64 / keys as f64;
        println!("ordered memory: {keys} elements: {bytes:.2} bytes each");
        let mut group = c.benchmark_group(format!("ordered/{keys}"));
        group.throughput(Throughput::Elements(1));
        let mut rng = Rng::new(9);
        let mut any = move || rng.below(keys as usize);
        group.bench_function("rank of an element", |b| {
            b.iter(|| {
                let key = any() as u64;
                index.rank(score_of(key), &key.to_be_bytes())
            });
        });
        group.bench_function("element at a rank", |b| b.iter(|| index.get(any()).is_some()));
        group.bench_function("100 elements from a rank", |b| {
            b.iter(|| {
                let start = any();
                index.range(start..start + 100).map(|item| item.score).sum::<f64>()
            });
        });
        group.bench_function("remove and insert", |b| {
            b.iter(|| {
                let key = any() as u64;
                let removed = index.remove(score_of(key), &key.to_be_bytes());
                index.insert(score_of(key), removed.expect("every key is there").member)
            });
        });
        group.finish();
    }
}

criterion_group!(benches, elements, table_memory, table_find, table_change, ordered);
criterion_main!(benches);
