//! Scripts that must not write, and what the first line of a script says of it.

use crate::script::Script;

fn scripts_that_only_read(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.check(r#"EVAL_RO "return redis.call('get', KEYS[1])" 1 k"#, r#""v""#);
    c.check(r#"EVAL_RO "return redis.call('set', KEYS[1], 'x')" 1 k"#, "-ERR Write commands are not allowed from read-only scripts. script: ee5bed0f6963e93a14eebfb64f07c299c1b4313f, on @user_script:1.");
    c.check(
        r#"EVAL_RO "return redis.pcall('set', KEYS[1], 'x').err" 1 k"#,
        r#""ERR Write commands are not allowed from read-only scripts.""#,
    );
    c.check(
        r#"EVAL_RO "return redis.pcall('publish', 'c', 'm')" 0"#,
        "-ERR Write commands are not allowed from read-only scripts.",
    );
    c.check(r#"EVAL_RO "return redis.call('dbsize')" 0"#, ":1");
    c.check(r#"EVAL_RO "return redis.call('flushall')" 0"#, "-ERR Write commands are not allowed from read-only scripts. script: d530a22111e074618d24a380340dd3d8bc48af4a, on @user_script:1.");
    c.check(r#"EVAL_RO "redis.pcall('del', KEYS[1]) return redis.call('get', KEYS[1])" 1 k"#, r#""v""#);
    c.check(
        r#"SCRIPT LOAD "return redis.pcall('incr', KEYS[1]).err""#,
        r#""e6e20f2e98ddcd9ad04c9273288a200e6ea5f5f5""#,
    );
    c.check(
        "EVALSHA_RO e6e20f2e98ddcd9ad04c9273288a200e6ea5f5f5 1 k",
        r#""ERR Write commands are not allowed from read-only scripts.""#,
    );
    c.check("GET k", r#""v""#);
}

fn shebangs(c: &mut Script) {
    c.check(r##"EVAL "#!lua\nreturn 1" 0"##, ":1");
    c.check(r##"EVAL "#!lua flags=\nreturn 1" 0"##, ":1");
    c.check(r##"EVAL "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])" 1 k"##, "nil");
    c.check(r##"EVAL "#!lua flags=no-writes\nreturn redis.call('set', KEYS[1], 'x')" 1 k"##, "-ERR Write commands are not allowed from read-only scripts. script: 5542bd57a4a0c7e258558319b363acf2ab028631, on @user_script:2.");
    c.check(r##"EVAL "#!lua flags=no-writes,allow-oom,allow-stale,no-cluster\nreturn redis.pcall('set', KEYS[1], 'x').err" 1 k"##, r#""ERR Write commands are not allowed from read-only scripts.""#);
    c.check(
        r##"EVAL "#!lua flags=allow-cross-slot-keys\nreturn redis.call('set', KEYS[1], 'x')" 1 k"##,
        "+OK",
    );
    c.check(r##"EVAL "#!lua flags=nosuch\nreturn 1" 0"##, "-ERR Unexpected flag in script shebang: nosuch");
    c.check(r##"EVAL "#!lua name=x\nreturn 1" 0"##, "-ERR Unknown lua shebang option: name=x");
    c.check(r##"EVAL "#!lua nosuch\nreturn 1" 0"##, "-ERR Unknown lua shebang option: nosuch");
    c.check(r##"EVAL "#!python\nreturn 1" 0"##, "-ERR Unexpected engine in script shebang: #!python");
    c.check(r##"EVAL "#!lua" 0"##, "-ERR Invalid script shebang");
    c.check(r##"EVAL "#! lua\nreturn 1" 0"##, "-ERR Unexpected engine in script shebang: #!");
    c.check(
        r##"EVAL_RO "#!lua\nreturn 1" 0"##,
        "-ERR Can not execute a script with write flag using *_ro command.",
    );
    c.check(r##"EVAL_RO "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])" 1 k"##, r#""x""#);
    c.check(r##"EVAL_RO "#!lua flags=no-writes\nreturn redis.call('incr', KEYS[1])" 1 k"##, "-ERR Write commands are not allowed from read-only scripts. script: 488952d80b8b3db1a5cd3a846af8367ef607d66e, on @user_script:2.");
    c.check(
        r##"SCRIPT LOAD "#!lua flags=nosuch\nreturn 1""##,
        "-ERR Unexpected flag in script shebang: nosuch",
    );
    c.check(
        r##"SCRIPT LOAD "#!lua flags=no-writes\nreturn 5""##,
        r#""bacb0fa9e0511ae36561f3fbe6a4b9d07a79e1a4""#,
    );
}

fn memory_that_is_used_up(c: &mut Script) {
    c.check("CONFIG SET maxmemory 1", "+OK");
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 'v')" 1 k"#, "-OOM command not allowed when used memory > 'maxmemory'. script: b0e7bbc2efc136be74cdebcb73a106ad46ea881b, on @user_script:1.");
    c.check(
        r#"EVAL "return redis.pcall('set', KEYS[1], 'v').err" 1 k"#,
        r#""OOM command not allowed when used memory > 'maxmemory'.""#,
    );
    c.check(r#"EVAL "return redis.call('get', KEYS[1])" 1 k"#, "nil");
    c.check(r#"EVAL "redis.call('del', KEYS[1]) return redis.call('set', KEYS[1], 'v')" 1 k"#, "+OK");
    c.check(r##"EVAL "#!lua\nreturn 1" 0"##, "-OOM command not allowed when used memory > 'maxmemory'.");
    c.check(r##"EVAL "#!lua flags=allow-oom\nreturn redis.call('set', KEYS[1], 'v')" 1 k"##, "+OK");
    c.check(r##"EVAL "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])" 1 k"##, r#""v""#);
    c.check(r#"EVAL_RO "return redis.call('get', KEYS[1])" 1 k"#, r#""v""#);
    c.check("MULTI", "+OK");
    c.check(
        r#"EVAL "return redis.call('set', KEYS[1], 'w')" 1 k"#,
        "-OOM command not allowed when used memory > 'maxmemory'.",
    );
    c.check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    c.check("CONFIG SET maxmemory 0", "+OK");
    c.check(r#"EVAL "return redis.call('set', KEYS[1], 'v')" 1 k"#, "+OK");
}

facts! { data:
    scripts_that_only_read,
    shebangs,
    memory_that_is_used_up,
}
