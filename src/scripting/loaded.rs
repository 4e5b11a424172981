//! The functions that one core has loaded, and the engine that runs them, one at a time.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use shards::{
    command::Error,
    script::{FunctionEngine, Loading, Metadata, Registered, Resume, Step},
};

use super::{
    Catalogue, Functions,
    functions::{Found, Function, FunctionLibrary},
};

/// How long a library may compute while it is loaded.
const LOAD_MAX: Duration = Duration::from_millis(500);

/// A library is loaded for the first time: not for long, and what it says is logged.
struct First {
    since: Instant,
    log: fn(u8, &[u8]),
}

impl Loading for First {
    fn may_go_on(&mut self) -> bool {
        self.since.elapsed() <= LOAD_MAX
    }

    fn log(&mut self, level: u8, text: &[u8]) {
        (self.log)(level, text);
    }
}

/// A library that another core has loaded before.
struct Again;

impl Loading for Again {
    fn may_go_on(&mut self) -> bool {
        true
    }

    fn log(&mut self, _level: u8, _text: &[u8]) {}
}

/// A core's functions.
#[derive(Debug, Default)]
pub struct Loaded {
    seed: i32,
    /// Made for the first library, and gone with the last.
    engine: Option<FunctionEngine>,
    /// What there was when this core last looked.
    catalogue: Arc<Catalogue>,
    version: u64,
    /// By the numbers of their libraries.
    libraries: HashMap<u64, Vec<Registered>>,
}

impl Loaded {
    /// None yet; random numbers start from `seed`.
    pub fn new(seed: i32) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Whether a function is under way.
    pub fn is_running(&self) -> bool {
        self.engine.as_ref().is_some_and(FunctionEngine::is_running)
    }

    /// Whether the error that the last function ended with is one of its commands', and was counted then.
    pub fn error_is_counted(&self) -> bool {
        self.engine.as_ref().is_some_and(FunctionEngine::error_is_counted)
    }

    /// Bytes of what the engine holds.
    pub fn memory_bytes(&self) -> usize {
        self.engine.as_ref().map_or(0, FunctionEngine::memory)
    }

    fn engine(&mut self) -> Result<&mut FunctionEngine, Error> {
        match &mut self.engine {
            Some(engine) => Ok(engine),
            none => {
                let mut engine =
                    FunctionEngine::new().map_err(|error| Error::Message(format!("ERR {error}")))?;
                engine.seed(self.seed);
                Ok(none.insert(engine))
            }
        }
    }

    /// Looks at what there is now, and forgets what is gone. What is under way keeps what it has.
    pub fn refresh(&mut self, functions: &Functions) {
        if self.version != functions.version() && !self.is_running() {
            (self.version, self.catalogue) = functions.versioned();
            self.forget_others();
        }
    }

    /// Forgets libraries that are not there any more.
    fn forget_others(&mut self) {
        let Self { catalogue, libraries, engine, .. } = self;
        let there: HashSet<u64> = catalogue.libraries().map(|library| library.number).collect();
        let gone: Vec<u64> = libraries.keys().filter(|number| !there.contains(number)).copied().collect();
        for number in gone {
            if let (Some(functions), Some(engine)) = (libraries.remove(&number), engine.as_mut()) {
                engine.release(&functions);
            }
        }
        if libraries.is_empty() {
            *engine = None;
        }
    }

    /// The function of this name, if the server has one.
    pub fn find(&mut self, functions: &Functions, name: &[u8]) -> Option<Found> {
        self.refresh(functions);
        self.catalogue.find(name).cloned()
    }

    /// Has a library loaded here that another core has loaded.
    fn load_again(&mut self, library: &FunctionLibrary) -> Result<(), Error> {
        if self.libraries.contains_key(&library.number) {
            return Ok(());
        }
        let code = Metadata::of(&library.code)?.code;
        let mut registered = self.engine()?.load(code, &mut Again)?;
        // Who asks for descriptions finds them in the catalogue.
        for function in &mut registered {
            function.description = None;
        }
        debug_assert_eq!(registered.len(), library.functions.len(), "a library that registers others");
        self.libraries.insert(library.number, registered);
        Ok(())
    }

