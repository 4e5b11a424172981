//! The results as text tables and as JSON.

use super::bars::{self, Bar};
use super::collections_memory;
use super::growth::{Phase, Phases};
use super::measure::{Cell, Cells, Measure};
use super::memory;
use super::results::Results;
use super::server::Target;
use serde_json::{Value, json};
use std::fmt::Write;

/// Facts about the run that stand above the figures.
pub struct Setting {
    /// The machine: processor, CPUs, kernel.
    pub machine: String,
    /// By server: its version, its CPUs and those of its load.
    pub servers: Vec<(Target, String, String, String)>,
    /// Rounds of each workload.
    pub rounds: usize,
    /// Whether it was a quick run.
    pub is_quick: bool,
}

/// All sections that have figures, as text.
pub fn text(setting: &Setting, results: &Results) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_text(&mut out, setting, results);
    out
}

fn write_text(out: &mut String, setting: &Setting, results: &Results) -> std::fmt::Result {
    writeln!(
        out,
        "{}; {} rounds{}",
        setting.machine,
        setting.rounds,
        if setting.is_quick { ", quick" } else { "" }
    )?;
    for (target, version, cpus, load_cpus) in &setting.servers {
        writeln!(out, "  {target:<16} CPU {cpus}, load on {load_cpus}: {version}")?;
    }
    write_cells(out, &results.cells)?;
    write_hops(out, results)?;
    write_memory(out, results)?;
    write_collections(out, results)?;
    if !results.growth.is_empty() {
        writeln!(
            out,
            "\np99.9 of GET in µs, by what else happens: median of the windows (all of them as one)"
        )?;
        writeln!(
            out,
            "  {:<16} {:>18} {:>18} {:>18} {:>15}",
            "", "nothing", "overwriting", "inserting", "ratio"
        )?;
    }
    for (target, phases) in &results.growth {
        match phases {
            Ok(phases) => {
                write!(out, "  {target:<16}")?;
                for phase in [&phases.quiet, &phases.overwriting, &phases.growing] {
                    write!(out, " {:>18}", format!("{:.0} ({:.0})", phase.p999, phase.p999_whole))?;
                }
                let Phases { inserted, inserts_per_s, .. } = phases;
                let ratios = format!("{:.2} ({:.2})", phases.ratio(), phases.ratio_whole());
                writeln!(out, " {ratios:>15}  {inserted} keys, {inserts_per_s:.0}/s")?;
            }
            Err(error) => writeln!(out, "  {target:<16} {error}")?,
        }
    }
    if !results.idle.is_empty() {
        writeln!(out, "\nIdle with {} clients, % of a core", super::idle::CLIENTS)?;
    }
    for (target, percent) in &results.idle {
        match percent {
            Ok(percent) => writeln!(out, "  {target:<16} {percent:>8.3}")?,
            Err(error) => writeln!(out, "  {target:<16} {error}")?,
        }
    }
    if !results.publish.0.is_empty() {
        writeln!(
            out,
            "\nPUBLISH to {} subscribers: requests are delivered messages, latencies those of a whole pipeline",
            super::publish::SUBSCRIBERS
        )?;
        write_cells(out, &results.publish)?;
    }
    if !results.sweep.is_empty() {
        let failed: Vec<_> = results.sweep.iter().filter(|outcome| outcome.result.is_err()).collect();
        writeln!(out, "\nAll tests at every depth: {} runs, {} failed", results.sweep.len(), failed.len())?;
        for outcome in failed {
            let error = outcome.result.as_ref().err().map_or("", String::as_str);
            writeln!(out, "  {} -P {} {}: {error}", outcome.target, outcome.depth, outcome.tests)?;
        }
    }
    Ok(())
}

