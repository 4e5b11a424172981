//! What DUMP hands out and RESTORE takes: one value, sealed.

use super::{
    format::{CHECKSUM, CHECKSUM_BYTES, VERSION, VERSION_MAX},
    load::{Rules, Value},
    save::{kind_of, write_value},
    source::Source,
    writer::Writer,
};
use crate::keyspace::Entry;

/// Why a payload is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its seal is broken, or of another version.
    Seal,
    /// What is sealed is no value.
    Data,
}

/// The value of an entry, sealed. `compress`: whether its strings are compressed where that helps.
pub fn dump(entry: &Entry, compress: bool) -> Vec<u8> {
    let mut writer = Writer::new(compress);
    writer.byte(kind_of(entry));
    write_value(&mut writer, entry);
    seal(writer.into_bytes())
}

/// A value with its type in front, sealed.
pub fn seal(value: Vec<u8>) -> Vec<u8> {
    let mut payload = value;
    payload.extend_from_slice(&VERSION.to_le_bytes());
    payload.extend_from_slice(&CHECKSUM.checksum(&payload).to_le_bytes());
    payload
}

/// What is sealed in a payload; nothing if the seal is broken, or of another version.
pub fn unseal(payload: &[u8]) -> Option<&[u8]> {
    let (sealed, checksum) = payload.split_last_chunk::<CHECKSUM_BYTES>()?;
    let (value, version) = sealed.split_last_chunk()?;
    let is_known = u16::from_le_bytes(*version) <= VERSION_MAX;
    (is_known && CHECKSUM.checksum(sealed) == u64::from_le_bytes(*checksum)).then_some(value)
}

/// The value in a payload. As in Redis, what follows the value within the seal is not looked at.
///
/// # Errors
/// See [`Refusal`].
pub fn restore(payload: &[u8], rules: &Rules<'_>) -> Result<Value, Refusal> {
    let mut source = Source::new(unseal(payload).ok_or(Refusal::Seal)?);
    let of = source.byte().map_err(|_| Refusal::Data)?;
    rules.read_value(of, &mut source).map_err(|_| Refusal::Data)
}
