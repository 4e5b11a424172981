// A round of ioredis over the commands: ioredis.js PORT, with NODE_PATH naming the folder that ioredis is in.
//
// Ends with status 0 when every fact holds; the first one that does not is the error printed.

"use strict";

const assert = require("node:assert/strict");
const Redis = require("ioredis");

const near = (value, low, high) => assert.ok(value >= low && value <= high, `${value} is not in ${low}..${high}`);
const sorted = (list) => [...list].sort();

async function strings(r) {
  assert.equal(await r.set("k", "v"), "OK");
  assert.equal(await r.get("k"), "v");
  assert.equal(await r.get("missing"), null);
  assert.equal(await r.set("k", "w", "NX"), null);
  assert.equal(await r.set("k", "w", "XX", "GET"), "v");
  assert.equal(await r.set("k", "x", "EX", 100), "OK");
  near(await r.ttl("k"), 90, 100);
  assert.equal(await r.set("k", "y", "KEEPTTL"), "OK");
  near(await r.pttl("k"), 90_000, 100_000);
  assert.equal(await r.getset("k", "z"), "y");
  assert.equal(await r.getdel("k"), "z");
  assert.equal(await r.setnx("n", 1), 1);
  assert.equal(await r.setex("e", 100, "v"), "OK");
  assert.equal(await r.psetex("p", 100_000, "v"), "OK");
  assert.equal(await r.getex("e", "PERSIST"), "v");
  assert.equal(await r.ttl("e"), -1);
  assert.equal(await r.mset({ a: 1, b: 2, c: 3 }), "OK");
  assert.deepEqual(await r.mget("a", "missing", "c"), ["1", null, "3"]);
  assert.equal(await r.msetnx("{t}a", 1, "{t}b", 2), 1);
  assert.equal(await r.append("k", "Hello"), 5);
  assert.equal(await r.append("k", " World"), 11);
  assert.equal(await r.strlen("k"), 11);
  assert.equal(await r.getrange("k", 0, 4), "Hello");
  assert.equal(await r.substr("k", -5, -1), "World");
  assert.equal(await r.setrange("k", 6, "Redis"), 11);
  assert.equal(await r.get("k"), "Hello Redis");
  assert.deepEqual([await r.incr("i"), await r.incrby("i", 9), await r.decr("i"), await r.decrby("i", 4)], [1, 10, 9, 5]);
  assert.equal(await r.incrbyfloat("f", 1.5), "1.5");
  await r.mset("{t}x", "ohmytext", "{t}y", "mynewtext");
  assert.equal(await r.lcs("{t}x", "{t}y"), "mytext");
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await r.set(every, every);
  assert.deepEqual(await r.getBuffer(every), every);
  const large = "x".repeat(5_000_000);
  await r.set("large", large);
  assert.equal(await r.get("large"), large);
}

async function lists(r) {
  assert.equal(await r.rpush("l", "a", "b", "c"), 3);
  assert.equal(await r.lpush("l", "z"), 4);
  assert.equal(await r.lpushx("missing", "z"), 0);
  assert.equal(await r.rpushx("l", "d"), 5);
  assert.deepEqual(await r.lrange("l", 0, -1), ["z", "a", "b", "c", "d"]);
  assert.equal(await r.lindex("l", -1), "d");
  assert.equal(await r.lset("l", 0, "y"), "OK");
  assert.equal(await r.linsert("l", "BEFORE", "b", "b"), 6);
  assert.equal(await r.lpos("l", "b"), 2);
  assert.deepEqual(await r.lpos("l", "b", "COUNT", 0), [2, 3]);
  assert.equal(await r.lrem("l", 1, "b"), 1);
  assert.equal(await r.ltrim("l", 0, 3), "OK");
  assert.equal(await r.llen("l"), 4);
  assert.equal(await r.lpop("l"), "y");
  assert.deepEqual(await r.rpop("l", 2), ["c", "b"]);
  assert.deepEqual(await r.lrange("missing", 0, -1), []);
}

