"""The Lua that the store runs: everything that must look and write in one step.

Each script names its keys and arguments in its first lines. Callers and replies are in `rooms.py`,
`records.py` and `presence.py`. Every script touches keys of one hash tag only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Script:
    source: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest())


# Ids are formatted with %d: Lua would write 10^14 and above as a float.

OPEN_ROOM = Script("""
-- KEYS meta  ARGV lineage
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'schema', 1, 'lineage', ARGV[1], 'seq', 0, 'snapseq', 0, 'epoch', 0)
end
return redis.call('HMGET', KEYS[1], 'lineage', 'seq', 'snapseq', 'epoch', 'last', 'erased')
""")

LOAD_ROOM = Script("""
-- KEYS meta log snap
local meta = redis.call('HMGET', KEYS[1], 'lineage', 'seq', 'snapseq', 'epoch', 'last', 'erased')
local first = string.format('%d-0', (tonumber(meta[3]) or 0) + 1)
return {meta, redis.call('GET', KEYS[3]), redis.call('XRANGE', KEYS[2], first, '+')}
""")

# The entry is added before it is counted: if the store refuses it (memory, disk), nothing was written.
# A retry looks for its batch before it is judged again, since what is stored is stored.
# `after` and `after_batch` name the last entry the caller knows: a log in which that one is not there, or
# is another, went back in time. Each entry carries the batch before it, so that readers notice it too.
# Client ids are bound in the same step: of two people who claim one through two processes, one is refused.
APPEND = Script("""
-- KEYS meta log clients  ARGV lineage epoch batch_id payload retry after after_batch [client person ...]
local meta = redis.call('HMGET', KEYS[1], 'lineage', 'seq', 'epoch', 'erased', 'frozen', 'last')
if meta[4] then return 'erased' end
if meta[1] ~= ARGV[1] then return 'lineage' end
if ARGV[5] == '1' then
  for _, entry in ipairs(redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1000)) do
    if entry[2][2] == ARGV[3] then return tonumber(string.match(entry[1], '^%d+')) end
  end
end
local seq, after, last = tonumber(meta[2]), tonumber(ARGV[6]), meta[6] or ''
if after > seq then return 'behind' end
if after > 0 and after == seq and last ~= ARGV[7] then return 'behind' end
if after > 0 and after < seq then
  local id = string.format('%d-0', after)
  local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
  if not entry or entry[2][2] ~= ARGV[7] then return 'behind' end
end
if meta[5] then return 'frozen' end
if tonumber(ARGV[2]) < tonumber(meta[3]) then return 'epoch' end
for i = 8, #ARGV, 2 do
  local held = redis.call('HGET', KEYS[3], ARGV[i])
  if held and held ~= ARGV[i + 1] then return 'owner' end
end
local n = seq + 1
redis.call('XADD', KEYS[2], string.format('%d-0', n), 'b', ARGV[3], 'u', ARGV[4], 'p', last)
redis.call('HSET', KEYS[1], 'seq', string.format('%d', n), 'last', ARGV[3])
for i = 8, #ARGV, 2 do redis.call('HSETNX', KEYS[3], ARGV[i], ARGV[i + 1]) end
return n
""")

# The log is trimmed behind the previous snapshot only: whichever of the two loads, what follows it is there.
SWAP_SNAPSHOT = Script("""
-- KEYS meta snap prev log  ARGV lineage n blob keep batch
local meta = redis.call('HMGET', KEYS[1], 'lineage', 'seq', 'snapseq', 'erased')
local n, seq, old = tonumber(ARGV[2]), tonumber(meta[2]), tonumber(meta[3])
if meta[4] or meta[1] ~= ARGV[1] or n <= old or n > seq then return 0 end
if ARGV[5] ~= '' then
  local id = string.format('%d-0', n)
  local entry = redis.call('XRANGE', KEYS[4], id, id)[1]
  if not entry or entry[2][2] ~= ARGV[5] then return 0 end
