//! The ranges that rows share.

use super::value::Kind;

/// What a C `int` holds from 0 up.
pub(super) const COUNT: Kind = Kind::Integer { min: 0, max: i32::MAX as i128 };
/// The same without 0.
pub(super) const POSITIVE: Kind = Kind::Integer { min: 1, max: i32::MAX as i128 };
/// What a C `long` holds from 0 up.
pub(super) const LONG: Kind = Kind::Integer { min: 0, max: i64::MAX as i128 };
/// Bytes from 0 up.
pub(super) const BYTES: Kind = Kind::Memory { min: 0, max: i64::MAX as i128 };
/// A TCP port, or 0 for none.
pub(super) const PORT: Kind = Kind::Integer { min: 0, max: u16::MAX as i128 };
