//! From the command line to settings: arguments, file, directives, and the checks that need more than one of them.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use super::args::Args;
use super::error::StartupError;
use super::settings::Settings;
use super::{directive, file, parameters};

/// Reads the command line (`args` begins with the program's name) and the file it names. Prints and exits for `--help`
/// and `--version`.
///
/// # Errors
/// The first thing that is wrong with the command line or the file, and what to do about it.
pub fn load(args: impl Iterator<Item = OsString>) -> Result<Settings, StartupError> {
    let line = CommandLine::split(args)?;
    let args = Args::try_parse_from(line.for_clap).map_err(one_line)?;
    let mut settings = Settings::default();
    if let Some(path) = &args.file {
        file::apply(&mut settings, path)?;
        if path != Path::new("-") {
            settings.config_file = Some(absolute(path)?);
        }
    }
    let place = |error: StartupError| error.at("command line");
    for (name, value) in args.directives() {
        directive::apply(&mut settings, name.as_bytes(), &words_of(name.as_bytes(), value)).map_err(place)?;
    }
    for (name, words) in line.directives {
        directive::apply(&mut settings, &name, &words).map_err(place)?;
    }
    check(&mut settings)?;
    Ok(settings)
}

/// The command line, parted in two.
struct CommandLine {
    for_clap: Vec<OsString>,
    directives: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
}

impl CommandLine {
    /// Takes out the directives that are not among [`Args`], and joins the words of `--bind` into one.
    fn split(args: impl Iterator<Item = OsString>) -> Result<Self, StartupError> {
        let command = Args::command();
        let known = |name: &[u8]| {
            command.get_arguments().any(|argument| {
                let names = argument.get_long_and_visible_aliases().unwrap_or_default();
                names.iter().any(|own| own.as_bytes() == name) || name == b"loglevel"
            })
        };
        let mut line = Self { for_clap: Vec::new(), directives: Vec::new() };
        let mut args = args.peekable();
        line.for_clap.extend(args.next());
        while let Some(arg) = args.next() {
            let Some(flag) = arg.as_bytes().strip_prefix(b"--").filter(|flag| !flag.is_empty()) else {
                line.for_clap.push(arg);
                continue;
            };
            let (name, attached) = match flag.iter().position(|&byte| byte == b'=') {
                Some(at) => (flag[..at].to_vec(), Some(flag[at + 1..].to_vec())),
                None => (flag.to_vec(), None),
            };
            let row = parameters::find(&name).map(|(row, _)| row);
            let many = row.is_some_and(|row| row.kind.takes_many_words());
            if known(&name) {
                line.for_clap.push(arg);
                if many && attached.is_none() {
                    let words = take_words(&mut args);
                    line.for_clap.push(OsString::from_vec(words.join(&b' ')));
                }
                continue;
            }
            let Some(row) = row else {
                line.for_clap.push(arg);
                continue;
            };
            let words = match attached {
                Some(value) => words_of(&name, &OsString::from_vec(value)),
                None if many => take_words(&mut args),
                None => match args.next_if(|next| !next.as_bytes().starts_with(b"--")) {
                    Some(value) => vec![value.into_vec()],
                    None => {
                        return Err(StartupError::new(
                            format!("command line: --{} has no value", row.name),
                            row.kind.expects(),
                        ));
                    }
                },
            };
            line.directives.push((name, words));
        }
        Ok(line)
    }
}

/// The words up to the next flag, or to what must be the configuration file. No words are one empty word.
fn take_words(args: &mut std::iter::Peekable<impl Iterator<Item = OsString>>) -> Vec<Vec<u8>> {
    let is_word = |arg: &OsString| {
        let text = arg.as_bytes();
        !text.starts_with(b"--") && !text.contains(&b'/') && !text.ends_with(b".conf")
    };
    let mut words: Vec<Vec<u8>> = Vec::new();
    while words.first().is_none_or(|first| !first.is_empty())
        && let Some(word) = args.next_if(is_word)
    {
        // One argument may hold several words, in quotes of the shell.
        words.extend(word.as_bytes().split(|&byte| byte == b' ').map(<[u8]>::to_vec));
    }
    if words.is_empty() {
        words.push(Vec::new());
    }
    words
}

fn words_of(name: &[u8], value: &OsString) -> Vec<Vec<u8>> {
    let many = parameters::find(name).is_some_and(|(row, _)| row.kind.takes_many_words());
    if many {
        value.as_bytes().split(|&byte| byte == b' ').map(<[u8]>::to_vec).collect()
    } else {
        vec![value.as_bytes().to_vec()]
    }
}

/// Clap's complaint as one line; `--help` and `--version` are no complaints and end the process.
fn one_line(error: clap::Error) -> StartupError {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        error.exit();
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let cause = first.strip_prefix("error: ").unwrap_or(first);
    StartupError::new(format!("command line: {cause}"), "see kvadrant --help")
}

fn absolute(path: &Path) -> Result<PathBuf, StartupError> {
    std::path::absolute(path).map_err(|error| {
        StartupError::new(
            format!("cannot find the current folder: {error}"),
            "start the server in one that exists",
        )
    })
}

/// What only the settings as a whole can tell.
fn check(settings: &mut Settings) -> Result<(), StartupError> {
    if !settings.listens_anywhere() {
        return Err(StartupError::new(
            "there is no address to listen on",
            "set port and bind, cluster-ports, or unixsocket",
        ));
    }
    if let Some(shards) = settings.shards {
        check_ports(settings, shards)?;
    }
    let dir = absolute(&settings.dir)?;
    // Absolute, but without the dot that the default ends in.
    settings.dir = dir.components().collect();
    if !settings.dir.is_dir() {
        return Err(StartupError::new(
            format!("dir '{}' is no folder", settings.dir.display()),
            "create it, or name another one",
        ));
    }
    Ok(())
}

/// Whether each of `shards` shards can have its port of `cluster-ports`. [`load`] checks it if the settings say how many
/// shards there are; otherwise whoever counts the cores does.
///
/// # Errors
/// A port beyond 65535, or one that `port` has taken.
pub fn check_ports(settings: &Settings, shards: usize) -> Result<(), StartupError> {
    let Some(base) = settings.cluster_ports else { return Ok(()) };
    let taken = usize::from(base)..usize::from(base) + shards;
    let ports = usize::from(u16::MAX) + 1;
    if taken.end > ports {
        return Err(StartupError::new(
            format!("cluster-ports {base} leaves no room for {shards} ports"),
            format!("choose a base up to {}", ports - shards),
        ));
    }
    if settings.port != 0 && taken.contains(&usize::from(settings.port)) {
        return Err(StartupError::new(
            format!("port {} is also one of the {shards} ports from cluster-ports {base}", settings.port),
            "choose another base",
        ));
    }
    Ok(())
}
