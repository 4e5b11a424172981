//! PING, ECHO, SELECT, QUIT, RESET, TIME, DEBUG SLEEP.

use crate::script::Script;

fn ping_answers_pong_or_its_argument(c: &mut Script) {
    c.check("PING", "+PONG");
    c.check("ping", "+PONG");
    c.check("PING hello", r#""hello""#);
    c.check(r#"PING "\x00\r\n""#, r#""\x00\r\n""#);
    c.check("PING ''", r#""""#);
    c.check("PING a b", "-ERR wrong number of arguments for 'ping' command");
    c.resp3();
    c.check("PING", "+PONG");
    c.check("PING hello", r#""hello""#);
}

fn echo_returns_its_argument(c: &mut Script) {
    c.check("ECHO hello", r#""hello""#);
    c.check("ECHO ''", r#""""#);
    c.check(r#"ECHO "\x00\xff\r\n""#, r#""\x00\xff\r\n""#);
    c.check("ECHO", "-ERR wrong number of arguments for 'echo' command");
    c.check("ECHO a b", "-ERR wrong number of arguments for 'echo' command");
}

fn select_switches_between_sixteen_databases(c: &mut Script) {
    c.check("SET k zero", "+OK");
    c.check("SELECT 1", "+OK");
    c.check("GET k", "nil");
    c.check("SET k one", "+OK");
    c.check("SELECT 15", "+OK");
    c.check("DBSIZE", ":0");
    c.check("SELECT 0", "+OK");
    c.check("GET k", r#""zero""#);
    c.check("SELECT 1", "+OK");
    c.check("GET k", r#""one""#);
}

fn select_refuses_what_is_no_database(c: &mut Script) {
    c.check("SELECT 16", "-ERR DB index is out of range");
    c.check("SELECT -1", "-ERR DB index is out of range");
    c.check("SELECT x", "-ERR value is not an integer or out of range");
    c.check("SELECT 1.5", "-ERR value is not an integer or out of range");
    c.check("SELECT ''", "-ERR value is not an integer or out of range");
    c.check(
        "SELECT 99999999999",
        "-ERR value is out of range, value must between -2147483648 and 2147483647",
    );
    c.check("SELECT", "-ERR wrong number of arguments for 'select' command");
    c.check("SELECT 0 1", "-ERR wrong number of arguments for 'select' command");
}

fn a_database_belongs_to_one_connection(c: &mut Script) {
    let mut other = c.second_client();
    other.check("SELECT 3", "+OK");
    other.check("SET k three", "+OK");
    c.check("GET k", "nil");
    c.check("DBSIZE", ":0");
    other.check("DBSIZE", ":1");
    other.check_scan("SCAN CURSOR", r#"["k"]"#);
    other.check("RANDOMKEY", r#""k""#);
}

fn flushdb_leaves_the_other_databases(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check("SELECT 5", "+OK");
    c.check("MSET a 1 b 2", "+OK");
    c.check("FLUSHDB", "+OK");
    c.check("DBSIZE", ":0");
    c.check("SELECT 0", "+OK");
    c.check("DBSIZE", ":1");
    c.check("SELECT 5", "+OK");
    c.check("SET a 1", "+OK");
    c.check("FLUSHALL", "+OK");
    c.check("SELECT 0", "+OK");
    c.check("DBSIZE", ":0");
}

fn quit_says_ok_and_hangs_up(c: &mut Script) {
    let mut other = c.second_client();
    other.check("QUIT", "+OK");
    other.check_closed("QUIT");
    c.raw_then_closed(b"PING\r\nQUIT\r\nPING\r\n", b"+PONG\r\n+OK\r\n");
}

fn quit_takes_any_arguments(c: &mut Script) {
    c.check("quit now please", "+OK");
    c.check_closed("quit now please");
}

fn reset_makes_a_new_connection_of_an_old_one(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.resp3();
    c.check("SELECT 2", "+OK");
    c.check("CLIENT SETNAME me", "+OK");
    c.check("RESET", "+RESET");
    c.check("CLIENT GETNAME", "nil");
    c.check("GET k", r#""v""#);
    c.check("GET missing", "nil");
    c.check("HGETALL missing", "[]");
    c.check("RESET x", "-ERR wrong number of arguments for 'reset' command");
}

fn time_is_seconds_and_microseconds(c: &mut Script) {
    c.check("TIME", r#"["1"..  | "2".., ..""..]"#);
    c.check("TIME x", "-ERR wrong number of arguments for 'time' command");
}

fn debug_sleep_answers_when_it_is_over(c: &mut Script) {
    c.check("DEBUG SLEEP 0", "+OK");
    c.check("DEBUG SLEEP 0.01", "+OK");
    c.check("debug sleep 0", "+OK");
}

fn replies_come_in_the_order_of_the_commands(c: &mut Script) {
    c.raw(
        b"SET a 1\r\nSET b 2\r\nSET c 3\r\nGET c\r\nGET b\r\nNOPE\r\nGET a\r\nMGET a b c\r\nPING\r\n",
        b"+OK\r\n+OK\r\n+OK\r\n$1\r\n3\r\n$1\r\n2\r\n\
          -ERR unknown command 'NOPE', with args beginning with: \r\n\
          $1\r\n1\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n+PONG\r\n",
    );
}

fn commands_need_not_wait_for_replies(c: &mut Script) {
    c.send("SET k v");
    c.send("GET k");
    c.send("GET");
    c.check_next("+OK");
    c.check_next(r#""v""#);
    c.check_next("-ERR wrong number of arguments for 'get' command");
}

fn long_pipelines_lose_nothing(c: &mut Script) {
    let (mut commands, mut replies) = (Vec::new(), Vec::new());
    for number in 0..5000 {
        commands.extend(format!("INCRBY counter:{} {number}\r\nECHO {number}\r\n", number % 7).bytes());
        let sum: u32 = (0..=number).filter(|n| n % 7 == number % 7).sum();
        let text = number.to_string();
        replies.extend(format!(":{sum}\r\n${}\r\n{text}\r\n", text.len()).bytes());
    }
    c.raw(&commands, &replies);
}

facts! { server:
    ping_answers_pong_or_its_argument,
    echo_returns_its_argument,
    select_switches_between_sixteen_databases,
    select_refuses_what_is_no_database,
    a_database_belongs_to_one_connection,
    flushdb_leaves_the_other_databases,
    quit_says_ok_and_hangs_up,
    quit_takes_any_arguments,
    reset_makes_a_new_connection_of_an_old_one,
    time_is_seconds_and_microseconds,
    debug_sleep_answers_when_it_is_over,
    replies_come_in_the_order_of_the_commands,
    commands_need_not_wait_for_replies,
    long_pipelines_lose_nothing,
}
