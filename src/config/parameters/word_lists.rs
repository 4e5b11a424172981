//! Checks of the parameters that hold several words but no field: Redis's rules and texts.

use super::super::value::{integer, one_of};

/// `save`: pairs of seconds and changes; a single empty word means none.
pub(super) fn save_points(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    if let [only] = words
        && only.is_empty()
    {
        return Ok(Vec::new());
    }
    let valid = words.len().is_multiple_of(2)
        && words.iter().enumerate().all(|(index, word)| {
            let least = i128::from(index % 2 == 0);
            integer(word).is_some_and(|number| number >= least)
        });
    if valid { Ok(words.join(&b' ')) } else { Err("Invalid save parameters".into()) }
}

/// `shutdown-on-sigint` and `shutdown-on-sigterm`: a set of flags, shown in this order.
pub(super) fn shutdown_flags(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    const FLAGS: &[&str] = &["default", "save", "nosave", "now", "force"];
    let is = |flag: &&str, word: &Vec<u8>| flag.as_bytes().eq_ignore_ascii_case(word);
    if words.is_empty() || !words.iter().all(|word| FLAGS.iter().any(|flag| is(flag, word))) {
        return Err(one_of(FLAGS));
    }
    let given: Vec<&str> =
        FLAGS[1..].iter().filter(|flag| words.iter().any(|word| is(flag, word))).copied().collect();
    Ok(if given.is_empty() { "default".into() } else { given.join(" ").into_bytes() })
}

/// `oom-score-adj-values`: three scores, for the server, a replica and a child process.
pub(super) fn oom_scores(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    if words.len() != 3 {
        return Err("wrong number of arguments".into());
    }
    if words.iter().all(|word| integer(word).is_some_and(|score| (-2000..=2000).contains(&score))) {
        Ok(words.join(&b' '))
    } else {
        Err("Invalid oom-score-adj-values, elements must be between -2000 and 2000.".into())
    }
}

/// `latency-tracking-info-percentiles`: numbers from 0 to 100; a single empty word means none.
pub(super) fn percentiles(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    if let [only] = words
        && only.is_empty()
    {
        return Ok(Vec::new());
    }
    let mut shown = Vec::with_capacity(words.len());
    for word in words {
        let number: Option<f64> = std::str::from_utf8(word).ok().and_then(|text| text.parse().ok());
        let number = number.ok_or("Invalid latency-tracking-info-percentiles parameters")?;
        if !(0.0..=100.0).contains(&number) {
            return Err("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]".into());
        }
        shown.push(number.to_string());
    }
    Ok(shown.join(" ").into_bytes())
}

/// `replicaof`: a host and a port, or `no one`; a single empty word means none too.
pub(super) fn replicaof(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    match words {
        [only] if only.is_empty() => Ok(Vec::new()),
        [no, one] if no.eq_ignore_ascii_case(b"no") && one.eq_ignore_ascii_case(b"one") => Ok(Vec::new()),
        [_, _] => Ok(words.join(&b' ')),
        _ => Err("wrong number of arguments".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<u8>> {
        text.split(' ').map(|word| word.as_bytes().to_vec()).collect()
    }

    #[test]
    fn save_points_come_in_pairs() {
        assert_eq!(save_points(&words("")), Ok(Vec::new()));
        assert_eq!(save_points(&words("100 1 10 0")), Ok(b"100 1 10 0".to_vec()));
        for odd in ["foo", "1", "1 2 3", "0 1", "1 -1"] {
            assert_eq!(save_points(&words(odd)), Err("Invalid save parameters".into()));
        }
    }

    #[test]
    fn shutdown_flags_are_a_set() {
        assert_eq!(shutdown_flags(&words("force NOW")), Ok(b"now force".to_vec()));
        assert_eq!(shutdown_flags(&words("default")), Ok(b"default".to_vec()));
        assert!(shutdown_flags(&words("now foo")).is_err());
    }

    #[test]
    fn no_one_is_nobody_s_replica() {
        assert_eq!(replicaof(&words("no ONE")), Ok(Vec::new()));
        assert_eq!(replicaof(&words("host 6379")), Ok(b"host 6379".to_vec()));
        assert!(replicaof(&words("host")).is_err());
    }
}
