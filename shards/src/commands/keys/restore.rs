//! A value out of bytes that DUMP handed out, here or on another server.

use std::cell::Cell;

use crate::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, Outcome, Run},
    keyspace::{Keyspace, Usage},
    rdb::{self, Refusal, Rules, Value},
    resp::Reply,
};

pub static RESTORE: Command = Command {
    name: "RESTORE",
    arity: Arity::at_least(4),
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
    keys: Keys::ONE,
    key_use: &["OW", "update"],
    group: Group::Generic,
    since: "2.6.0",
    summary: "Creates a key from the serialized representation of a value.",
    complexity: "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of \
                 Redis objects composing the value and M their average size. For small string values the time complexity is thus \
                 O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) \
                 because inserting values into sorted sets is O(log(N)).",
    syntax: "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]",
    run: Run::Local(restore),
    ..Command::DEFAULT
};

/// What a cluster's node sends with MIGRATE. Here every key is at home.
pub static RESTORE_ASKING: Command = Command {
    name: "RESTORE-ASKING",
    arity: Arity::at_least(4),
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::ASKING),
    acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
    keys: Keys::ONE,
    key_use: &["OW", "update"],
    group: Group::Server,
    since: "3.0.0",
    summary: "Creates a key from the serialized representation of a value, in a slot that is being moved.",
    complexity: "As that of RESTORE.",
    syntax: "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]",
    run: Run::Local(restore),
    ..Command::DEFAULT
};

/// What may be asked for beside the value.
#[derive(Default)]
struct Options {
    replace: bool,
    /// The time to live is a time since 1970.
    absolute: bool,
    /// What is known of its use.
    usage: Option<Usage>,
}

impl Options {
    fn read(args: &Args<'_>) -> Result<Self, Error> {
        const IDLE_TIME: Error = Error::Text("ERR Invalid IDLETIME value, must be >= 0");
        const FREQUENCY: Error = Error::Text("ERR Invalid FREQ value, must be >= 0 and <= 255");
        let mut options = Self::default();
        let mut index = 4;
        while index < args.len() {
            let has_number = index + 1 < args.len();
            if args.is(index, "REPLACE") {
                options.replace = true;
            } else if args.is(index, "ABSTTL") {
                options.absolute = true;
            } else if args.is(index, "IDLETIME")
                && has_number
                && !matches!(options.usage, Some(Usage::Counter(_)))
            {
                index += 1;
                let idle_s = u64::try_from(args.integer(index)?).map_err(|_| IDLE_TIME)?;
                // Stamps hold 24 bits, so only the low bits count.
                options.usage = Some(Usage::IdleS(idle_s as u32));
            } else if args.is(index, "FREQ") && has_number && !matches!(options.usage, Some(Usage::IdleS(_)))
            {
                index += 1;
                let uses = u8::try_from(args.integer(index)?).map_err(|_| FREQUENCY)?;
                options.usage = Some(Usage::Counter(uses));
            } else {
                return Err(Error::Syntax);
            }
            index += 1;
        }
        Ok(options)
    }
}

fn restore(db: &mut Keyspace, args: &Args<'_>, out: &mut Reply<'_>) -> Result<Outcome, Error> {
    let options = Options::read(args)?;
    let key = db.key(args, 1);
    if !options.replace && db.holds(&key) {
        return Err(Error::Text("BUSYKEY Target key name already exists."));
    }
    let ttl_ms = args.integer(2)?;
    if ttl_ms < 0 {
        return Err(Error::Text("ERR Invalid TTL value, must be >= 0"));
    }
    let value = read_value(db, args.get(3))?;
    let removed = options.replace && db.remove(&key);
    out.ok();
    let expire_at_ms = (ttl_ms > 0).then(|| {
        // Beyond the range of times Redis ends up in the past.
        if options.absolute { ttl_ms } else { ttl_ms.wrapping_add(db.now_ms()) }
    });
    if expire_at_ms.is_some_and(|at_ms| at_ms <= db.now_ms()) {
        if !removed {
            return Ok(Outcome::Unchanged);
        }
        db.notify_gone(&key);
        return Ok(Outcome::Changed);
    }
    let stamp = db.stamp(options.usage.unwrap_or(Usage::IdleS(0)));
    db.restore(&key, value.into_entry(key.bytes, stamp, expire_at_ms));
    Ok(Outcome::Changed)
}

fn read_value(db: &mut Keyspace, payload: &[u8]) -> Result<Value, Error> {
    let rules = Rules { limits: &db.limits, strict: db.dumps.strict, sanitized: Cell::new(0) };
    let value = rdb::restore(payload, &rules).map_err(|refusal| {
        Error::Text(match refusal {
            Refusal::Seal => "ERR DUMP payload version or checksum are wrong",
            Refusal::Data => "ERR Bad data format",
        })
    });
    db.counters.sanitized += rules.sanitized.get();
    value
}