end
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[3]) else old = 0 end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[1], 'snapseq', string.format('%d', n))
local first = math.min(old, seq - tonumber(ARGV[4])) + 1
if first > 1 then redis.call('XTRIM', KEYS[4], 'MINID', '=', string.format('%d-0', first)) end
return 1
""")

FREEZE_ROOM = Script("""
-- KEYS meta  ARGV frozen
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return 0 end
if ARGV[1] == '1' then redis.call('HSET', KEYS[1], 'frozen', 1) else redis.call('HDEL', KEYS[1], 'frozen') end
return 1
""")

RAISE_EPOCH = Script("""
-- KEYS meta
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return 0 end
return redis.call('HINCRBY', KEYS[1], 'epoch', 1)
""")

BIND_CLIENT = Script("""
-- KEYS meta clients  ARGV client_id person
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return '' end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[2], ARGV[1])
""")

ERASE_ROOM = Script("""
-- KEYS meta log snap prev private, then every other key of the room
local entries = redis.call('XLEN', KEYS[2])
local snapshots = redis.call('EXISTS', KEYS[3], KEYS[4])
local drafts = redis.call('HLEN', KEYS[5])
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'erased', 1)
return {entries, snapshots, drafts}
""")

# Entries of a log that is told again, put beside it until the room is replaced; they vanish by themselves.
ADD_RETOLD = Script("""
-- KEYS retold_log  ARGV ttl_s [n batch payload before ...]
for i = 2, #ARGV, 4 do
  redis.call('XADD', KEYS[1], ARGV[i] .. '-0', 'b', ARGV[i + 1], 'u', ARGV[i + 2], 'p', ARGV[i + 3])
end
return redis.call('EXPIRE', KEYS[1], ARGV[1])
""")

# The room as it is after `last`, with its log and its instants told again, all or nothing: whoever holds the
# old lineage learns that it is another room now. The numbers of entries go on, so that what names one names
# it still. Nothing is done when somebody wrote, or kept or dropped an instant, since it was read.
REPLACE_ROOM = Script("""
-- KEYS meta log snap prev clients versions states retold_log retold_states
-- ARGV lineage seq last new_lineage new_last blob client entries states known [version ...] [id header ...]
local meta = redis.call('HMGET', KEYS[1], 'lineage', 'seq', 'last', 'erased')
if meta[4] or meta[1] ~= ARGV[1] or meta[2] ~= ARGV[2] or (meta[3] or '') ~= ARGV[3] then return 0 end
if redis.call('XLEN', KEYS[8]) ~= tonumber(ARGV[8]) then return 0 end
if redis.call('HLEN', KEYS[9]) ~= tonumber(ARGV[9]) then return 0 end
local known = tonumber(ARGV[10])
if redis.call('HLEN', KEYS[6]) ~= known then return 0 end
for i = 11, 10 + known do
  if redis.call('HEXISTS', KEYS[6], ARGV[i]) == 0 then return 0 end
end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7])
if ARGV[8] ~= '0' then
  redis.call('RENAME', KEYS[8], KEYS[2])
  redis.call('PERSIST', KEYS[2])
end
if ARGV[9] ~= '0' then
  redis.call('RENAME', KEYS[9], KEYS[7])
  redis.call('PERSIST', KEYS[7])
