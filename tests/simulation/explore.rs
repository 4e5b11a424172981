//! Runs seeds, and says of the first that fails what it takes to see it again.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    machine::Trace,
    seeds::{self, number},
    world::World,
};

/// Lines of a failure's trace.
const TAIL: usize = 60;

/// Lines when one seed is run alone.
const WHOLE: usize = 100_000;

/// Seeds in a run of the tests.
const SEEDS: u64 = 2_000;

/// One history in so many may be too tangled to be judged.
const UNDECIDED_ONE_IN: u64 = 1_000;

/// Builds the world of a seed.
pub type Build = fn(seed: u64, trace: Trace) -> World;

/// Runs the seed in `KVADRANT_SEED`; without it as many as `KVADRANT_SEEDS` says. Panics with the first that fails.
pub fn every_seed_holds(build: Build) {
    some_seeds_hold(build, SEEDS);
}

/// The same for a world that takes long: as many as this, if nobody says otherwise.
pub fn some_seeds_hold(build: Build, seeds: u64) {
    if let Some(seed) = number("KVADRANT_SEED") {
        if let Err(failure) = run(seed, build, WHOLE) {
            panic!("{failure}");
        }
        return;
    }
    let seeds = seeds::seeds(seeds);
    let undecided_max = 1 + (seeds.end - seeds.start) / UNDECIDED_ONE_IN;
    let mut undecided = 0;
    if let Some(failure) = first_failure_of(seeds, build, |world| undecided += u64::from(world.undecided)) {
        panic!("{failure}");
    }
    assert!(undecided <= undecided_max, "{undecided} histories could not be judged");
}

/// What the first of the seeds to fail says; nothing if all hold. The seed is run twice: without and with a trace.
pub fn first_failure(seeds: Range<u64>, build: Build) -> Option<String> {
    first_failure_of(seeds, build, |_| {})
}

/// The same; the worlds that hold are handed to `held`.
fn first_failure_of(mut seeds: Range<u64>, build: Build, mut held: impl FnMut(&World)) -> Option<String> {
    let seed = seeds.find(|seed| run(*seed, build, 0).map(|world| held(&world)).is_err())?;
    Some(match run(seed, build, TAIL) {
        Err(failure) => failure,
        Ok(_) => format!("seed {seed} failed once and then did not: the run depends on more than its seed"),
    })
}

fn run(seed: u64, build: Build, lines: usize) -> Result<World, String> {
    let mut world = build(seed, Trace::new(lines));
    let result = catch_unwind(AssertUnwindSafe(|| world.run()));
    let what = match result {
        Ok(Ok(())) => return Ok(world),
        Ok(Err(what)) => what,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
            format!("panic: {text}")
        }
    };
    let trace = world.machine.trace.text();
    // What a panic left half done is not taken apart.
    std::mem::forget(world);
    Err(format!("\nseed {seed} fails: {what}\nlast steps:\n{trace}\nto see all: KVADRANT_SEED={seed}\n"))
}
