//! Walking a sorted set in pieces.

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    commands::{
        hashes::reply_scan,
        item::reply_item,
        scan_options::{ScanOptions, scan_cursor},
    },
    keyspace::{Keyspace, Seen},
    resp::{Out, Reply, number::push_f64},
    structures::listpack::SCRATCH_BYTES,
    types::zset::ZSet,
};

pub static ZSCAN: Command = Command {
    name: "ZSCAN",
    arity: Arity::at_least(3),
    flags: Flags::READONLY,
    acl: Acl::SORTEDSET,
    keys: Keys::ONE,
    tips: &["nondeterministic_output"],
    group: Group::SortedSet,
    since: "2.8.0",
    summary: "Walks the members of a sorted set and their scores in pieces.",
    complexity: "O(1) for every call. O(N) for a complete walk, which returns every lasting member exactly once.",
    syntax: "key cursor [MATCH pattern] [COUNT count]",
    run: Run::Local(zscan),
    ..Command::DEFAULT
};

fn zscan(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let cursor = scan_cursor(args, 2)?;
    let key = db.key(args, 1);
    // Options for a key that does not exist are not even looked at.
    let Some(Seen { value: zset, limits }) = db.get::<ZSet>(&key)? else {
        reply_scan(out, 0, 0, &Out::new());
        return Ok(Outcome::Unchanged);
    };
    let options = ScanOptions::read(args, 3)?;
    // Here scores are text in either protocol. Redis prints those of the compact form as everywhere else, those of the
    // large form with seventeen digits.
    let push_score = if zset.is_compact() { push_f64 } else { push_17_digits };
    let (mut found, mut elements) = (Out::new(), 0);
    let mut writer = Reply::new(&mut found, out.resp3());
    let mut text = Vec::new();
    let next = zset.scan(cursor, options.count, limits, |member, score| {
        if options.admits(member.as_bytes(&mut [0; SCRATCH_BYTES])) {
            text.clear();
            push_score(&mut text, score);
            reply_item(&mut writer, member);
            writer.bulk(&text);
            elements += 2;
        }
    });
    reply_scan(out, next, elements, &found);
    Ok(Outcome::Unchanged)
}

/// Appends a double as C's `printf` does with `%.17g`: up to seventeen digits, with an exponent below 10⁻⁴ and from 10¹⁷ on.
fn push_17_digits(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() || value == 0.0 {
        return push_f64(out, value);
    }
    // `d.dddddddddddddddde-7`, correctly rounded.
    let text = format!("{:.16e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: Vec<u8> = mantissa.bytes().filter(|byte| *byte != b'.').collect();
    let count = digits.iter().rposition(|digit| *digit != b'0').map_or(1, |last| last + 1);
    if value < 0.0 {
        out.push(b'-');
    }
    if (-4..0).contains(&exponent) {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + exponent.unsigned_abs() as usize - 1, b'0');
        return out.extend_from_slice(&digits[..count]);
    }
    let scientific = !(0..17).contains(&exponent);
    let whole = if scientific { 1 } else { exponent as usize + 1 };
    out.extend_from_slice(&digits[..whole]);
    if count > whole {
        out.push(b'.');
        out.extend_from_slice(&digits[whole..count]);
    }
    if scientific {
        let sign = if exponent < 0 { '-' } else { '+' };
        out.extend_from_slice(format!("e{sign}{:02}", exponent.unsigned_abs()).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        push_17_digits(&mut out, value);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn doubles_print_as_printf_prints_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-12.0, "-12"),
            (0.1, "0.10000000000000001"),
            (0.3, "0.29999999999999999"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (123_456_789_012_345_678.0, "1.2345678901234568e+17"),
            (0.000_1, "0.0001"),
            (0.000_123, "0.00012300000000000001"),
            (1e-5, "1.0000000000000001e-05"),
            (5e-324, "4.9406564584124654e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (2.0_f64.powi(50) + 0.25, "1125899906842624.2"),
            (2.0_f64.powi(50) + 0.75, "1125899906842624.8"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(text(value), expected);
        }
    }

    proptest! {
        #[test]
        fn every_double_reads_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            prop_assert_eq!(text(value).parse(), Ok(value));
        }
    }
}