end
for i = 11 + known, #ARGV, 2 do redis.call('HSET', KEYS[6], ARGV[i], ARGV[i + 1]) end
redis.call('SET', KEYS[3], ARGV[6])
redis.call('HSET', KEYS[5], ARGV[7], '-')
redis.call('HSET', KEYS[1], 'lineage', ARGV[4], 'last', ARGV[5], 'snapseq', meta[2])
redis.call('HINCRBY', KEYS[1], 'epoch', 1)
return 1
""")

# `private` holds `<version> <drafts>` per person. Drafts that were revealed are named for good in the step
# that takes them away, and a late change of one of them is refused: it would make it a second time.
PUT_DRAFTS = Script("""
-- KEYS meta private tallies revealed  ARGV person version drafts tally count [revealed ...] [written ...]
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return 'gone' end
local held = redis.call('HGET', KEYS[2], ARGV[1])
if (held and string.match(held, '^%S+') or '') ~= ARGV[2] then return 'changed' end
local last = 5 + tonumber(ARGV[5])
for i = last + 1, #ARGV do
  if redis.call('SISMEMBER', KEYS[4], ARGV[i]) == 1 then return 'revealed' end
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
end
for i = 6, last do redis.call('SADD', KEYS[4], ARGV[i]) end
return 'put'
""")

HOLD_REVEALING = Script("""
-- KEYS revealing  ARGV holder ttl_ms
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
""")

END_REVEALING = Script("""
-- KEYS revealing  ARGV holder
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
""")

PUT_HIDDEN_NOTE = Script("""
-- KEYS meta hidden_notes  ARGV note data most
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then
  return 0
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
""")

# Of a photo, what is said of it is apart from its bytes, so that reading the one does not bring the other.
PUT_PHOTO = Script("""
-- KEYS meta photos  ARGV id board said large small per_board per_room
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return 'gone' end
local there, on_board = 0, 0
for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
  if not string.find(field, '/', 1, true) then
    there = there + 1
    local held = redis.call('HGET', KEYS[2], field)
    if string.sub(held, 1, #ARGV[2] + 1) == ARGV[2] .. ' ' then on_board = on_board + 1 end
  end
end
if on_board >= tonumber(ARGV[6]) then return 'board' end
if there >= tonumber(ARGV[7]) then return 'room' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. ARGV[3],
  ARGV[1] .. '/large', ARGV[4], ARGV[1] .. '/small', ARGV[5])
return 'put'
""")

SET_PHOTO = Script("""
-- KEYS photos  ARGV id held
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
""")

LIST_PHOTOS = Script("""
-- KEYS photos
local out = {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if not string.find(field, '/', 1, true) then
    out[#out + 1] = field
    out[#out + 1] = redis.call('HGET', KEYS[1], field)
  end
end
return out
""")

# The id of an automatic one is made of what it is of, so that of several processes one keeps it.
PUT_VERSION = Script("""
-- KEYS meta versions states  ARGV id header state [version that makes way ...]
if redis.call('HEXISTS', KEYS[1], 'lineage') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
for i = 4, #ARGV do
  redis.call('HDEL', KEYS[2], ARGV[i])
  redis.call('HDEL', KEYS[3], ARGV[i])
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
""")

# What the holder should find at the end of the log comes with it, so that a log that went back in time is
# noticed in a room where nobody writes.
HOLD_ROOM = Script("""
-- KEYS holders meta  ARGV process ttl_ms
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('HMGET', KEYS[2], 'lineage', 'seq', 'last')}
""")

CREATE_RECORD = Script("""
-- KEYS record  ARGV data
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'revision', 1, 'data', ARGV[1])
return 1
""")

PUT_RECORD = Script("""
-- KEYS record control [kits]  ARGV revision data message [digest kit ...]
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[1] then return false end
local revision = string.format('%d', tonumber(ARGV[1]) + 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 1000, revision .. '-0', 'm', ARGV[3])
redis.call('HSET', KEYS[1], 'revision', revision, 'data', ARGV[2])
if KEYS[3] then redis.call('DEL', KEYS[3]) end
for i = 4, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
return tonumber(revision)
""")

# Processes that still hold the workshop open learn of its end from one last message, gone in an hour.
ERASE_RECORD = Script("""
-- KEYS record control, then every other key of the workshop  ARGV message
local revision = redis.call('HGET', KEYS[1], 'revision')
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'erased', 1)
if not revision then return 0 end
redis.call('XADD', KEYS[2], string.format('%d-0', tonumber(revision) + 1), 'm', ARGV[1])
redis.call('EXPIRE', KEYS[2], 3600)
return 1
""")

CREATE_KIT = Script("""
-- KEYS kit  ARGV data secret network seconds
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'revision', 1, 'data', ARGV[1], 'secret', ARGV[2], 'network', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
""")

PUT_KIT = Script("""
-- KEYS kit  ARGV revision data seconds
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[1] then return false end
local revision = string.format('%d', tonumber(ARGV[1]) + 1)
redis.call('HSET', KEYS[1], 'revision', revision, 'data', ARGV[2])
if ARGV[3] == '0' then redis.call('PERSIST', KEYS[1]) else redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return tonumber(revision)
""")

DELETE_KIT = Script("""
-- KEYS kit  ARGV revision
if ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'revision') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
""")

DROP_FIELD = Script("""
-- KEYS hash  ARGV field value
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
""")

# Whoever is let in at the moment of an erasure leaves nothing behind it.
ADMIT = Script("""
-- KEYS record reentry sessions  ARGV code person session ends_s now_s
if redis.call('HEXISTS', KEYS[1], 'revision') == 0 then return 0 end
if ARGV[1] ~= '' then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) end
if ARGV[3] ~= '' then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[5])
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
end
return 1
""")

COUNT_RATE = Script("""
-- KEYS rate  ARGV limit window_s
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return count <= tonumber(ARGV[1]) and 1 or 0
""")

UNCOUNT_RATE = Script("""
-- KEYS rate
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end
return 1
""")

# A ballot is judged and written in one step, so that any number of requests at once stay within the limit.
# `#` in a round says that it is closed; '' among the rounds that the workshop is being erased.

CAST_POINTS = Script("""
-- KEYS record rounds round  ARGV round person note points most
if redis.call('HEXISTS', KEYS[1], 'revision') == 0 or redis.call('SISMEMBER', KEYS[2], '') == 1 then
  return 'erased'
