//! Compact sequence of short strings and integers in one allocation.
