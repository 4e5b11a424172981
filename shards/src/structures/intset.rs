//! Sorted array of integers.
