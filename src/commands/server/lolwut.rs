//! LOLWUT: a drawing, and the version.

use shards::{
    command::{Args, Arity, Command, Error, Flags},
    resp::Reply,
    structures::random::Rng,
};

use super::SERVER;
use crate::commands::{Here, NodeCommand, NodeRun, REDIS_VERSION};

/// Rows of characters of a drawing; each character is half as wide as high.
const ROWS: usize = 8;
/// Of them, this many form the halves of the drawing.
const COLUMNS: usize = 32;

pub static LOLWUT: NodeCommand = NodeCommand {
    row: Command {
        name: "LOLWUT",
        arity: Arity::at_least(1),
        flags: Flags::READONLY.and(Flags::FAST),
        since: "5.0.0",
        summary: "Displays computer art and the Redis version",
        complexity: "O(1)",
        syntax: "[VERSION version]",
        ..SERVER
    },
    run: NodeRun::Here(lolwut),
};

/// Whatever version of the drawing is asked for, there is one here; further arguments would be its sizes.
fn lolwut(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    if args.len() >= 3 && args.is(1, "VERSION") {
        args.integer(2)?;
    }
    let mut rng = Rng::new(here.node.shard.keyspace.rng.next_u64());
    let text = format!("{}\nRedis ver. {REDIS_VERSION}\n", drawing(&mut rng));
    out.verbatim(text.as_bytes());
    Ok(())
}

/// Four quadrants around a centre: the first is random, the others mirror it.
fn drawing(rng: &mut Rng) -> String {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    let (rows, columns) = (ROWS / 2, COLUMNS / 2);
    let mut quadrant = vec![vec![0; columns]; rows];
    for (row, line) in quadrant.iter_mut().enumerate() {
        for (column, shade) in line.iter_mut().enumerate() {
            // Darker towards the centre, with a step of chance.
            let near = (row + 1) * SHADES.len() / (rows + 1) + (column + 1) * SHADES.len() / (columns + 1);
            *shade = (near / 2 + rng.below(3)).saturating_sub(1).min(SHADES.len() - 1);
        }
    }
    let line = |row: &Vec<usize>| -> String {
        row.iter().chain(row.iter().rev()).map(|shade| SHADES[*shade]).chain(['\n']).collect()
    };
    quadrant.iter().chain(quadrant.iter().rev()).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_its_own_mirror() {
        let drawing = drawing(&mut Rng::new(7));
        let lines: Vec<Vec<char>> = drawing.lines().map(|line| line.chars().collect()).collect();
        assert_eq!(lines.len(), ROWS);
        for (line, opposite) in lines.iter().zip(lines.iter().rev()) {
            assert_eq!(line.len(), COLUMNS);
            assert_eq!(line, opposite);
            assert!(line.iter().eq(line.iter().rev()));
        }
    }
}
