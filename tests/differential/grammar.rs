//! Forms of commands, as `forms.txt` writes them; its head says how.

/// How far replies to one command must be alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// To the byte.
    Exact,
    /// Elements in any order.
    Unordered,
    /// Pairs of elements in any order.
    Pairs,
    /// Numbers, but for the time that passes between two servers.
    Near,
    /// Type and length.
    Shape,
    /// What a whole iteration returns, in any order.
    Scan,
    /// Whether there is a payload.
    Dump,
    /// The client may have to wait, and others go on meanwhile.
    Waits,
}

/// One form.
pub struct Form {
    pub rule: Rule,
    pub fills: bool,
    /// Whether keys expire.
    pub lapses: bool,
    pub body: Choice,
}

/// Alternatives, each a sequence.
pub type Choice = Vec<Vec<Part>>;

/// A part of a form.
pub enum Part {
    /// A word of the command, or the name of something drawn.
    Word(&'static str),
    /// Text as it stands.
    Text(&'static str),
    /// The end of one command and the beginning of the next.
    Next,
    Maybe(Choice),
    One(Choice),
    /// So many times at least.
    Often(usize, Box<Part>),
}

/// All forms.
pub fn forms() -> Vec<Form> {
    let lines = include_str!("forms.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(form).collect()
}

impl Form {
    /// Whether this looks at keys of all names, and sees or removes expired ones.
    pub fn looks_around(&self) -> bool {
        let starts_with = |name| matches!(self.body[0].first(), Some(Part::Word(word)) if *word == name);
        ["SCAN", "RANDOMKEY", "DBSIZE"].into_iter().any(starts_with)
    }
}

fn form(line: &'static str) -> Form {
    let mut form = Form { rule: Rule::Exact, fills: false, lapses: false, body: Vec::new() };
    let mut rest = line;
    while let Some((mark, behind)) = rest.strip_prefix('~').and_then(|rest| rest.split_once(' ')) {
        match mark {
            "fill" => form.fills = true,
            "lapse" => form.lapses = true,
            "unordered" => form.rule = Rule::Unordered,
            "pairs" => form.rule = Rule::Pairs,
            "near" => form.rule = Rule::Near,
            "shape" => form.rule = Rule::Shape,
            "scan" => form.rule = Rule::Scan,
            "dump" => form.rule = Rule::Dump,
            "waits" => form.rule = Rule::Waits,
            _ => panic!("no such mark: {line}"),
        }
        rest = behind;
    }
    let mut reader = Reader { line, rest };
    form.body = reader.choice(None);
    form
}

struct Reader {
    line: &'static str,
    rest: &'static str,
}

impl Reader {
    /// Reads up to `end`, which is taken, too.
    fn choice(&mut self, end: Option<char>) -> Choice {
        let mut choice = vec![Vec::new()];
        loop {
            self.rest = self.rest.trim_start();
            let Some(first) = self.rest.chars().next() else {
                assert!(end.is_none(), "a bracket without its end: {}", self.line);
                return choice;
            };
            if Some(first) == end {
                self.rest = &self.rest[1..];
                return choice;
            }
            if first == '|' {
                self.rest = &self.rest[1..];
                choice.push(Vec::new());
                continue;
            }
            let part = self.part(first);
            choice.last_mut().expect("an alternative").push(part);
        }
    }

    fn part(&mut self, first: char) -> Part {
        if let Some(quoted) = self.rest.strip_prefix('\'') {
            let (text, rest) = quoted.split_once('\'').expect("a quote's end");
            self.rest = rest;
            return Part::Text(text);
        }
        let part = match first {
            ';' | '[' | '(' => {
                self.rest = &self.rest[1..];
                match first {
                    ';' => Part::Next,
                    '[' => Part::Maybe(self.choice(Some(']'))),
                    _ => Part::One(self.choice(Some(')'))),
                }
            }
            _ => {
                let end = self.rest.find([' ', '[', ']', '(', ')', '|', '+', '*']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end.max(1));
                self.rest = rest;
                Part::Word(word)
            }
        };
        for (sign, least) in [('+', 1), ('*', 0)] {
            if let Some(rest) = self.rest.strip_prefix(sign) {
                self.rest = rest;
                return Part::Often(least, Box::new(part));
            }
        }
        part
    }
}
