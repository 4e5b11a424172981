//! Lists of CPUs such as `0-3,6`.

use std::fmt;

use super::settings::MAX_CPU;
use super::stored::Stored;
use super::value::Value;

/// CPU numbers in the order given, without repetition. Empty means no choice was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CpuList(Vec<usize>);

impl CpuList {
    /// Reads numbers and ranges separated by commas.
    ///
    /// # Errors
    /// Text that is no list; it says what one looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut cpus = Vec::new();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (Some(first), Some(last)) = (number(first), number(last)) else {
                return Err(format!("argument must be a list of CPUs up to {MAX_CPU}, such as 0-3,6"));
            };
            if first > last {
                return Err("argument has a range of CPUs that ends before it starts".into());
            }
            for cpu in first..=last {
                if !cpus.contains(&cpu) {
                    cpus.push(cpu);
                }
            }
        }
        Ok(Self(cpus))
    }

    /// The numbers, in the order given.
    pub fn as_slice(&self) -> &[usize] {
        &self.0
    }
}

fn number(text: &str) -> Option<usize> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&cpu| all_digits && cpu <= MAX_CPU)
}

impl FromIterator<usize> for CpuList {
    fn from_iter<I: IntoIterator<Item = usize>>(cpus: I) -> Self {
        Self(cpus.into_iter().collect())
    }
}

impl fmt::Display for CpuList {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_slice();
        while let [first, ..] = rest {
            let run = rest.iter().zip(*first..).take_while(|(cpu, expected)| *cpu == expected).count();
            let comma = if rest.len() == self.0.len() { "" } else { "," };
            match run {
                1 => write!(out, "{comma}{first}")?,
                _ => write!(out, "{comma}{first}-{}", rest[run - 1])?,
            }
            rest = &rest[run..];
        }
        Ok(())
    }
}

/// Checks the words of a `cpus` directive: one list; an empty word means no choice.
pub fn check(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let [text] = words else { return Err("wrong number of arguments".into()) };
    Ok(CpuList::parse(&String::from_utf8_lossy(text))?.to_string().into_bytes())
}

impl Stored for CpuList {
    fn from_value(value: Value) -> Result<Self, String> {
        Self::parse(&String::from_utf8_lossy(&Vec::from_value(value)?))
    }

    fn to_value(&self) -> Value {
        Value::Text(self.to_string().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges() {
        assert_eq!(CpuList::parse("0-3,6,2").unwrap().as_slice(), [0, 1, 2, 3, 6]);
        assert_eq!(CpuList::parse("5").unwrap().to_string(), "5");
        assert_eq!(CpuList::parse("0-3,6,8,9,10").unwrap().to_string(), "0-3,6,8-10");
        assert_eq!(CpuList::parse("").unwrap(), CpuList::default());
        assert_eq!(CpuList::default().to_string(), "");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for odd in ["a", "1-", "-1", "1,,2", "3-1", "1024", "+1", "1-2-3", " 1"] {
            assert!(CpuList::parse(odd).is_err(), "{odd:?}");
        }
    }
}
