//! What is drawn for the lower-case words of forms: small pools, so that keys and members meet, with what lies around limits.

use shards::structures::random::Rng;

/// Keys by their usual type.
const KEYS: &[(&str, &[&str])] = &[
    ("string", &["s1", "s2", "s3", "s4"]),
    ("list", &["l1", "l2", "l3"]),
    ("hash", &["h1", "h2"]),
    ("set", &["e1", "e2", "e3", "e4"]),
    ("zset", &["z1", "z2", "z3", "z4"]),
    ("geo", &["g1", "g2"]),
    // Ranges of names are defined where all scores are equal.
    ("lex", &["x1", "x2", "x3"]),
    // Lists that are never of another type: only they have an order among elements of equal weight.
    ("plain", &["o1", "o2"]),
    ("key", &["", "none", "x{s1}"]),
];

/// Keys of the last three kinds are no keys of another type.
const MIXED: usize = 6;

/// The members, fields and elements that most commands have in common.
const MEMBERS: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "m1", "m2", "m10", "1", "2"];

const ODD_MEMBERS: &[&str] = &[
    "3",
    "10",
    "-5",
    "007",
    "+1",
    " 1",
    "",
    "63*x",
    "64*y",
    "65*z",
    "300*w",
    "\0\u{ff}\r\n",
    "ab",
    "abc",
    "b:1",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "3.0e-5",
    "1.5",
    "Palermo",
    "*",
];

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "-2",
    "-128",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "32768",
    "-32768",
    "-32769",
    "8388607",
    "8388608",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775806",
    "-9223372036854775807",
];

/// What is no integer, or not everywhere: most of them are errors.
const ODD_NUMBERS: &[&str] = &[
    "abc",
    "",
    "1.5",
    " 1",
    "1 ",
    "+1",
    "01",
    "-0",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999",
    "nan",
];

