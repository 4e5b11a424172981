//! What a core reports for INFO, as text that fits into a reply: a line per figure group.
//!
//! ```text
//! figures 12 0 7 ...         those of [`Figures`], in its order
//! process 1048576 ...        those of [`Process`]; from core 0
//! line 0 run_id:...          a line of the section with that number, ready to print; from core 0
//! db 0 100 20                database, keys, keys with an expiry
//! call 17 100 1 0 5000       command, calls, failed, rejected, nanoseconds
//! error ERR 3
//! ```

use std::fmt::Write as _;

use super::sections::Sections;

/// Numbers with names, and their way to text and back.
macro_rules! numbers {
    ($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_about])* pub $field: u64),+
        }

        impl $name {
            fn values(&self) -> Vec<u64> {
                vec![$(self.$field),+]
            }

            fn from_values(values: &mut impl Iterator<Item = u64>) -> Self {
                Self { $($field: values.next().unwrap_or_default()),+ }
            }
        }
    };
}

numbers! {
    /// What every core counts.
    Figures {
        sections,
        clients,
        blocked_clients,
        pubsub_clients,
        tracking_clients,
        /// Keys that clients have copies of.
        tracked_keys,
        /// Of each of these, the clients.
        tracked_items,
        client_bytes,
        largest_query_bytes,
        largest_reply_bytes,
        connections,
        rejected_connections,
        commands,
        forwarded,
        errors,
        received_bytes,
        sent_bytes,
        output_limit_closings,
        query_limit_closings,
        commands_last_second,
        received_last_second_bytes,
        sent_last_second_bytes,
        hits,
        misses,
        expired,
        evicted,
        /// Compact forms of values that were looked through.
        sanitized,
        changes,
        table_bytes,
        /// What the core's thread allocated and did not free.
        thread_bytes,
        /// What the engine that runs scripts holds.
        engine_bytes,
        /// What the one that runs functions holds.
        function_engine_bytes,
        lazyfree_pending,
        expire_lag_ms,
        first_slot,
        slots,
        cpu,
        user_us,
        system_us,
    }
}

numbers! {
    /// What concerns the process as a whole; core 0 reports it.
    Process {
        shards,
        maxclients,
        cluster,
        started_ms,
        used_bytes,
        active_bytes,
        resident_bytes,
        rss_bytes,
        peak_bytes,
        startup_bytes,
        system_bytes,
        maxmemory_bytes,
        /// Connections over which MIGRATE has sent keys.
        migrate_connections,
        /// Of these and the next, the different names.
        pubsub_channels,
        pubsub_patterns,
        pubsub_shard_channels,
        tracking_prefixes,
        /// Those that are known.
        scripts,
        /// What is kept of them.
        script_bytes,
        /// Of functions.
        libraries,
        functions,
        /// What is kept of both.
        function_bytes,
    }
}

/// How often a command ran on a core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallLine {
    pub command: u64,
    pub calls: u64,
    pub failed: u64,
    pub rejected: u64,
    pub nanoseconds: u64,
}

/// What one core reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub figures: Figures,
    pub process: Process,
    /// Lines ready to print, with the number of their section.
    pub lines: Vec<(u8, String)>,
    /// Database, keys, keys with an expiry.
    pub databases: Vec<(u64, u64, u64)>,
    pub calls: Vec<CallLine>,
    pub errors: Vec<(String, u64)>,
}

impl Report {
    /// The sections that were asked for.
    pub fn sections(&self) -> Sections {
        Sections(self.figures.sections)
    }

    /// Itself as text.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        put(&mut text, "figures", &self.figures.values());
        put(&mut text, "process", &self.process.values());
        for (section, line) in &self.lines {
            // What comes from outside, such as a path, could hold line ends.
            let line = line.replace(['\r', '\n'], " ");
            let _ = writeln!(text, "line {section} {line}");
        }
        for (database, keys, expires) in &self.databases {
            put(&mut text, "db", &[*database, *keys, *expires]);
        }
        for line in &self.calls {
            put(&mut text, "call", &[line.command, line.calls, line.failed, line.rejected, line.nanoseconds]);
        }
        for (code, count) in &self.errors {
            let _ = writeln!(text, "error {count} {code}");
        }
        text
    }

    /// Reads what [`Report::encode`] wrote.
    pub fn decode(text: &str) -> Self {
        let mut report = Self::default();
        for line in text.lines() {
            let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (head, tail) = rest.split_once(' ').unwrap_or((rest, ""));
            let mut numbers = rest.split(' ').map(|number| number.parse().unwrap_or_default());
            let mut next = || numbers.next().unwrap_or_default();
            match kind {
                "figures" => report.figures = Figures::from_values(&mut numbers),
                "process" => report.process = Process::from_values(&mut numbers),
                "line" => report.lines.push((head.parse().unwrap_or_default(), tail.to_owned())),
                "db" => report.databases.push((next(), next(), next())),
                "call" => report.calls.push(CallLine {
                    command: next(),
                    calls: next(),
                    failed: next(),
                    rejected: next(),
                    nanoseconds: next(),
                }),
                "error" => report.errors.push((tail.to_owned(), head.parse().unwrap_or_default())),
                _ => debug_assert!(false, "a report with the line {line:?}"),
            }
        }
        report
    }
}

fn put(text: &mut String, kind: &str, numbers: &[u64]) {
    text.push_str(kind);
    for number in numbers {
        let _ = write!(text, " {number}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_survives_its_way() {
        let report = Report {
            figures: Figures { sections: 3, clients: 7, system_us: 9, ..Figures::default() },
            process: Process { shards: 4, maxmemory_bytes: 5, ..Process::default() },
            lines: vec![(0, "executable:/a b".into()), (5, "role:master".into())],
            databases: vec![(0, 10, 2), (15, 1, 0)],
            calls: vec![CallLine { command: 1, calls: 2, failed: 3, rejected: 4, nanoseconds: 5 }],
            errors: vec![("ERR".into(), 2), ("WRONGTYPE".into(), 1)],
        };
        assert_eq!(Report::decode(&report.encode()), report);
    }

    #[test]
    fn line_ends_in_a_line_become_spaces() {
        let report = Report { lines: vec![(0, "config_file:/a\r\nb".into())], ..Report::default() };
        assert_eq!(Report::decode(&report.encode()).lines[0].1, "config_file:/a  b");
    }
}
