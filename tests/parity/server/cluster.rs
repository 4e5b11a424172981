//! The cluster's commands on a server that is none.

use crate::script::Script;

const NO_CLUSTER: &str = "-ERR This instance has cluster support disabled";

fn there_is_no_cluster(c: &mut Script) {
    for command in [
        "CLUSTER COUNTKEYSINSLOT 0",
        "CLUSTER COUNTKEYSINSLOT 16384",
        "CLUSTER COUNTKEYSINSLOT x",
        "CLUSTER GETKEYSINSLOT 0 10",
        "CLUSTER HELP",
        "CLUSTER INFO",
        "CLUSTER KEYSLOT k",
        "CLUSTER LINKS",
        "CLUSTER MYID",
        "CLUSTER NODES",
        "CLUSTER SHARDS",
        "cluster slots",
        "ASKING",
        "READONLY",
        "READWRITE",
    ] {
        c.check(command, NO_CLUSTER);
    }
}

fn errors_of_form_come_first(c: &mut Script) {
    c.check("CLUSTER", "-ERR wrong number of arguments for 'cluster' command");
    c.check("CLUSTER KEYSLOT", "-ERR wrong number of arguments for 'cluster|keyslot' command");
    c.check("CLUSTER SLOTS x", "-ERR wrong number of arguments for 'cluster|slots' command");
    c.check("CLUSTER GETKEYSINSLOT 0", "-ERR wrong number of arguments for 'cluster|getkeysinslot' command");
    c.check("CLUSTER NOPE", "-ERR unknown subcommand 'NOPE'. Try CLUSTER HELP.");
    c.check("READONLY x", "-ERR wrong number of arguments for 'readonly' command");
    c.check("ASKING x", "-ERR wrong number of arguments for 'asking' command");
}

facts! { server:
    there_is_no_cluster,
    errors_of_form_come_first,
}
