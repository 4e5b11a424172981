//! What a script is called with and answers, and which scripts are known.

use crate::script::Script;

fn a_script_gets_its_keys_and_arguments(c: &mut Script) {
    c.check(r#"EVAL "return {KEYS[1],KEYS[2],ARGV[1],ARGV[2]}" 2 a b c d"#, r#"["a", "b", "c", "d"]"#);
    c.check(r#"EVAL "return #KEYS + #ARGV" 0"#, ":0");
    c.check(r#"EVAL "return #KEYS" 3 a b c d"#, ":3");
    c.check(r#"EVAL "return #ARGV" 3 a b c d"#, ":1");
    c.check(r#"EVAL "return KEYS[4]" 3 a b c"#, "nil");
    c.check(r#"EVAL "return ARGV[1]" 0 "\x00\xff\r\n""#, r#""\x00\xff\r\n""#);
    c.check(r#"EVAL "return 'hello'" 0"#, r#""hello""#);
    c.check(r#"EVAL "return 100.9" 0"#, ":100");
    c.check(r#"EVAL "return true" 0"#, ":1");
    c.check(r#"EVAL "return false" 0"#, "nil");
    c.check(r#"EVAL "return nil" 0"#, "nil");
    c.check(r#"EVAL "return" 0"#, "nil");
    c.check(r#"EVAL "" 0"#, "nil");
    c.check(r#"EVAL "return {ok='fine'}" 0"#, "+fine");
    c.check(r#"EVAL "return {err='ERR bad'}" 0"#, "-ERR bad");
    c.check(r#"EVAL "return {err='no code'}" 0"#, "-no code");
    c.check(r#"EVAL "return {1,2,3,'ciao',{1,2}}" 0"#, r#"[:1, :2, :3, "ciao", [:1, :2]]"#);
    c.check(r#"EVAL "return {1,nil,3}" 0"#, "[:1]");
    c.check(r#"EVAL "return {}" 0"#, "[]");
    c.check(r#"EVAL "return redis.status_reply('DONE')" 0"#, "+DONE");
    c.check(r#"EVAL "return redis.error_reply('MY error')" 0"#, "-MY error");
    c.check(r#"EVAL "return redis.error_reply('-MY error')" 0"#, "-MY error");
    c.check(r#"EVAL "return redis.sha1hex('')" 0"#, r#""da39a3ee5e6b4b0d3255bfef95601890afd80709""#);
    c.check(r#"EVAL "return -3" 0"#, ":-3");
    c.check(r#"EVAL "return 2^53" 0"#, ":9007199254740992");
}

fn what_is_wrong_with_the_request_is_said(c: &mut Script) {
    c.check("EVAL", "-ERR wrong number of arguments for 'eval' command");
    c.check(r#"EVAL "return 1""#, "-ERR wrong number of arguments for 'eval' command");
    c.check("EVALSHA", "-ERR wrong number of arguments for 'evalsha' command");
    c.check("EVALSHA x", "-ERR wrong number of arguments for 'evalsha' command");
    c.check(r#"EVAL_RO "return 1""#, "-ERR wrong number of arguments for 'eval_ro' command");
    c.check(r#"EVAL "return 1" x"#, "-ERR value is not an integer or out of range");
    c.check(r#"EVAL "return 1" 1.5"#, "-ERR value is not an integer or out of range");
    c.check(r#"EVAL "return 1" 1"#, "-ERR Number of keys can't be greater than number of args");
    c.check(r#"EVAL "return 1" 2 a"#, "-ERR Number of keys can't be greater than number of args");
    c.check(r#"EVAL "return 1" -1"#, "-ERR Number of keys can't be negative");
    c.check("EVALSHA x 0", "-NOSCRIPT No matching script. Please use EVAL.");
    c.check("EVALSHA x x", "-NOSCRIPT No matching script. Please use EVAL.");
    c.check(
        "EVALSHA ffffffffffffffffffffffffffffffffffffffff x",
        "-ERR value is not an integer or out of range",
    );
    c.check(
        "EVALSHA ffffffffffffffffffffffffffffffffffffffff 1",
        "-ERR Number of keys can't be greater than number of args",
    );
    c.check("EVALSHA ffffffffffffffffffffffffffffffffffffffff -1", "-ERR Number of keys can't be negative");
    c.check(
        "EVALSHA ffffffffffffffffffffffffffffffffffffffff 0",
        "-NOSCRIPT No matching script. Please use EVAL.",
    );
    c.check(
        "EVALSHA_RO ffffffffffffffffffffffffffffffffffffffff 0",
        "-NOSCRIPT No matching script. Please use EVAL.",
    );
    c.check(
        "EVALSHA gggggggggggggggggggggggggggggggggggggggg 0",
        "-NOSCRIPT No matching script. Please use EVAL.",
    );
    c.check("EVALSHA_RO x 0", "-NOSCRIPT No matching script. Please use EVAL.");
}

fn a_script_is_known_by_its_name(c: &mut Script) {
    c.check(
        r#"SCRIPT LOAD "return redis.call('get', KEYS[1])""#,
        r#""4e6d8fc8bb01276962cce5371fa795a7763657ae""#,
    );
    c.check("SET k v", "+OK");
    c.check("EVALSHA 4e6d8fc8bb01276962cce5371fa795a7763657ae 1 k", r#""v""#);
    c.check("EVALSHA 4E6D8FC8BB01276962CCE5371FA795A7763657AE 1 k", r#""v""#);
    c.check("EVALSHA_RO 4e6d8fc8bb01276962cce5371fa795a7763657ae 1 k", r#""v""#);
    c.check(
        "SCRIPT EXISTS 4e6d8fc8bb01276962cce5371fa795a7763657ae ffffffffffffffffffffffffffffffffffffffff x",
        "[:1, :0, :0]",
    );
    c.check("SCRIPT EXISTS 4E6D8FC8BB01276962CCE5371FA795A7763657AE", "[:1]");
    c.check(r#"EVAL "return 7" 0"#, ":7");
    c.check("EVALSHA 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9 0", ":7");
    let mut other = c.second_client();
    other.check("EVALSHA 4e6d8fc8bb01276962cce5371fa795a7763657ae 1 k", r#""v""#);
    c.check("SCRIPT FLUSH", "+OK");
    c.check("SCRIPT EXISTS 4e6d8fc8bb01276962cce5371fa795a7763657ae", "[:0]");
    c.check(
        "EVALSHA 4e6d8fc8bb01276962cce5371fa795a7763657ae 1 k",
        "-NOSCRIPT No matching script. Please use EVAL.",
    );
    other.check(
        "EVALSHA 4e6d8fc8bb01276962cce5371fa795a7763657ae 1 k",
        "-NOSCRIPT No matching script. Please use EVAL.",
    );
    other.check(
        r#"SCRIPT LOAD "return redis.call('get', KEYS[1])""#,
        r#""4e6d8fc8bb01276962cce5371fa795a7763657ae""#,
    );
    c.check("EVALSHA 4e6d8fc8bb01276962cce5371fa795a7763657ae 1 k", r#""v""#);
    c.check("SCRIPT FLUSH ASYNC", "+OK");
    c.check("SCRIPT EXISTS 4e6d8fc8bb01276962cce5371fa795a7763657ae", "[:0]");
    c.check("SCRIPT FLUSH sync", "+OK");
    c.check("SCRIPT FLUSH NOW", "-ERR SCRIPT FLUSH only support SYNC|ASYNC option");
    c.check("SCRIPT FLUSH SYNC ASYNC", "-ERR SCRIPT FLUSH only support SYNC|ASYNC option");
}

fn script_and_its_subcommands(c: &mut Script) {
    c.check("SCRIPT", "-ERR wrong number of arguments for 'script' command");
    c.check("SCRIPT NOPE", "-ERR unknown subcommand 'NOPE'. Try SCRIPT HELP.");
    c.check("SCRIPT LOAD", "-ERR wrong number of arguments for 'script|load' command");
    c.check("SCRIPT LOAD a b", "-ERR wrong number of arguments for 'script|load' command");
    c.check(
        r#"SCRIPT LOAD "return (""#,
        "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
    );
    c.check(r#"SCRIPT LOAD """#, r#""da39a3ee5e6b4b0d3255bfef95601890afd80709""#);
    c.check("SCRIPT EXISTS", "-ERR wrong number of arguments for 'script|exists' command");
    c.check("SCRIPT KILL", "-NOTBUSY No scripts in execution right now.");
    c.check("SCRIPT KILL x", "-ERR wrong number of arguments for 'script|kill' command");
    c.check("SCRIPT DEBUG", "-ERR wrong number of arguments for 'script|debug' command");
    c.check("SCRIPT DEBUG NO", "+OK");
    c.check("SCRIPT DEBUG MAYBE", "-ERR Use SCRIPT DEBUG YES/SYNC/NO");
    c.check("SCRIPT HELP", "[+SCRIPT <subcommand> .., ..]");
    c.check("SCRIPT HELP x", "-ERR wrong number of arguments for 'script|help' command");
}

fn what_does_not_compile_is_no_script(c: &mut Script) {
    c.check(
        r#"EVAL "return (" 0"#,
        "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
    );
    c.check(
        r#"EVAL "this is not lua" 0"#,
        "-ERR Error compiling script (new function): user_script:1: '=' expected near 'is'",
    );
    c.check(
        r#"EVAL "x = " 0"#,
        "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
    );
    c.check(
        r#"EVAL_RO "return (" 0"#,
        "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
    );
    c.check(r#"EVAL "return 1 + nil" 0"#, "-ERR user_script:1: attempt to perform arithmetic on a nil value script: e8f647a6e338d050a115f7d097171925636246d4, on @user_script:1.");
    c.check(
        r#"EVAL "error('my error')" 0"#,
        "-ERR user_script:1: my error script: 3dd894268894a9582a0901f067c2244208692879, on @user_script:1.",
    );
    c.check(
        r#"EVAL "error({err='MYCODE text'})" 0"#,
        "-MYCODE text script: b9c1d18a942429cfc7d8b038a547416ff0c5194c, on @user_script:1.",
    );
    c.check(r#"EVAL "nosuch()" 0"#, "-ERR user_script:1: Script attempted to access nonexistent global variable 'nosuch' script: f0e53902ea16b0346a791965aee0981c2052a4db, on @user_script:1.");
    c.check(r#"EVAL "return nosuch" 0"#, "-ERR user_script:1: Script attempted to access nonexistent global variable 'nosuch' script: 100e7d6e08587ed416717dc6d703eca312809a20, on @user_script:1.");
    c.check(r#"EVAL "x = 5" 0"#, "-ERR user_script:1: Attempt to modify a readonly table script: 818a330663e3c3e78469660421595218e5ab5c48, on @user_script:1.");
}

facts! { data:
    a_script_gets_its_keys_and_arguments,
    what_is_wrong_with_the_request_is_said,
    a_script_is_known_by_its_name,
    script_and_its_subcommands,
    what_does_not_compile_is_no_script,
}
