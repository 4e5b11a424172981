//! Redis's glob patterns, as KEYS, SCAN MATCH, PSUBSCRIBE and CONFIG GET use them.
//!
//! | pattern  | matches                                                                     |
//! |----------|-----------------------------------------------------------------------------|
//! | `*`      | any run of bytes, the empty one included                                    |
//! | `?`      | any one byte                                                                |
//! | `[abc]`  | one byte of the class; `[a-z]` a range, `[^a]` anything else, `\` escapes    |
//! | `\x`     | the byte x itself                                                           |
//!
//! Bytes are bytes: there is no notion of a character. Corners are Redis's too, each pinned by a test: an empty text
//! matches the empty pattern alone, an unclosed class is closed by the end of the pattern, a range may be written
//! backwards, and `[a-]` is the range from `a` to `]`.
//!
//! Every element but `*` consumes exactly one byte, so it is enough to go back to the *last* star: what an earlier one
//! could swallow, the last one can as well. The worst case is pattern length times text length; nothing is exponential.

/// A pattern with more runs of stars than this before something else matches nothing: Redis, which recurses, stops there.
const STARS_MAX: usize = 1_000;

/// Whether upper and lower case of ASCII letters are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `a` and `A` differ.
    Sensitive,
    /// `a` and `A` are equal. Bytes escaped inside a class are still compared exactly, as Redis does.
    Insensitive,
}

impl Case {
    fn fold(self, byte: u8) -> u8 {
        match self {
            Self::Sensitive => byte,
            Self::Insensitive => byte.to_ascii_lowercase(),
        }
    }
}

/// Whether all of `text` matches `pattern`.
pub fn matches(pattern: &[u8], text: &[u8], case: Case) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    let (mut at_pattern, mut at_text) = (0, 0);
    // Where to resume when what follows the last star failed: behind that star, one byte of text further on.
    let mut retry: Option<(usize, usize)> = None;
    let mut stars = 0;
    while at_text < text.len() {
        if pattern.get(at_pattern) == Some(&b'*') {
            stars += 1;
            while pattern.get(at_pattern) == Some(&b'*') {
                at_pattern += 1;
            }
            if at_pattern == pattern.len() {
                return true;
            }
            if stars > STARS_MAX {
                return false;
            }
            retry = Some((at_pattern, at_text));
            continue;
        }
        if at_pattern < pattern.len()
            && let Some(next) = match_one(pattern, at_pattern, text[at_text], case)
        {
            at_pattern = next;
            at_text += 1;
            continue;
        }
        let Some((behind_star, swallowed)) = retry else { return false };
        retry = Some((behind_star, swallowed + 1));
        (at_pattern, at_text) = (behind_star, swallowed + 1);
    }
    pattern[at_pattern..].iter().all(|&byte| byte == b'*')
}

/// Whether `pattern` holds a character that means more than itself.
pub fn is_pattern(pattern: &[u8]) -> bool {
    memchr::memchr3(b'*', b'?', b'[', pattern).is_some()
}

/// Matches the element at `pattern[at]` (not a star) against `byte`; the position behind the element if it matches.
fn match_one(pattern: &[u8], at: usize, byte: u8, case: Case) -> Option<usize> {
    match pattern[at] {
        b'?' => Some(at + 1),
        b'[' => match_class(pattern, at + 1, byte, case),
        b'\\' if at + 1 < pattern.len() => (case.fold(pattern[at + 1]) == case.fold(byte)).then_some(at + 2),
        literal => (case.fold(literal) == case.fold(byte)).then_some(at + 1),
    }
}

