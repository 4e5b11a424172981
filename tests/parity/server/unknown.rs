//! Commands that do not exist, and what the server repeats of them.

use crate::script::Script;

fn unknown_commands_are_named_with_their_arguments(c: &mut Script) {
    c.check("foo", "-ERR unknown command 'foo', with args beginning with: ");
    c.check("foo a b", "-ERR unknown command 'foo', with args beginning with: 'a' 'b' ");
    c.check("FOO a ''", "-ERR unknown command 'FOO', with args beginning with: 'a' '' ");
    c.check("''", "-ERR unknown command '', with args beginning with: ");
    c.check("'get '", "-ERR unknown command 'get ', with args beginning with: ");
    c.check("PING|x", "-ERR unknown command 'PING|x', with args beginning with: ");
}

fn line_ends_in_names_become_spaces(c: &mut Script) {
    c.check(r#""fo\r\no" "a\r\nb""#, "-ERR unknown command 'fo  o', with args beginning with: 'a  b' ");
}

fn long_names_and_arguments_are_cut(c: &mut Script) {
    let (long, cut) = ("x".repeat(300), "x".repeat(128));
    c.check_arguments(
        &[&long],
        &format!("-ERR unknown command '{cut}', with args beginning with: "),
        "300*x",
    );
    // Redis stops adding arguments once the text has 128 bytes, each cut to what is left of them.
    let (sixty, rest) = ("y".repeat(60), "y".repeat(2));
    c.check_arguments(
        &["foo", &sixty, &sixty, &sixty, "z"],
        &format!("-ERR unknown command 'foo', with args beginning with: '{sixty}' '{sixty}' '{rest}' "),
        "foo 60*y 60*y 60*y z",
    );
    c.check_arguments(
        &["foo", &long, "z"],
        &format!("-ERR unknown command 'foo', with args beginning with: '{cut}' "),
        "foo 300*x z",
    );
}

fn unknown_subcommands_are_named(c: &mut Script) {
    for container in ["CLIENT", "CONFIG", "COMMAND"] {
        c.check(
            &format!("{container} foo"),
            &format!("-ERR unknown subcommand 'foo'. Try {container} HELP."),
        );
        c.check(
            &format!("{container} FOO a b"),
            &format!("-ERR unknown subcommand 'FOO'. Try {container} HELP."),
        );
    }
    let (long, cut) = ("x".repeat(300), "x".repeat(128));
    c.check_arguments(
        &["CLIENT", &long],
        &format!("-ERR unknown subcommand '{cut}'. Try CLIENT HELP."),
        "CLIENT 300*x",
    );
}

fn names_are_known_in_any_case(c: &mut Script) {
    c.check("sEt k v", "+OK");
    c.check("gEt k", r#""v""#);
    c.check("cLiEnT gEtNaMe", "nil");
    c.check("GeT", "-ERR wrong number of arguments for 'get' command");
}

fn an_error_leaves_the_connection_usable(c: &mut Script) {
    c.check("NOPE", "-ERR ..");
    c.check("GET", "-ERR ..");
    c.check("PING", "+PONG");
}

fn texts_end_at_a_zero(c: &mut Script) {
    c.raw(
        b"*2\r\n$4\r\nA\0BC\r\n$3\r\nx\0y\r\n",
        b"-ERR unknown command 'A', with args beginning with: 'x' \r\n",
    );
    // Nor is a command called by what it is called before a zero.
    for name in [&b"GET\0"[..], b"GET\0\0\0\0\0", b"GET\0\0\0\0\0\0"] {
        let request = [format!("*2\r\n${}\r\n", name.len()).as_bytes(), name, b"\r\n$1\r\nk\r\n"].concat();
        c.raw(&request, b"-ERR unknown command 'GET', with args beginning with: 'k' \r\n");
    }
    for name in [&b"\0"[..], &[0; 8], &[0; 24]] {
        let request = [format!("*1\r\n${}\r\n", name.len()).as_bytes(), name, b"\r\n"].concat();
        c.raw(&request, b"-ERR unknown command '', with args beginning with: \r\n");
    }
    c.check(r#"COMMAND INFO "\x00""#, "[nil]");
    c.raw(b"*2\r\n$6\r\nCLIENT\r\n$3\r\nx\0y\r\n", b"-ERR unknown subcommand 'x'. Try CLIENT HELP.\r\n");
}

facts! { server:
    texts_end_at_a_zero,
    unknown_commands_are_named_with_their_arguments,
    line_ends_in_names_become_spaces,
    long_names_and_arguments_are_cut,
    unknown_subcommands_are_named,
    names_are_known_in_any_case,
    an_error_leaves_the_connection_usable,
}
