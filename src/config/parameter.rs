//! One row of the table of parameters: everything there is to know about a directive, in one place. The configuration
//! file, the command line, CONFIG GET, CONFIG SET and their checks all derive from rows.

use super::error::StartupError;
use super::settings::Settings;
use super::value::{Kind, Value};

/// When a parameter may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// At any time, through CONFIG SET.
    Runtime,
    /// At any time, but only by clients that `enable-protected-configs` admits.
    Protected,
    /// At start-up alone.
    Startup,
    /// At start-up alone, though Redis changes it at any time or does not have it: CONFIG SET takes the value in force, so that
    /// what CONFIG GET told can be set.
    StartupHere,
}

/// What stands behind a parameter.
#[derive(Clone, Copy)]
pub enum Role {
    /// A field of [`Settings`].
    Live {
        /// Reads the field.
        get: fn(&Settings) -> Value,
        /// Writes the field.
        set: fn(&mut Settings, Value) -> Result<(), String>,
    },
    /// A tuning directive without any effect here: accepted, kept for CONFIG GET, and named in the log.
    Inert {
        /// The text CONFIG GET answers until another one is given.
        default: &'static str,
        /// Why there is no effect; what follows "NAME has no effect: ".
        because: &'static str,
    },
    /// A feature this server lacks: only values that ask for what it does anyway are accepted.
    Absent {
        /// The text CONFIG GET answers.
        default: &'static str,
        /// Values besides the default that are fine.
        fits: fn(&[u8]) -> bool,
        /// What the operator can do instead.
        remedy: &'static str,
    },
}

/// A row.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// The name, in lower case.
    pub name: &'static str,
    /// An older name, which CONFIG GET lists too.
    pub alias: Option<&'static str>,
    /// What values look like.
    pub kind: Kind,
    /// When it may change.
    pub change: Change,
    /// What stands behind it.
    pub role: Role,
    /// Whether its value must not be repeated in errors and logs.
    pub secret: bool,
    /// Whether CONFIG GET shows it only to who asks for it by its name.
    pub hidden: bool,
    /// One line for people.
    pub doc: &'static str,
}

/// A parameter that has an effect, stored in a field of [`Settings`].
macro_rules! live {
    ($name:literal, $kind:expr, $($field:ident).+, $doc:literal) => {
        $crate::config::parameter::plain(
            $name,
            $kind,
            $crate::config::parameter::Role::Live {
                get: |settings| $crate::config::stored::Stored::to_value(&settings.$($field).+),
                set: |settings, value| {
                    settings.$($field).+ = $crate::config::stored::Stored::from_value(value)?;
                    Ok(())
                },
            },
            $doc,
        )
    };
}
pub(super) use live;

/// A tuning parameter without effect.
pub(super) const fn inert(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    because: &'static str,
) -> Parameter {
    plain(name, kind, Role::Inert { default, because }, because)
}

/// A parameter of a feature that is lacking.
pub(super) const fn absent(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    remedy: &'static str,
) -> Parameter {
    plain(name, kind, Role::Absent { default, fits: |_| false, remedy }, remedy)
}

/// A parameter that may be given at any time and is no secret.
pub(super) const fn plain(name: &'static str, kind: Kind, role: Role, doc: &'static str) -> Parameter {
    Parameter { name, alias: None, kind, change: Change::Runtime, role, secret: false, hidden: false, doc }
}

impl Parameter {
    pub(super) const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }

    pub(super) const fn at_startup(mut self) -> Self {
        self.change = Change::Startup;
        self
    }

    pub(super) const fn at_startup_here(mut self) -> Self {
        self.change = Change::StartupHere;
        self
    }

    pub(super) const fn protected(mut self) -> Self {
        self.change = Change::Protected;
        self
    }

    pub(super) const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    pub(super) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// For a lacking feature: further values that ask for nothing more than what happens anyway.
    pub(super) const fn fits(mut self, accepts: fn(&[u8]) -> bool) -> Self {
        if let Role::Absent { default, remedy, .. } = self.role {
            self.role = Role::Absent { default, fits: accepts, remedy };
        }
        self
    }

    /// Whether `name` is this row's name or alias, in any case; which of the two it is.
    pub fn named(&self, name: &[u8]) -> Option<&'static str> {
        [Some(self.name), self.alias]
            .into_iter()
            .flatten()
            .find(|own| own.as_bytes().eq_ignore_ascii_case(name))
    }

    /// The text CONFIG GET answers.
    pub fn text(&self, settings: &Settings) -> Vec<u8> {
        match self.role {
            Role::Live { get, .. } => self.kind.text(&get(settings)),
            Role::Inert { default, .. } | Role::Absent { default, .. } => {
                settings.inert.get(self.name).cloned().unwrap_or_else(|| default.into())
            }
        }
    }

    /// The default's text.
    pub fn default_text(&self) -> Vec<u8> {
        self.text(&Settings::default())
    }

    /// Sets the parameter from the words behind its name. `Ok` holds a warning for the log if the value has no effect.
    ///
    /// # Errors
    /// The value is wrong, or asks for a feature that is lacking; the settings stay as they were.
    pub fn set(&self, settings: &mut Settings, words: &[Vec<u8>]) -> Result<Option<String>, Refusal> {
        let value = self.kind.parse(words).map_err(Refusal::Invalid)?;
        let text = self.kind.text(&value);
        match self.role {
            Role::Live { set, .. } => set(settings, value).map(|()| None).map_err(Refusal::Invalid),
            Role::Inert { default, because } => {
                let changed = text != default.as_bytes();
                self.remember(settings, default, text);
                Ok(changed.then(|| format!("{} has no effect: {because}", self.name)))
            }
            Role::Absent { default, fits, remedy } => {
                if text != default.as_bytes() && !fits(&text) {
                    return Err(Refusal::Absent { remedy });
                }
                self.remember(settings, default, text);
                Ok(None)
            }
        }
    }

    /// Keeps a text that has no field, for CONFIG GET.
    fn remember(&self, settings: &mut Settings, default: &str, text: Vec<u8>) {
        if text == default.as_bytes() {
            settings.inert.remove(self.name);
        } else {
            settings.inert.insert(self.name, text);
        }
    }

    /// [`set`](Self::set), for the configuration file and the command line.
    ///
    /// # Errors
    /// As there, as one line with its remedy.
    pub fn set_at_startup(
        &self,
        settings: &mut Settings,
        words: &[Vec<u8>],
    ) -> Result<Option<String>, StartupError> {
        self.set(settings, words).map_err(|refusal| {
            let given = if self.secret {
                self.name.to_owned()
            } else {
                format!("{} {}", self.name, String::from_utf8_lossy(&words.join(&b' ')))
            };
            match refusal {
                Refusal::Invalid(why) => {
                    StartupError::new(format!("'{}': {why}", given.trim_end()), self.kind.expects())
                }
                Refusal::Absent { remedy } => {
                    StartupError::new(format!("'{given}' asks for what this server does not do"), remedy)
                }
            }
        })
    }
}

/// Why a value was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The value itself is wrong; Redis's text.
    Invalid(String),
    /// The value asks for a feature that is lacking.
    Absent {
        /// What the operator can do instead.
        remedy: &'static str,
    },
}

/// Why directives of replication have no effect.
pub(super) const NO_REPLICAS: &str = "there are no replicas";
