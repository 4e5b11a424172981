//! What scripts see of Lua, and what they may not do with it.

use super::*;

#[test]
fn answers_are_those_of_redis() {
    check(&[
        ("return redis.sha1hex()", "-ERR wrong number of arguments script: <sha>, on @user_script:1.|"),
        ("return redis.sha1hex(1)", "$40|356a192b7913b04c54574d18c28d46e6395428ab|"),
        ("return redis.sha1hex({})", "$40|da39a3ee5e6b4b0d3255bfef95601890afd80709|"),
        ("return redis.sha1hex(nil)", "$40|da39a3ee5e6b4b0d3255bfef95601890afd80709|"),
        (
            "return redis.log()",
            "-ERR redis.log() requires two arguments or more. script: <sha>, on @user_script:1.|",
        ),
        (
            "return redis.log(1)",
            "-ERR redis.log() requires two arguments or more. script: <sha>, on @user_script:1.|",
        ),
        (
            "return redis.log('x','a')",
            "-ERR First argument must be a number (log level). script: <sha>, on @user_script:1.|",
        ),
        ("return redis.log(9,'a')", "-ERR Invalid debug level. script: <sha>, on @user_script:1.|"),
        ("return redis.log(-1,'a')", "-ERR Invalid debug level. script: <sha>, on @user_script:1.|"),
        ("return redis.log('2','a')", "$-1|"),
        ("return redis.log(2.7,'a',1,{},nil,true,'b')", "$-1|"),
        ("return redis.log(2,{})", "$-1|"),
        (
            "return redis.set_repl()",
            "-ERR redis.set_repl() requires two arguments. script: <sha>, on @user_script:1.|",
        ),
        (
            "return redis.set_repl(4)",
            "-ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE. script: <sha>, on @user_script:1.|",
        ),
        (
            "return redis.set_repl(-1)",
            "-ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE. script: <sha>, on @user_script:1.|",
        ),
        ("return redis.set_repl(3)", "$-1|"),
        ("return redis.set_repl('x')", "$-1|"),
        (
            "return redis.set_repl(1,2)",
            "-ERR redis.set_repl() requires two arguments. script: <sha>, on @user_script:1.|",
        ),
        ("return redis.replicate_commands()", ":1|"),
        ("return redis.replicate_commands(1)", ":1|"),
        ("return redis.breakpoint()", "$-1|"),
        ("return tostring(redis.breakpoint())", "$5|false|"),
        ("return redis.debug()", "$-1|"),
        ("return redis.debug(1,2)", "$-1|"),
        ("x=1", "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|"),
        (
            "return x",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'x' script: <sha>, on @user_script:1.|",
        ),
        ("rawset(_G,'x',1)", "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|"),
        ("setmetatable(_G,{})", "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|"),
        (
            "redis.call=1",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "rawset(redis,'call',1)",
            "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "table.insert(redis,1)",
            "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        ("table.insert(_G,1)", "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|"),
        ("return rawget(_G,'xx')", "$-1|"),
        (
            "getmetatable(_G).__index=1",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "getmetatable('').__index=1",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "getmetatable('').__index.foo=1",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "setmetatable(redis,nil)",
            "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "string.format=nil",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "return loadstring(string.dump(function() return 1 end))()",
            "-ERR user_script:1: attempt to call a nil value script: <sha>, on @user_script:1.|",
        ),
        (
            "local a,b= loadstring(string.dump(function() return 1 end)) return b",
            "$53|[string \"\u{1b}LuaQ\"]:1: unexpected symbol near 'char(27)'|",
        ),
        (
            "local a,b= loadstring('\\27Luaxxx') return b",
            "$55|[string \"\u{1b}Luaxxx\"]:1: unexpected symbol near 'char(27)'|",
        ),
        (
            "local a,b= loadstring('\\27Luaxxx','') return b",
            "$48|[string \"\"]:1: unexpected symbol near 'char(27)'|",
        ),
        ("local a,b= loadstring('\\27Luaxxx','@a') return b", "$38|a:1: unexpected symbol near 'char(27)'|"),
        (
            "local a,b= load(function() return '\\27Lua' end) return b",
            "$43|(load):1: unexpected symbol near 'char(27)'|",
        ),
        (
            "local a,b= loadstring('return x x') return b",
            "$50|[string \"return x x\"]:1: '<eof>' expected near 'x'|",
        ),
        ("local a,b= loadstring('return x x','@foo') return b", "$32|foo:1: '<eof>' expected near 'x'|"),
        ("local a,b= loadstring('return x x','=foo') return b", "$32|foo:1: '<eof>' expected near 'x'|"),
        ("return loadstring('return 5')()", ":5|"),
        (
            "loadstring('x=1')()",
            "-ERR [string \"x=1\"]:1: Attempt to modify a readonly table script: <sha>, on x=1:1.|",
        ),
        (
            "local function f() return f() + 1 end return f()",
            "-ERR user_script:1: stack overflow script: <sha>, on @user_script:1.|",
        ),
        (
            "local t = setmetatable({},{__index=function(t,k) return t[k] end}) return t.x",
            "-ERR user_script:1: C stack overflow script: <sha>, on @user_script:1.|",
        ),
        ("return function() end", "$-1|"),
        ("x x", "-ERR Error compiling script (new function): user_script:1: '=' expected near 'x'|"),
        (
            "return 'a",
            "-ERR Error compiling script (new function): user_script:1: unfinished string near '<eof>'|",
        ),
        ("return _G", "*0|"),
        (
            "return redis.call(1)",
            "-ERR Unknown Redis command called from script script: <sha>, on @user_script:1.|",
        ),
        ("return redis.call('ping')", "+PONG|"),
        (
            "return table.concat({1,2,{}})",
            "-ERR user_script:1: invalid value (table) at index 3 in table for 'concat' script: <sha>, on @user_script:1.|",
        ),
        (
            "return tostring(nil..'x')",
            "-ERR user_script:1: attempt to concatenate a nil value script: <sha>, on @user_script:1.|",
        ),
        (
            "local a = nil return a.b",
            "-ERR user_script:1: attempt to index local 'a' (a nil value) script: <sha>, on @user_script:1.|",
        ),
        (
            "local a = nil a()",
            "-ERR user_script:1: attempt to call local 'a' (a nil value) script: <sha>, on @user_script:1.|",
        ),
        (
            "string.rep()",
            "-ERR user_script:1: bad argument #1 to 'rep' (string expected, got no value) script: <sha>, on @user_script:1.|",
        ),
        (
            "string.rep('x')",
            "-ERR user_script:1: bad argument #2 to 'rep' (number expected, got no value) script: <sha>, on @user_script:1.|",
        ),
        (
            "('x'):rep({})",
            "-ERR user_script:1: bad argument #1 to 'rep' (number expected, got table) script: <sha>, on @user_script:1.|",
        ),
        (
            "local t={} t.x.y=1",
            "-ERR user_script:1: attempt to index field 'x' (a nil value) script: <sha>, on @user_script:1.|",
        ),
        (
            "table.sort({3,2,1},function(a,b) return redis.call('nosuch') end)",
            "-ERR Unknown Redis command called from script script: <sha>, on @user_script:1.|",
        ),
        ("return string.gsub('abc','b',function(x) return redis.call('ping').ok end)", "$6|aPONGc|"),
        ("return redis.call('ping').err", "$-1|"),
        ("return __redis__err__handler('x')", "-ERR x|"),
        ("return __redis__err__handler('x').err", "$5|ERR x|"),
        ("return _VERSION", "$7|Lua 5.1|"),
        ("return collectgarbage('count') > 1", ":1|"),
        ("return type(getmetatable(redis))", "$3|nil|"),
        (
            "getmetatable(_G).foo = 1",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        ("return type(getmetatable(_G).__index)", "$8|function|"),
        (
            "return getmetatable(_G).__index(_G,'abc')",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'abc' script: <sha>, on @user_script:1.|",
        ),
        (
            "return getmetatable(_G).__index({},'abc')",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'abc' script: <sha>, on @user_script:1.|",
        ),
        (
            "return getmetatable(_G).__index()",
            "-ERR user_script:1: Wrong number of arguments to luaProtectedTableError script: <sha>, on @user_script:1.|",
        ),
        ("local s = 0 for k,v in pairs(redis) do s = s + 1 end return s", ":23|"),
        ("local s = 0 for k,v in next,_G do s = s + 1 end return s", ":35|"),
        ("return rawget(redis,'call') == redis.call", ":1|"),
        ("return #redis", ":0|"),
        ("return next(redis) ~= nil", ":1|"),
        ("table.foreach(redis, function(k) end)", "$-1|"),
        ("table.remove(redis)", "$-1|"),
        ("table.sort(redis)", "$-1|"),
        ("return unpack(redis)", "$-1|"),
        ("return rawequal(_G,_G._G)", ":1|"),
        ("rawset({}, nil, 1)", "-ERR table index is nil script: <sha>, on @user_script:1.|"),
        ("rawset({}, 0/0, 1)", "-ERR table index is NaN script: <sha>, on @user_script:1.|"),
        (
            "rawset({}, 1)",
            "-ERR user_script:1: bad argument #3 to 'rawset' (value expected) script: <sha>, on @user_script:1.|",
        ),
        (
            "rawset(1,1,1)",
            "-ERR user_script:1: bad argument #1 to 'rawset' (table expected, got number) script: <sha>, on @user_script:1.|",
        ),
        (
            "rawset(redis)",
            "-ERR user_script:1: bad argument #2 to 'rawset' (value expected) script: <sha>, on @user_script:1.|",
        ),
        (
            "setmetatable(redis)",
            "-ERR user_script:1: bad argument #2 to 'setmetatable' (nil or table expected) script: <sha>, on @user_script:1.|",
        ),
        (
            "setmetatable(redis,1)",
            "-ERR user_script:1: bad argument #2 to 'setmetatable' (nil or table expected) script: <sha>, on @user_script:1.|",
        ),
        (
            "setmetatable(setmetatable({},{__metatable=1}),{})",
            "-ERR user_script:1: cannot change a protected metatable script: <sha>, on @user_script:1.|",
        ),
        (
            "setmetatable(1,{})",
            "-ERR user_script:1: bad argument #1 to 'setmetatable' (table expected, got number) script: <sha>, on @user_script:1.|",
        ),
        (
            "return setmetatable({},{__metatable=1}) ~= nil and getmetatable(setmetatable({},{__metatable=7}))",
            ":7|",
        ),
        (
            "getmetatable()",
            "-ERR user_script:1: bad argument #1 to 'getmetatable' (value expected) script: <sha>, on @user_script:1.|",
        ),
        (
            "rawget(redis)",
            "-ERR user_script:1: bad argument #2 to 'rawget' (value expected) script: <sha>, on @user_script:1.|",
        ),
        (
            "rawget(1,1)",
            "-ERR user_script:1: bad argument #1 to 'rawget' (table expected, got number) script: <sha>, on @user_script:1.|",
        ),
        (
            "next()",
            "-ERR user_script:1: bad argument #1 to 'next' (table expected, got no value) script: <sha>, on @user_script:1.|",
        ),
        ("next({},1)", "-ERR invalid key to 'next' script: <sha>, on @user_script:1.|"),
        (
            "pairs()",
            "-ERR user_script:1: bad argument #1 to 'pairs' (table expected, got no value) script: <sha>, on @user_script:1.|",
        ),
        ("return type(pairs(redis))", "$8|function|"),
        ("return select('#',pairs(redis))", ":3|"),
        ("local a,b,c=pairs(redis) return {type(a),type(b),type(c)}", "*3|$8|function|$5|table|$3|nil|"),
        (
            "table.insert({},1,2,3)",
            "-ERR user_script:1: wrong number of arguments to 'insert' script: <sha>, on @user_script:1.|",
        ),
        (
            "table.insert({})",
            "-ERR user_script:1: wrong number of arguments to 'insert' script: <sha>, on @user_script:1.|",
        ),
        (
            "table.insert(1,1)",
            "-ERR user_script:1: bad argument #1 to 'insert' (table expected, got number) script: <sha>, on @user_script:1.|",
        ),
        (
            "table.insert({},'x',1)",
            "-ERR user_script:1: bad argument #2 to 'insert' (number expected, got string) script: <sha>, on @user_script:1.|",
        ),
        ("local t={} table.insert(t,5,1) return t[5]", ":1|"),
        ("local t={1,2,3} table.insert(t,2,9) return t", "*4|:1|:9|:2|:3|"),
        (
            "table.insert(redis)",
            "-ERR user_script:1: wrong number of arguments to 'insert' script: <sha>, on @user_script:1.|",
        ),
        (
            "table.insert(redis,1,2)",
            "-ERR Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "redis[1]=2",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "redis.foo=2",
            "-ERR user_script:1: Attempt to modify a readonly table script: <sha>, on @user_script:1.|",
        ),
        (
            "redis.foo()",
            "-ERR user_script:1: attempt to call field 'foo' (a nil value) script: <sha>, on @user_script:1.|",
        ),
        ("return redis.foo", "$-1|"),
        (
            "return tostring(_G.foo)",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'foo' script: <sha>, on @user_script:1.|",
        ),
        (
            "string.foo()",
            "-ERR user_script:1: attempt to call field 'foo' (a nil value) script: <sha>, on @user_script:1.|",
        ),
        ("return type(string.gfind)", "$8|function|"),
        ("return loadstring('x x')", "$-1|"),
        (
            "return loadstring(nil)",
            "-ERR user_script:1: bad argument #1 to 'loadstring' (string expected, got nil) script: <sha>, on @user_script:1.|",
        ),
        ("return loadstring(1)", "$-1|"),
        (
            "return load('return 1')",
            "-ERR user_script:1: bad argument #1 to 'load' (function expected, got string) script: <sha>, on @user_script:1.|",
        ),
        ("return load(function() return nil end)()", "$-1|"),
        ("local i=0 return load(function() i=i+1 if i==1 then return 'return 7' end end)()", ":7|"),
        (
            "local a,b=load(function() return {} end) return b",
            "-ERR user_script:1: reader function must return a string|",
        ),
        (
            "local i=0 return load(function() i=i+1 if i==1 then return 'return ' elseif i==2 then return redis.call('echo','5') end end)()",
            ":5|",
        ),
        (
            "return string.format('%d','x')",
            "-ERR user_script:1: bad argument #2 to 'format' (number expected, got string) script: <sha>, on @user_script:1.|",
        ),
        (
            "return string.format('%y',1)",
            "-ERR user_script:1: invalid option '%y' to 'format' script: <sha>, on @user_script:1.|",
        ),
        (
            "return string.format('%100f',1)",
            "-ERR user_script:1: invalid format (width or precision too long) script: <sha>, on @user_script:1.|",
        ),
        (
            "return string.format('%s')",
            "-ERR user_script:1: bad argument #2 to 'format' (no value) script: <sha>, on @user_script:1.|",
        ),
        ("return string.format('%5.2s|','abc')", "$6|   ab||"),
        ("return string.format('%q','a\\n\\0b')", "$10|\"a\\\n\\000b\"|"),
        (
            "return string.format('%c%i%u%o%x%X%e%E%f%g%G%%',65,1,2,8,255,255,1.5,1.5,1.5,1.5,1e20)",
            "$50|A1210ffFF1.500000e+001.500000E+001.5000001.51E+20%|",
        ),
        ("return string.format('%d',2^53)", "$16|9007199254740992|"),
        ("return string.format('%d',1e300)", "$20|-9223372036854775808|"),
        ("return string.format('%x',-1)", "$16|ffffffffffffffff|"),
        ("return #string.format('%s',string.rep('x',1000))", ":1000|"),
        ("return ('x'):rep(-1)", "$0||"),
        ("return #('x'):rep(2^20)", ":1048576|"),
        (
            "return string.find(('a'):rep(10),('%'))",
            "-ERR user_script:1: malformed pattern (ends with '%') script: <sha>, on @user_script:1.|",
        ),
        (
            "return string.find(('a'):rep(10),('['))",
            "-ERR user_script:1: malformed pattern (missing ']') script: <sha>, on @user_script:1.|",
        ),
        (
            "return tostring(1e15)..' '..tostring(1e16)..' '..tostring(0.1)..' '..tostring(-0.0)..' '..tostring(1/0)..' '..tostring(0/0)..' '..tostring(2^53)",
            "$47|1e+15 1e+16 0.1 -0 -inf -nan 9.007199254741e+15|",
        ),
        ("return tonumber('0x10')", ":16|"),
        ("return tonumber('10',2)", ":2|"),
        ("return tonumber('1e1')", ":10|"),
        ("return tonumber('  12  ')", ":12|"),
        ("return tonumber('z',36)", ":35|"),
        (
            "return os.time()",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'os' script: <sha>, on @user_script:1.|",
        ),
        (
            "return os.clock()",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'os' script: <sha>, on @user_script:1.|",
        ),
        (
            "return os",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'os' script: <sha>, on @user_script:1.|",
        ),
        (
            "return io",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'io' script: <sha>, on @user_script:1.|",
        ),
        (
            "return debug",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'debug' script: <sha>, on @user_script:1.|",
        ),
        (
            "return require",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'require' script: <sha>, on @user_script:1.|",
        ),
        (
            "return module",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'module' script: <sha>, on @user_script:1.|",
        ),
        (
            "return newproxy",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'newproxy' script: <sha>, on @user_script:1.|",
        ),
        (
            "return setfenv",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'setfenv' script: <sha>, on @user_script:1.|",
        ),
        (
            "return getfenv",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'getfenv' script: <sha>, on @user_script:1.|",
        ),
        (
            "return print",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'print' script: <sha>, on @user_script:1.|",
        ),
        (
            "return package",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'package' script: <sha>, on @user_script:1.|",
        ),
        (
            "return dofile",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'dofile' script: <sha>, on @user_script:1.|",
        ),
        ("return table.setn", "$-1|"),
        (
            "return table.setn({},1)",
            "-ERR user_script:1: 'setn' is obsolete script: <sha>, on @user_script:1.|",
        ),
        ("return table.getn({1,2})", ":2|"),
        (
            "return collectgarbage('foo')",
            "-ERR user_script:1: bad argument #1 to 'collectgarbage' (invalid option 'foo') script: <sha>, on @user_script:1.|",
        ),
        ("return collectgarbage('stop')", ":0|"),
        ("return collectgarbage('restart')", ":0|"),
        ("return collectgarbage('setpause',100)", ":200|"),
        ("goto foo", "-ERR Error compiling script (new function): user_script:1: '=' expected near 'foo'|"),
        ("return '\\x41'", "$3|x41|"),
        ("return #'\\065\\z'", ":2|"),
        ("#!lua", "-ERR Invalid script shebang|"),
        ("#!lua\\nreturn 1", "-ERR Invalid script shebang|"),
        ("#!lua flags=", "-ERR Invalid script shebang|"),
        ("#!lua  flags=no-writes,", "-ERR Invalid script shebang|"),
        ("#!lua flags=no-writes,,allow-oom", "-ERR Invalid script shebang|"),
        ("#!lua flags=foo", "-ERR Invalid script shebang|"),
        ("#!lua flags", "-ERR Invalid script shebang|"),
        ("#!lua Flags=no-writes", "-ERR Invalid script shebang|"),
        ("#!lua name=x", "-ERR Invalid script shebang|"),
        ("#!Lua", "-ERR Invalid script shebang|"),
        ("#!lua1", "-ERR Invalid script shebang|"),
        ("#!", "-ERR Invalid script shebang|"),
        ("#! lua", "-ERR Invalid script shebang|"),
        ("#!lua \"flags=no-writes\"", "-ERR Invalid script shebang|"),
        ("#!lua \"flags=no", "-ERR Invalid script shebang|"),
        ("#!lua flags=no-writes flags=allow-oom", "-ERR Invalid script shebang|"),
        ("#!lua flags=allow-cross-slot-keys,no-cluster,allow-stale", "-ERR Invalid script shebang|"),
        ("#", "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'|"),
        ("#foo", "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'|"),
    ]);
}
