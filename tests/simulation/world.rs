//! A machine and its clients, and who takes the next step.

use shards::structures::random::Rng;

use crate::{
    board::Board,
    client::Client,
    history::{Verdict, judge},
    machine::{Machine, Rules, Trace},
    program::Program,
    programs::Auditor,
};

/// Steps after which a run counts as endless. The longest that end take a fifth of this.
const STEPS_MAX: u64 = 200_000;

/// The longest stalls, in steps: others get a few steps further meanwhile, or whole conversations.
const STALLS_MAX: [usize; 3] = [20, 100, 1_000];

/// Steps that the search for an order of a history may take. Most take fewer than a hundred.
const SEARCH_STEPS_MAX: usize = 20_000;

/// One run.
pub struct World {
    /// The machine.
    pub machine: Machine,
    /// What is true of the run.
    pub board: Board,
    /// The source of every choice.
    pub rng: Rng,
    /// Whether it could not be found out if its history is legal.
    pub undecided: bool,
    clients: Vec<Client>,
    /// Clients whose command waits to the end.
    in_vain: usize,
    /// Per core and then per client: the step until which it does nothing.
    stalled_until: Vec<u64>,
}

impl World {
    /// A world of `cores` cores without clients.
    pub fn new(seed: u64, cores: usize, rules: Rules, trace: Trace) -> Self {
        Self {
            machine: Machine::new(cores, rules, seed, trace),
            board: Board::default(),
            rng: Rng::new(seed ^ 0x5EED),
            undecided: false,
            clients: Vec::new(),
            in_vain: 0,
            stalled_until: vec![0; cores],
        }
    }

    /// Adds a client of a core.
    pub fn add(&mut self, core: usize, program: impl Program + 'static) {
        self.clients.push(Client::new(core, Box::new(program)));
        self.stalled_until.push(0);
    }

    /// Runs the clients to their end, audits, lets the clients go, and judges the history.
    ///
    /// # Errors
    /// What was broken.
    pub fn run(&mut self) -> Result<(), String> {
        self.run_clients()?;
        let core = self.rng.below(self.machine.cores());
        self.add(core, Auditor::default());
        self.run_clients()?;
        for client in &mut self.clients {
            client.hang_up(&mut self.machine);
        }
        self.in_vain = 0;
        self.run_clients()?;
        if let Some(core) = self.machine.expects_somebody() {
            return Err(format!("at core {core}, clients that have gone still wait or watch"));
        }
        match self.machine.sessions() {
            0 => {}
            left => return Err(format!("{left} sessions are left of clients that have gone")),
        }
        match judge(&self.board.history, SEARCH_STEPS_MAX) {
            Verdict::Legal => {}
            Verdict::Illegal(why) => return Err(why),
            Verdict::Undecided => self.undecided = true,
        }
        Ok(())
    }

    /// Takes steps until nobody has anything to do.
    fn run_clients(&mut self) -> Result<(), String> {
        let last = self.machine.steps + STEPS_MAX;
        while self.machine.steps < last {
            let cores = self.machine.cores();
            let actors: Vec<usize> = (0..cores + self.clients.len())
                .filter(|actor| match actor.checked_sub(cores) {
                    None => self.machine.has_work(*actor),
                    Some(client) => self.clients[client].has_work(&mut self.machine),
                })
                .collect();
            if actors.is_empty() {
                if self.machine.pass_time_to_deadline() {
                    continue;
                }
                return self.check_end();
            }
            self.step(&actors)?;
        }
        Err(format!("no end after {STEPS_MAX} steps; {}", self.waiting()))
    }

    fn step(&mut self, actors: &[usize]) -> Result<(), String> {
        let now = self.machine.steps;
        let awake: Vec<usize> =
            actors.iter().copied().filter(|actor| self.stalled_until[*actor] <= now).collect();
        let among = if awake.is_empty() { actors } else { &awake };
        let actor = among[self.rng.below(among.len())];
        if self.rng.below(25) == 0 {
            let longest = STALLS_MAX[self.rng.below(STALLS_MAX.len())];
            self.stalled_until[actor] = now + 1 + self.rng.below(longest) as u64;
        }
        match actor.checked_sub(self.machine.cores()) {
            None => self.machine.step(actor, &mut self.rng),
            Some(client) => {
                self.machine.steps += 1;
                self.board.now = self.machine.steps;
                self.clients[client].step(&mut self.machine, &mut self.board, &mut self.rng)
            }
        }
    }

    fn check_end(&mut self) -> Result<(), String> {
        for client in self.clients.iter_mut().filter(|client| !client.is_done()) {
            if !client.waits_in_vain(&mut self.board) {
                return Err(format!("nobody can go on; {}", self.waiting()));
            }
            self.in_vain += 1;
        }
        self.board.in_vain = self.in_vain;
        match self.machine.blocked() {
            blocked if blocked == self.in_vain => {}
            blocked => {
                return Err(format!("{blocked} clients wait, not {}; {}", self.in_vain, self.waiting()));
            }
        }
        self.machine.leftovers().map_or(Ok(()), Err)
    }

    fn waiting(&self) -> String {
        let waiting = self.clients.iter().filter_map(Client::waits_for).collect::<Vec<_>>().join(", ");
        format!("clients wait for: {waiting}; {}", self.machine.leftovers().unwrap_or_default())
    }
}