/// By name: what is usual, and what comes up once in a while.
const POOLS: &[(&str, &[&str], &[&str])] = &[
    ("member", MEMBERS, ODD_MEMBERS),
    (
        "value",
        &["a", "b", "c", "1", "2", "hello world", "abcabc", "ohmytext", "mynewtext", "19*v", "44*v", "45*v"],
        &[
            "1000*q",
            "",
            "0",
            "00",
            "-0",
            "1e3",
            "0x10",
            "inf",
            "\0\u{ff}",
            "65*z",
            "9223372036854775807",
            " 1",
        ],
    ),
    ("integer", INTEGERS, INTEGERS),
    ("delta", INTEGERS, ODD_NUMBERS),
    (
        "float",
        &[
            "0",
            "1",
            "-1",
            "0.1",
            "0.2",
            "1.5",
            "3",
            "-3.14159",
            "3.0e-5",
            "1e17",
            "123456789.123456789",
            ".5",
        ],
        &[
            "-0.0",
            "1e20",
            "1e-10",
            "1e308",
            "-1e308",
            "1.7976931348623157e308",
            "5e-324",
            "inf",
            "-inf",
            "+inf",
            "nan",
            "1e4000",
            "0.30000000000000004",
            "1e100",
            "5.",
            "0x1p3",
            "  1",
            "1 ",
            "",
            "abc",
            "100000000000000000000000",
            "17179869184",
            "9007199254740993",
            "99999999999999999",
        ],
    ),
    (
        "score",
        &[
            "0", "1", "2", "3", "1", "2", "-1", "1.5", "0.1", "-0.0", "1e17", "3.0e-5", "inf", "-inf", "10",
            "2.5",
        ],
        &[
            "1e308",
            "-1e308",
            "+inf",
            "nan",
            "1e-10",
            "9007199254740993",
            "5e-324",
            ".5",
            "0x10",
            "abc",
            "",
            "1 ",
            " 1",
            "Infinity",
            "INF",
            "1e400",
            "1e21",
        ],
    ),
    ("seconds", &["%"], &["9223372036854775", "0", "-1", "9223372036854775807", "abc", "1.5"]),
    ("millis", &["%000"], &["0", "-1", "9223372036854775807", "99999999999999", "abc"]),
    ("at", &["4000000000", "4000000001", "3999999999"], &["9999999999999", "0", "-1", "x"]),
    ("atms", &["4000000000000", "4000000000001", "3999999999999"], &["0", "-1", "x", "9223372036854775807"]),
    (
        "index",
        &["0", "1", "2", "3", "-1", "-2", "-3", "5", "10", "-10", "100", "-100"],
        &["9223372036854775807", "-9223372036854775808", "abc", "1.5", "4294967296", "-0"],
    ),
    (
        "end",
        &["0", "1", "2", "3", "-1", "-2", "-3", "5", "10", "-10", "100"],
        &["9223372036854775807", "-100"],
    ),
    (
        "count",
        &["0", "1", "1", "2", "2", "3", "5", "10", "100"],
        &["-1", "-5", "abc", "9223372036854775807", "9223372036854775808", ""],
    ),
    (
        "offset",
        &["0", "1", "2", "3", "7", "8", "9", "15", "16", "31", "63", "64", "100", "1000", "44", "45"],
        &["5000", "-1", "abc", "4294967296", "9223372036854775807"],
    ),
    ("bit", &["0", "1"], &["2", "-1", "x"]),
    (
        "bittype",
        &["u8", "i8", "u1", "i1", "u63", "i64", "i16", "u4", "u5", "i5", "i63"],
        &["u64", "i65", "i0", "x8", "u", "I8"],
    ),
    ("bitoffset", &["0", "1", "5", "8", "#0", "#1", "#2", "#3", "100", "63", "64"], &["-1", "#-1", "x", "#"]),
    ("overflow", &["WRAP", "SAT", "FAIL"], &["wrap", "foo"]),
    (
        "smin",
        &["-inf", "0", "1", "2", "(1", "(0", "-1", "(-inf", "1.5", "3", "(2"],
        &["+inf", "inf", "abc", "("],
    ),
    ("smax", &["+inf", "inf", "0", "1", "2", "(1", "(2", "3", "5", "100"], &["(inf", "-inf", "abc", "1e20"]),
    ("lexmin", &["-", "[a", "(a", "[b", "[c", "[m"], &["[", "(", "+", "abc", "(1", ""]),
    ("lexmax", &["+", "[c", "(c", "[z", "(m", "[y"], &["-", "[", "[a", "x"]),
    ("aggregate", &["SUM", "MIN", "MAX"], &["sum", "foo"]),
    (
        "lon",
        &["13.361389", "15.087269", "0", "12.5", "13.0", "14", "2.3522", "-74.0060"],
        &["-180", "180", "181", "abc", "-0.0", "179.9999"],
    ),
    (
        "lat",
        &["38.115556", "37.502669", "0", "37", "38", "37.5", "48.8566", "40.7128"],
        &["-85", "85.05112878", "86", "x", "-85.05112878"],
    ),
    ("radius", &["100", "200", "1", "500", "1000", "10.5", "50000"], &["0", "30000", "-1", "x", "1e300"]),
    ("unit", &["km", "m", "mi", "ft"], &["KM", "parsec"]),
    ("db", &["0", "0", "0", "1", "1", "2"], &["16", "-1", "abc"]),
    ("type", &["string", "list", "set", "zset", "hash"], &["stream", "foo", "STRING"]),
    (
        "pattern",
        &["*", "a*", "?", "[a-c]*", "m?", "s*", "*1", "e[12]"],
        &["\\*", "[^a]", "x{*", "", "[a", "*y*"],
    ),
    ("timeout", &["0.01", "0.003", "0.02"], &["-1", "abc", "1e-3", "inf", "nan", "", "0.00001"]),
    ("long", &["100", "50.5"], &["0"]),
    ("channel", &["c1", "c2", "news.a", "news.b"], &[""]),
    ("prefix", &["s", "z", "l1"], &[""]),
    ("classes", &["KEA", "KEA", "KEAmn", "KEA"], &["E$l", "Kzx", "", "Ex"]),
    ("limit", &["0", "1", "2", "3", "4", "5", "8", "16", "64"], &["128", "512"]),
    // No smaller than the members of one SADD: since 7.2 their number decides how a set begins.
    ("setlimit", &["8", "16", "64"], &["512"]),
    ("listsize", &["-2", "-1", "1", "2", "3", "5"], &["-5", "128"]),
    ("depth", &["0", "1", "2"], &["3"]),
    ("sortby", &["nosort", "s*", "h1->*", "z*", "w_*", "h*->a"], &["*", "NOSORT", "e*->", "s1"]),
    // A constant among them would show the order in which a set has its members.
    ("weights", &["s*", "h1->*", "z*", "w_*", "h*->a"], &["*", "e*->"]),
    ("sortget", &["#", "s*", "h1->*", "h*->a", "*"], &["s1", "h*->", "##"]),
];

/// What damage puts in the place of an argument.
pub fn junk() -> Vec<&'static str> {
    [ODD_NUMBERS, JUNK].concat()
}

const JUNK: &[&str] = &["-1", "0", "1", "2", "(1", "[a", "*", "NX", "GET", "LIMIT", "WITHSCORES", "COUNT"];

