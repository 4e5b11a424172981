//! Reading a configuration file in redis.conf's syntax: one directive a line, `#` comments on lines of their own,
//! quoting as in [`words`], and `include` of files or patterns, resolved where the line stands. Later lines win.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use shards::structures::glob::{self, Case};

use super::error::StartupError;
use super::settings::Settings;
use super::{directive, words};

/// Files that may include each other in a row; beyond it they include themselves.
const MAX_INCLUDE_DEPTH: usize = 16;

/// Applies the file at `path`, or standard input for `-`.
pub fn apply(settings: &mut Settings, path: &Path) -> Result<(), StartupError> {
    apply_at_depth(settings, path, 0)
}

fn apply_at_depth(settings: &mut Settings, path: &Path, depth: usize) -> Result<(), StartupError> {
    let name = path.display().to_string();
    let unreadable = |error: io::Error| {
        StartupError::new(
            format!("cannot read the configuration file '{name}': {error}"),
            "check the path and its permissions",
        )
    };
    let mut text = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut text).map_err(unreadable)?;
    } else {
        text = fs::read(path).map_err(unreadable)?;
    }
    apply_text(settings, &text, &name, depth)
}

/// Applies the lines of `text`; `name` is what errors call it.
pub(super) fn apply_text(
    settings: &mut Settings,
    text: &[u8],
    name: &str,
    depth: usize,
) -> Result<(), StartupError> {
    for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let place = format!("{name} line {}", index + 1);
        apply_line(settings, line, depth).map_err(|error| error.at(&place))?;
    }
    Ok(())
}

fn apply_line(settings: &mut Settings, line: &[u8], depth: usize) -> Result<(), StartupError> {
    let Some(words) = words::split(line) else {
        return Err(StartupError::new(
            "unbalanced quotes",
            "close each quote, and leave a space behind a closing one",
        ));
    };
    let Some((name, values)) = words.split_first() else { return Ok(()) };
    if !name.eq_ignore_ascii_case(b"include") {
        return directive::apply(settings, name, values);
    }
    let [pattern] = values else {
        return Err(StartupError::new("'include': wrong number of arguments", "name one file or pattern"));
    };
    if depth == MAX_INCLUDE_DEPTH {
        return Err(StartupError::new(
            format!("more than {MAX_INCLUDE_DEPTH} files include each other"),
            "remove the include that leads back",
        ));
    }
    for path in expand(pattern) {
        apply_at_depth(settings, &path, depth + 1)?;
    }
    Ok(())
}

/// The files a pattern names, sorted; a path without wildcards is taken as it is, whether it exists or not.
fn expand(pattern: &[u8]) -> Vec<PathBuf> {
    let path = Path::new(OsStr::from_bytes(pattern));
    if !glob::is_pattern(pattern) {
        return vec![path.to_owned()];
    }
    let mut found = vec![PathBuf::new()];
    for component in path.components() {
        let part = component.as_os_str().as_bytes();
        found = if matches!(component, Component::Normal(_)) && glob::is_pattern(part) {
            found.iter().flat_map(|folder| entries(folder, part)).collect()
        } else {
            found.into_iter().map(|folder| folder.join(component)).collect()
        };
    }
    found.retain(|path| path.exists());
    found.sort();
    found
}

/// The entries of `folder` whose names match; hidden ones only if the pattern begins with a dot.
fn entries(folder: &Path, pattern: &[u8]) -> Vec<PathBuf> {
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(listed) else { return Vec::new() };
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name());
    names
        .filter(|name| {
            let name = name.as_bytes();
            (!name.starts_with(b".") || pattern.starts_with(b"."))
                && glob::matches(pattern, name, Case::Sensitive)
        })
        .map(|name| folder.join(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings, String> {
        let mut settings = Settings::default();
        apply_text(&mut settings, text.as_bytes(), "x.conf", 0).map_err(|error| error.to_string())?;
        Ok(settings)
    }

    #[test]
    fn comments_case_and_repetition() {
        let text = "# head\n\n  PORT 7000  \r\nport 7001\nclient-output-buffer-limit normal 1 2 3\nClient-Output-Buffer-Limit pubsub 4 5 6\n";
        let settings = parse(text).unwrap();
        assert_eq!(settings.port, 7001);
        assert_eq!(settings.client_output_buffer_limit.normal.soft_s, 3);
        assert_eq!(settings.client_output_buffer_limit.pubsub.hard_bytes, 4);
    }

    #[test]
    fn quoted_values() {
        assert_eq!(parse(r#"requirepass "a\x20b""#).unwrap().requirepass, Some(b"a b".to_vec()));
        assert_eq!(parse("requirepass ''").unwrap().requirepass, None);
    }

    #[test]
    fn errors_name_the_line_the_cause_and_the_remedy() {
        for (text, message) in [
            (
                "\nmaxmemory foo",
                "x.conf line 2: 'maxmemory foo': argument must be a memory value; write a number of bytes, or a size such as 100mb or 1gb",
            ),
            (
                "appendonly yes",
                "x.conf line 1: 'appendonly yes' asks for what this server does not do; write appendonly no: nothing is kept on disk, a restart begins empty",
            ),
            (
                "requirepass a b",
                "x.conf line 1: 'requirepass': wrong number of arguments; write one value, in double quotes if it holds spaces",
            ),
            (
                "hz \"1",
                "x.conf line 1: unbalanced quotes; close each quote, and leave a space behind a closing one",
            ),
            (
                "loadmodule x.so",
                "x.conf line 1: 'loadmodule' asks for what this server does not do; remove it: there are no modules",
            ),
        ] {
            assert_eq!(parse(text), Err(message.into()));
        }
        assert!(parse("nosuch 1").unwrap_err().starts_with("x.conf line 1: 'nosuch' is no directive; "));
        assert!(parse("include /no/such/file").unwrap_err().contains("cannot read the configuration file"));
    }

    #[test]
    fn what_asks_for_nothing_more_is_accepted_in_silence() {
        let text = "daemonize no\nappendonly no\nsave \"\"\nsupervised systemd\nreplicaof no one\nslaveof no one\nactiverehashing yes\nshutdown-on-sigterm nosave now";
        assert_eq!(parse(text).unwrap().warnings, Vec::<String>::new());
    }

    #[test]
    fn tuning_without_effect_is_named() {
        let settings = parse("io-threads 4").unwrap();
        assert_eq!(
            settings.warnings,
            ["io-threads has no effect: every shard does its own input and output, see shards"]
        );
    }
}
