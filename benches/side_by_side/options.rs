//! The command line.

use clap::Parser;
use std::path::PathBuf;

/// How long a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Two minutes for all servers together.
    Quick,
    /// Enough requests and rounds for figures to quote.
    Full,
}

/// Compare Kvadrant with redis-server (and valkey-server), side by side and in interleaved rounds.
///
/// Prints requests per second, latencies, server CPU per request and the ratios to redis-server, and writes all of it as
/// JSON. CPU per request is the figure that a busy machine disturbs least; ratios are medians of the ratios of each round.
///
/// One-thread servers run on the first CPU, their load on the last. Servers of several shards run on as many CPUs as they
/// have shards with the load on the others, or, on a machine without that many, on all CPUs together with the load, which
/// is not pinned then. Start this under `taskset` to narrow the CPUs.
// Each flag is one: no pair of them is a hidden enumeration.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Parser)]
#[command(name = "side_by_side", bin_name = "cargo bench --bench side_by_side --")]
pub struct Options {
    /// All servers and workloads in about two minutes; to look, not to quote
    #[arg(long)]
    pub quick: bool,

    /// Run what the bars need and print each bar with its value and whether it holds
    #[arg(long)]
    pub check: bool,

    /// Only workloads whose name contains one of these words (see --list)
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    pub only: Vec<String>,

    /// Only the memory figures, those of collections too: the same as --only memory
    #[arg(long)]
    pub memory: bool,

    /// Only servers whose name contains one of these words: redis, valkey, kvadrant-1, .., direct-2
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    pub servers: Vec<String>,

    /// Rounds of each workload [default: 3, with --quick 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub rounds: Option<u16>,

    /// The server to test; a redis-server here measures Redis against itself, which shows the noise of the machine
    #[arg(long, value_name = "PATH", default_value = env!("CARGO_BIN_EXE_kvadrant"))]
    pub kvadrant: PathBuf,

    /// The server to compare with
    #[arg(long, value_name = "PATH", default_value = "redis-server")]
    pub redis: PathBuf,

    /// Another server to compare with; left out where it is not installed
    #[arg(long, value_name = "PATH", default_value = "valkey-server")]
    pub valkey: PathBuf,

    /// Where the JSON goes
    #[arg(long, value_name = "PATH", default_value = ".bench/side_by_side.json")]
    pub json: PathBuf,

    /// Print the names of all workloads and end
    #[arg(long)]
    pub list: bool,

    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Options {
    /// Quick or full.
    pub fn size(&self) -> Size {
        if self.quick { Size::Quick } else { Size::Full }
    }

    /// Rounds of each workload.
    pub fn rounds(&self) -> usize {
        self.rounds.map_or(if self.quick { 2 } else { 3 }, usize::from)
    }

    /// Whether the workload of this name is to run.
    pub fn wants(&self, name: &str) -> bool {
        if self.memory || !self.only.is_empty() {
            return (self.memory && name.contains("memory")) || contains_any(name, &self.only);
        }
        !self.check || super::bars::reads(name)
    }

    /// Whether the server of this name is to take part.
    pub fn wants_server(&self, name: &str) -> bool {
        self.servers.is_empty() || contains_any(name, &self.servers)
    }
}

fn contains_any(name: &str, words: &[String]) -> bool {
    words.iter().any(|word| name.contains(word.as_str()))
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Options {
        Options::try_parse_from(["side_by_side"].iter().chain(args)).unwrap()
    }

    #[test]
    fn without_words_everything_is_wanted() {
        let options = parse(&[]);
        assert!(options.wants("pydis/set") && options.wants("memory") && options.wants_server("direct-2"));
        assert_eq!((options.size(), options.rounds()), (Size::Full, 3));
    }

    #[test]
    fn words_select_workloads_and_servers() {
        let options = parse(&["--only", "depth16,zipf", "--servers", "redis,kvadrant-1", "--quick"]);
        assert!(options.wants("depth16/get") && options.wants("zipf/depth1") && !options.wants("memory"));
        assert!(options.wants_server("kvadrant-1") && !options.wants_server("kvadrant-2"));
        assert_eq!((options.size(), options.rounds()), (Size::Quick, 2));
        let options = parse(&["--memory"]);
        assert!(options.wants("memory") && options.wants("collections-memory") && !options.wants("growth"));
    }

    #[test]
    fn a_check_runs_only_what_the_bars_read() {
        let options = parse(&["--check"]);
        assert!(options.wants("depth16/get") && options.wants("idle") && !options.wants("depth16/zadd"));
    }

    #[test]
    fn the_flag_that_cargo_adds_is_accepted() {
        assert!(parse(&["--quick", "--bench"]).bench);
        assert!(Options::try_parse_from(["side_by_side", "--rounds", "0"]).is_err());
    }
}
