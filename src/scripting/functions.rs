//! The functions that the server knows, and the libraries that they come from, whichever core was told of them.
//!
//! What there is at one moment is a [`Catalogue`], which never changes: a change makes a new one. A core keeps the one that it saw
//! last, and asks before each call whether there is a newer one; so what was loaded or deleted before a call is asked for holds for
//! that call, on whichever core it runs.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
};

use shards::{
    command::Error,
    script::{Registered, ScriptFlags},
};

use super::Reach;

/// A function of a library.
#[derive(Debug)]
pub struct Function {
    /// As it was registered.
    pub name: Arc<str>,
    /// What it says of itself.
    pub description: Option<Box<[u8]>>,
    /// What it may do.
    pub flags: ScriptFlags,
    /// Which keys it has used so far.
    reach: AtomicU8,
}

impl Function {
    /// As a library has registered it, whose description is kept here alone from now on; it has not run.
    pub fn new(registered: &mut Registered) -> Self {
        Self {
            name: Arc::clone(&registered.name),
            description: registered.description.take(),
            flags: registered.flags,
            reach: AtomicU8::new(0),
        }
    }

    /// Which keys it has used.
    pub fn reach(&self) -> Reach {
        match self.reach.load(Ordering::Acquire) {
            0 => Reach::Unknown,
            1 => Reach::Declared,
            _ => Reach::Beyond,
        }
    }

    /// Takes note of the keys that it used. Once it has used others than those that it was called with, it may do so again.
    pub fn note_reach(&self, reach: Reach) {
        let number = match reach {
            Reach::Unknown => 0,
            Reach::Declared => 1,
            Reach::Beyond => 2,
        };
        if self.reach.load(Ordering::Acquire) < number {
            self.reach.fetch_max(number, Ordering::AcqRel);
        }
    }
}

/// A library that was loaded. One that replaces it is another.
#[derive(Debug)]
pub struct FunctionLibrary {
    /// No other library has had or will have the same.
    pub number: u64,
    /// Its name.
    pub name: Box<str>,
    /// All that was sent.
    pub code: Box<[u8]>,
    /// In the order in which they were registered.
    pub functions: Vec<Function>,
}

impl FunctionLibrary {
    fn heap_bytes(&self) -> usize {
        let function = |function: &Function| {
            let description = function.description.as_ref().map_or(0, |text| text.len());
            size_of::<Function>() + 2 * function.name.len() + description
        };
        let functions: usize = self.functions.iter().map(function).sum();
        size_of::<Self>() + self.name.len() + self.code.len() + functions
    }
}

/// A function by its library and its place there.
pub type Found = (Arc<FunctionLibrary>, usize);

/// All libraries at one moment.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    libraries: BTreeMap<Box<str>, Arc<FunctionLibrary>>,
    /// By their names in lower case.
    functions: HashMap<Box<str>, Found>,
}

impl Catalogue {
    /// The libraries by name.
    pub fn libraries(&self) -> impl Iterator<Item = &Arc<FunctionLibrary>> {
        self.libraries.values()
    }

    /// How many libraries there are.
    pub fn len(&self) -> usize {
        self.libraries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.libraries.is_empty()
    }

    /// How many functions they have.
    pub fn functions(&self) -> usize {
        self.libraries().map(|library| library.functions.len()).sum()
    }

    /// Whether there is a library of this name.
    pub fn has(&self, name: &str) -> bool {
        self.libraries.contains_key(name)
    }

