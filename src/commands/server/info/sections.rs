//! Which sections of INFO were asked for.

/// The sections, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Section {
    Server,
    Clients,
    Memory,
    Persistence,
    Stats,
    Replication,
    Cpu,
    Shards,
    Modules,
    Commandstats,
    Errorstats,
    Latencystats,
    Cluster,
    Keyspace,
}

impl Section {
    /// All of them with the word that asks for each, and its title.
    pub const ALL: [(Self, &'static str, &'static str); 14] = [
        (Self::Server, "server", "Server"),
        (Self::Clients, "clients", "Clients"),
        (Self::Memory, "memory", "Memory"),
        (Self::Persistence, "persistence", "Persistence"),
        (Self::Stats, "stats", "Stats"),
        (Self::Replication, "replication", "Replication"),
        (Self::Cpu, "cpu", "CPU"),
        (Self::Shards, "shards", "Shards"),
        (Self::Modules, "modules", "Modules"),
        (Self::Commandstats, "commandstats", "Commandstats"),
        (Self::Errorstats, "errorstats", "Errorstats"),
        (Self::Latencystats, "latencystats", "Latencystats"),
        (Self::Cluster, "cluster", "Cluster"),
        (Self::Keyspace, "keyspace", "Keyspace"),
    ];
}

/// A set of sections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sections(pub u64);

impl Sections {
    const EVERYTHING: Self = Self((1 << Section::ALL.len()) - 1);
    /// What is shown only when asked for.
    const DEFAULT: Self = Self(
        Self::EVERYTHING.0 & !(Self::only(Section::Commandstats).0 | Self::only(Section::Latencystats).0),
    );

    const fn only(section: Section) -> Self {
        Self(1 << section as u8)
    }

    /// Whether `section` is in.
    pub const fn has(self, section: Section) -> bool {
        self.0 & Self::only(section).0 != 0
    }

    /// The sections that the words of a request name, in any case; the default ones if there is no word.
    pub fn chosen<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut words = words.peekable();
        if words.peek().is_none() {
            return Self::DEFAULT;
        }
        words.map(Self::named).fold(Self::default(), |all, one| Self(all.0 | one.0))
    }

    fn named(word: &[u8]) -> Self {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match Section::ALL.iter().find(|(_, name, _)| is(name)) {
            Some((section, ..)) => Self::only(*section),
            // "all" leaves out what modules add, and there are none.
            None if is("all") || is("everything") => Self::EVERYTHING,
            None if is("default") => Self::DEFAULT,
            None => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(words: &[&str]) -> Vec<&'static str> {
        let sections = Sections::chosen(words.iter().map(|word| word.as_bytes()));
        Section::ALL.iter().filter(|(section, ..)| sections.has(*section)).map(|(_, name, _)| *name).collect()
    }

    #[test]
    fn words_choose_sections_in_any_case() {
        assert_eq!(chosen(&["CPU", "clients", "nope"]), ["clients", "cpu"]);
        assert_eq!(chosen(&["nope"]).len(), 0);
        assert_eq!(chosen(&["all"]).len(), 14);
    }

    #[test]
    fn without_words_long_tables_are_left_out() {
        assert_eq!(chosen(&[]), chosen(&["default"]));
        assert!(!chosen(&[]).contains(&"commandstats") && chosen(&[]).contains(&"errorstats"));
        assert_eq!(chosen(&["default", "commandstats"]).len(), 13);
    }

    #[test]
    fn the_table_is_in_the_order_of_the_numbers() {
        assert!(Section::ALL.iter().enumerate().all(|(index, (section, ..))| *section as usize == index));
    }
}
