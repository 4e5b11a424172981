//! What a script returns, or fails with, becomes its reply.

use super::lua::{Kind, Raise, Request, Stack, truncated};
use crate::resp::{Out, Reply};

/// Writes values as replies.
pub struct Writer {
    out: Out,
    resp3: bool,
    /// Whether the script itself speaks RESP3: its booleans are booleans then.
    script_resp3: bool,
    /// Values written.
    count: usize,
    /// Why the rest is left out: memory, or SCRIPT KILL.
    stopped: Option<Raise>,
}

/// Values written between two questions whether to go on.
const VALUES_PER_SLICE: usize = 0x1_0000;

impl Writer {
    /// An empty reply to a client that speaks RESP3, or does not.
    pub fn new(resp3: bool, script_resp3: bool) -> Self {
        Self { out: Out::new(), resp3, script_resp3, count: 0, stopped: None }
    }

    /// The bytes.
    pub fn finish(self) -> Vec<u8> {
        self.out.bytes().to_vec()
    }

    /// Why the reply is not whole, if it is not.
    pub fn stopped(&mut self) -> Option<Raise> {
        self.stopped.take()
    }

    /// A table may hold another one twice, and so may that: what is small in Lua can be endless as a reply.
    fn may_go_on(&mut self, stack: &Stack<'_>) -> bool {
        self.count += 1;
        if self.stopped.is_none() {
            self.stopped = stack.check_memory(self.out.bytes().len()).err();
        }
        if self.stopped.is_none() && self.count.is_multiple_of(VALUES_PER_SLICE) {
            self.stopped = stack.ask(Request::Slice, |_| Ok(())).err();
        }
        self.stopped.is_none()
    }

    fn reply(&mut self) -> Reply<'_> {
        Reply::new(&mut self.out, self.resp3)
    }

    /// An error of this text, less the line ends that it closes with.
    pub fn error(&mut self, text: &[u8]) {
        let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
        self.reply().error(&text[..end]);
    }

    /// Writes the value on top, past all metatables, and drops it.
    pub fn value(&mut self, stack: &Stack<'_>) {
        if !self.may_go_on(stack) {
            return stack.pop(1);
        }
        if !stack.has_room(4) {
            stack.pop(1);
            return self.error(b"ERR reached lua stack limit");
        }
        match stack.kind(-1) {
            Kind::String => {
                let bytes = stack.bytes(-1).unwrap_or_default();
                self.reply().bulk(bytes);
            }
            Kind::Boolean if self.script_resp3 => {
                let value = stack.is_true(-1);
                self.boolean(value);
            }
            Kind::Boolean if stack.is_true(-1) => self.reply().integer(1),
            Kind::Number => {
                let number = truncated(stack.number(-1).unwrap_or_default());
                self.reply().integer(number);
            }
            Kind::Table => self.table(stack),
            _ => self.reply().null(),
        }
        stack.pop(1);
    }

    fn boolean(&mut self, value: bool) {
        if self.resp3 {
            self.out.buffer().extend_from_slice(if value { b"#t\r\n" } else { b"#f\r\n" });
        } else {
            self.reply().integer(i64::from(value));
        }
    }

    /// Writes the table on top: what its fields say it is, or else an array.
    fn table(&mut self, stack: &Stack<'_>) {
        let field = |name: &str, kind: Kind| {
            stack.push_field(-1, name);
            let found = stack.kind(-1) == kind;
            if !found {
                stack.pop(1);
            }
            found
        };
        if field("err", Kind::String) {
            let text = stack.bytes(-1).unwrap_or_default();
            self.error(text);
        } else if field("ok", Kind::String) {
            let text = without_line_ends(stack.bytes(-1).unwrap_or_default());
            let buffer = self.out.buffer();
            buffer.push(b'+');
            buffer.extend_from_slice(&text);
            buffer.extend_from_slice(b"\r\n");
        } else if field("double", Kind::Number) {
            let number = stack.number(-1).unwrap_or_default();
            self.reply().double(number);
        } else if field("map", Kind::Table) {
            self.pairs(stack, true);
        } else if field("set", Kind::Table) {
            self.pairs(stack, false);
        } else if field("big_number", Kind::String) {
            let digits = without_line_ends(stack.bytes(-1).unwrap_or_default());
            if self.resp3 {
                let buffer = self.out.buffer();
                buffer.push(b'(');
                buffer.extend_from_slice(&digits);
                buffer.extend_from_slice(b"\r\n");
            } else {
                self.reply().bulk(&digits);
            }
        } else if field("verbatim_string", Kind::Table) {
            if self.verbatim(stack) {
                stack.pop(1);
                return;
            }
            stack.pop(1);
            return self.array(stack);
        } else {
            return self.array(stack);
        }
        stack.pop(1);
    }

    fn array(&mut self, stack: &Stack<'_>) {
        let mut len = 0;
        loop {
            stack.push_element(-1, len + 1);
            let is_end = stack.kind(-1) == Kind::Nil;
            stack.pop(1);
            if is_end {
                break;
            }
            len += 1;
        }
        self.reply().array(len);
        for number in 1..=len {
            if self.stopped.is_some() {
                break;
            }
            stack.push_element(-1, number);
            self.value(stack);
        }
    }

    /// The table on top as a map or, its keys alone, as a set.
    fn pairs(&mut self, stack: &Stack<'_>, is_map: bool) {
        let table = stack.top() as isize;
        let mut len = 0;
        stack.push_nil();
        while stack.next(table) {
            stack.pop(1);
            len += 1;
        }
        if is_map {
            self.reply().map(len);
        } else {
            self.reply().set(len);
        }
        stack.push_nil();
        while stack.next(table) {
            if is_map {
                stack.push_copy(-2);
                self.value(stack);
                self.value(stack);
            } else {
                stack.pop(1);
                stack.push_copy(-1);
                self.value(stack);
            }
        }
    }

    /// The table on top as a verbatim string, if it has what makes one.
    fn verbatim(&mut self, stack: &Stack<'_>) -> bool {
        stack.push_field(-1, "format");
        stack.push_field(-2, "string");
        let parts = stack.bytes(-2).zip(stack.bytes(-1));
        if let Some((format, text)) = parts {
            if self.resp3 {
                let mut three = [b' '; 3];
                let len = format.len().min(3);
                three[..len].copy_from_slice(&format[..len]);
                let buffer = self.out.buffer();
                buffer.extend_from_slice(format!("={}\r\n", text.len() + 4).as_bytes());
                buffer.extend_from_slice(&three);
                buffer.push(b':');
                buffer.extend_from_slice(text);
                buffer.extend_from_slice(b"\r\n");
            } else {
                self.reply().bulk(text);
            }
        }
        stack.pop(2);
        parts.is_some()
    }
}

fn without_line_ends(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }).collect()
}
