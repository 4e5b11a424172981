//! All commands: those of the data engine and those of the machine, by name and by number.

use std::{collections::HashMap, sync::OnceLock};

use shards::command::{Args, Command, Error, Registry, Run, given, registry::Id};

use super::{NodeCommand, NodeRun};

/// The commands of the server.
#[derive(Debug)]
pub struct Commands {
    registry: Registry,
    /// Per id: how the machine runs it, if it does.
    node: Vec<Option<&'static NodeCommand>>,
    /// Per id: its name as COMMAND and INFO print it: `get`, `client|kill`.
    names: Vec<String>,
    /// Subcommands by their full name.
    subcommands: HashMap<String, Id>,
}

/// The commands; built once.
pub fn commands() -> &'static Commands {
    static COMMANDS: OnceLock<Commands> = OnceLock::new();
    COMMANDS.get_or_init(|| Commands::new(super::rows()))
}

impl Commands {
    fn new(machine: impl Iterator<Item = &'static NodeCommand>) -> Self {
        let engine = shards::commands::rows().map(Listed::of_engine);
        let listed: Vec<Listed> = engine.chain(machine.map(Listed::of_machine)).collect();
        let subcommands = || {
            listed.iter().flat_map(|listed| listed.children().into_iter().map(|child| (listed.row, child)))
        };
        let rows = listed.iter().map(|listed| listed.row);
        let registry = Registry::new(rows, subcommands().map(|(_, child)| child.row));
        let mut node: Vec<_> = listed.iter().map(|listed| listed.node).collect();
        let mut names: Vec<String> =
            registry.rows().iter().map(|row| row.name.to_ascii_lowercase()).collect();
        let mut by_name = HashMap::new();
        for (container, child) in subcommands() {
            let name = format!("{}|{}", container.name, child.row.name).to_ascii_lowercase();
            by_name.insert(name.clone(), node.len() as Id);
            names[node.len()] = name;
            node.push(child.node);
        }
        Self { registry, node, names, subcommands: by_name }
    }

    /// The rows by name and number.
    #[inline]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// How many commands and subcommands there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never true.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How the machine runs a command; nothing if the data engine does.
    #[inline]
    pub fn node(&self, id: Id) -> Option<&'static NodeCommand> {
        self.node[usize::from(id)]
    }

    /// A command's name in lower case, a subcommand's with its container.
    pub fn name(&self, id: Id) -> &str {
        &self.names[usize::from(id)]
    }

    /// The subcommand `word` of a container, in any case.
    pub fn subcommand(&self, container: Id, word: &[u8]) -> Option<Id> {
        let word = std::str::from_utf8(word).ok()?.to_ascii_lowercase();
        self.subcommands.get(&format!("{}|{word}", self.name(container))).copied()
    }

    /// The command with this full name, in any case: `GET`, `client|kill`.
    pub fn by_full_name(&self, name: &[u8]) -> Option<Id> {
        let subcommand =
            || self.subcommands.get(&std::str::from_utf8(name).ok()?.to_ascii_lowercase()).copied();
        self.registry.find(name).or_else(subcommand)
    }

    /// The ids of all commands that are no subcommands.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        0..(self.len() - self.subcommands.len()) as Id
    }

    /// A command's subcommands.
    pub fn subcommands(&self, id: Id) -> impl Iterator<Item = Id> {
        let children = Listed { row: self.row(id), node: self.node(id) }.children();
        children.into_iter().filter_map(move |child| self.subcommand(id, child.row.name.as_bytes()))
    }

    /// Whether argument 1 of a command with `arguments` arguments names a subcommand.
    pub fn has_subcommand(&self, id: Id, arguments: usize) -> bool {
        match self.node(id).map(|command| &command.run) {
            Some(NodeRun::Container(_)) => true,
            Some(NodeRun::Alone { .. }) => arguments > 1,
            _ => matches!(self.row(id).run, Run::Container(_)),
        }
    }

    /// What a request asks to run: this command, or the subcommand of it that argument 1 names.
    ///
    /// # Errors
    /// If there is no such subcommand, or its form is wrong; with the command that this counts for.
    pub fn meant(&self, command: Id, args: &Args<'_>) -> Result<Id, (Option<Id>, Error)> {
        if !self.has_subcommand(command, args.len()) {
            return Ok(command);
        }
        let wrong_arity = |command| (Some(command), Error::Arity(self.name(command).to_owned()));
        if args.len() < 2 {
            return Err(wrong_arity(command));
        }
        let Some(subcommand) = self.subcommand(command, args.get(1)) else {
            let given = given(&args.get(1)[..args.get(1).len().min(128)]);
            return Err((None, Error::UnknownSubcommand(given, self.row(command).name.to_owned())));
        };
        let fits = self.row(subcommand).arity.takes(args.len());
        if fits { Ok(subcommand) } else { Err(wrong_arity(subcommand)) }
    }

    /// The row of a command.
    #[inline]
    pub fn row(&self, id: Id) -> &'static Command {
        self.registry.row(id)
    }
}

/// A command of either crate.
#[derive(Clone, Copy)]
struct Listed {
    row: &'static Command,
    /// How the machine runs it, if it does.
    node: Option<&'static NodeCommand>,
}

impl Listed {
    fn of_engine(row: &'static Command) -> Self {
        Self { row, node: None }
    }

    fn of_machine(command: &'static NodeCommand) -> Self {
        Self { row: &command.row, node: Some(command) }
    }

    /// Its subcommands.
    fn children(self) -> Vec<Self> {
        let machine = match self.node.map(|command| command.run) {
            Some(NodeRun::Container(children) | NodeRun::Alone { subcommands: children, .. }) => children,
            _ => &[],
        };
        let engine = match self.row.run {
            Run::Container(children) => children,
            _ => &[],
        };
        let engine = engine.iter().map(|child| Self::of_engine(child));
        machine.iter().map(|child| Self::of_machine(child)).chain(engine).collect()
    }
}
