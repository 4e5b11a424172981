//! A failing case, cut down to what matters.

use crate::case::{Step, script};
use crate::compare::Difference;

/// A case that may fail, tried anew.
type Trial<'a> = dyn FnMut(&[Step]) -> Option<Difference> + 'a;

/// What to print of a case that failed with `first`; `fails` tries a case on fresh keyspaces.
pub fn report(
    steps: &[Step],
    first: Difference,
    mut run: impl FnMut(&[Step]) -> Option<Difference>,
) -> String {
    // Without arguments, a command may fail for another reason than the one looked for.
    let kind = first.kind();
    let mut fails = |steps: &[Step]| run(steps).filter(|difference| difference.kind() == kind);
    let upto = first.step.map_or(steps.len(), |step| step + 1);
    let mut least = steps[..upto].to_vec();
    let (again, difference) = match fails(&least) {
        Some(difference) => ("", difference),
        None => ("It did not fail again.\n", first),
    };
    let difference = if again.is_empty() {
        without_steps(&mut least, &mut fails);
        without_arguments(&mut least, &mut fails);
        fails(&least).unwrap_or(difference)
    } else {
        difference
    };
    let Difference { what, redis, here, .. } = difference;
    format!("{again}{}{what}\n  redis {redis}\n  here  {here}\n", script(&least))
}

/// Leaves out steps, first many at once, for as long as the case fails.
fn without_steps(steps: &mut Vec<Step>, fails: &mut Trial<'_>) {
    let mut size = steps.len().div_ceil(2).max(1);
    loop {
        let (mut at, mut shrunk) = (0, false);
        while at < steps.len() {
            let mut fewer = steps[..at].to_vec();
            fewer.extend_from_slice(&steps[(at + size).min(steps.len())..]);
            if !fewer.is_empty() && fails(&fewer).is_some() {
                *steps = fewer;
                shrunk = true;
            } else {
                at += size;
            }
        }
        if size == 1 && !shrunk {
            return;
        }
        size = (size / 2).max(1);
    }
}

/// Leaves out arguments.
fn without_arguments(steps: &mut Vec<Step>, fails: &mut Trial<'_>) {
    for at in 0..steps.len() {
        for argument in (1..steps[at].arguments.len()).rev() {
            let mut fewer = steps.clone();
            fewer[at].arguments.remove(argument);
            if fails(&fewer).is_some() {
                *steps = fewer;
            }
        }
    }
}
