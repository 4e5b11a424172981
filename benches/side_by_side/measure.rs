//! What was measured: a figure per server, workload and round, and the medians and ratios over rounds.

use super::server::Target;

/// One run of one workload on one server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Requests per second.
    pub rps: f64,
    /// Half of the requests took no longer, in microseconds.
    pub p50_us: f64,
    /// 99 % of the requests took no longer, in microseconds.
    pub p99_us: f64,
    /// 99.9 % of the requests took no longer, in microseconds.
    pub p999_us: f64,
    /// The server's user and system time per request, in microseconds.
    pub cpu_us: f64,
}

/// All rounds of one workload on one server.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The workload's name.
    pub workload: String,
    /// The server.
    pub target: Target,
    /// By round; a failed one leaves its place empty.
    pub rounds: Vec<Option<Measure>>,
    /// What failed.
    pub errors: Vec<String>,
}

/// Everything that the rounds measured.
#[derive(Debug, Clone, Default)]
pub struct Cells(pub Vec<Cell>);

/// Reads one figure of a measure.
pub type Figure = fn(&Measure) -> f64;

impl Cell {
    /// The median of a figure over the rounds.
    pub fn median(&self, figure: Figure) -> Option<f64> {
        median(self.rounds.iter().flatten().map(figure))
    }
}

impl Cells {
    /// The cell of a workload and a server.
    pub fn get(&self, workload: &str, target: Target) -> Option<&Cell> {
        self.0.iter().find(|cell| cell.workload == workload && cell.target == target)
    }

    /// `target` over `base`: the median of the ratios of each round.
    pub fn ratio(&self, workload: &str, target: Target, base: Target, figure: Figure) -> Option<f64> {
        let (of, over) = (self.get(workload, target)?, self.get(workload, base)?);
        let rounds = of.rounds.iter().zip(&over.rounds);
        median(
            rounds
                .filter_map(|(of, over)| Some(figure(&(*of)?) / figure(&(*over)?)))
                .filter(|r| r.is_finite()),
        )
    }

    /// The workloads' names, in the order in which they ran.
    pub fn workloads(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for cell in &self.0 {
            if names.last() != Some(&cell.workload.as_str()) {
                names.push(&cell.workload);
            }
        }
        names
    }
}

/// The median; of an even number of values the mean of the middle two; of none, nothing.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
#[allow(unused, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn measure(cpu_us: f64) -> Option<Measure> {
        Some(Measure { rps: 1.0, p50_us: 1.0, p99_us: 1.0, p999_us: 1.0, cpu_us })
    }

    fn cell(target: Target, rounds: Vec<Option<Measure>>) -> Cell {
        Cell { workload: "w".to_owned(), target, rounds, errors: Vec::new() }
    }

    #[test]
    fn medians_of_odd_even_and_no_values() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
        assert_eq!(median(std::iter::empty()), None);
    }

    #[test]
    fn a_ratio_is_the_median_of_rounds_not_the_ratio_of_medians() {
        let redis = cell(Target::Redis, vec![measure(1.0), measure(10.0), measure(2.0)]);
        let ours = cell(Target::Kvadrant(1), vec![measure(0.5), measure(6.0), measure(1.8)]);
        let cells = Cells(vec![redis, ours]);
        let ratio = cells.ratio("w", Target::Kvadrant(1), Target::Redis, |m| m.cpu_us).unwrap();
        assert!((ratio - 0.6).abs() < 1e-9);
    }

    #[test]
    fn a_round_that_failed_on_one_side_is_left_out() {
        let redis = cell(Target::Redis, vec![measure(1.0), None, measure(1.0)]);
        let ours = cell(Target::Kvadrant(1), vec![measure(0.5), measure(6.0), None]);
        let cells = Cells(vec![redis, ours]);
        assert_eq!(cells.ratio("w", Target::Kvadrant(1), Target::Redis, |m| m.cpu_us), Some(0.5));
        assert_eq!(cells.ratio("w", Target::Kvadrant(2), Target::Redis, |m| m.cpu_us), None);
        assert_eq!(cells.workloads(), ["w"]);
    }
}
