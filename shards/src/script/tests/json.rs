//! The library `cjson`.

use super::*;

#[test]
fn answers_are_those_of_redis() {
    check(&[
        (
            "local a,b=pcall(cjson.encode) return {type(b), tostring(b)}",
            "*2|$6|string|$44|bad argument #1 to '?' (expected 1 argument)|",
        ),
        ("return cjson.null", "$-1|"),
        (
            "return redis.call('ping',cjson.null)",
            "-ERR Lua redis lib command arguments must be strings or integers script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode()",
            "-ERR user_script:1: bad argument #1 to 'encode' (expected 1 argument) script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode(1,2)",
            "-ERR user_script:1: bad argument #1 to 'encode' (expected 1 argument) script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.encode(nil)", "$4|null|"),
        ("return cjson.encode({})", "$2|{}|"),
        ("return cjson.encode({1,2,3})", "$7|[1,2,3]|"),
        ("return cjson.encode({1,nil,3})", "$10|[1,null,3]|"),
        ("return cjson.encode({[1]=1,[5]=5})", "$20|[1,null,null,null,5]|"),
        (
            "return cjson.encode({[1]=1,[20]=5})",
            "-ERR user_script:1: Cannot serialise table: excessively sparse array script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.encode({[1]=1,[10]=5})", "$45|[1,null,null,null,null,null,null,null,null,5]|"),
        (
            "return cjson.encode({[1]=1,[11]=5})",
            "-ERR user_script:1: Cannot serialise table: excessively sparse array script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.encode({[0]=1})", "$7|{\"0\":1}|"),
        ("return cjson.encode({[-1]=1})", "$8|{\"-1\":1}|"),
        ("return cjson.encode({[1.5]=1})", "$9|{\"1.5\":1}|"),
        ("return cjson.encode({[1]=1,a=2})", "$13|{\"1\":1,\"a\":2}|"),
        ("return cjson.encode({a={}})", "$8|{\"a\":{}}|"),
        (
            "return cjson.encode({[true]=1})",
            "-ERR user_script:1: Cannot serialise boolean: table key must be a number or string script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode({a=print1 or 1}) ",
            "-ERR user_script:1: Script attempted to access nonexistent global variable 'print1' script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode(function() end)",
            "-ERR user_script:1: Cannot serialise function: type not supported script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode({a=coroutine.create(function() end)})",
            "-ERR user_script:1: Cannot serialise thread: type not supported script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.encode(cjson.null)", "$4|null|"),
        (
            "return cjson.encode(1/0)",
            "-ERR user_script:1: Cannot serialise number: must not be NaN or Inf script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode(0/0)",
            "-ERR user_script:1: Cannot serialise number: must not be NaN or Inf script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode({x=1/0})",
            "-ERR user_script:1: Cannot serialise number: must not be NaN or Inf script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.encode('a\\0\\1\\8\\9\\10\\12\\13\\27\\31\"\\\\/\\127\\128\\255')",
            "$51|\"a\\u0000\\u0001\\b\\t\\n\\f\\r\\u001b\\u001f\\\"\\\\\\/\\u007f\u{80}\u{ff}\"|",
        ),
        (
            "return cjson.encode(1e15)..' '..cjson.encode(1e14)..' '..cjson.encode(0.1)..' '..cjson.encode(123456789012345678)..' '..cjson.encode(-0.0)..' '..cjson.encode(3.0)",
            "$40|1e+15 1e+14 0.1 1.2345678901235e+17 -0 3|",
        ),
        ("return cjson.encode({[1e20]=1})", "$11|{\"1e+20\":1}|"),
        (
            "local t={} local s=t for i=1,1000 do s[1]={} s=s[1] end return #cjson.encode(t)",
            "-ERR user_script:1: Cannot serialise, excessive nesting (1001) script: <sha>, on @user_script:1.|",
        ),
        ("local t={} local s=t for i=1,998 do s[1]={} s=s[1] end return #cjson.encode(t)", ":1998|"),
        ("local t={} local s=t for i=1,999 do s[1]={} s=s[1] end return #cjson.encode(t)", ":2000|"),
        (
            "return cjson.decode()",
            "-ERR user_script:1: bad argument #1 to 'decode' (expected 1 argument) script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode(1)", ":1|"),
        (
            "return cjson.decode('')",
            "-ERR user_script:1: Expected value but found T_END at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode(' ')",
            "-ERR user_script:1: Expected value but found T_END at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('[')",
            "-ERR user_script:1: Expected value but found T_END at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('[1')",
            "-ERR user_script:1: Expected comma or array end but found T_END at character 3 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('[1,')",
            "-ERR user_script:1: Expected value but found T_END at character 4 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('[1,]')",
            "-ERR user_script:1: Expected value but found T_ARR_END at character 4 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{')",
            "-ERR user_script:1: Expected object key string but found T_END at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{1')",
            "-ERR user_script:1: Expected object key string but found T_NUMBER at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{\"a\"')",
            "-ERR user_script:1: Expected colon but found T_END at character 5 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{\"a\":')",
            "-ERR user_script:1: Expected value but found T_END at character 6 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{\"a\":1')",
            "-ERR user_script:1: Expected comma or object end but found T_END at character 7 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{\"a\":1,')",
            "-ERR user_script:1: Expected object key string but found T_END at character 8 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{\"a\":1,}')",
            "-ERR user_script:1: Expected object key string but found T_OBJ_END at character 8 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"abc')",
            "-ERR user_script:1: Expected value but found unexpected end of string at character 5 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"a\\\\x\"')",
            "-ERR user_script:1: Expected value but found invalid escape code at character 3 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"\\\\u12\"')",
            "-ERR user_script:1: Expected value but found invalid unicode escape code at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"\\\\ud800\"')",
            "-ERR user_script:1: Expected value but found invalid unicode escape code at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"\\\\ud800\\\\u0041\"')",
            "-ERR user_script:1: Expected value but found invalid unicode escape code at character 2 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('\"\\\\ud83d\\\\ude00\"')", "$4|\u{f0}\u{9f}\u{98}\u{80}|"),
        (
            "return cjson.decode('\"\\\\udc00\"')",
            "-ERR user_script:1: Expected value but found invalid unicode escape code at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"\\\\u0000\\\\u007f\\\\u0080\\\\u07ff\\\\u0800\\\\uffff\"')",
            "$12|\u{0}\u{7f}\u{c2}\u{80}\u{df}\u{bf}\u{e0}\u{a0}\u{80}\u{ef}\u{bf}\u{bf}|",
        ),
        ("return cjson.decode('\"a\\nb\"')", "$3|a\nb|"),
        ("return cjson.decode('\"a\\1b\"')", "$3|a\u{1}b|"),
        (
            "return cjson.decode('nul')",
            "-ERR user_script:1: Expected value but found invalid token at character 1 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('null')", "$-1|"),
        (
            "return cjson.decode('nullx')",
            "-ERR user_script:1: Expected the end but found invalid token at character 5 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('null x')",
            "-ERR user_script:1: Expected the end but found invalid token at character 6 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('tru')",
            "-ERR user_script:1: Expected value but found invalid token at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('TRUE')",
            "-ERR user_script:1: Expected value but found invalid token at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('1 2')",
            "-ERR user_script:1: Expected the end but found T_NUMBER at character 3 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('01')", ":1|"),
        ("return cjson.decode('-01')", ":-1|"),
        (
            "return cjson.decode('-')",
            "-ERR user_script:1: Expected value but found invalid number at character 1 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('+1')", ":1|"),
        (
            "return cjson.decode('.5')",
            "-ERR user_script:1: Expected value but found invalid token at character 1 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('1.')", ":1|"),
        ("return tostring(cjson.decode('1.5e3'))", "$4|1500|"),
        (
            "return cjson.decode('1e')",
            "-ERR user_script:1: Expected the end but found invalid token at character 2 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('0x10')", ":16|"),
        ("return cjson.decode('-0x10')", ":-16|"),
        ("return tostring(cjson.decode('1e999'))", "$3|inf|"),
        ("return tostring(cjson.decode('nan'))", "$3|nan|"),
        ("return tostring(cjson.decode('NaN'))", "$3|nan|"),
        ("return tostring(cjson.decode('inf'))", "$3|inf|"),
        ("return tostring(cjson.decode('Infinity'))", "$3|inf|"),
        ("return tostring(cjson.decode('-Infinity'))", "$4|-inf|"),
        ("return tostring(cjson.decode('-inf'))", "$4|-inf|"),
        ("return tostring(cjson.decode('-nan'))", "$4|-nan|"),
        (
            "return tostring(cjson.decode('infx'))",
            "-ERR user_script:1: Expected the end but found invalid token at character 4 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('[1}')",
            "-ERR user_script:1: Expected comma or array end but found T_OBJ_END at character 3 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('[}')",
            "-ERR user_script:1: Expected value but found T_OBJ_END at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{]')",
            "-ERR user_script:1: Expected object key string but found T_ARR_END at character 2 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('{\"a\":}')",
            "-ERR user_script:1: Expected value but found T_OBJ_END at character 6 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode(']')",
            "-ERR user_script:1: Expected value but found T_ARR_END at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode(',')",
            "-ERR user_script:1: Expected value but found T_COMMA at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode(':')",
            "-ERR user_script:1: Expected value but found T_COLON at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('a\\0b')",
            "-ERR user_script:1: JSON parser does not support UTF-16 or UTF-32 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\"a\\0b\"')",
            "-ERR user_script:1: Expected value but found unexpected end of string at character 3 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode('[1,2]\\0')", "*2|:1|:2|"),
        (
            "return cjson.decode('[1,2]x')",
            "-ERR user_script:1: Expected the end but found invalid token at character 6 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\\255\\254[')",
            "-ERR user_script:1: Expected value but found invalid token at character 1 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('\\0\\0')",
            "-ERR user_script:1: JSON parser does not support UTF-16 or UTF-32 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode('a\\0')",
            "-ERR user_script:1: JSON parser does not support UTF-16 or UTF-32 script: <sha>, on @user_script:1.|",
        ),
        ("return cjson.decode(string.rep('[',1000)..string.rep(']',1000)) ~= nil", ":1|"),
        (
            "return cjson.decode(string.rep('[',1001)..string.rep(']',1001)) ~= nil",
            "-ERR user_script:1: Found too many nested data structures (1001) at character 1001 script: <sha>, on @user_script:1.|",
        ),
        (
            "return cjson.decode(string.rep('{\"a\":',1001)..'1'..string.rep('}',1001)) ~= nil",
            "-ERR user_script:1: Found too many nested data structures (1001) at character 5001 script: <sha>, on @user_script:1.|",
        ),
        ("return tostring(cjson.decode('{\"a\":null}').a)", "$15|userdata: (nil)|"),
        ("return cjson.decode('{\"a\":1,\"a\":2}').a", ":2|"),
        ("return cjson.decode('{\"1\":1}')['1']", ":1|"),
        ("return {cjson.encode_max_depth()}", "*1|:1000|"),
        ("return {cjson.encode_max_depth(5)}", "*1|:5|"),
        ("return {cjson.encode_max_depth(1000)}", "*1|:1000|"),
        (
            "return {cjson.encode_max_depth(0)}",
            "-ERR user_script:1: bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647) script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_max_depth(2^31)}",
            "-ERR user_script:1: bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647) script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_max_depth('x')}",
            "-ERR user_script:1: bad argument #1 to 'encode_max_depth' (number expected, got string) script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_max_depth(1,2)}",
            "-ERR user_script:1: bad argument #2 to 'encode_max_depth' (found too many arguments) script: <sha>, on @user_script:1.|",
        ),
        ("return {cjson.encode_max_depth(nil)}", "*1|:1000|"),
        ("return {cjson.decode_max_depth()}", "*1|:1000|"),
        ("return {cjson.encode_sparse_array()}", "*3|$-1|:2|:10|"),
        ("return {cjson.encode_sparse_array(true,3,4)}", "*3|:1|:3|:4|"),
        ("return cjson.encode({[100]=1})", "$9|{\"100\":1}|"),
        ("return {cjson.encode_sparse_array(true,0,0)}", "*3|:1|:0|:0|"),
        ("return {cjson.encode_sparse_array(false,2,10)}", "*3|$-1|:2|:10|"),
        (
            "return {cjson.encode_sparse_array(1)}",
            "-ERR user_script:1: bad argument #1 to 'encode_sparse_array' (invalid option '1') script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_sparse_array('x')}",
            "-ERR user_script:1: bad argument #1 to 'encode_sparse_array' (invalid option 'x') script: <sha>, on @user_script:1.|",
        ),
        ("return {cjson.encode_sparse_array('on')}", "*3|:1|:2|:10|"),
        ("return {cjson.encode_sparse_array('off')}", "*3|$-1|:2|:10|"),
        (
            "return {cjson.encode_sparse_array(false,2,10,1)}",
            "-ERR user_script:1: bad argument #4 to 'encode_sparse_array' (found too many arguments) script: <sha>, on @user_script:1.|",
        ),
        ("return {cjson.encode_keep_buffer()}", "*1|:1|"),
        ("return {cjson.encode_keep_buffer(true)}", "*1|:1|"),
        ("return {cjson.encode_number_precision()}", "*1|:14|"),
        ("return {cjson.encode_number_precision(3)}", "*1|:3|"),
        ("return cjson.encode(3.14159265)", "$4|3.14|"),
        (
            "return {cjson.encode_number_precision(17)}",
            "-ERR user_script:1: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14) script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_number_precision(16)}",
            "-ERR user_script:1: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14) script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_number_precision(0)}",
            "-ERR user_script:1: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14) script: <sha>, on @user_script:1.|",
        ),
        ("return {cjson.encode_number_precision(14)}", "*1|:14|"),
        ("return {cjson.encode_invalid_numbers()}", "*1|$-1|"),
        ("return {cjson.encode_invalid_numbers('null')}", "*1|$4|null|"),
        ("return cjson.encode({1/0,0/0,-1/0})", "$16|[null,null,null]|"),
        ("return {cjson.encode_invalid_numbers(true)}", "*1|:1|"),
        ("return {cjson.encode_invalid_numbers('on')}", "*1|:1|"),
        ("return {cjson.encode_invalid_numbers(false)}", "*1|$-1|"),
        (
            "return {cjson.encode_invalid_numbers('zz')}",
            "-ERR user_script:1: bad argument #1 to 'encode_invalid_numbers' (invalid option 'zz') script: <sha>, on @user_script:1.|",
        ),
        (
            "return {cjson.encode_invalid_numbers(1)}",
            "-ERR user_script:1: bad argument #1 to 'encode_invalid_numbers' (invalid option '1') script: <sha>, on @user_script:1.|",
        ),
        ("return {cjson.decode_invalid_numbers()}", "*1|:1|"),
        ("return {cjson.decode_invalid_numbers(false)}", "*1|$-1|"),
        (
            "return tostring(cjson.decode('0x1'))",
            "-ERR user_script:1: Expected value but found invalid number at character 1 script: <sha>, on @user_script:1.|",
        ),
        ("return {cjson.decode_invalid_numbers(true)}", "*1|:1|"),
        (
            "return {cjson.decode_invalid_numbers('null')}",
            "-ERR user_script:1: bad argument #1 to 'decode_invalid_numbers' (invalid option 'null') script: <sha>, on @user_script:1.|",
        ),
        (
            "local c=cjson.new() local r={} for k,v in pairs(c) do r[#r+1]=k end table.sort(r) return r",
            "*13|$5|_NAME|$8|_VERSION|$6|decode|$22|decode_invalid_numbers|$16|decode_max_depth|$6|encode|$22|encode_invalid_numbers|$18|encode_keep_buffer|$16|encode_max_depth|$23|encode_number_precision|$19|encode_sparse_array|$3|new|$4|null|",
        ),
        ("local c=cjson.new() c.x=1 return c.encode({1})", "$3|[1]|"),
        (
            "local c=cjson.new() c.encode_number_precision(3) return c.encode(math.pi)..cjson.encode(math.pi)",
            "$19|3.143.1415926535898|",
        ),
        ("return cmsgpack.pack(cjson.null)", "$1|\u{c0}|"),
    ]);
}
