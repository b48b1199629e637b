"""Where bytes stay: rooms, workshops and sessions in Redis, and the engine that Tablée brings along.

`redis.open_store` and `engine.embedded_engine` are the ways in. What the bytes mean is the business
of `model`, `sync` and `live`.
"""
