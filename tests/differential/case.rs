//! A case: commands of several clients, drawn by a seed.

use std::fmt::Write as _;

use crate::grammar::{Choice, Form, Part, Rule};
use crate::words::{Words, junk};

/// Clients of a case. The first speaks RESP2, the second RESP3, the third RESP2; the last is the one that waits.
pub const CLIENTS: usize = 4;
/// The client that speaks RESP3.
pub const IN_RESP3: usize = 1;
/// The client that runs what may wait for others.
const WAITING: usize = 3;

/// What configures the compact forms, with the defaults, from which every run of a case begins.
pub const LIMITS: &[(&str, &str)] = &[
    ("hash-max-listpack-entries", "512"),
    ("hash-max-listpack-value", "64"),
    ("set-max-intset-entries", "512"),
    ("zset-max-listpack-entries", "128"),
    ("zset-max-listpack-value", "64"),
    ("list-max-listpack-size", "-2"),
    ("list-compress-depth", "0"),
    ("notify-keyspace-events", "KEA"),
];

/// Commands that damage would make wait for long, draw a reply of any size, or keep a large value.
const UNDAMAGED: &[&str] = &[
    "BLPOP",
    "BRPOP",
    "BLMOVE",
    "BLMPOP",
    "BRPOPLPUSH",
    "BZPOPMIN",
    "BZPOPMAX",
    "BZMPOP",
    "SRANDMEMBER",
    "HRANDFIELD",
    "ZRANDMEMBER",
    "SPOP",
    "SETRANGE",
    "SETBIT",
    "SORT",
    "SORT_RO",
    "SCAN",
    "SSCAN",
    "HSCAN",
    "ZSCAN",
    "CONFIG",
    "CLIENT",
    "EVAL",
    "EVAL_RO",
    "LPOS",
    // Since Redis 7.2 they read their options before they look the key up.
    "BITCOUNT",
    "BITPOS",
    // Their WITHSCORE came with Redis 7.2.
    "ZRANK",
    "ZREVRANK",
];

/// Runs a command in a script.
const IN_SCRIPT: &str = "return redis.pcall(unpack(ARGV))";

/// One command of one client.
#[derive(Clone)]
pub struct Step {
    pub client: usize,
    pub arguments: Vec<Vec<u8>>,
    pub rule: Rule,
    /// Whether a key has expired a moment later.
    pub lapses: bool,
}

impl Step {
    /// Whether this runs a script.
    pub fn is_script(&self) -> bool {
        self.arguments.first().is_some_and(|first| first.to_ascii_uppercase().starts_with(b"EVAL"))
    }

    /// Whether this is CLIENT TRACKING OFF.
    pub fn stops_tracking(&self) -> bool {
        self.is("CLIENT") && self.arguments.last().is_some_and(|last| last.eq_ignore_ascii_case(b"OFF"))
    }

    /// Whether this is the command, by itself or in a script.
    pub fn is(&self, name: &str) -> bool {
        let in_script = self.arguments.get(1).is_some_and(|script| script == IN_SCRIPT.as_bytes());
        let first = self.arguments.get(if in_script { 3 } else { 0 });
        first.is_some_and(|first| first.eq_ignore_ascii_case(name.as_bytes()))
    }
}

/// The case of a seed.
pub fn case(seed: u64, forms: &[Form]) -> Vec<Step> {
    let mut draw = Drawing { words: Words::new(seed), steps: Vec::new(), client: 0 };
    if draw.words.percent(50) {
        draw.lower_limits();
    }
    draw.client = draw.words.below(2);
    let filling: Vec<&Form> = forms.iter().filter(|form| form.fills).collect();
    for _ in 0..12 {
        let form = draw.words.of(&filling);
        draw.form(form);
    }
    let lapsing = draw.words.percent(20);
    let fits = |form: &&Form| if lapsing { !form.looks_around() } else { !form.lapses };
    let all: Vec<&Form> = forms.iter().filter(fits).collect();
    // Some cases are about a few commands only.
    let few: Vec<&Form> = (0..12).map(|_| draw.words.of(&all)).collect();
    let chosen = if draw.words.percent(30) { few } else { all };
    for _ in 0..5 + draw.words.below(60) {
        if draw.words.percent(20) {
            draw.client = draw.words.of(&[0, 0, 1, 2]);
        }
        let together = if draw.words.percent(4) { 2 + draw.words.below(4) } else { 0 };
        if together > 0 {
            draw.say("MULTI");
        }
        for _ in 0..together.max(1) {
            let form = draw.words.of(&chosen);
            draw.form(form);
        }
        if together > 0 {
            draw.say("EXEC");
        }
    }
    draw.steps
}

struct Drawing {
    words: Words,
    steps: Vec<Step>,
    client: usize,
}

