//! The server's log: one line per event, written by a thread of its own.
//!
//! A core hands its line to a bounded queue and goes on; when the queue is full, lines are lost rather than a client's
//! time. Levels have Redis's names:
//!
//! ```text
//! 2026-01-31T12:00:00.000000Z notice  4 shards on CPUs 0-3
//! ```

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tracing::{Event, Level, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{self as format, FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Registry, reload};

/// Lines that may wait to be written; some 10 MiB at worst.
const QUEUE_LINES: usize = 32_768;

/// The level of the process's log, to be changed while it runs.
static LEVEL: OnceLock<reload::Handle<LevelFilter, Registry>> = OnceLock::new();

/// Changes the level of the process's log, for CONFIG SET loglevel; nothing where no log was started.
pub fn set_level(level: LevelFilter) {
    if let Some(handle) = LEVEL.get() {
        // The handle fails only once the subscriber is gone, and the global one stays until the process ends.
        let _ = handle.reload(level);
    }
}

/// Keeps the log open; dropping it writes what is queued.
pub struct Log {
    _writer: WorkerGuard,
}

impl Log {
    /// Starts the process's log to `file`, appending, or to standard output.
    ///
    /// # Errors
    /// The file cannot be written, or the process has a log already.
    pub fn start(level: LevelFilter, file: Option<&Path>) -> Result<Self, LogError> {
        let builder = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(QUEUE_LINES)
            .thread_name("kvadrant-log");
        let (writer, guard, colours) = match file {
            None => {
                let (writer, guard) = builder.finish(io::stdout());
                (writer, guard, io::stdout().is_terminal())
            }
            Some(path) => {
                let file = OpenOptions::new().append(true).create(true).open(path);
                let file = file.map_err(|cause| LogError::File { path: path.to_owned(), cause })?;
                let (writer, guard) = builder.finish(file);
                (writer, guard, false)
            }
        };
        let (filter, level) = reload::Layer::new(level);
        tracing::subscriber::set_global_default(
            Registry::default().with(filter).with(lines(writer, colours)),
        )
        .map_err(|_| LogError::Twice)?;
        // Whoever is first sets it, and there is one log per process.
        let _ = LEVEL.set(level);
        Ok(Self { _writer: guard })
    }
}

/// Why there is no log. `Display` is one line with the remedy.
#[derive(Debug)]
pub enum LogError {
    /// The file cannot be opened for appending.
    File {
        /// The path as configured.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A log runs in this process already.
    Twice,
}

impl fmt::Display for LogError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, cause } => write!(
                out,
                "cannot write the logfile '{}': {cause}; \
                 create its folder, allow this user to write there, or leave logfile empty",
                path.to_string_lossy().escape_debug()
            ),
            Self::Twice => write!(out, "this process has a log already; start it once"),
        }
    }
}

impl std::error::Error for LogError {}

impl fmt::Debug for Log {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Log").finish_non_exhaustive()
    }
}

fn lines<S>(writer: NonBlocking, colours: bool) -> impl tracing_subscriber::Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    format::layer().with_writer(writer).with_ansi(colours).event_format(Line)
}

/// One event as one line: time, level, message and fields.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        SystemTime.format_time(&mut out)?;
        let (name, colour) = match *event.metadata().level() {
            Level::ERROR => ("error  ", 31),
            Level::WARN => ("warning", 33),
            Level::INFO => ("notice ", 32),
            Level::DEBUG => ("verbose", 34),
            Level::TRACE => ("debug  ", 35),
        };
        if out.has_ansi_escapes() {
            write!(out, " \u{1b}[{colour}m{name}\u{1b}[0m ")?;
        } else {
            write!(out, " {name} ")?;
        }
        context.format_fields(out.by_ref(), event)?;
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_time_level_message_and_fields() {
        let path = std::env::temp_dir().join(format!("kvadrant-log-{}", std::process::id()));
        let file = std::fs::File::create(&path).unwrap();
        let (writer, guard) = NonBlockingBuilder::default().finish(file);
        let (filter, handle) = reload::Layer::new(LevelFilter::INFO);
        let subscriber = Registry::default().with(filter).with(lines(writer, false));
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!("hidden");
            tracing::info!(port = 6379, "listening");
            handle.reload(LevelFilter::DEBUG).unwrap();
            tracing::debug!("shown\nnow");
        });
        drop(guard);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with(" notice  listening port=6379"), "{text}");
        assert!(lines[1].contains(" verbose shown"), "{text}");
        let time = lines[0].split(' ').next().unwrap();
        assert!(time.len() == 27 && time.ends_with('Z'), "{text}");
    }

    #[test]
    fn a_logfile_that_cannot_be_opened_names_the_remedy() {
        let error = Log::start(LevelFilter::INFO, Some(Path::new("/no/such/folder/log"))).unwrap_err();
        assert!(error.to_string().starts_with("cannot write the logfile '/no/such/folder/log': "), "{error}");
    }
}
