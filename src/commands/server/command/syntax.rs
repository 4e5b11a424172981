//! The notation of a row's `syntax` as a tree of arguments.
//!
//! ```text
//! key value                 names of values
//! EX seconds                a token with its value; several names behind it are a block
//! [..]                      optional
//! a|b   <a|b>               one of; < > only to mark where it ends
//! key [key ...]             one or more of what stands before; field value [field value ...] likewise
//! ```

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Key,
    String,
    Integer,
    Double,
    Pattern,
    UnixTime,
    PureToken,
    OneOf,
    Block,
}

impl Kind {
    /// Its name in COMMAND DOCS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Double => "double",
            Self::Pattern => "pattern",
            Self::UnixTime => "unix-time",
            Self::PureToken => "pure-token",
            Self::OneOf => "oneof",
            Self::Block => "block",
        }
    }

    /// The kind of a value follows from its name.
    fn of(name: &str) -> Self {
        match name {
            "key" | "key1" | "key2" | "newkey" | "source" | "destination" | "destkey" | "dst" | "src" => {
                Self::Key
            }
            "pattern" => Self::Pattern,
            "score" | "longitude" | "latitude" | "radius" | "width" | "height" => Self::Double,
            _ if name.starts_with("unix-time") => Self::UnixTime,
            "seconds" | "milliseconds" | "count" | "cursor" | "increment" | "decrement" | "index" | "end"
            | "index1" | "index2" | "min-match-len" | "offset" | "slot" | "client-id" | "protover"
            | "start" | "stop" | "port" | "numkeys" | "weight" | "limit" | "db" | "destination-db"
            | "bit" => Self::Integer,
            _ => Self::String,
        }
    }
}

/// One argument, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    pub name: String,
    pub kind: Kind,
    /// The word that introduces it.
    pub token: Option<String>,
    pub optional: bool,
    pub multiple: bool,
    /// Whether the token is repeated too.
    pub multiple_token: bool,
    /// The parts of [`Kind::OneOf`] and [`Kind::Block`].
    pub arguments: Vec<Argument>,
}

impl Argument {
    fn value(name: &str) -> Self {
        Self::new(name.to_owned(), Kind::of(name), Vec::new())
    }

    fn token(word: &str) -> Self {
        let mut argument = Self::new(word.to_ascii_lowercase(), Kind::PureToken, Vec::new());
        argument.token = Some(word.to_owned());
        argument
    }

    fn new(name: String, kind: Kind, arguments: Vec<Argument>) -> Self {
        Self { name, kind, token: None, optional: false, multiple: false, multiple_token: false, arguments }
    }

    /// Several arguments as one.
    fn block(arguments: Vec<Argument>) -> Self {
        match <[Argument; 1]>::try_from(arguments) {
            Ok([only]) => only,
            Err(arguments) => Self::new(joined_name(&arguments), Kind::Block, arguments),
        }
    }
}

/// What a group without a name of its own is called.
fn joined_name(arguments: &[Argument]) -> String {
    arguments.iter().map(|argument| argument.name.as_str()).collect::<Vec<_>>().join("_")
}

/// Reads a syntax. What it cannot understand becomes a value of that name, never an error: it is documentation.
pub fn parse(syntax: &str) -> Vec<Argument> {
    let words = split(syntax);
    let mut reader = Reader { words: &words, at: 0 };
    reader.sequence(&[])
}