impl Drawing {
    fn lower_limits(&mut self) {
        for (name, _) in LIMITS {
            if self.words.percent(50) {
                let word = match *name {
                    "set-max-intset-entries" => "setlimit",
                    "list-max-listpack-size" => "listsize",
                    "list-compress-depth" => "depth",
                    "notify-keyspace-events" => "classes",
                    _ => "limit",
                };
                let mut arguments = vec![b"CONFIG".to_vec(), b"SET".to_vec(), name.as_bytes().to_vec()];
                self.words.draw(word, &mut arguments);
                self.steps.push(Step { client: 0, arguments, rule: Rule::Exact, lapses: false });
            }
        }
    }

    fn say(&mut self, name: &str) {
        let arguments = vec![name.as_bytes().to_vec()];
        self.steps.push(Step { client: self.client, arguments, rule: Rule::Exact, lapses: false });
    }

    fn form(&mut self, form: &Form) {
        let mut commands = vec![Vec::new()];
        self.choice(&form.body, &mut commands);
        let alone = commands.len() == 1;
        let client = if form.rule == Rule::Waits { WAITING } else { self.client };
        let mut rule = form.rule;
        for mut arguments in commands {
            let name = String::from_utf8_lossy(&arguments[0]).to_uppercase();
            let may_be_damaged =
                alone && !UNDAMAGED.contains(&name.as_str()) && !self.words.has_equal_scores();
            if may_be_damaged && self.words.percent(5) {
                self.damage(&mut arguments);
            }
            if alone && !matches!(rule, Rule::Scan | Rule::Waits) && self.words.percent(4) {
                let verb = if self.words.percent(20) { "EVAL_RO" } else { "EVAL" };
                let script = [verb, IN_SCRIPT, "0"].map(|word| word.as_bytes().to_vec());
                arguments.splice(0..0, script);
            }
            // Which keys a command has is asked apart from running it.
            if alone && arguments.len() > 1 && form.rule != Rule::Waits && self.words.percent(3) {
                let subcommand = self.words.of(&["GETKEYS", "GETKEYSANDFLAGS"]);
                let mut asked = ["COMMAND", subcommand].map(|word| word.as_bytes().to_vec()).to_vec();
                asked.extend_from_slice(&arguments);
                self.steps.push(Step { client, arguments: asked, rule: Rule::Exact, lapses: false });
            }
            self.steps.push(Step { client, arguments, rule, lapses: form.lapses });
            rule = Rule::Exact;
        }
    }

    fn choice(&mut self, choice: &Choice, commands: &mut Vec<Vec<Vec<u8>>>) {
        let chosen = self.words.below(choice.len());
        choice[chosen].iter().for_each(|part| self.part(part, commands));
    }

    fn part(&mut self, part: &Part, commands: &mut Vec<Vec<Vec<u8>>>) {
        let command = commands.last_mut().expect("a command");
        match part {
            Part::Word(word) => self.words.draw(word, command),
            Part::Text(text) => command.push(text.as_bytes().to_vec()),
            Part::Next => commands.push(Vec::new()),
            Part::One(choice) => self.choice(choice, commands),
            Part::Maybe(choice) => {
                if self.words.percent(35) {
                    self.choice(choice, commands);
                    // Once in a while twice.
                    if self.words.percent(4) {
                        self.choice(choice, commands);
                    }
                }
            }
            Part::Often(least, part) => {
                for _ in 0..least + self.words.of(&[0, 0, 0, 1, 1, 2, 3, 5]) {
                    self.part(part, commands);
                }
            }
        }
    }

    fn damage(&mut self, arguments: &mut Vec<Vec<u8>>) {
        let at = 1 + self.words.below(arguments.len());
        let junk = self.words.of(&junk()).as_bytes().to_vec();
        match self.words.below(10) {
            0..2 if at < arguments.len() => drop(arguments.remove(at)),
            2..4 if at < arguments.len() => arguments.insert(at, arguments[at].clone()),
            4..8 if at < arguments.len() => arguments[at] = junk,
            8 if at < arguments.len() => {
                let other = 1 + self.words.below(arguments.len() - 1);
                arguments.swap(at, other);
            }
            _ => arguments.push(junk),
        }
    }
}

/// The steps as lines for redis-cli, under the client that sends them.
pub fn script(steps: &[Step]) -> String {
    let mut script = String::new();
    let mut client = None;
    for step in steps {
        if client != Some(step.client) {
            client = Some(step.client);
            let protocol = if step.client == IN_RESP3 { ", with HELLO 3" } else { "" };
            let _ = writeln!(script, "# client {}{protocol}", step.client);
        }
        let words: Vec<String> = step.arguments.iter().map(|argument| word(argument)).collect();
        let _ = writeln!(script, "{}", words.join(" "));
    }
    script
}

fn word(argument: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:*+{}()[]>#".contains(byte);
    if !argument.is_empty() && argument.iter().all(is_plain) {
        return String::from_utf8_lossy(argument).into_owned();
    }
    format!("\"{}\"", argument.escape_ascii().to_string().replace("\\'", "'"))
}

#[test]
fn all_forms_can_be_drawn() {
    let forms = crate::grammar::forms();
    let mut drawing = Drawing { words: Words::new(1), steps: Vec::new(), client: 0 };
    for form in &forms {
        (0..50).for_each(|_| drawing.form(form));
    }
    assert!(drawing.steps.len() > forms.len());
}
