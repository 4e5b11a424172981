//! CONFIG GET and CONFIG SET on settings in force: pure functions, so that a change is all or nothing by itself.

use std::fmt;

use shards::command::given;
use shards::structures::glob::{self, Case};

use super::parameter::{Change, Parameter, Refusal};
use super::parameters;
use super::settings::Settings;

/// The parameters that any of `patterns` names, once each, with their texts. A name without wildcards may be written in
/// any case, and is given back as it was written; older names are listed beside the present ones.
pub fn config_get(settings: &Settings, patterns: &[&[u8]]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut add = |name: &[u8], row: &Parameter| {
        if !found.iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            found.push((name.to_vec(), row.text(settings)));
        }
    };
    for pattern in patterns {
        if !glob::is_pattern(pattern) {
            if let Some((row, _)) = parameters::find(pattern) {
                add(pattern, row);
            }
            continue;
        }
        for row in parameters::all().filter(|row| !row.hidden) {
            for name in [Some(row.name), row.alias].into_iter().flatten() {
                if glob::matches(pattern, name.as_bytes(), Case::Insensitive) {
                    add(name.as_bytes(), row);
                }
            }
        }
    }
    found
}

/// What CONFIG SET changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The settings as they are from now on.
    pub settings: Settings,
    /// The parameters that were given, by their present names.
    pub names: Vec<&'static str>,
    /// Lines for the log about values that have no effect.
    pub warnings: Vec<String>,
}

/// Sets every pair of name and value, or none. `is_local` tells whether the client may change protected parameters that
/// are open to local clients.
///
/// # Errors
/// The first name or value that cannot be set; nothing is changed then.
pub fn config_set(
    settings: &Settings,
    pairs: &[(&[u8], &[u8])],
    is_local: bool,
) -> Result<Changed, ConfigSetError> {
    let rows = chosen_rows(settings, pairs, is_local)?;
    let mut changed = Changed { settings: settings.clone(), names: Vec::new(), warnings: Vec::new() };
    for ((row, name), (_, value)) in rows.into_iter().zip(pairs) {
        let words = words_of(row, value);
        match row.set(&mut changed.settings, &words) {
            Ok(warning) => changed.warnings.extend(warning),
            Err(Refusal::Invalid(why)) => return Err(ConfigSetError::failed(name.as_bytes(), why)),
            Err(Refusal::Absent { remedy }) => {
                return Err(ConfigSetError::failed(name.as_bytes(), format!("not supported: {remedy}")));
            }
        }
        changed.names.push(row.name);
    }
    Ok(changed)
}

/// Finds the row of each pair and checks that it may be set, before any value is looked at.
fn chosen_rows(
    settings: &Settings,
    pairs: &[(&[u8], &[u8])],
    is_local: bool,
) -> Result<Vec<(&'static Parameter, &'static str)>, ConfigSetError> {
    let mut rows: Vec<(&'static Parameter, &'static str)> = Vec::with_capacity(pairs.len());
    for (given, value) in pairs {
        let Some((row, name)) = parameters::find(given) else {
            return Err(ConfigSetError::Unknown { name: given.to_vec() });
        };
        match row.change {
            Change::Startup => return Err(ConfigSetError::failed(given, "can't set immutable config")),
            Change::StartupHere if row.text(settings) != *value => {
                return Err(ConfigSetError::failed(given, "can't set immutable config"));
            }
            Change::Protected if !settings.enable_protected_configs.admits(is_local) => {
                return Err(ConfigSetError::failed(given, "can't set protected config"));
            }
            Change::Runtime | Change::StartupHere | Change::Protected => {}
        }
        // A parameter and its older name count as two, as they do in Redis; the later value stays.
        if rows.iter().any(|(_, earlier)| *earlier == name) {
            return Err(ConfigSetError::failed(given, "duplicate parameter"));
        }
        rows.push((row, name));
    }
    Ok(rows)
}

