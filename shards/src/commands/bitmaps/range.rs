//! The bits of a string or of a part of it: BITCOUNT and BITPOS.

use std::ops::Range;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::Keyspace,
    resp::Reply,
    structures::bits::search,
};

const READING: Command = Command {
    flags: Flags::READONLY,
    acl: Acl::BITMAP,
    keys: Keys::ONE,
    group: Group::Bitmap,
    complexity: "O(N) where N is the length of the part of the string.",
    ..Command::DEFAULT
};

/// A part of a string: from one index to another, both included, counted from the end where negative.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: i64,
    end: i64,
    /// Whether the indexes are those of bits, and not of bytes.
    of_bits: bool,
}

impl Part {
    const WHOLE: Part = Part { start: 0, end: -1, of_bits: false };

    /// The bits of it in a string of `len` bytes.
    fn bits(self, len: usize) -> Range<usize> {
        let unit = if self.of_bits { 1 } else { 8 };
        let total = (len * 8 / unit) as i64;
        let from_start = |index: i64| if index < 0 { index.saturating_add(total).max(0) } else { index };
        let (start, end) = (from_start(self.start), from_start(self.end).min(total - 1));
        if start > end { 0..0 } else { start as usize * unit..(end + 1) as usize * unit }
    }
}

/// Reads argument `index` as what the indexes of a part count.
fn counts_bits(args: &Args<'_>, index: usize) -> Result<bool, Error> {
    match args.word(index).as_str() {
        "BIT" => Ok(true),
        "BYTE" => Ok(false),
        _ => Err(Error::Syntax),
    }
}

pub static BITCOUNT: Command = Command {
    name: "BITCOUNT",
    arity: Arity::at_least(2),
    since: "2.6.0",
    summary: "Counts the bits that are set in a string or in a part of it.",
    syntax: "key [start end [BYTE | BIT]]",
    run: Run::Local(bitcount),
    ..READING
};

fn bitcount(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let part = match args.len() {
        2 => Part::WHOLE,
        4 | 5 => Part {
            start: args.integer(2)?,
            end: args.integer(3)?,
            of_bits: args.len() == 5 && counts_bits(args, 4)?,
        },
        _ => return Err(Error::Syntax),
    };
    let key = db.key(args, 1);
    let mut digits = itoa::Buffer::new();
    let count = db.string(&key)?.map_or(0, |value| {
        // Two indexes before the beginning would both be the first one, whatever their order.
        if part.start < 0 && part.end < 0 && part.start > part.end {
            return 0;
        }
        let text = value.text(&mut digits);
        search::count_within(text, part.bits(text.len()))
    });
    out.count(count);
    Ok(Outcome::Unchanged)
}

pub static BITPOS: Command = Command {
    name: "BITPOS",
    arity: Arity::at_least(3),
    since: "2.8.7",
    summary: "Finds the first bit that is set or that is clear in a string or in a part of it.",
    syntax: "key bit [start [end [BYTE | BIT]]]",
    run: Run::Local(bitpos),
    ..READING
};

fn bitpos(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let wanted = match args.integer(2)? {
        0 => false,
        1 => true,
        _ => return Err(Error::Text("ERR The bit argument must be 1 or 0.")),
    };
    let mut part = Part::WHOLE;
    if args.len() > 3 {
        if args.len() > 6 {
            return Err(Error::Syntax);
        }
        part.start = args.integer(3)?;
        part.of_bits = args.len() == 6 && counts_bits(args, 5)?;
        if args.len() > 4 {
            part.end = args.integer(4)?;
        }
    }
    let key = db.key(args, 1);
    let mut digits = itoa::Buffer::new();
    let Some(value) = db.string(&key)? else {
        // Nothing is a string of zeros without an end.
        out.integer(if wanted { -1 } else { 0 });
        return Ok(Outcome::Unchanged);
    };
    let text = value.text(&mut digits);
    let bits = part.bits(text.len());
    let has_end = args.len() > 4;
    match search::find(text, bits.clone(), wanted) {
        Some(found) => out.count(found),
        // Where no end was asked for, there are zeros behind the string.
        None if !bits.is_empty() && !wanted && !has_end => out.count(bits.end),
        None => out.integer(-1),
    }
    Ok(Outcome::Unchanged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extreme_indexes_do_not_overflow() {
        let part = |start, end, of_bits| Part { start, end, of_bits };
        assert_eq!(part(i64::MIN, i64::MAX, false).bits(3), 0..24);
        assert_eq!(part(i64::MIN, i64::MIN, false).bits(3), 0..8);
        assert_eq!(part(i64::MAX, i64::MAX, true).bits(3), 0..0);
        assert_eq!(part(i64::MIN, i64::MAX, true).bits(0), 0..0);
        assert_eq!(part(-5, -2, true).bits(3), 19..23);
        assert_eq!(Part::WHOLE.bits(0), 0..0);
    }
}
