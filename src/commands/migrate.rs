//! MIGRATE: its row, what it asks for, and what is taken out of a keyspace for it.
//!
//! The shards of its keys are held while these are under way, so that nobody sees them in two places or in none. The journey itself
//! is in [`crate::courier`], the holding in [`crate::cores`].

use std::time::Duration;

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group, Keys, More},
    keyspace::Keyspace,
    rdb,
};

use super::{NodeCommand, NodeRun};
use crate::courier::{Address, Login, Parcel, Shipment};

/// The commands of this file.
pub const COMMANDS: &[&NodeCommand] = &[&MIGRATE];

/// How long the other server may take if the request does not say.
const DEFAULT_TIMEOUT_MS: u64 = 1_000;

pub static MIGRATE: NodeCommand = NodeCommand {
    row: Command {
        name: "MIGRATE",
        arity: Arity::at_least(6),
        flags: Flags::WRITE,
        acl: Acl::KEYSPACE.and(Acl::DANGEROUS),
        keys: Keys { first: 3, last: 3, step: 1, more: More::Migrated },
        key_use: &["RW", "access", "delete"],
        tips: &["nondeterministic_output"],
        group: Group::Generic,
        since: "2.6.0",
        summary: "Atomically transfers a key from one instance to another.",
        complexity: "DUMP and DEL here, RESTORE there, and an O(N) transfer of the data between the two.",
        syntax: "host port <key | \"\"> destination-db timeout [COPY] [REPLACE] [AUTH password | AUTH2 username password] \
                 [KEYS key [key ...]]",
        ..Command::DEFAULT
    },
    run: NodeRun::Migrate,
};

/// What a request asks for.
#[derive(Debug)]
pub struct Migration<'a> {
    args: &'a Args<'a>,
    copy: bool,
    replace: bool,
    login: Option<Login>,
    /// Index of the first key.
    first_key: usize,
    /// How many keys there are.
    keys: usize,
    database: i64,
    timeout: Duration,
}

impl<'a> Migration<'a> {
    /// Reads a request.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn read(args: &'a Args<'a>) -> Result<Self, Error> {
        let mut migration = Self {
            args,
            copy: false,
            replace: false,
            login: None,
            first_key: 3,
            keys: 1,
            database: 0,
            timeout: Duration::ZERO,
        };
        migration.read_options()?;
        let timeout_ms = args.integer(5)?;
        migration.database = args.integer(4)?;
        let timeout_ms = u64::try_from(timeout_ms).ok().filter(|ms| *ms > 0).unwrap_or(DEFAULT_TIMEOUT_MS);
        migration.timeout = Duration::from_millis(timeout_ms);
        Ok(migration)
    }

    fn read_options(&mut self) -> Result<(), Error> {
        let args = self.args;
        let mut index = 6;
        while index < args.len() {
            let behind = args.len() - 1 - index;
            match args.word(index).as_str() {
                "COPY" => self.copy = true,
                "REPLACE" => self.replace = true,
                "AUTH" if behind >= 1 => {
                    // A user named before stays.
                    let user = self.login.take().and_then(|login| login.user);
                    self.login = Some(Login { user, password: args.get(index + 1).into() });
                    index += 1;
                }
                "AUTH2" if behind >= 2 => {
                    let user = Some(args.get(index + 1).into());
                    self.login = Some(Login { user, password: args.get(index + 2).into() });
                    index += 2;
                }
                "KEYS" => {
                    if !args.get(3).is_empty() {
                        return Err(Error::Text(
                            "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string",
                        ));
                    }
                    (self.first_key, self.keys) = (index + 1, behind);
                    return Ok(());
                }
                _ => return Err(Error::Syntax),
            }
            index += 1;
        }
        Ok(())
    }

    /// Whether it names no key at all.
    pub fn names_nothing(&self) -> bool {
        self.keys == 0
    }

    /// Whether the keys stay here, too.
    pub fn copies(&self) -> bool {
        self.copy
    }

    /// Packs those of the keys that are in the selected database of `keyspace`; nothing if none is.
    pub fn pack(&self, keyspace: &mut Keyspace) -> Option<Shipment> {
        let compress = keyspace.dumps.compress;
        let now_ms = keyspace.now_ms();
        let mut parcels = Vec::new();
        for index in self.first_key..self.first_key + self.keys {
            let bytes = self.args.get(index);
            let key = keyspace.key_named(bytes);
            if let Some(entry) = keyspace.find(&key) {
                parcels.push(Parcel {
                    key: bytes.into(),
                    left_ms: entry.expire_at_ms().map(|at_ms| at_ms.saturating_sub(now_ms)),
                    value: rdb::dump(entry, compress),
                });
            }
        }
        (!parcels.is_empty()).then(|| Shipment {
            to: Address { host: self.args.get(1).into(), port: self.args.get(2).into() },
            database: self.database,
            timeout: self.timeout,
            replace: self.replace,
            login: self.login.clone(),
            parcels,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shards::command::OwnedArgs;

    fn read(words: &[&str], check: impl FnOnce(Result<Migration<'_>, Error>)) {
        let kept: OwnedArgs = words.iter().map(|word| word.as_bytes().into()).collect();
        check(Migration::read(&kept.args()));
    }

    #[test]
    fn options_stand_in_any_order_and_keys_end_them() {
        let words =
            ["m", "h", "1", "", "-3", "0", "replace", "AUTH2", "u", "p", "Copy", "KEYS", "COPY", "auth"];
        read(&words, |migration| {
            let migration = migration.expect("a request");
            assert!(migration.copy && migration.replace && !migration.names_nothing());
            assert_eq!((migration.first_key, migration.keys, migration.database), (12, 2, -3));
            assert_eq!(migration.timeout, Duration::from_secs(1));
            let login = migration.login.expect("a login");
            assert_eq!((login.user.as_deref(), &*login.password), (Some(&b"u"[..]), &b"p"[..]));
        });
    }

    #[test]
    fn options_are_read_before_numbers() {
        read(&["m", "h", "1", "k", "x", "y", "AUTH"], |migration| {
            assert_eq!(migration.err().map(|error| error.to_string()), Some("ERR syntax error".into()));
        });
        read(&["m", "h", "1", "k", "x", "1", "KEYS", "a"], |migration| {
            let text = migration.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(text.starts_with("ERR When using MIGRATE KEYS option"), "{text}");
        });
    }
}