fn write_cells(out: &mut String, cells: &Cells) -> std::fmt::Result {
    if cells.0.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\nMedians; ratios to redis (× requests per second: more is better; × CPU: less is better)"
    )?;
    let head = ["req/s", "p50 µs", "p99 µs", "p99.9 µs", "CPU µs/op", "× req/s", "× CPU"];
    write!(out, "{:<26} {:<16}", "workload", "server")?;
    for title in head {
        write!(out, " {title:>10}")?;
    }
    writeln!(out)?;
    for workload in cells.workloads() {
        for cell in cells.0.iter().filter(|cell| cell.workload == workload) {
            write!(out, "{workload:<26} {:<16}", cell.target)?;
            let columns: [(Option<f64>, usize); 7] = [
                (cell.median(|m| m.rps), 0),
                (cell.median(|m| m.p50_us), 0),
                (cell.median(|m| m.p99_us), 0),
                (cell.median(|m| m.p999_us), 0),
                (cell.median(|m| m.cpu_us), 3),
                (cells.ratio(workload, cell.target, Target::Redis, |m| m.rps), 2),
                (cells.ratio(workload, cell.target, Target::Redis, |m| m.cpu_us), 2),
            ];
            for (value, digits) in columns {
                match value {
                    Some(value) => write!(out, " {value:>10.digits$}")?,
                    None => write!(out, " {:>10}", "-")?,
                }
            }
            match cell.errors.first() {
                Some(error) => writeln!(out, "  {error}")?,
                None => writeln!(out)?,
            }
        }
    }
    Ok(())
}

fn write_hops(out: &mut String, results: &Results) -> std::fmt::Result {
    let hops = results.hops();
    if !hops.is_empty() {
        writeln!(
            out,
            "\nCPU per request over random keys, one server over another (median of the tests; each test)"
        )?;
    }
    for hop in hops {
        let tests: Vec<String> = hop.tests.iter().map(|(test, ratio)| format!("{test} {ratio:.2}")).collect();
        let pair = format!("{} over {}", hop.of, hop.over);
        let median = hop.median().unwrap_or_default();
        writeln!(out, "  {pair:<31} depth {:>2} {median:>6.2}  {}", hop.depth, tests.join(", "))?;
    }
    Ok(())
}

fn write_memory(out: &mut String, results: &Results) -> std::fmt::Result {
    if results.memory.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nRSS bytes per key (16-byte key, 32-byte value)")?;
    for point in &results.memory {
        let ttl = if point.with_ttl { "with TTL" } else { "" };
        let row = format!("  {:<16} {:>9} keys {ttl:<8}", point.target, point.keys);
        match &point.bytes_per_key {
            Ok(bytes) => writeln!(out, "{row} {bytes:>7.1}"),
            Err(error) => writeln!(out, "{row} {error}"),
        }?;
    }
    for (target, with_ttl) in memory_rows(results) {
        if let Some(mean) = memory::mean(&results.memory, target, with_ttl) {
            let ttl = if with_ttl { "with TTL" } else { "" };
            writeln!(out, "  {target:<16} {:>14} {ttl:<8} {mean:>7.1}", "mean")?;
        }
    }
    Ok(())
}