fn words_of(row: &Parameter, value: &[u8]) -> Vec<Vec<u8>> {
    if row.kind.takes_many_words() && !value.is_empty() {
        value.split(|&byte| byte == b' ').map(<[u8]>::to_vec).collect()
    } else {
        vec![value.to_vec()]
    }
}

/// Why CONFIG SET changed nothing. `Display` is the whole error reply, with Redis's texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigSetError {
    /// There is no such parameter.
    Unknown {
        /// The name as given.
        name: Vec<u8>,
    },
    /// The parameter, or its value, cannot be set.
    Failed {
        /// The name as given.
        name: Vec<u8>,
        /// Why.
        why: String,
    },
}

impl ConfigSetError {
    /// For a parameter that could not be put into effect, such as a limit the system refuses.
    pub fn failed(name: &[u8], why: impl Into<String>) -> Self {
        Self::Failed { name: name.to_vec(), why: why.into() }
    }
}

impl fmt::Display for ConfigSetError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => {
                write!(out, "ERR Unknown option or number of arguments for CONFIG SET - '{}'", given(name))
            }
            Self::Failed { name, why } => {
                write!(out, "ERR CONFIG SET failed (possibly related to argument '{}') - {why}", given(name))
            }
        }
    }
}

impl std::error::Error for ConfigSetError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(settings: &Settings, patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<&[u8]> = patterns.iter().map(|pattern| pattern.as_bytes()).collect();
        let found = config_get(settings, &patterns);
        let line =
            |(name, text)| [String::from_utf8(name).unwrap(), String::from_utf8(text).unwrap()].join(" ");
        found.into_iter().map(line).collect()
    }

    fn set(pairs: &[(&str, &str)]) -> Result<Changed, String> {
        let pairs: Vec<(&[u8], &[u8])> =
            pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        config_set(&Settings::default(), &pairs, true).map_err(|error| error.to_string())
    }

    #[test]
    fn get_lists_each_match_once() {
        let settings = Settings::default();
        assert_eq!(get(&settings, &["maxmemory", "MAXMEMORY", "maxmemor?"]), ["maxmemory 0"]);
        assert_eq!(get(&settings, &["MaxMemory"]), ["MaxMemory 0"]);
        assert_eq!(get(&settings, &["[P-S]orT"]), ["port 6379"]);
        assert_eq!(get(&settings, &["hash-max-*-value"]).len(), 2);
        assert_eq!(get(&settings, &["nosuch", ""]), Vec::<String>::new());
    }

    #[test]
    fn set_changes_all_or_nothing() {
        let changed =
            set(&[("maxmemory", "100mb"), ("HZ", "0"), ("cluster-slave-no-failover", "yes")]).unwrap();
        assert_eq!((changed.settings.maxmemory_bytes, changed.settings.hz), (100 << 20, 1));
        assert_eq!(changed.names, ["maxmemory", "hz", "cluster-replica-no-failover"]);
        assert_eq!(changed.warnings.len(), 1);
        assert!(set(&[("maxmemory", "100mb"), ("hz", "x")]).is_err());
    }

    #[test]
    fn names_are_checked_before_values() {
        let unknown = "ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'";
        assert_eq!(set(&[("maxmemory", "x"), ("nosuch", "1")]).unwrap_err(), unknown);
    }

    #[test]
    fn features_that_are_lacking_are_refused() {
        let refused = "ERR CONFIG SET failed (possibly related to argument 'appendonly') - not supported: write appendonly no: nothing is kept on disk, a restart begins empty";
        assert_eq!(set(&[("appendonly", "yes")]).unwrap_err(), refused);
        assert!(set(&[("appendonly", "no"), ("save", "")]).is_ok());
    }

    #[test]
    fn protected_parameters_open_to_whom_the_gate_admits() {
        use crate::config::Gate;
        let mut settings = Settings::default();
        let pair: &[(&[u8], &[u8])] = &[(b"dbfilename", b"x.rdb")];
        assert!(config_set(&settings, pair, true).is_err());
        settings.enable_protected_configs = Gate::Local;
        assert!(config_set(&settings, pair, false).is_err());
        assert!(config_set(&settings, pair, true).is_ok());
    }
}