    /// Loads a library that a client has sent. It is the server's only when the catalogue has it; until then, and if it never comes to
    /// that, [`Loaded::find`] forgets it again.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(
        &mut self,
        functions: &Functions,
        whole: &[u8],
        may_have: impl FnOnce(&str) -> Result<(), Error>,
        log: fn(u8, &[u8]),
    ) -> Result<Arc<FunctionLibrary>, Error> {
        let Metadata { name, code } = Metadata::of(whole)?;
        may_have(&name)?;
        let mut loading = First { since: Instant::now(), log };
        let mut registered = self.engine()?.load(code, &mut loading)?;
        let library = FunctionLibrary {
            number: functions.number(),
            name,
            code: whole.into(),
            functions: registered.iter_mut().map(Function::new).collect(),
        };
        self.libraries.insert(library.number, registered);
        Ok(Arc::new(library))
    }

    /// Forgets what was loaded for nothing, and what the server has no more.
    pub fn settle(&mut self, functions: &Functions) {
        (self.version, self.catalogue) = functions.versioned();
        self.forget_others();
    }

    /// Begins a function that was found.
    ///
    /// # Errors
    /// If there is no memory for its library.
    pub fn start(
        &mut self,
        (library, place): (&FunctionLibrary, usize),
        keys: &[&[u8]],
        argv: &[&[u8]],
        resp3: bool,
    ) -> Result<Step, Error> {
        self.load_again(library)?;
        let registered = self.libraries.get(&library.number).and_then(|functions| functions.get(place));
        let (Some(engine), Some(registered), Some(function)) =
            (&mut self.engine, registered, library.functions.get(place))
        else {
            return Err(Error::Text("ERR Function not found"));
        };
        Ok(engine.start(registered, Arc::clone(&function.name), keys, argv, resp3))
    }

    /// Goes on with the function under way.
    pub fn resume(&mut self, with: Resume<'_>) -> Option<Step> {
        self.engine.as_mut().map(|engine| engine.resume(with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &[u8] =
        b"#!lua name=a\nlocal n = 0 redis.register_function('f', function() n = n + 1 return n end)";

    fn add(one: &mut Loaded, functions: &Functions) -> Arc<FunctionLibrary> {
        let library = one.load(functions, CODE, |_| Ok(()), |_, _| {}).expect("it loads");
        functions
            .change(|all| {
                all.remove(library.name.as_bytes());
                all.add(&library)
            })
            .expect("free names");
        one.settle(functions);
        library
    }

    fn call(loaded: &mut Loaded, functions: &Functions) -> Option<Vec<u8>> {
        let (library, place) = loaded.find(functions, b"F")?;
        match loaded.start((&library, place), &[], &[], false).expect("it loads") {
            Step::Done { reply, .. } => Some(reply),
            step => panic!("a function that asks for nothing: {step:?}"),
        }
    }

    #[test]
    fn what_one_core_has_loaded_another_runs_until_it_is_replaced() {
        let functions = Functions::default();
        let (mut one, mut other) = (Loaded::new(1), Loaded::new(2));
        assert_eq!(call(&mut one, &functions), None);
        add(&mut one, &functions);
        assert_eq!(call(&mut one, &functions).as_deref(), Some(&b":1\r\n"[..]));
        for count in [":1\r\n", ":2\r\n"] {
            assert_eq!(call(&mut other, &functions).as_deref(), Some(count.as_bytes()));
        }
        add(&mut other, &functions);
        assert_eq!(call(&mut one, &functions).as_deref(), Some(&b":1\r\n"[..]));
        assert_eq!(one.libraries.len(), 1);
    }

    #[test]
    fn a_core_that_is_asked_for_nothing_forgets_what_is_gone() {
        let functions = Functions::default();
        let (mut one, mut other) = (Loaded::new(1), Loaded::new(2));
        let library = add(&mut one, &functions);
        assert!(call(&mut other, &functions).is_some() && other.memory_bytes() > 0);
        functions
            .change(|all| {
                all.remove(library.name.as_bytes());
                Ok(())
            })
            .expect("it goes");
        other.refresh(&functions);
        assert_eq!(other.memory_bytes(), 0);
    }

    #[test]
    fn nothing_is_held_for_no_functions() {
        let functions = Functions::default();
        let mut one = Loaded::new(1);
        assert!(one.load(&functions, b"#!lua name=a\nreturn 1", |_| Ok(()), |_, _| {}).is_err());
        one.settle(&functions);
        assert_eq!(one.memory_bytes(), 0);
        add(&mut one, &functions);
        assert!(one.memory_bytes() > 0);
        functions
            .change(|all| {
                all.remove(b"a");
                Ok(())
            })
            .expect("it goes");
        assert_eq!(call(&mut one, &functions), None);
        assert_eq!(one.memory_bytes(), 0);
    }
}
