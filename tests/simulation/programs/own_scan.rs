//! A walk with SCAN over keys that stay: each is found exactly once.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use crate::{
    program::{Asked, ask, bulk, elements, leading_number},
    resp::Value,
};

/// The walk.
pub struct OwnScan {
    missing: BTreeSet<Vec<u8>>,
    cursor: u64,
    begun: bool,
}

impl OwnScan {
    /// Will find these keys.
    pub fn new(keys: BTreeSet<Vec<u8>>) -> Self {
        Self { missing: keys, cursor: 0, begun: false }
    }

    /// Whether the cursor has come back to 0.
    pub fn is_over(&self) -> bool {
        self.begun && self.cursor == 0
    }

    /// The next step.
    pub fn next(scan: &Rc<RefCell<Self>>, pattern: &str, count: usize) -> Asked {
        let cursor = scan.borrow().cursor.to_string();
        let count = (count * 4_000).to_string();
        let arguments = ["SCAN", &cursor, "MATCH", pattern, "COUNT", &count].map(str::as_bytes);
        let scan = Rc::clone(scan);
        ask(&arguments, move |got, _| scan.borrow_mut().take(got))
    }

    fn take(&mut self, got: &Value) -> Result<(), String> {
        let [cursor, found] = elements(got)? else { return Err("SCAN answers two elements".into()) };
        self.begun = true;
        self.cursor = leading_number(cursor)?;
        for key in elements(found)? {
            let key = bulk(key)?.unwrap_or_default();
            if !self.missing.remove(key) {
                return Err(format!("SCAN finds {} twice, or it does not exist", key.escape_ascii()));
            }
        }
        if self.cursor == 0 && !self.missing.is_empty() {
            let missing: Vec<_> = self.missing.iter().map(|key| key.escape_ascii().to_string()).collect();
            return Err(format!("SCAN does not find {}", missing.join(" ")));
        }
        Ok(())
    }
}