fn write_collections(out: &mut String, results: &Results) -> std::fmt::Result {
    let points = &results.collections;
    if points.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\nRSS bytes per collection, of a large one per member; longest pause while that grows, ms of CPU\n\
         (that recurs in every growth; in brackets: the longest of all, of CPU and by the clock)"
    )?;
    for point in points {
        write!(out, "  {:<22} {:<16} {:>9}", point.shape, point.target, point.count)?;
        match point.bytes_each() {
            Some(bytes) => write!(out, " {bytes:>8.1}")?,
            None => write!(out, " {:>8}", "-")?,
        }
        match collections_memory::ratio(points, point.shape, point.target, Target::Redis) {
            Some(ratio) => write!(out, " ×{ratio:>5.2}")?,
            None => write!(out, " {:>6}", "-")?,
        }
        if let (Some(pause), Some(cpu_ms), Some(wall_ms)) =
            (point.pause(), point.longest_cpu_ms(), point.longest_wall_ms())
        {
            write!(out, " {:>8.2} ({cpu_ms:.2}, {wall_ms:.2})", pause.cpu_ms)?;
        }
        match point.rounds.iter().find_map(|round| round.as_ref().err()) {
            Some(error) => writeln!(out, "  {error}")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn memory_rows(results: &Results) -> Vec<(Target, bool)> {
    let mut rows: Vec<_> = results.memory.iter().map(|point| (point.target, point.with_ttl)).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The bars, a line each, and how many hold.
pub fn bars_text(bars: &[Bar]) -> String {
    let mut out = format!("\n{:<58} {:>9} {:>7}\n", "bar", "value", "at most");
    for bar in bars {
        out.push_str(&bar.to_string());
        out.push('\n');
    }
    let hold = bars.iter().filter(|bar| bar.holds()).count();
    let missing = bars.iter().filter(|bar| bar.value.is_none()).count();
    let misses = bars.len() - hold - missing;
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{hold} hold, {misses} miss, {missing} not measured");
    out
}

/// Everything, as JSON.
pub fn json(setting: &Setting, results: &Results) -> Value {
    let servers: Vec<Value> = setting
        .servers
        .iter()
        .map(|(target, version, cpus, load_cpus)| {
            json!({"name": target.to_string(), "version": version, "cpus": cpus, "load_cpus": load_cpus})
        })
        .collect();
    let bars: Vec<Value> = bars::all(results)
        .iter()
        .map(|bar| json!({"what": bar.what, "value": bar.value, "limit": bar.limit, "holds": bar.holds()}))
        .collect();
    let cells_json = |cells: &Cells| cells.0.iter().map(|cell| cell_json(cells, cell)).collect::<Vec<_>>();
    let (cells, publish) = (cells_json(&results.cells), cells_json(&results.publish));
    let collections: Vec<Value> =
        results.collections.iter().map(|point| collection_json(results, point)).collect();
    let hops: Vec<Value> = results
        .hops()
        .iter()
        .map(|hop| {
            json!({
                "of": hop.of.to_string(), "over": hop.over.to_string(), "depth": hop.depth,
                "cpu_ratio_median": hop.median(), "cpu_ratio_worst": hop.worst(),
                "cpu_ratio_by_test": hop.tests.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            })
        })
        .collect();
    let means: Vec<Value> = memory_rows(results)
        .iter()
        .map(|&(target, with_ttl)| {
            let mean = memory::mean(&results.memory, target, with_ttl);
            json!({"server": target.to_string(), "with_ttl": with_ttl, "bytes_per_key": mean})
        })
        .collect();
    let points: Vec<Value> = results
        .memory
        .iter()
        .map(|point| {
            json!({
                "server": point.target.to_string(), "keys": point.keys, "with_ttl": point.with_ttl,
                "bytes_per_key": point.bytes_per_key.as_ref().ok(), "error": point.bytes_per_key.as_ref().err(),
            })
        })
        .collect();
    let growth: Vec<Value> =
        results.growth.iter().map(|(target, phases)| growth_json(*target, phases)).collect();
    let idle: Vec<Value> = results
        .idle
        .iter()
        .map(|(target, percent)| {
            json!({
                "server": target.to_string(), "clients": super::idle::CLIENTS,
                "percent_of_a_core": percent.as_ref().ok(), "error": percent.as_ref().err(),
            })
        })
        .collect();
    let sweep: Vec<Value> = results
        .sweep
        .iter()
        .map(|outcome| {
            json!({
                "server": outcome.target.to_string(), "depth": outcome.depth, "tests": outcome.tests,
                "error": outcome.result.as_ref().err(),
            })
        })
        .collect();
    json!({
        "machine": setting.machine, "servers": servers, "rounds": setting.rounds, "quick": setting.is_quick,
        "cells": cells, "hops": hops, "memory": points, "memory_means": means, "collections": collections, "growth": growth,
        "idle": idle, "publish": publish, "sweep": sweep, "bars": bars,
    })
}

fn collection_json(results: &Results, point: &collections_memory::Point) -> Value {
    let round = |round: &Result<collections_memory::Grown, String>| match round {
        Ok(grown) => json!({
            "bytes_each": grown.bytes_each,
            "longest_cpu_ms": grown.batches.as_ref().map(collections_memory::Batches::longest_cpu_ms),
            "longest_wall_ms": grown.batches.as_ref().map(|batches| batches.longest_wall_ms),
        }),
        Err(error) => json!({"error": error}),
    };
    let over_redis =
        collections_memory::ratio(&results.collections, point.shape, point.target, Target::Redis);
    json!({
        "server": point.target.to_string(), "shape": point.shape, "count": point.count,
        "rounds": point.rounds.iter().map(round).collect::<Vec<_>>(),
        "median": {
            "bytes_each": point.bytes_each(), "longest_cpu_ms": point.longest_cpu_ms(),
            "longest_wall_ms": point.longest_wall_ms(),
        },
        "pause": point.pause().map(|pause| json!({"cpu_ms": pause.cpu_ms, "members": pause.members})),
        "ratio_to_redis": {"bytes_each": over_redis},
    })
}

fn cell_json(cells: &Cells, cell: &Cell) -> Value {
    let measure = |m: &Measure| {
        json!({
            "rps": m.rps, "p50_us": m.p50_us, "p99_us": m.p99_us, "p999_us": m.p999_us, "cpu_us_per_op": m.cpu_us,
        })
    };
    let over_redis = |figure| cells.ratio(&cell.workload, cell.target, Target::Redis, figure);
    json!({
        "workload": cell.workload, "server": cell.target.to_string(), "errors": cell.errors,
        "rounds": cell.rounds.iter().map(|round| round.as_ref().map(measure)).collect::<Vec<_>>(),
        "median": {
            "rps": cell.median(|m| m.rps), "p50_us": cell.median(|m| m.p50_us), "p99_us": cell.median(|m| m.p99_us),
            "p999_us": cell.median(|m| m.p999_us), "cpu_us_per_op": cell.median(|m| m.cpu_us),
        },
        "ratio_to_redis": {"rps": over_redis(|m| m.rps), "cpu": over_redis(|m| m.cpu_us)},
    })
}

fn growth_json(target: Target, phases: &Result<Phases, String>) -> Value {
    let phase = |p: &Phase| {
        json!({
            "p50_us": p.p50, "p999_us": p.p999, "p999_us_whole_run": p.p999_whole, "max_us": p.max,
            "p999_us_by_window": p.windows,
        })
    };
    match phases {
        Ok(phases) => json!({
            "server": target.to_string(), "quiet": phase(&phases.quiet), "overwriting": phase(&phases.overwriting),
            "growing": phase(&phases.growing), "ratio": phases.ratio(),
            "ratio_whole_run": phases.ratio_whole(), "inserted": phases.inserted, "inserts_per_s": phases.inserts_per_s,
        }),
        Err(error) => json!({"server": target.to_string(), "error": error}),
    }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sample() -> (Setting, Results) {
        let measure = |cpu_us| Measure { rps: 1e5, p50_us: 200.0, p99_us: 400.0, p999_us: 900.0, cpu_us };
        let cell = |target, cpu_us| Cell {
            workload: "depth16/get".to_owned(),
            target,
            rounds: vec![Some(measure(cpu_us)), None],
            errors: vec!["broken".to_owned()],
        };
        let cells = Cells(vec![cell(Target::Redis, 0.8), cell(Target::Kvadrant(1), 0.4)]);
        let idle = vec![(Target::Redis, Err("no sockets".to_owned()))];
        let setting = Setting {
            machine: "a machine".to_owned(),
            servers: vec![(Target::Redis, "v=7".to_owned(), "0".to_owned(), "1".to_owned())],
            rounds: 2,
            is_quick: true,
        };
        (setting, Results { cells, idle, ..Results::default() })
    }

    #[test]
    fn the_table_shows_medians_ratios_and_errors() {
        let (setting, results) = sample();
        let text = text(&setting, &results);
        let row = text.lines().find(|line| line.contains("kvadrant-1")).unwrap();
        let words: Vec<&str> = row.split_whitespace().collect();
        let expected =
            ["depth16/get", "kvadrant-1", "100000", "200", "400", "900", "0.400", "1.00", "0.50", "broken"];
        assert_eq!(words, expected);
        assert!(text.contains("no sockets"));
        assert_eq!(results.failures(), 3);
    }

    #[test]
    fn the_json_holds_rounds_ratios_and_bars() {
        let (setting, results) = sample();
        let json = json(&setting, &results);
        assert_eq!(json["cells"][1]["ratio_to_redis"]["cpu"], 0.5);
        assert_eq!(json["cells"][1]["rounds"][0]["cpu_us_per_op"], 0.4);
        assert!(json["cells"][1]["rounds"][1].is_null());
        assert_eq!(json["idle"][0]["error"], "no sockets");
        let bars = json["bars"].as_array().unwrap();
        let bar = bars.iter().find(|bar| bar["what"] == "CPU/op depth16/get, kvadrant-1 over redis").unwrap();
        assert_eq!(bar["holds"], true);
    }

    #[test]
    fn collections_show_what_they_take_and_the_pause_that_recurs() {
        use super::super::collections_memory::{Batches, Grown, Point};
        let growth = |longest| {
            let batches = Batches { cpu_ms: vec![0.25, longest], longest_wall_ms: 12.0 };
            Ok(Grown { bytes_each: 50.0, batches: Some(batches) })
        };
        let rounds = vec![growth(0.5), growth(7.0), growth(0.5), Err("no memory".to_owned())];
        let point = Point { target: Target::Redis, shape: "one large set", count: 200, rounds };
        let (setting, mut results) = sample();
        results.collections = vec![point];
        let text = text(&setting, &results);
        let row = text.lines().find(|line| line.contains("one large set")).unwrap();
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(
            words[3..],
            ["redis", "200", "50.0", "×", "1.00", "0.50", "(0.50,", "12.00)", "no", "memory"]
        );
        let json = json(&setting, &results);
        assert_eq!(json["collections"][0]["pause"]["cpu_ms"], 0.5);
        assert_eq!(json["collections"][0]["rounds"][1]["longest_cpu_ms"], 7.0);
        assert_eq!(json["collections"][0]["rounds"][3]["error"], "no memory");
        assert_eq!(results.failures(), 4);
    }

    #[test]
    fn growth_shows_the_median_window_beside_the_whole_run() {
        let phase = |p999| Phase { p50: 1.0, p999, p999_whole: 9.0 * p999, max: 1.0, windows: vec![p999] };
        let (quiet, overwriting, growing) = (phase(100.0), phase(110.0), phase(150.0));
        let phases = Phases { quiet, overwriting, growing, inserted: 16, inserts_per_s: 8.0 };
        let (setting, mut results) = sample();
        results.growth = vec![(Target::Kvadrant(1), Ok(phases))];
        let text = text(&setting, &results);
        assert!(text.contains("150 (1350)     1.50 (1.50)  16 keys, 8/s"), "{text}");
        let json = json(&setting, &results);
        assert_eq!(json["growth"][0]["growing"]["p999_us_by_window"][0], 150.0);
        assert_eq!(
            (&json["growth"][0]["ratio"], &json["growth"][0]["ratio_whole_run"]),
            (&1.5.into(), &1.5.into())
        );
    }

    #[test]
    fn published_messages_have_a_table_of_their_own() {
        let (setting, mut results) = sample();
        results.publish = std::mem::take(&mut results.cells);
        let text = text(&setting, &results);
        assert!(text.contains("PUBLISH to 1000 subscribers"), "{text}");
        let json = json(&setting, &results);
        assert_eq!(
            (json["cells"].as_array().unwrap().len(), &json["publish"][1]["ratio_to_redis"]["cpu"]),
            (0, &0.5.into())
        );
        assert_eq!(results.failures(), 3);
    }

    #[test]
    fn bars_are_counted_as_holding_missing_or_unmeasured() {
        let bar = |value| Bar { what: "x".to_owned(), value, limit: 1.0 };
        let text = bars_text(&[bar(Some(0.5)), bar(Some(2.0)), bar(Some(3.0)), bar(None)]);
        assert!(text.ends_with("1 hold, 2 miss, 1 not measured\n"), "{text}");
    }
}
