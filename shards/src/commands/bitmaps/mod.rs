//! Strings as arrays of bits.

mod bit;
mod combine;
mod field;
mod range;

use crate::command::Command;

/// The rows of this folder.
pub const COMMANDS: &[&Command] = &[
    &bit::GETBIT,
    &bit::SETBIT,
    &combine::BITOP,
    &field::BITFIELD,
    &field::BITFIELD_RO,
    &range::BITCOUNT,
    &range::BITPOS,
];
