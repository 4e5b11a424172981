//! CLIENT: names, ids, the list of clients, and ending them.

use crate::harness::resp::Value;
use crate::script::Script;

const BAD_NAME: &str = "-ERR Client names cannot contain spaces, newlines or special characters.";

/// The connection's own id.
fn id_of(c: &mut Script) -> i64 {
    match c.ask("CLIENT ID") {
        Value::Integer(id) => id,
        other => panic!("CLIENT ID is an integer, not {other:?}"),
    }
}

fn ids_stay_and_grow(c: &mut Script) {
    let first = id_of(c);
    c.check("CLIENT ID", &format!(":{first}"));
    let mut other = c.second_client();
    let second = id_of(&mut other);
    assert_ne!(first, second);
    other.check("client id", &format!(":{second}"));
}

fn names_are_set_and_read(c: &mut Script) {
    c.check("CLIENT GETNAME", "nil");
    c.check("CLIENT SETNAME me", "+OK");
    c.check("CLIENT GETNAME", r#""me""#);
    c.check("CLIENT SETNAME ''", "+OK");
    c.check("CLIENT GETNAME", "nil");
    c.resp3();
    c.check("CLIENT GETNAME", "_");
}

fn names_have_no_spaces_or_special_characters(c: &mut Script) {
    c.check("CLIENT SETNAME 'a b'", BAD_NAME);
    c.check(r#"CLIENT SETNAME "a\nb""#, BAD_NAME);
    c.check(r#"CLIENT SETNAME "a\x7f""#, BAD_NAME);
    c.check(r#"CLIENT SETNAME "\xc3\xa9""#, BAD_NAME);
    c.check("CLIENT SETNAME a~!", "+OK");
    c.check("CLIENT GETNAME", r#""a~!""#);
}

fn libraries_name_themselves(c: &mut Script) {
    const UNKNOWN: &str = "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.";
    c.check_since_7_2("CLIENT SETINFO LIB-NAME redis-py", UNKNOWN, "+OK");
    c.check_since_7_2("CLIENT SETINFO lib-ver 1.2.3", UNKNOWN, "+OK");
    c.check_since_7_2("CLIENT SETINFO FOO bar", UNKNOWN, "-ERR Unrecognized option 'FOO'");
    c.check_since_7_2(
        "CLIENT SETINFO LIB-NAME 'a b'",
        UNKNOWN,
        "-ERR LIB-NAME cannot contain spaces, newlines or special characters.",
    );
    c.check_since_7_2(
        "CLIENT SETINFO lib-ver 'a b'",
        UNKNOWN,
        "-ERR lib-ver cannot contain spaces, newlines or special characters.",
    );
    c.check_since_7_2("CLIENT LIST", r#".."resp=2\n""#, r#".."lib-name=redis-py lib-ver=1.2.3".."#);
    c.check_since_7_2("CLIENT SETINFO lib-name ''", UNKNOWN, "+OK");
    c.check_since_7_2("CLIENT LIST", r#".."resp=2\n""#, r#".."lib-name= lib-ver=1.2.3".."#);
}

fn the_list_has_a_line_of_fields_per_client(c: &mut Script) {
    let id = id_of(c);
    c.check("CLIENT SETNAME listed", "+OK");
    c.check("SELECT 3", "+OK");
    for field in [
        format!("id={id} addr=127.0.0.1:"),
        " laddr=127.0.0.1:".into(),
        " fd=".into(),
        " name=listed age=".into(),
        " idle=".into(),
        " flags=N db=3 sub=0 psub=0 ssub=0 multi=-1 ".into(),
        " qbuf=".into(),
        " qbuf-free=".into(),
        " argv-mem=".into(),
        " multi-mem=".into(),
        " obl=".into(),
        " oll=".into(),
        " omem=".into(),
        " tot-mem=".into(),
        " events=r cmd=client|list user=default redir=-1 resp=2".into(),
    ] {
        c.check("CLIENT LIST", &format!("..\"{field}\".."));
    }
    c.check("CLIENT LIST", r#".."\n""#);
    c.resp3();
    c.check("CLIENT LIST", r#"=.." resp=3".."#);
}

fn the_list_can_be_narrowed(c: &mut Script) {
    let id = id_of(c);
    let mut other = c.second_client();
    let other_id = id_of(&mut other);
    c.check(&format!("CLIENT LIST ID {id}"), &format!("\"id={id} \".."));
    c.check(&format!("CLIENT LIST ID {other_id} {id}"), &format!("..\"id={id} \".."));
    c.check("CLIENT LIST ID 999999999", r#""""#);
    c.check("CLIENT LIST TYPE normal", &format!("..\"id={id} \".."));
    c.check("CLIENT LIST TYPE pubsub", r#""""#);
    c.check("CLIENT LIST TYPE master", r#""""#);
    c.check("CLIENT LIST TYPE replica", r#""""#);
    c.check("CLIENT LIST TYPE nope", "-ERR Unknown client type 'nope'");
    c.check("CLIENT LIST ID x", "-ERR Invalid client ID");
    c.check("CLIENT LIST FOO", "-ERR syntax error");
    c.check("CLIENT LIST ID", "-ERR syntax error");
}

fn the_list_comes_in_the_order_in_which_ids_are_asked_for(c: &mut Script) {
    let id = id_of(c);
    let mut other = c.second_client();
    let other_id = id_of(&mut other);
    c.check(&format!("CLIENT LIST ID {other_id} {id}"), &format!("\"id={other_id} \".."));
    c.check(&format!("CLIENT LIST ID {id} {other_id} {id}"), &format!("\"id={id} \".."));
    c.check(&format!("CLIENT LIST ID {id} x"), "-ERR Invalid client ID");
    c.check("CLIENT LIST TYPE", "-ERR syntax error");
    c.check("CLIENT LIST TYPE normal x", "-ERR syntax error");
}

fn info_is_the_line_of_the_connection(c: &mut Script) {
    let id = id_of(c);
    c.check("CLIENT SETNAME me", "+OK");
    c.check("CLIENT INFO", &format!("\"id={id} addr=127.0.0.1:\".."));
    c.check("CLIENT INFO", r#".." name=me ".."#);
    c.check("CLIENT INFO", r#".." cmd=client|info user=default ".."#);
    c.check("CLIENT INFO x", "-ERR wrong number of arguments for 'client|info' command");
    c.resp3();
    c.check("CLIENT INFO", r#"=.." resp=3".."#);
}

fn the_list_names_the_last_command(c: &mut Script) {
    let mut other = c.second_client();
    let id = id_of(&mut other);
    let list = format!("CLIENT LIST ID {id}");
    c.check(&list, r#".." cmd=client|id ".."#);
    other.check("GET k", "nil");
    c.check(&list, r#".." cmd=get ".."#);
    other.check("CLIENT SETNAME me", "+OK");
    c.check(&list, r#".." cmd=client|setname ".."#);
}

fn kill_ends_clients_by_several_marks_at_once(c: &mut Script) {
    let mut victim = c.second_client();
    let id = id_of(&mut victim);
    c.check(&format!("CLIENT KILL ID {id} ADDR 127.0.0.1:1"), ":0");
    c.check(&format!("CLIENT KILL ID {id} TYPE pubsub"), ":0");
    c.check(&format!("CLIENT KILL ID {id} LADDR 127.0.0.1:1"), ":0");
    c.check(&format!("CLIENT KILL id {id} type NORMAL user default skipme yes"), ":1");
    victim.check_closed("CLIENT KILL");
    c.check("CLIENT KILL ID 99999999 SKIPME no ID", "-ERR syntax error");
    c.check("CLIENT KILL LADDR", "-ERR No such client");
}

fn who_kills_himself_answers_first(c: &mut Script) {
    let id = id_of(c);
    let command = format!("CLIENT KILL ID {id} SKIPME no\r\nPING\r\n");
    c.raw_then_closed(command.as_bytes(), b":1\r\n");
}

fn help_begins_with_the_usage(c: &mut Script) {
    c.check("CLIENT HELP", "[+CLIENT <subcommand> .., ..]");
    c.check("CLIENT HELP x", "-ERR wrong number of arguments for 'client|help' command");
}

fn kill_ends_a_client_by_its_id(c: &mut Script) {
    let mut victim = c.second_client();
    let id = id_of(&mut victim);
    c.check(&format!("CLIENT KILL ID {id}"), ":1");
    victim.check_closed("CLIENT KILL ID");
    c.check(&format!("CLIENT KILL ID {id}"), ":0");
    c.check(&format!("CLIENT LIST ID {id}"), r#""""#);
}

fn kill_spares_the_caller_unless_told_otherwise(c: &mut Script) {
    let id = id_of(c);
    c.check(&format!("CLIENT KILL ID {id}"), ":0");
    c.check(&format!("CLIENT KILL ID {id} SKIPME yes"), ":0");
    c.check("PING", "+PONG");
    c.check(&format!("CLIENT KILL ID {id} SKIPME no"), ":1");
    c.check_closed("CLIENT KILL of itself");
}

fn kill_ends_a_client_by_its_address(c: &mut Script) {
    let mut victim = c.second_client();
    let id = id_of(&mut victim);
    let Value::Bulk(line) = c.ask(&format!("CLIENT LIST ID {id}")) else { panic!("CLIENT LIST is a string") };
    let line = String::from_utf8(line).expect("a line of text");
    let address =
        line.split(' ').find_map(|field| field.strip_prefix("addr=")).expect("the client's address");
    c.check(&format!("CLIENT KILL ADDR {address}"), ":1");
    victim.check_closed("CLIENT KILL ADDR");
    c.check(&format!("CLIENT KILL {address}"), "-ERR No such client");
}

fn kill_in_its_old_form_answers_ok(c: &mut Script) {
    let mut victim = c.second_client();
    let id = id_of(&mut victim);
    let Value::Bulk(line) = c.ask(&format!("CLIENT LIST ID {id}")) else { panic!("CLIENT LIST is a string") };
    let line = String::from_utf8(line).expect("a line of text");
    let address =
        line.split(' ').find_map(|field| field.strip_prefix("addr=")).expect("the client's address");
    c.check(&format!("CLIENT KILL {address}"), "+OK");
    victim.check_closed("CLIENT KILL");
    c.check("CLIENT KILL 127.0.0.1:1", "-ERR No such client");
}

fn kill_refuses_what_it_cannot_read(c: &mut Script) {
    c.check("CLIENT KILL ID x", "-ERR client-id should be greater than 0");
    c.check("CLIENT KILL ID 0", "-ERR client-id should be greater than 0");
    c.check("CLIENT KILL ID", "-ERR No such client");
    c.check("CLIENT KILL FOO bar", "-ERR syntax error");
    c.check("CLIENT KILL TYPE nope", "-ERR Unknown client type 'nope'");
    c.check("CLIENT KILL ID 1 SKIPME maybe", "-ERR syntax error");
    c.check("CLIENT KILL USER nobody", "-ERR No such user 'nobody'");
    c.check("CLIENT KILL ID 1 ADDR", "-ERR syntax error");
    c.check("CLIENT KILL", "-ERR wrong number of arguments for 'client|kill' command");
    c.check("CLIENT KILL TYPE pubsub", ":0");
}

fn client_subcommands_count_their_arguments(c: &mut Script) {
    c.check("CLIENT", "-ERR wrong number of arguments for 'client' command");
    c.check("CLIENT ID x", "-ERR wrong number of arguments for 'client|id' command");
    c.check("CLIENT GETNAME x", "-ERR wrong number of arguments for 'client|getname' command");
    c.check("CLIENT SETNAME", "-ERR wrong number of arguments for 'client|setname' command");
    c.check("CLIENT SETNAME a b", "-ERR wrong number of arguments for 'client|setname' command");
    c.check("CLIENT NOPE", "-ERR unknown subcommand 'NOPE'. Try CLIENT HELP.");
    c.check("CLIENT nope with arguments", "-ERR unknown subcommand 'nope'. Try CLIENT HELP.");
}

facts! { server:
    ids_stay_and_grow,
    names_are_set_and_read,
    names_have_no_spaces_or_special_characters,
    libraries_name_themselves,
    the_list_has_a_line_of_fields_per_client,
    the_list_can_be_narrowed,
    the_list_comes_in_the_order_in_which_ids_are_asked_for,
    the_list_names_the_last_command,
    info_is_the_line_of_the_connection,
    kill_ends_clients_by_several_marks_at_once,
    who_kills_himself_answers_first,
    help_begins_with_the_usage,
    kill_ends_a_client_by_its_id,
    kill_spares_the_caller_unless_told_otherwise,
    kill_ends_a_client_by_its_address,
    kill_in_its_old_form_answers_ok,
    kill_refuses_what_it_cannot_read,
    client_subcommands_count_their_arguments,
}
