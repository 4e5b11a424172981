//! AUTH, and who may pass. There is one user, `default`, whose password is `requirepass`.

use shards::{
    command::{Args, Arity, Command, Error},
    resp::Reply,
};
use subtle::ConstantTimeEq;

use super::{GREETING, greet::CONNECTION};
use crate::{
    commands::{Here, NodeCommand, NodeRun},
    config::Settings,
};

/// The only user there is.
pub(super) const DEFAULT_USER: &[u8] = b"default";

/// AUTH with a password only where there is none is more likely a mistake of the operator than of the client.
const NO_PASSWORD_SET: &str = "ERR AUTH <password> called without any password configured for the default user. \
     Are you sure your configuration is correct?";

pub static AUTH: NodeCommand = NodeCommand {
    row: Command {
        name: "AUTH",
        arity: Arity::at_least(2),
        flags: GREETING,
        summary: "Authenticates the connection.",
        complexity: "O(N) where N is the length of the password",
        syntax: "[username] password",
        ..CONNECTION
    },
    run: NodeRun::Here(auth),
};

fn auth(here: &mut Here<'_>, args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let (user, password) = match args.len() {
        2 if here.node.settings.requirepass.is_none() => return Err(Error::Text(NO_PASSWORD_SET)),
        2 => (DEFAULT_USER, args.get(1)),
        3 => (args.get(1), args.get(2)),
        _ => return Err(Error::Syntax),
    };
    authenticate(here, user, password)?;
    out.ok();
    Ok(())
}

/// Lets the client in. One that was in stays in if the password is wrong.
pub(super) fn authenticate(here: &mut Here<'_>, user: &[u8], password: &[u8]) -> Result<(), Error> {
    if !admits(&here.node.settings, user, password) {
        return Err(Error::WrongPass);
    }
    here.session().authenticated = true;
    Ok(())
}

/// Without a password set, the default user passes with any.
fn admits(settings: &Settings, user: &[u8], password: &[u8]) -> bool {
    user == DEFAULT_USER && settings.requirepass.as_deref().is_none_or(|secret| is_secret(secret, password))
}

/// Compares in a time that depends on the length of the secret only, not on how much of it was guessed.
fn is_secret(secret: &[u8], given: &[u8]) -> bool {
    let mut padded = vec![0; secret.len()];
    let shared = given.len().min(secret.len());
    padded[..shared].copy_from_slice(&given[..shared]);
    (padded.ct_eq(secret) & given.len().ct_eq(&secret.len())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_passes() {
        for (given, passes) in [
            (&b"secret"[..], true),
            (b"", false),
            (b"secre", false),
            (b"secret\0", false),
            (b"secret2", false),
            (b"SECRET", false),
        ] {
            assert_eq!(is_secret(b"secret", given), passes, "{}", given.escape_ascii());
        }
        assert!(!is_secret(b"a\0", b"a"), "a shorter password is not filled up to the secret");
    }

    #[test]
    fn without_a_password_the_default_user_passes_with_any() {
        let mut settings = Settings::default();
        assert!(admits(&settings, b"default", b"anything") && !admits(&settings, b"me", b"anything"));
        settings.requirepass = Some(b"secret".to_vec());
        assert!(admits(&settings, b"default", b"secret") && !admits(&settings, b"default", b"anything"));
        assert!(!admits(&settings, b"Default", b"secret"));
    }
}
