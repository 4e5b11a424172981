//! Applying one directive, from a file or the command line, to the settings being built.

use super::error::StartupError;
use super::parameters;
use super::settings::Settings;

/// Directives of Redis that are no parameters and ask for features this server lacks, with what to do instead.
const UNSERVED: &[(&str, &str)] = &[
    ("loadmodule", "remove it: there are no modules"),
    (
        "user",
        "remove it, and protect the server with requirepass: there is no other user than the default one",
    ),
    ("rename-command", "remove it: commands keep their names"),
    ("sentinel", "remove it: this server is no sentinel"),
];

/// Sets what the directive `name` with `words` behind it says.
pub fn apply(settings: &mut Settings, name: &[u8], words: &[Vec<u8>]) -> Result<(), StartupError> {
    if let Some((row, _)) = parameters::find(name) {
        let warning = row.set_at_startup(settings, words)?;
        settings.warnings.extend(warning);
        return Ok(());
    }
    let name = String::from_utf8_lossy(name).to_lowercase();
    match UNSERVED.iter().find(|(unserved, _)| *unserved == name) {
        Some((_, remedy)) => {
            Err(StartupError::new(format!("'{name}' asks for what this server does not do"), *remedy))
        }
        None => Err(StartupError::new(
            format!("'{name}' is no directive"),
            "correct the name or remove the directive; CONFIG GET * on a running server lists them all",
        )),
    }
}