/// Draws of one case.
pub struct Words {
    rng: Rng,
    last_key: &'static str,
    /// Keys behind the last number of keys.
    keys: usize,
}

impl Words {
    /// The draws of a seed.
    pub fn new(seed: u64) -> Words {
        Words { rng: Rng::new(seed), last_key: "s1", keys: 0 }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.rng.below(bound)
    }

    /// Whether what happens so many times in a hundred happens.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Whether the last key is one whose scores must stay equal.
    pub fn has_equal_scores(&self) -> bool {
        KEYS.iter().any(|(kind, keys)| *kind == "lex" && keys.contains(&self.last_key))
    }

    /// Draws for a word of a form.
    pub fn draw(&mut self, word: &'static str, into: &mut Vec<Vec<u8>>) {
        if let Some(kind) = word.strip_prefix('#') {
            self.keys = self.of(&[1, 1, 2, 2, 2, 3, 4]);
            let shown = self.keys.to_string();
            let odd = self.percent(5);
            let shown = if odd { self.of(&["0", "-1", "5", "abc", "9223372036854775807"]) } else { &shown };
            into.push(shown.into());
            for _ in 0..self.keys {
                let key = self.key(kind);
                into.push(key.into());
            }
        } else if let Some(each) = word.strip_prefix('@') {
            let count = if self.percent(7) { self.below(4) } else { self.keys };
            (0..count).for_each(|_| self.draw(each, into));
        } else if matches!(word, "crowd" | "pairs" | "scored") {
            self.crowd(word, into);
        } else if word == "same" {
            into.push(self.last_key.into());
        } else if word == "bitop" {
            self.bit_operation(into);
        } else if matches!(word, "anysort" | "any") || KEYS.iter().any(|(kind, _)| *kind == word) {
            let key = self.key(word);
            into.push(key.into());
        } else if let Some((_, usual, odd)) = POOLS.iter().find(|(name, ..)| *name == word) {
            let odd = self.percent(if matches!(word, "member" | "value") { 40 } else { 12 }).then_some(*odd);
            let drawn = self.of(odd.unwrap_or(usual));
            let text = self.spelled(drawn);
            into.push(text);
        } else {
            let is_lower = word.starts_with(|first: char| first.is_ascii_lowercase());
            assert!(!is_lower || word.contains('-'), "{word} is drawn from nothing");
            into.push(if self.percent(5) { word.to_lowercase() } else { word.to_owned() }.into());
        }
    }

    /// `65*x`: so many; `%`: a number of five digits.
    fn spelled(&mut self, text: &str) -> Vec<u8> {
        if let Some((count, letter)) = text.split_once('*')
            && let Ok(count) = count.parse()
        {
            return letter.repeat(count).into_bytes();
        }
        // Different ones are not so near to each other that the time between two servers decides.
        text.replace('%', &(10_000 + self.below(90_000)).to_string()).into_bytes()
    }

    fn key(&mut self, kind: &str) -> &'static str {
        let kind = match kind {
            "any" => self.of(&["zset", "zset", "zset", "set"]),
            "anysort" => self.of(&["list", "set", "zset"]),
            other => other,
        };
        let at = KEYS.iter().position(|(name, _)| *name == kind).expect("a kind of keys");
        let of_any_type = kind == "key" || (at < MIXED && self.percent(6));
        let at = if of_any_type { self.of(&[0, 1, 2, 3, 4, 5, KEYS.len() - 1]) } else { at };
        self.last_key = self.of(KEYS[at].1);
        self.last_key
    }

    /// Enough members in a row to reach the limits of the compact forms: alone, with a value or behind a score.
    fn crowd(&mut self, word: &str, into: &mut Vec<Vec<u8>>) {
        let count = self.of(&[10, 40, 127, 128, 129, 200, 513]);
        let first = self.below(4) * 100;
        let (letter, same_score) = (self.of(&["m", "", "member:"]), self.percent(50));
        for number in first..first + count {
            if word == "scored" {
                into.push(if same_score { "0".into() } else { (number * 7 % 31).to_string().into() });
            }
            into.push(format!("{letter}{number}").into());
            if word == "pairs" {
                into.push(number.to_string().into());
            }
        }
    }

    fn bit_operation(&mut self, into: &mut Vec<Vec<u8>>) {
        let words: &[&str] = match self.below(10) {
            0..3 => &["GET", "bittype", "bitoffset"],
            3..6 => &["SET", "bittype", "bitoffset", "integer"],
            6..9 => &["INCRBY", "bittype", "bitoffset", "delta"],
            _ => &["OVERFLOW", "overflow"],
        };
        for word in words {
            self.draw(word, into);
        }
    }
}
