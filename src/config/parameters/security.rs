//! Who may do what.

use super::super::bounds::LONG;
use super::super::parameter::{Parameter, absent, inert, live};
use super::super::settings::Gate;
use super::super::value::Kind;

pub(super) const ROWS: &[Parameter] = &[
    live!("requirepass", Kind::Text, requirepass, "Password that clients must AUTH with").secret(),
    live!(
        "enable-debug-command",
        Kind::Choice(Gate::WORDS),
        enable_debug_command,
        "Who may use DEBUG: no, yes, or local clients only"
    )
    .at_startup(),
    live!(
        "enable-protected-configs",
        Kind::Choice(Gate::WORDS),
        enable_protected_configs,
        "Who may change protected parameters: no, yes, or local clients only"
    )
    .at_startup(),
    absent("enable-module-command", Kind::Choice(Gate::WORDS), "no", "remove it: there are no modules")
        .at_startup(),
    absent("aclfile", Kind::Text, "", "remove it, and protect the server with requirepass").at_startup(),
    inert("acllog-max-len", LONG, "128", "there is no log of access violations"),
    inert(
        "acl-pubsub-default",
        Kind::Choice(&["allchannels", "resetchannels"]),
        "resetchannels",
        "the default user is the only one, and may use every channel",
    ),
];
