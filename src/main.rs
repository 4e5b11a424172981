//! Parse, start, wait; nothing else.

fn main() {}
