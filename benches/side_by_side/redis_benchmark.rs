//! Runs redis-benchmark and reads its report.
//!
//! Its CSV form knows no p99.9, so the long form is read: the percentile table (`99.902% <= 13.463 milliseconds
//! (cumulative count 99904)`) and the summary. Percentiles come from the counts: the first line that covers the wanted
//! share of all requests.

use super::process::{Process, output_within};
use std::process::Command;
use std::time::Duration;

/// What one run of redis-benchmark reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Requests that were answered.
    pub requests: u64,
    /// Requests per second.
    pub rps: f64,
    /// Half of the requests took no longer, in microseconds.
    pub p50_us: f64,
    /// 99 % of the requests took no longer, in microseconds.
    pub p99_us: f64,
    /// 99.9 % of the requests took no longer, in microseconds.
    pub p999_us: f64,
}

/// Runs the command (a complete redis-benchmark command line) and reads its report.
///
/// # Errors
/// A run that fails, exceeds `limit`, or prints no report; redis-benchmark ends with an error on any error reply.
pub fn run(command: Command, limit: Duration) -> Result<Report, String> {
    let output = output_within(Process::spawn_piped(command).map_err(|error| error.to_string())?, limit)?;
    if !output.success {
        return Err(complaint(&output.stderr).unwrap_or_else(|| "redis-benchmark failed".to_owned()));
    }
    parse(&output.stdout)
}

/// The line that says what went wrong, out of what redis-benchmark wrote to its standard error.
pub fn complaint(stderr: &str) -> Option<String> {
    let lines =
        || stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("WARNING"));
    lines().find(|line| line.contains("rror")).or_else(|| lines().next_back()).map(str::to_owned)
}

/// Reads the long report of a single test; of several, the last.
///
/// # Errors
/// A report without a percentile table or a throughput.
pub fn parse(text: &str) -> Result<Report, String> {
    let mut counts: Vec<(f64, u64)> = Vec::new();
    let mut throughput = None;
    let mut in_percentiles = false;
    for line in text.split(['\n', '\r']).map(str::trim) {
        if line.starts_with("Latency by percentile distribution") {
            in_percentiles = true;
            counts.clear();
        } else if line.starts_with("Cumulative distribution") {
            in_percentiles = false;
        } else if in_percentiles {
            counts.extend(percentile_line(line));
        } else if let Some(rest) = line.strip_prefix("throughput summary:") {
            throughput = rest.split_whitespace().next().and_then(|number| number.parse::<f64>().ok());
        }
    }
    let rps = throughput.ok_or("redis-benchmark printed no throughput")?;
    let requests = counts.last().ok_or("redis-benchmark printed no percentiles")?.1;
    let at = |share: f64| {
        let wanted = (share * requests as f64).ceil() as u64;
        counts.iter().find(|(_, count)| *count >= wanted).map_or(0.0, |(ms, _)| ms * 1_000.0)
    };
    Ok(Report { requests, rps, p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999) })
}

/// `99.902% <= 13.463 milliseconds (cumulative count 99904)` as milliseconds and count.
fn percentile_line(line: &str) -> Option<(f64, u64)> {
    let (_, rest) = line.split_once("% <= ")?;
    let (ms, rest) = rest.split_once(" milliseconds (cumulative count ")?;
    Some((ms.parse().ok()?, rest.strip_suffix(')')?.parse().ok()?))
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    const REPORT: &str = "\
 \r\nSET: rps=0.0 (overall: 0.0) avg_msec=-nan (overall: -nan)\r      \r====== SET ======\r\n\
  100000 requests completed in 0.15 seconds\n  50 parallel clients\n  3 bytes payload\n\n\
Latency by percentile distribution:\n\
0.000% <= 0.183 milliseconds (cumulative count 48)\n\
50.000% <= 0.863 milliseconds (cumulative count 50160)\n\
98.438% <= 1.975 milliseconds (cumulative count 98464)\n\
99.219% <= 2.175 milliseconds (cumulative count 99232)\n\
99.805% <= 10.207 milliseconds (cumulative count 99808)\n\
99.902% <= 13.463 milliseconds (cumulative count 99904)\n\
100.000% <= 13.567 milliseconds (cumulative count 100000)\n\n\
Cumulative distribution of latencies:\n\
0.000% <= 0.103 milliseconds (cumulative count 0)\n\
100.000% <= 14.103 milliseconds (cumulative count 100000)\n\n\
Summary:\n  throughput summary: 671140.94 requests per second\n  latency summary (msec):\n\
          avg       min       p50       p95       p99       max\n\
        0.964     0.176     0.863     1.623     2.087    13.567\n";

    #[test]
    fn the_long_report_is_read() {
        let report = parse(REPORT).unwrap();
        assert_eq!(report.requests, 100_000);
        assert!((report.rps - 671_140.94).abs() < 0.01);
        assert!((report.p50_us - 863.0).abs() < 0.01);
        assert!((report.p99_us - 2_175.0).abs() < 0.01);
        assert!((report.p999_us - 13_463.0).abs() < 0.01);
    }

    #[test]
    fn of_several_tests_the_last_counts() {
        let second = REPORT.replace("671140.94", "5.00").replace("13.463", "20.000");
        let report = parse(&format!("{REPORT}{second}")).unwrap();
        assert!((report.rps - 5.0).abs() < 0.01);
        assert!((report.p999_us - 20_000.0).abs() < 0.01);
    }

    #[test]
    fn a_report_cut_short_is_an_error() {
        assert!(parse("").is_err());
        assert!(parse(REPORT.split("Summary").next().unwrap()).is_err());
        assert!(parse(&REPORT.replace("% <= ", "% < ")).is_err());
    }

    #[test]
    fn the_error_is_found_among_warnings() {
        let stderr = "WARNING: Could not fetch server CONFIG\nError from server: ERR unknown command 'foo'\n";
        assert_eq!(complaint(stderr).as_deref(), Some("Error from server: ERR unknown command 'foo'"));
        assert_eq!(
            complaint("Invalid cluster: 1 node(s).\n").as_deref(),
            Some("Invalid cluster: 1 node(s).")
        );
        assert_eq!(complaint("WARNING: x\n"), None);
    }
}
