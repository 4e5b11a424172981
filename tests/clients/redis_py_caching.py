"""Client-side caching as users of redis-py have it: PORT of the server is the only argument."""

import sys
import time

import redis
from redis.cache import CacheConfig
from redis.connection import CacheProxyConnection

PORT = int(sys.argv[1])

# It asks for a server of 7.4 or later "to maximize compatibility"; all that it uses is older.
CacheProxyConnection.MIN_ALLOWED_VERSION = "7.0.0"

writer = redis.Redis(port=PORT, decode_responses=True)
writer.flushall()
cached = redis.Redis(port=PORT, protocol=3, decode_responses=True, cache_config=CacheConfig())
cache = cached.get_cache()


def await_value(command, expected):
    """Whoever asks hears of changes first, as soon as they have reached its connection."""
    deadline = time.time() + 10
    while command() != expected:
        assert time.time() < deadline, f"never {expected!r}"


for number in range(20):
    name = f"key:{number}"
    writer.set(name, "old")
    assert cached.get(name) == "old"
    assert cached.get(name) == "old"
assert cache.size == 20, cache.size
gets = writer.info("commandstats")["cmdstat_get"]["calls"]
assert gets == 20, gets
for number in range(20):
    writer.set(f"key:{number}", "new")
for number in range(20):
    await_value(lambda: cached.get(f"key:{number}"), "new")
assert cached.mget("key:1", "key:2") == ["new", "new"]
writer.rename("key:1", "key:2")
await_value(lambda: cached.mget("key:1", "key:2"), [None, "new"])
writer.flushall()
await_value(lambda: cached.get("key:3"), None)
cached.close()
writer.close()
