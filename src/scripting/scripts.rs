//! The scripts that one core has compiled, and the engine that runs them, one at a time: a script or a function.

use std::{collections::HashMap, sync::Arc};

use shards::{
    command::Error,
    script::{Engine, Resume, ScriptFlags, Sha, Step},
};

use super::{FunctionLibrary, Functions, Library, Loaded, Reach};

/// What a core knows of a script that it has compiled.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// What its first line says of it.
    pub flags: ScriptFlags,
    /// Which keys it uses.
    pub reach: Reach,
}

/// What a command runs.
#[derive(Clone, Debug)]
pub enum Program {
    /// The script of this name.
    Script(Sha),
    /// The function at this place of its library.
    Function(Arc<FunctionLibrary>, usize),
}

/// A core's scripts.
#[derive(Debug, Default)]
pub struct Scripts {
    /// Its functions.
    pub functions: Loaded,
    /// Whether what ran last is a function.
    ran_function: bool,
    /// Where random numbers start from: not all cores draw alike.
    seed: i32,
    /// Made for the first script.
    engine: Option<Engine>,
    known: HashMap<Sha, Known>,
    /// How often all scripts had been forgotten when this core last looked.
    flushes: u64,
    /// How often a script had used other keys for the first time when this core last looked.
    surprises: u64,
}

impl Scripts {
    /// None yet; random numbers start from `seed`.
    pub fn new(seed: i32) -> Self {
        Self { functions: Loaded::new(seed), seed, ..Self::default() }
    }

    /// The engine.
    ///
    /// # Errors
    /// If there is no memory for it.
    fn engine(&mut self) -> Result<&mut Engine, Error> {
        match &mut self.engine {
            Some(engine) => Ok(engine),
            none => {
                let mut engine = Engine::new().map_err(|error| Error::Message(format!("ERR {error}")))?;
                engine.seed(self.seed);
                Ok(none.insert(engine))
            }
        }
    }

    /// Begins a script or a function that was prepared; `resp3` is the calling client's protocol.
    ///
    /// # Errors
    /// If there is no memory for its engine.
    pub fn start(
        &mut self,
        program: &Program,
        keys: &[&[u8]],
        argv: &[&[u8]],
        resp3: bool,
    ) -> Result<Step, Error> {
        self.ran_function = matches!(program, Program::Function(..));
        match program {
            Program::Script(sha) => Ok(self.engine()?.start(sha, keys, argv, resp3)),
            Program::Function(library, place) => self.functions.start((library, *place), keys, argv, resp3),
        }
    }

    /// Goes on with what is under way.
    pub fn resume(&mut self, with: Resume<'_>) -> Step {
        let step = if self.ran_function {
            self.functions.resume(with)
        } else {
            self.engine.as_mut().map(|engine| engine.resume(with))
        };
        step.unwrap_or_else(|| unreachable!("a script without an engine goes on"))
    }

    /// Whether the error that the last script or function ended with is one of its commands', and was counted then.
    pub fn error_is_counted(&self) -> bool {
        if self.ran_function {
            return self.functions.error_is_counted();
        }
        self.engine.as_ref().is_some_and(Engine::error_is_counted)
    }

    /// Whether a script is under way.
    pub fn is_running(&self) -> bool {
        self.engine.as_ref().is_some_and(Engine::is_running)
    }

    /// Bytes of what the engine of scripts holds.
    pub fn memory_bytes(&self) -> usize {
        self.engine.as_ref().map_or(0, Engine::memory)
    }

    /// Forgets what the server has forgotten, also on a core that is asked for no script any more.
    pub fn forget_gone(&mut self, library: &Library, functions: &Functions) {
        self.refresh(library);
        self.functions.refresh(functions);
    }

    /// Forgets what the library has forgotten. Not while a script is under way: it is done before the next one begins.
    fn refresh(&mut self, library: &Library) {
        let flushes = library.flushes();
        if self.flushes != flushes && !self.is_running() {
            self.flushes = flushes;
            self.known.clear();
            if let Some(engine) = &mut self.engine {
                engine.flush();
            }
        }
    }

    /// Compiles a script that a client has sent, if it is new.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(&mut self, library: &Library, body: &[u8]) -> Result<(Sha, Known), Error> {
        self.refresh(library);
        let sha = Sha::of(body);
        if let Some(known) = self.known.get(&sha) {
            return Ok((sha, *known));
        }
        let (sha, flags) = self.engine()?.load(body)?;
        library.add(sha, body);
        let known = Known { flags, reach: library.reach(&sha) };
        self.known.insert(sha, known);
        Ok((sha, known))
    }

    /// A script of this name, if the server knows it.
    ///
    /// # Errors
    /// If there is no memory to compile it.
    pub fn find(&mut self, library: &Library, sha: &Sha) -> Result<Option<Known>, Error> {
        self.refresh(library);
        if let Some(known) = self.known.get(sha) {
            return Ok(Some(*known));
        }
        match library.find(sha) {
            Some((body, _)) => self.load(library, &body).map(|(_, known)| Some(known)),
            None => Ok(None),
        }
    }

    /// Which keys a script or a function uses, as far as anybody has found out.
    pub fn reach(&mut self, library: &Library, program: &Program) -> Reach {
        match program {
            Program::Script(sha) => self.script_reach(library, sha),
            Program::Function(library, place) => library.functions[*place].reach(),
        }
    }

    fn script_reach(&mut self, library: &Library, sha: &Sha) -> Reach {
        let surprises = library.surprises();
        if self.surprises != surprises {
            self.surprises = surprises;
            for (sha, known) in &mut self.known {
                known.reach = library.reach(sha);
            }
        }
        let Some(known) = self.known.get_mut(sha) else { return Reach::Unknown };
        if known.reach == Reach::Unknown {
            known.reach = library.reach(sha);
        }
        known.reach
    }

    /// Takes note of the keys that a script or a function used.
    pub fn note_reach(&mut self, library: &Library, program: &Program, reach: Reach) {
        let sha = match program {
            Program::Script(sha) => sha,
            Program::Function(library, place) => return library.functions[*place].note_reach(reach),
        };
        if let Some(known) = self.known.get_mut(sha).filter(|known| known.reach != reach) {
            known.reach = library.note_reach(sha, reach);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_core_compiled_another_finds_until_it_is_forgotten() {
        let library = Library::default();
        let (mut one, mut other) = (Scripts::default(), Scripts::default());
        let (sha, known) = one.load(&library, b"return 1").expect("it compiles");
        assert_eq!(known.reach, Reach::Unknown);
        let program = Program::Script(sha);
        one.note_reach(&library, &program, Reach::Declared);
        assert_eq!(
            other.find(&library, &sha).expect("memory").map(|known| known.reach),
            Some(Reach::Declared)
        );
        other.note_reach(&library, &program, Reach::Beyond);
        assert_eq!(one.reach(&library, &program), Reach::Beyond);
        library.flush();
        for scripts in [&mut one, &mut other] {
            assert!(scripts.find(&library, &sha).expect("memory").is_none());
        }
    }
}