/// The words and the signs `[ ] < > |`.
fn split(syntax: &str) -> Vec<&str> {
    let is_sign = |c: char| "[]<>|".contains(c);
    let mut words = Vec::new();
    for word in syntax.split_ascii_whitespace() {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let end = if is_sign(first) { 1 } else { rest.find(is_sign).unwrap_or(rest.len()) };
            words.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    words
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn accept(&mut self, word: &str) -> bool {
        let accepted = self.peek() == Some(word);
        self.at += usize::from(accepted);
        accepted
    }

    /// Arguments up to one of `ends`, which stays.
    fn sequence(&mut self, ends: &[&str]) -> Vec<Argument> {
        let mut arguments: Vec<Argument> = Vec::new();
        while let Some(word) = self.peek().filter(|word| !ends.contains(word)) {
            if word == "[" && self.repeats(&mut arguments) {
                continue;
            }
            let argument = self.alternatives(ends);
            arguments.push(argument);
        }
        arguments
    }

    /// Takes `[key ...]` behind `key`: then the last arguments of that many names are one that may be repeated.
    fn repeats(&mut self, arguments: &mut Vec<Argument>) -> bool {
        let inside = &self.words[self.at + 1..];
        let Some(end) = closing(inside) else { return false };
        let [repeated @ .., "..."] = &inside[..end] else { return false };
        let mut tail = Reader { words: repeated, at: 0 };
        let repeated = tail.sequence(&[]);
        let Some(start) = arguments.len().checked_sub(repeated.len()) else { return false };
        if arguments[start..] != repeated {
            return false;
        }
        let mut group = Argument::block(arguments.split_off(start));
        group.multiple = true;
        group.multiple_token = group.token.is_some();
        arguments.push(group);
        self.at += end + 2;
        true
    }

    /// One argument, or several of which one is to be chosen.
    fn alternatives(&mut self, ends: &[&str]) -> Argument {
        let first = self.one(ends);
        if self.peek() != Some("|") {
            return first;
        }
        let mut choices = vec![first];
        while self.accept("|") {
            choices.push(self.one(ends));
        }
        let name = choice_name(&choices);
        Argument::new(name, Kind::OneOf, choices)
    }

    fn one(&mut self, ends: &[&str]) -> Argument {
        let Some(word) = self.peek() else { return Argument::value("") };
        self.at += 1;
        match word {
            "[" => {
                let mut argument = self.group("]");
                argument.optional = true;
                argument
            }
            "<" => self.group(">"),
            word if is_token(word) => self.with_value(word, ends),
            word => Argument::value(word),
        }
    }

    /// What stands up to the sign `end`, as one argument.
    fn group(&mut self, end: &str) -> Argument {
        let inside = self.sequence(&[end]);
        self.accept(end);
        Argument::block(inside)
    }

    /// A token with the names behind it, if there are any.
    fn with_value(&mut self, token: &str, ends: &[&str]) -> Argument {
        let mut values = Vec::new();
        while let Some(word) = self.peek() {
            let is_name =
                !is_token(word) && !["[", "]", "<", ">", "|"].contains(&word) && !ends.contains(&word);
            if !is_name {
                break;
            }
            self.at += 1;
            values.push(Argument::value(word));
        }
        if self.peek() == Some("[") {
            self.repeats(&mut values);
        }
        // FILTERBY MODULE name|ACLCAT category: a token in front of a choice introduces the whole choice.
        if values.is_empty() && self.peek().is_some_and(|next| next == "<" || is_token(next)) {
            let mut choice = self.alternatives(ends);
            if choice.kind == Kind::OneOf {
                choice.token = Some(token.to_owned());
                choice.name = token.to_ascii_lowercase();
                return choice;
            }
            let mut introduced = Argument::block(vec![Argument::token(token), choice]);
            introduced.optional = false;
            return introduced;
        }
        if values.is_empty() {
            return Argument::token(token);
        }
        let mut argument = Argument::block(values);
        argument.token = Some(token.to_owned());
        argument
    }
}

/// Where the bracket is closed that was opened before these words.
fn closing(words: &[&str]) -> Option<usize> {
    let mut open = 1;
    words.iter().position(|word| {
        match *word {
            "[" => open += 1,
            "]" => open -= 1,
            _ => {}
        }
        open == 0
    })
}

/// Words in capitals are written as they stand.
fn is_token(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && !word.contains(|c: char| c.is_ascii_lowercase())
}

/// Redis gives the common choices names of their own.
fn choice_name(choices: &[Argument]) -> String {
    let has = |token: &str| choices.iter().any(|choice| choice.token.as_deref() == Some(token));
    if has("ASYNC") {
        "flush-type".into()
    } else if has("SAVE") {
        "save-selector".into()
    } else if has("EX") || has("PXAT") {
        "expiration".into()
    } else if has("GT") && !has("NX") {
        "comparison".into()
    } else if has("NX") || has("XX") {
        "condition".into()
    } else if has("BYSCORE") || has("BYLEX") {
        "sortby".into()
    } else if has("LEFT") || has("MIN") {
        "where".into()
    } else if has("ASC") {
        "order".into()
    } else if has("BYTE") || has("KM") {
        "unit".into()
    } else if has("XOR") || has("GET") {
        "operation".into()
    } else {
        joined_name(choices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name:kind`, `?` optional, `+` multiple, `TOKEN=`, groups in parentheses.
    fn shown(arguments: &[Argument]) -> String {
        let show = |argument: &Argument| {
            format!(
                "{}{}{}:{}{}{}{}",
                argument.token.as_ref().map_or(String::new(), |token| format!("{token}=")),
                argument.name,
                if argument.arguments.is_empty() {
                    String::new()
                } else {
                    format!("({})", shown(&argument.arguments))
                },
                argument.kind.name(),
                if argument.optional { "?" } else { "" },
                if argument.multiple { "+" } else { "" },
                if argument.multiple_token { "+" } else { "" },
            )
        };
        arguments.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    fn check(syntax: &str, expected: &str) {
        assert_eq!(shown(&parse(syntax)), expected, "{syntax}");
    }

    #[test]
    fn names_options_and_repetitions() {
        check("", "");
        check("key", "key:key");
        check("key [key ...]", "key:key+");
        check("key [count]", "key:key count:integer?");
        check("key field value [field value ...]", "key:key field_value(field:string value:string):block+");
        check("[command-name [command-name ...]]", "command-name:string?+");
    }

    #[test]
    fn tokens_and_choices() {
        check("[NX|XX]", "condition(NX=nx:pure-token XX=xx:pure-token):oneof?");
        check(
            "cursor [MATCH pattern] [COUNT count]",
            "cursor:integer MATCH=pattern:pattern? COUNT=count:integer?",
        );
        check(
            "[EX seconds|EXAT unix-time-seconds|KEEPTTL]",
            "expiration(EX=seconds:integer EXAT=unix-time-seconds:unix-time KEEPTTL=keepttl:pure-token):oneof?",
        );
        check(
            "key [NX|XX] [GT|LT] [CH] score member [score member ...]",
            "key:key condition(NX=nx:pure-token XX=xx:pure-token):oneof? \
             comparison(GT=gt:pure-token LT=lt:pure-token):oneof? CH=ch:pure-token? \
             score_member(score:double member:string):block+",
        );
    }

    #[test]
    fn tokens_introduce_blocks_and_choices() {
        check(
            "[protover [AUTH username password] [SETNAME clientname]]",
            "protover_username_password_clientname(protover:integer \
             AUTH=username_password(username:string password:string):block? SETNAME=clientname:string?):block?",
        );
        check(
            "[FILTERBY MODULE module-name|ACLCAT category]",
            "FILTERBY=filterby(MODULE=module-name:string ACLCAT=category:string):oneof?",
        );
        check("<ON|OFF> [id]", "on_off(ON=on:pure-token OFF=off:pure-token):oneof id:string?");
        check("[LIMIT offset count]", "LIMIT=offset_count(offset:integer count:integer):block?");
    }

    #[test]
    fn what_repeats_may_have_options() {
        check(
            "[<A x | <[B y] z>> [<A x | <[B y] z>> ...]]",
            "x_y_z(A=x:string y_z(B=y:string? z:string):block):oneof?+",
        );
    }

    #[test]
    fn odd_text_is_read_without_harm() {
        for odd in ["[", "]", "|", "...", "[a", "a ]", "[[]", "<", "a|", "[a ...]", "A|[", "> > >"] {
            let _ = parse(odd);
        }
    }

    #[test]
    fn every_row_is_understood() {
        let commands = crate::commands::commands();
        for id in 0..commands.len() {
            let syntax = commands.row(id as u16).syntax;
            let text = shown(&parse(syntax));
            assert!(!text.contains(['[', ']', '<', '|']) && !text.contains("..."), "{syntax}: {text}");
        }
    }
}
