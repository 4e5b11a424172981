//! CLIENT: this connection's number, name, library and modes, the list of clients, pausing and ending them.

mod kill;
mod kind;
mod line;
mod list;
mod modes;
mod name;
mod pause;
mod reply;
mod tracking;
mod unblock;

use shards::{
    command::{Acl, Args, Arity, Command, Error, Flags, Group},
    resp::Reply,
};

pub(super) use name::name_of;

use crate::commands::{Here, NodeCommand, NodeRun, help::help};

/// What the subcommands share.
const CLIENT_SUBCOMMAND: Command = Command {
    flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
    acl: Acl::CONNECTION,
    group: Group::Connection,
    ..Command::DEFAULT
};

/// What those about other clients share.
const ADMIN_SUBCOMMAND: Command = Command {
    flags: CLIENT_SUBCOMMAND.flags.and(Flags::ADMIN),
    acl: Acl::CONNECTION.and(Acl::DANGEROUS),
    ..CLIENT_SUBCOMMAND
};

pub static CLIENT: NodeCommand = NodeCommand {
    row: Command {
        name: "CLIENT",
        arity: Arity::at_least(2),
        group: Group::Connection,
        since: "2.4.0",
        summary: "A container for commands about client connections.",
        complexity: "Depends on subcommand.",
        ..Command::DEFAULT
    },
    run: NodeRun::Container(&[
        &HELP,
        &kill::KILL,
        &list::INFO,
        &list::LIST,
        &modes::NO_EVICT,
        &modes::NO_TOUCH,
        &name::GETNAME,
        &name::ID,
        &name::SETINFO,
        &name::SETNAME,
        &pause::PAUSE,
        &pause::UNPAUSE,
        &reply::REPLY,
        &tracking::CACHING,
        &tracking::GETREDIR,
        &tracking::TRACKING,
        &tracking::TRACKINGINFO,
        &unblock::UNBLOCK,
    ]),
};

static HELP: NodeCommand = NodeCommand {
    row: Command {
        name: "HELP",
        arity: Arity::exactly(2),
        flags: Flags::LOADING.and(Flags::STALE),
        since: "5.0.0",
        summary: "Lists the subcommands.",
        ..CLIENT_SUBCOMMAND
    },
    run: NodeRun::Here(print_help),
};

fn print_help(_here: &mut Here<'_>, _args: &Args<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let lines: &[(&str, &[&str])] = &[
        (
            "CACHING (YES|NO)",
            &["Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes."],
        ),
        ("GETREDIR", &["Return the client ID we are redirecting to when tracking is enabled."]),
        ("GETNAME", &["Return the name of the current connection."]),
        ("ID", &["Return the ID of the current connection."]),
        ("INFO", &["Return information about the current client connection."]),
        ("KILL <ip:port>", &["Kill connection made from <ip:port>."]),
        (
            "KILL <option> <value> [<option> <value> [...]]",
            &[
                "Kill connections. Options are:",
                "* ADDR (<ip:port>|<unixsocket>:0)",
                "  Kill connections made from the specified address",
                "* LADDR (<ip:port>|<unixsocket>:0)",
                "  Kill connections made to specified local address",
                "* TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                "  Kill connections by type.",
                "* USER <username>",
                "  Kill connections authenticated by <username>.",
                "* SKIPME (YES|NO)",
                "  Skip killing current connection (default: yes).",
                "* ID <client-id>",
                "  Kill the connection with this ID.",
            ],
        ),
        (
            "LIST [options ...]",
            &[
                "Return information about client connections. Options:",
                "* TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                "  Return clients of specified type.",
                "* ID <client-id> [<client-id> ...]",
                "  Return clients with these IDs.",
            ],
        ),
        ("UNPAUSE", &["Stop the current client pause, resuming traffic."]),
        ("PAUSE <timeout> [WRITE|ALL]", &["Suspend all, or just write, clients for <timeout> milliseconds."]),
        ("REPLY (ON|OFF|SKIP)", &["Control the replies sent to the current connection."]),
        (
            "SETINFO <option> <value>",
            &[
                "Set client meta attr. Options are:",
                "* LIB-NAME: the client lib name.",
                "* LIB-VER: the client lib version.",
            ],
        ),
        ("SETNAME <name>", &["Assign the name <name> to the current connection."]),
        (
            "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
            &["     [OPTIN] [OPTOUT] [NOLOOP]", "Control server assisted client side caching."],
        ),
        ("TRACKINGINFO", &["Report tracking status for the current connection."]),
        ("NO-EVICT (ON|OFF)", &["Protect current client connection from eviction."]),
        ("NO-TOUCH (ON|OFF)", &["Will not touch LRU/LFU stats when this mode is on."]),
    ];
    help("CLIENT", lines, out);
    Ok(())
}