/// Matches the class whose first byte behind `[` is at `at`.
fn match_class(pattern: &[u8], mut at: usize, byte: u8, case: Case) -> Option<usize> {
    let negated = pattern.get(at) == Some(&b'^');
    at += usize::from(negated);
    let folded = case.fold(byte);
    let mut hit = false;
    loop {
        match pattern[at..] {
            [] => break,
            [b'\\', escaped, ..] => {
                hit |= escaped == byte;
                at += 2;
            }
            [b']', ..] => {
                at += 1;
                break;
            }
            [first, b'-', last, ..] => {
                // Redis orders the ends first and folds them afterwards.
                let (low, high) = (case.fold(first.min(last)), case.fold(first.max(last)));
                hit |= (low..=high).contains(&folded);
                at += 3;
            }
            [single, ..] => {
                hit |= case.fold(single) == folded;
                at += 1;
            }
        }
    }
    (hit != negated).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(pattern: &str, text: &str) -> bool {
        matches(pattern.as_bytes(), text.as_bytes(), Case::Sensitive)
    }

    fn nocase(pattern: &str, text: &str) -> bool {
        matches(pattern.as_bytes(), text.as_bytes(), Case::Insensitive)
    }

    #[test]
    fn more_than_a_thousand_runs_of_stars_match_nothing() {
        let text = vec![b'a'; 5_000];
        assert!(matches("*?".repeat(1_000).as_bytes(), &text, Case::Sensitive));
        assert!(!matches("*?".repeat(1_001).as_bytes(), &text, Case::Sensitive));
        assert!(matches(["*?".repeat(1_000), "*".repeat(1_001)].concat().as_bytes(), &text, Case::Sensitive));
    }

    #[test]
    fn literals_stars_and_question_marks() {
        assert!(exact("", "") && exact("abc", "abc") && exact("a?c", "abc") && exact("*", "abc"));
        assert!(exact("a*c", "ac") && exact("a*c", "abbbc") && exact("*b*", "abc") && exact("a**", "a"));
        assert!(!exact("", "a") && !exact("abc", "ab") && !exact("ab", "abc") && !exact("a?c", "ac"));
        assert!(!exact("a*c", "abcd") && !exact("?", "ab"));
        assert!(exact("*a*b*c", "xxaxxbxxc") && !exact("*a*b*c", "xxaxxcxxb"));
    }

    #[test]
    fn an_empty_text_matches_the_empty_pattern_alone() {
        assert!(exact("", "") && !exact("*", "") && !exact("**", "") && !exact("?", ""));
    }

    #[test]
    fn classes_ranges_and_negation() {
        assert!(exact("h[ae]llo", "hello") && exact("h[ae]llo", "hallo") && !exact("h[ae]llo", "hillo"));
        assert!(exact("h[^e]llo", "hallo") && !exact("h[^e]llo", "hello"));
        assert!(exact("h[a-b]llo", "hbllo") && !exact("h[a-b]llo", "hcllo") && exact("[z-a]", "m"));
        assert!(exact("[]", "a") == exact("[^]x", "y") && !exact("[]", "]") && exact("[^]", "x"));
    }

    #[test]
    fn odd_classes_are_closed_as_redis_closes_them() {
        assert!(exact("[abc", "a") && exact("[abc", "c") && !exact("[", "["));
        assert!(exact("[^", "a") && !exact("[^a", "a"));
        // The hyphen takes the bracket for its upper end, so the class runs on to the end of the pattern.
        assert!(exact("[a-]", "]") && exact("[a-]", "^") && !exact("[a-]", "-"));
        assert!(exact("[a-", "-") && exact("[\\", "\\"));
    }

    #[test]
    fn escapes() {
        assert!(exact("\\*", "*") && !exact("\\*", "a") && exact("a\\", "a\\"));
        assert!(exact("[\\]]", "]") && exact("[\\-x]", "-") && exact("[\\^a]", "^"));
    }

    #[test]
    fn case_is_folded_except_for_escapes_in_a_class() {
        assert!(nocase("MaX*", "mAxmemory") && nocase("[A-C]x", "BX") && nocase("\\A", "a"));
        assert!(!nocase("[\\A]", "a") && nocase("[A]", "a"));
        assert!(!exact("MAX*", "maxmemory"));
    }

    #[test]
    fn many_stars_do_not_blow_up() {
        let pattern = "a*".repeat(60) + "b";
        let text = "a".repeat(20_000);
        assert!(!exact(&pattern, &text));
    }

    /// The recursive definition, exponential and obvious.
    fn model(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            (_, []) => pattern.iter().all(|&byte| byte == b'*'),
            ([], _) => false,
            ([b'*', rest @ ..], _) => (0..=text.len()).any(|skip| model(rest, &text[skip..])),
            (_, [first, others @ ..]) => match match_one(pattern, 0, *first, Case::Sensitive) {
                Some(next) => model(&pattern[next..], others),
                None => false,
            },
        }
    }

    proptest! {
        #[test]
        fn going_back_to_the_last_star_finds_what_recursion_finds(
            pattern in "[ab*?\\[\\]^\\\\-]{0,8}", text in "[ab\\]\\\\-]{1,8}",
        ) {
            let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
            prop_assert_eq!(matches(pattern, text, Case::Sensitive), model(pattern, text));
        }
    }
}
