//! Copying a few bytes.

/// Bytes that are copied at once, however few are wanted.
pub const AT_ONCE: usize = 32;

/// Appends the first `len` bytes of `bytes`, of which most often there are few. Where enough others follow them, a fixed number is
/// copied and the rest dropped: that takes two instructions, and a copy of just so many takes a call and guesses their number.
#[inline]
pub fn append_short(to: &mut Vec<u8>, bytes: &[u8], len: usize) {
    match bytes.first_chunk::<AT_ONCE>() {
        Some(chunk) if len <= AT_ONCE => {
            let end = to.len() + len;
            to.extend_from_slice(chunk);
            to.truncate(end);
        }
        _ => to.extend_from_slice(&bytes[..len]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_many_bytes_are_appended_as_are_wanted(before: Vec<u8>, bytes: Vec<u8>, part in 0.0..=1.0) {
            let len = (bytes.len() as f64 * part) as usize;
            let mut to = before.clone();
            append_short(&mut to, &bytes, len);
            prop_assert_eq!(to, [before.as_slice(), &bytes[..len]].concat());
        }
    }
}
