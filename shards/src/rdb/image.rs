//! The image of a whole keyspace: what a snapshot file holds.

use super::{
    format::{CHECKSUM, CHECKSUM_BYTES, VERSION, VERSION_MAX, mark},
    load::Rules,
    save::{kind_of, write_value},
    source::{Malformed, Source},
    writer::Writer,
};
use crate::keyspace::{Entry, Keyspace, Usage};

const MAGIC: &[u8; 5] = b"REDIS";
const VERSION_DIGITS: usize = 4;

/// All live keys of all databases, with their values, expiries, and what is known of their use.
pub fn write_image(keyspace: &mut Keyspace) -> Vec<u8> {
    let mut writer = Writer::new(keyspace.dumps.compress);
    writer.raw(MAGIC);
    writer.raw(format!("{VERSION:0VERSION_DIGITS$}").as_bytes());
    let databases: Vec<_> = keyspace.sizes().collect();
    for (database, keys, expiring) in databases {
        writer.byte(mark::DATABASE);
        writer.length(database);
        writer.byte(mark::SIZES);
        writer.length(keys);
        writer.length(expiring);
        keyspace.select(database);
        keyspace.for_each(|entry| write_key(&mut writer, entry, keyspace.usage(entry.clock())));
    }
    writer.byte(mark::END);
    writer.raw(&CHECKSUM.checksum(writer.written()).to_le_bytes());
    writer.into_bytes()
}

/// Other than in Redis, how long a key was not used is there under any policy: a reload is no use of a key.
fn write_key(writer: &mut Writer, entry: &Entry, usage: Usage) {
    if let Some(at_ms) = entry.expire_at_ms() {
        writer.byte(mark::EXPIRE_MS);
        writer.raw(&at_ms.to_le_bytes());
    }
    match usage {
        Usage::IdleS(0) => {}
        Usage::IdleS(idle_s) => {
            writer.byte(mark::IDLE);
            writer.length(idle_s as usize);
        }
        Usage::Counter(uses) => {
            writer.byte(mark::FREQUENCY);
            writer.byte(uses);
        }
    }
    writer.byte(kind_of(entry));
    writer.string(entry.key());
    write_value(writer, entry);
}

/// The keys in an image that are live at `now_ms`, each with its database, which is one of `databases`; `stamp` gives access
/// stamps.
///
/// # Errors
/// [`Malformed`] if it is none, or of a newer version, or has more databases.
pub fn read_image(
    image: &[u8],
    rules: &Rules<'_>,
    databases: usize,
    now_ms: i64,
    stamp: impl Fn(Usage) -> u32,
) -> Result<Vec<(u16, Entry)>, Malformed> {
    let (sealed, checksum) = image.split_last_chunk::<CHECKSUM_BYTES>().ok_or(Malformed)?;
    let mut source = Source::new(sealed);
    let version = source.take(MAGIC.len()).and_then(|magic| {
        let digits = source.take(VERSION_DIGITS)?;
        let version: u16 =
            std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(Malformed)?;
        if magic == MAGIC { Ok(version) } else { Err(Malformed) }
    })?;
    let checksum = u64::from_le_bytes(*checksum);
    // Zero stands for a file that was written without one.
    if version > VERSION_MAX || checksum != 0 && checksum != CHECKSUM.checksum(sealed) {
        return Err(Malformed);
    }
    let mut entries = Vec::new();
    let mut database = 0;
    let (mut expire_at_ms, mut usage) = (None, None);
    loop {
        match source.byte()? {
            mark::END => return if source.rest().is_empty() { Ok(entries) } else { Err(Malformed) },
            mark::DATABASE => {
                let number = source.count()?;
                database = u16::try_from(number).ok().filter(|_| number < databases).ok_or(Malformed)?;
            }
            mark::SIZES => {
                source.length()?;
                source.length()?;
            }
            mark::ABOUT => {
                source.string()?;
                source.string()?;
            }
            mark::EXPIRE_MS => expire_at_ms = Some(i64::from_le_bytes(source.array()?)),
            mark::EXPIRE_S => expire_at_ms = Some(i64::from(i32::from_le_bytes(source.array()?)) * 1_000),
            // Stamps hold 24 bits, so only the low bits count.
            mark::IDLE => usage = Some(Usage::IdleS(source.length()? as u32)),
            mark::FREQUENCY => usage = Some(Usage::Counter(source.byte()?)),
            of => {
                let key = source.string()?;
                let value = rules.read_value(of, &mut source)?;
                let (expire_at_ms, usage) = (expire_at_ms.take(), usage.take());
                if expire_at_ms.is_none_or(|at_ms| at_ms > now_ms) {
                    let stamp = stamp(usage.unwrap_or(Usage::IdleS(0)));
                    entries.push((database, value.into_entry(&key, stamp, expire_at_ms)));
                }
            }
        }
    }
}
