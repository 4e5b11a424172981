//! `math.random` and `math.randomseed`: the 48-bit linear congruential generator of POSIX `lrand48`, so that a seed gives the
//! same numbers everywhere.

use super::lua::{Raise, Stack};

/// The state of a generator.
#[derive(Clone, Copy, Debug)]
pub struct Rand48(u64);

impl Rand48 {
    /// A generator that starts from `seed`, as `srand48` does.
    pub fn new(seed: i32) -> Self {
        Self(u64::from(seed as u32) << 16 | 0x330E)
    }

    /// The next number of 31 bits.
    pub fn draw(&mut self) -> u32 {
        self.0 = (self.0.wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB)) & ((1 << 48) - 1);
        (self.0 >> 17) as u32
    }
}

impl Default for Rand48 {
    fn default() -> Self {
        Self::new(0)
    }
}

/// `math.random([m [, n]])`
pub fn random(stack: &Stack<'_>) -> Result<usize, Raise> {
    const MAX: u32 = i32::MAX as u32;
    let mut generator = stack.shared.random.get();
    let fraction = f64::from(generator.draw() % MAX) / f64::from(MAX);
    stack.shared.random.set(generator);
    let (low, high) = match stack.top() {
        0 => {
            stack.push_number(fraction);
            return Ok(1);
        }
        1 => (1, stack.check_integer(1)? as i32),
        2 => (stack.check_integer(1)? as i32, stack.check_integer(2)? as i32),
        _ => return Err(Raise::text("wrong number of arguments")),
    };
    if low > high {
        return Err(Raise::argument(stack.top(), "interval is empty"));
    }
    let count = f64::from(high.wrapping_sub(low).wrapping_add(1));
    stack.push_number((fraction * count).floor() + f64::from(low));
    Ok(1)
}

/// `math.randomseed(x)`
pub fn seed(stack: &Stack<'_>) -> Result<usize, Raise> {
    let seed = stack.check_integer(1)?;
    stack.shared.random.set(Rand48::new(seed as i32));
    Ok(0)
}