end
if redis.call('HEXISTS', KEYS[3], '#') == 1 then return 'closed' end
local held = redis.call('HGET', KEYS[3], ARGV[2])
local ballot, sum, points = held and cjson.decode(held) or {}, 0, tonumber(ARGV[4])
ballot[ARGV[3]] = points > 0 and points or nil
for _, given in pairs(ballot) do sum = sum + given end
if sum > tonumber(ARGV[5]) then return 'limit' end
if sum == 0 then
  redis.call('HDEL', KEYS[3], ARGV[2])
  return '{}'
end
local text = cjson.encode(ballot)
redis.call('HSET', KEYS[3], ARGV[2], text)
redis.call('SADD', KEYS[2], ARGV[1])
return text
""")

ANSWER_SUBJECT = Script("""
-- KEYS record rounds round  ARGV round person subject value most
if redis.call('HEXISTS', KEYS[1], 'revision') == 0 or redis.call('SISMEMBER', KEYS[2], '') == 1 then
  return 'erased'
end
if redis.call('HEXISTS', KEYS[3], '#') == 1 then return 'closed' end
local held = redis.call('HGET', KEYS[3], ARGV[2])
local ballot, subjects = held and cjson.decode(held) or {}, 0
ballot[ARGV[3]] = ARGV[4] ~= '' and cjson.decode(ARGV[4]) or nil
for _ in pairs(ballot) do subjects = subjects + 1 end
if subjects > tonumber(ARGV[5]) then return 'limit' end
if subjects == 0 then
  redis.call('HDEL', KEYS[3], ARGV[2])
  return '{}'
end
local text = cjson.encode(ballot)
redis.call('HSET', KEYS[3], ARGV[2], text)
redis.call('SADD', KEYS[2], ARGV[1])
return text
""")

PUT_BALLOT = Script("""
-- KEYS record rounds round  ARGV round person ballot
if redis.call('HEXISTS', KEYS[1], 'revision') == 0 or redis.call('SISMEMBER', KEYS[2], '') == 1 then
  return 'erased'
end
if redis.call('HEXISTS', KEYS[3], '#') == 1 then return 'closed' end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[3], ARGV[2])
else
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[3])
  redis.call('SADD', KEYS[2], ARGV[1])
end
return 'put'
""")

CLOSE_ROUND = Script("""
-- KEYS record rounds round  ARGV round
if redis.call('HEXISTS', KEYS[1], 'revision') == 0 or redis.call('SISMEMBER', KEYS[2], '') == 1 then
  return {}
end
redis.call('HSET', KEYS[3], '#', 1)
redis.call('SADD', KEYS[2], ARGV[1])
return redis.call('HGETALL', KEYS[3])
""")

SEAL_ROUND = Script("""
-- KEYS rounds round  ARGV round ttl_s
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], '#', 1)
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SREM', KEYS[1], ARGV[1])
return 1
""")

END_ROUNDS = Script("""
-- KEYS rounds
redis.call('SADD', KEYS[1], '')
return redis.call('SMEMBERS', KEYS[1])
""")
