//! Scripts that take too long.

use crate::script::Script;

fn a_script_that_takes_too_long_is_ended(c: &mut Script) {
    let mut other = c.second_client();
    c.check("CONFIG SET lua-time-limit 10", "+OK");
    other.send("EVAL \"while true do end\" 0");
    c.check_eventually(
        "PING",
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    );
    c.check("GET k", "-BUSY ..");
    c.check("SET", "-ERR wrong number of arguments for 'set' command");
    c.check("NOSUCH", "-ERR unknown command ..");
    c.check("MULTI", "+OK");
    c.check("GET k", "-BUSY ..");
    c.check("EXEC", "-EXECABORT ..");
    c.check("SHUTDOWN", "-BUSY ..");
    other.send("PING");
    c.check("SCRIPT KILL", "+OK");
    other.check_next("-ERR Script killed by user with SCRIPT KILL... script: 694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7, on @user_script:1.");
    other.check_next("+PONG");
    c.check_eventually("PING", "+PONG");
    c.check("SCRIPT KILL", "-NOTBUSY No scripts in execution right now.");
    c.check("CONFIG SET busy-reply-threshold 5000", "+OK");
    c.check("CONFIG GET lua-time-limit", r#"["lua-time-limit", "5000"]"#);
}

fn a_script_that_asks_for_all_keys_all_the_time_is_ended(c: &mut Script) {
    let mut other = c.second_client();
    c.check("CONFIG SET lua-time-limit 10", "+OK");
    other.send("EVAL \"while true do redis.call('dbsize') end\" 0");
    c.check_eventually("PING", "-BUSY ..");
    c.check("SCRIPT KILL", "+OK");
    other.check_next("-ERR Script killed by user with SCRIPT KILL... ..");
    other.send("EVAL \"while true do redis.call('exists', 'a', 'b', 'c', 'd', math.random()) end\" 0");
    c.check_eventually("PING", "-BUSY ..");
    c.check("SCRIPT KILL", "+OK");
    other.check_next("-ERR Script killed by user with SCRIPT KILL... ..");
    c.check_eventually("PING", "+PONG");
    other.send("EVAL \"return redis.call('dbsize')\" 0");
    other.check_next(":0");
    c.check("CONFIG SET lua-time-limit 5000", "+OK");
}

fn a_script_that_has_written_is_not_ended(c: &mut Script) {
    let mut other = c.second_client();
    c.check("CONFIG SET lua-time-limit 10", "+OK");
    other.send("EVAL \"redis.call('set', KEYS[1], 'x') local n = 0 while n < 20000000 do n = n + 1 end return n\" 1 k");
    c.check_eventually("PING", "-BUSY ..");
    c.check("SCRIPT KILL", "-UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.");
    other.check_next(":20000000");
    c.check_eventually("PING", "+PONG");
    c.check("GET k", r#""x""#);
    c.check("CONFIG SET lua-time-limit 5000", "+OK");
}

fn writing_scripts_wait_for_the_end_of_a_pause(c: &mut Script) {
    c.check("SET k v", "+OK");
    let mut other = c.second_client();
    c.check("CLIENT PAUSE 60000 WRITE", "+OK");
    c.check(r#"EVAL_RO "return redis.call('get', KEYS[1])" 1 k"#, r#""v""#);
    c.check(r##"EVAL "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])" 1 k"##, r#""v""#);
    other.send("EVAL \"return redis.call('get', KEYS[1])\" 1 k");
    c.check_eventually("INFO clients", r#".."blocked_clients:1\r\n".."#);
    c.check("CLIENT UNPAUSE", "+OK");
    other.check_next(r#""v""#);
}

facts! { data:
    a_script_that_takes_too_long_is_ended,
    a_script_that_asks_for_all_keys_all_the_time_is_ended,
    a_script_that_has_written_is_not_ended,
    writing_scripts_wait_for_the_end_of_a_pause,
}