    /// The function of this name, in any case.
    pub fn find(&self, name: &[u8]) -> Option<&Found> {
        let name = std::str::from_utf8(name).ok()?;
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.functions.get(&*name.to_ascii_lowercase());
        }
        self.functions.get(name)
    }

    /// Removes a library; false if there is none of this name.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let Some(library) = std::str::from_utf8(name).ok().and_then(|name| self.libraries.remove(name))
        else {
            return false;
        };
        for function in &library.functions {
            let name = function.name.to_ascii_lowercase();
            if self.functions.get(&*name).is_some_and(|(of, _)| of.number == library.number) {
                self.functions.remove(&*name);
            }
        }
        true
    }

    /// Adds a library whose name is free.
    ///
    /// # Errors
    /// If there is a function with the name of one of its own.
    pub fn add(&mut self, library: &Arc<FunctionLibrary>) -> Result<(), Error> {
        if let Some(taken) =
            library.functions.iter().find(|function| self.find(function.name.as_bytes()).is_some())
        {
            return Err(Error::Message(format!("ERR Function {} already exists", taken.name)));
        }
        for (place, function) in library.functions.iter().enumerate() {
            let name = function.name.to_ascii_lowercase().into();
            self.functions.entry(name).or_insert_with(|| (Arc::clone(library), place));
        }
        self.libraries.insert(library.name.clone(), Arc::clone(library));
        Ok(())
    }

    /// Bytes of all that is kept here.
    pub fn heap_bytes(&self) -> usize {
        let names: usize =
            self.functions.keys().map(|name| name.len() + size_of::<(Box<str>, Found)>()).sum();
        self.libraries().map(|library| library.heap_bytes()).sum::<usize>() + names
    }
}

/// What there is now.
#[derive(Debug, Default)]
pub struct Functions {
    now: Mutex<Arc<Catalogue>>,
    /// How often it has changed.
    version: AtomicU64,
    /// The number of the last library.
    last: AtomicU64,
}

impl Functions {
    /// Nobody panics while holding the lock; if somebody did, the catalogue is whole all the same.
    fn now(&self) -> MutexGuard<'_, Arc<Catalogue>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.now())
    }

    /// How often it has changed.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// What there is now, and how often that has changed.
    pub fn versioned(&self) -> (u64, Arc<Catalogue>) {
        let now = self.now();
        (self.version(), Arc::clone(&now))
    }

    /// A number for a new library.
    pub fn number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Changes what there is, as a whole or, if `change` fails, not at all.
    ///
    /// # Errors
    /// That of `change`.
    pub fn change(&self, change: impl FnOnce(&mut Catalogue) -> Result<(), Error>) -> Result<(), Error> {
        let mut now = self.now();
        let mut new = Catalogue::clone(&now);
        change(&mut new)?;
        *now = Arc::new(new);
        self.version.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(number: u64, name: &str, functions: &[&str]) -> Arc<FunctionLibrary> {
        let function = |name: &&str| Function {
            name: (*name).into(),
            description: None,
            flags: ScriptFlags::default(),
            reach: AtomicU8::new(0),
        };
        let functions = functions.iter().map(function).collect();
        Arc::new(FunctionLibrary { number, name: name.into(), code: Box::default(), functions })
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let functions = Functions::default();
        functions.change(|all| all.add(&library(1, "a", &["f", "G"]))).expect("names that are free");
        let refused = functions.change(|all| {
            all.remove(b"a");
            all.add(&library(2, "b", &["h"]))?;
            all.add(&library(3, "c", &["H"]))
        });
        assert_eq!(refused.map_err(|error| error.to_string()), Err("ERR Function H already exists".into()));
        let now = functions.catalogue();
        assert!(now.has("a") && now.len() == 1 && now.functions() == 2 && functions.version() == 1);
        assert_eq!(now.find(b"g").map(|(library, place)| (library.number, *place)), Some((1, 1)));
    }

    #[test]
    fn a_library_goes_with_its_functions() {
        let mut all = Catalogue::default();
        all.add(&library(1, "a", &["f", "F"])).expect("names that are free");
        assert!(all.heap_bytes() > 0 && all.find(b"F").is_some_and(|(_, place)| *place == 0));
        assert!(!all.remove(b"A") && all.remove(b"a") && all.find(b"f").is_none() && all.is_empty());
    }

    #[test]
    fn a_function_that_has_used_other_keys_may_do_so_again() {
        let library = library(1, "a", &["f"]);
        let function = &library.functions[0];
        function.note_reach(Reach::Declared);
        assert_eq!(function.reach(), Reach::Declared);
        function.note_reach(Reach::Beyond);
        function.note_reach(Reach::Declared);
        assert_eq!(function.reach(), Reach::Beyond);
    }
}