async function hashes(r) {
  assert.equal(await r.hset("h", { f: 1, g: "two" }), 2);
  assert.equal(await r.hmset("h", { n: 3 }), "OK");
  assert.equal(await r.hsetnx("h", "f", 9), 0);
  assert.equal(await r.hget("h", "f"), "1");
  assert.deepEqual(await r.hmget("h", "f", "missing"), ["1", null]);
  assert.deepEqual(await r.hgetall("h"), { f: "1", g: "two", n: "3" });
  assert.deepEqual(await r.hgetall("missing"), {});
  assert.equal(await r.hlen("h"), 3);
  assert.equal(await r.hexists("h", "g"), 1);
  assert.equal(await r.hstrlen("h", "g"), 3);
  assert.deepEqual(sorted(await r.hkeys("h")), ["f", "g", "n"]);
  assert.deepEqual(sorted(await r.hvals("h")), ["1", "3", "two"]);
  assert.equal(await r.hincrby("h", "n", 4), 7);
  assert.equal(await r.hincrbyfloat("h", "n", 0.5), "7.5");
  assert.ok(["f", "g", "n"].includes(await r.hrandfield("h")));
  assert.equal((await r.hrandfield("h", -10, "WITHVALUES")).length, 20);
  assert.equal(await r.hdel("h", "g", "missing"), 1);
  const [cursor, pairs] = await r.hscan("h", 0);
  assert.equal(cursor, "0");
  assert.deepEqual(sorted(pairs), ["1", "7.5", "f", "n"]);
}

async function sets(r) {
  assert.equal(await r.sadd("s", "a", "b", "c", "a"), 3);
  assert.equal(await r.scard("s"), 3);
  assert.deepEqual(sorted(await r.smembers("s")), ["a", "b", "c"]);
  assert.equal(await r.sismember("s", "a"), 1);
  assert.deepEqual(await r.smismember("s", "a", "x"), [1, 0]);
  assert.equal(await r.srem("s", "c", "x"), 1);
  assert.ok(["a", "b"].includes(await r.srandmember("s")));
  assert.equal((await r.srandmember("s", -7)).length, 7);
  assert.deepEqual(sorted((await r.sscan("s", 0))[1]), ["a", "b"]);
  assert.ok(["a", "b"].includes(await r.spop("s")));
  assert.equal((await r.spop("s", 5)).length, 1);
  for (let number = 0; number < 1000; number += 1) await r.sadd("large", `member:${number}`);
  const seen = new Set();
  for await (const members of r.sscanStream("large", { count: 50 })) members.forEach((member) => seen.add(member));
  assert.equal(seen.size, 1000);
}

async function sortedSets(r) {
  assert.equal(await r.zadd("z", 1, "a", 2, "b", 3, "c"), 3);
  assert.equal(await r.zadd("z", "XX", "CH", 1.5, "a"), 1);
  assert.equal(await r.zincrby("z", 2.5, "b"), "4.5");
  assert.equal(await r.zscore("z", "a"), "1.5");
  assert.deepEqual(await r.zmscore("z", "a", "missing"), ["1.5", null]);
  assert.equal(await r.zcard("z"), 3);
  assert.equal(await r.zcount("z", "(1.5", "+inf"), 2);
  assert.deepEqual(await r.zrange("z", 0, -1), ["a", "c", "b"]);
  assert.deepEqual(await r.zrange("z", 0, 0, "WITHSCORES"), ["a", "1.5"]);
  assert.deepEqual(await r.zrange("z", "-inf", "+inf", "BYSCORE", "LIMIT", 1, 1), ["c"]);
  assert.deepEqual(await r.zrevrange("z", 0, 0), ["b"]);
  assert.deepEqual(await r.zrangebyscore("z", 3, 5, "WITHSCORES"), ["c", "3", "b", "4.5"]);
  assert.deepEqual(await r.zrevrangebyscore("z", 5, 3), ["b", "c"]);
  assert.deepEqual([await r.zrank("z", "b"), await r.zrevrank("z", "b"), await r.zrank("z", "x")], [2, 0, null]);
  await r.zadd("lex", 0, "a", 0, "b", 0, "c");
  assert.equal(await r.zlexcount("lex", "[a", "(c"), 2);
  assert.deepEqual(await r.zrangebylex("lex", "-", "+"), ["a", "b", "c"]);
  assert.deepEqual(await r.zrevrangebylex("lex", "+", "[b"), ["c", "b"]);
  assert.equal((await r.zrandmember("z", -5)).length, 5);
  assert.deepEqual((await r.zscan("z", 0))[1], ["a", "1.5", "c", "3", "b", "4.5"]);
  assert.deepEqual(await r.zpopmin("z"), ["a", "1.5"]);
  assert.deepEqual(await r.zpopmax("z", 1), ["b", "4.5"]);
  assert.equal(await r.zrem("z", "c"), 1);
  await r.zadd("z", 1, "a", 2, "b", 3, "c", 4, "d", 5, "e");
  assert.equal(await r.zremrangebyrank("z", 0, 0), 1);
  assert.equal(await r.zremrangebyscore("z", 2, 3), 2);
  assert.equal(await r.zremrangebylex("lex", "[a", "[b"), 2);
}

