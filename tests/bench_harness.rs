//! The parts of the side-by-side harness, under test: a bench target without a harness runs no tests of its own.

// `main` and what only it reaches are unused here.
#[allow(dead_code)]
#[path = "../benches/side_by_side/main.rs"]
mod side_by_side;