async function keys(r) {
  const pipeline = r.pipeline();
  for (let number = 0; number < 500; number += 1) pipeline.set(`key:${number}`, number);
  await pipeline.exec();
  assert.equal(await r.dbsize(), 500);
  const seen = new Set();
  for await (const found of r.scanStream({ match: "key:4?", count: 20 })) found.forEach((key) => seen.add(key));
  assert.equal(seen.size, 10);
  assert.equal((await r.keys("key:*")).length, 500);
  assert.equal(await r.exists("key:1", "key:2", "missing"), 2);
  assert.equal(await r.touch("key:1", "missing"), 1);
  assert.equal(await r.type("key:1"), "string");
  assert.equal(await r.del("key:1", "key:2", "missing"), 2);
  assert.equal(await r.unlink("key:3"), 1);
  assert.equal(await r.expire("key:4", 100, "NX"), 1);
  assert.equal(await r.expire("key:4", 50, "GT"), 0);
  assert.equal(await r.expireat("key:4", 32_503_680_000), 1);
  assert.equal(await r.expiretime("key:4"), 32_503_680_000);
  assert.equal(await r.pexpiretime("key:4"), 32_503_680_000_000);
  assert.equal(await r.persist("key:4"), 1);
  assert.equal(await r.pexpire("key:4", 1), 1);
  assert.ok((await r.randomkey()).startsWith("key:"));
  assert.equal(await r.rename("key:5", "key:5"), "OK");
  await r.set("{t}from", "v");
  assert.equal(await r.rename("{t}from", "{t}to"), "OK");
  assert.equal(await r.renamenx("{t}to", "{t}other"), 1);
  assert.equal(await r.object("ENCODING", "key:6"), "int");
  assert.equal(await r.object("REFCOUNT", "{t}other"), 1);
  assert.ok((await r.memory("USAGE", "key:6")) > 0);
  assert.equal(await r.flushdb(), "OK");
}

async function pipelines(r) {
  const pipeline = r.pipeline();
  for (let number = 0; number < 1000; number += 1) pipeline.set(`key:${number}`, number).get(`key:${number}`);
  const replies = await pipeline.exec();
  assert.equal(replies.length, 2000);
  replies.forEach(([error, reply], index) => {
    assert.equal(error, null);
    assert.equal(reply, index % 2 ? String((index - 1) / 2) : "OK");
  });
  const many = await Promise.all(Array.from({ length: 1000 }, (_, number) => r.get(`key:${number}`)));
  assert.deepEqual(many, Array.from({ length: 1000 }, (_, number) => String(number)));
}

async function errors(r) {
  await r.rpush("l", "a");
  await assert.rejects(r.get("l"), { name: "ReplyError", message: /^WRONGTYPE Operation against a key/ });
  await assert.rejects(r.call("NOPE", "a"), { message: "ERR unknown command 'NOPE', with args beginning with: 'a' " });
  await assert.rejects(r.call("GET"), { message: "ERR wrong number of arguments for 'get' command" });
  await assert.rejects(r.set("k", "v", "EX", 0), { message: "ERR invalid expire time in 'set' command" });
  assert.equal(await r.ping(), "PONG");
}

async function server(r) {
  assert.equal(await r.echo("hello"), "hello");
  assert.match(await r.info("server"), /\r\nredis_mode:standalone\r\n/);
  assert.deepEqual(await r.config("GET", "databases"), ["databases", "16"]);
  assert.equal(await r.client("SETNAME", "me"), "OK");
  assert.equal(await r.client("GETNAME"), "me");
  assert.match(await r.client("LIST"), / name=me /);
  assert.ok((await r.client("ID")) > 0);
  assert.equal((await r.time()).length, 2);
  assert.ok((await r.command("COUNT")) > 50);
  assert.equal(await r.select(3), "OK");
  assert.equal(await r.dbsize(), 0);
  assert.equal(await r.select(0), "OK");
}

async function main() {
  const port = Number(process.argv[2]);
  for (const round of [strings, lists, hashes, sets, sortedSets, keys, pipelines, errors, server]) {
    const r = new Redis({ port, host: "127.0.0.1", lazyConnect: true, maxRetriesPerRequest: 1 });
    await r.connect();
    await r.flushall();
    console.log(round.name);
    await round(r);
    assert.equal(await r.quit(), "OK");
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
