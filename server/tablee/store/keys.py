"""The name of every key in the store, one function each; `docs/data-store.md` lists them.

Keys of a room share the hash tag `{room}` and those of a workshop `{workshop}`, so that one script
may touch them together wherever they live. The others are single keys that no script combines.
"""

from __future__ import annotations

LOG_SUFFIX = b"}:log"
"""How the name of a log ends, to tell it from a control stream in what the reader delivers."""


def meta(room: str) -> str:
    return f"{{{room}}}:meta"


def log(room: str) -> str:
    return f"{{{room}}}:log"


def snapshot(room: str) -> str:
    return f"{{{room}}}:snap"


def previous_snapshot(room: str) -> str:
    return f"{{{room}}}:snap:prev"


def clients(room: str) -> str:
    return f"{{{room}}}:clients"


def holders(room: str) -> str:
    return f"{{{room}}}:holders"


def private(room: str) -> str:
    return f"{{{room}}}:private"


def tallies(room: str) -> str:
    return f"{{{room}}}:private:tallies"


def revealed(room: str) -> str:
    return f"{{{room}}}:private:revealed"


def revealing(room: str) -> str:
    return f"{{{room}}}:private:revealing"


def turn(room: str) -> str:
    return f"{{{room}}}:turn"


def hidden_notes(room: str) -> str:
    return f"{{{room}}}:hidden_notes"


def photos(room: str) -> str:
    return f"{{{room}}}:photos"


def versions(room: str) -> str:
    return f"{{{room}}}:versions"


def version_states(room: str) -> str:
    return f"{{{room}}}:versions:states"


def retold_log(room: str, lineage: str) -> str:
    return f"{{{room}}}:retold_log:{lineage}"


def retold_states(room: str, lineage: str) -> str:
    return f"{{{room}}}:retold_states:{lineage}"


def presence_channel(room: str) -> str:
    return f"{{{room}}}:presence"


def record(workshop: str) -> str:
    return f"{{{workshop}}}:record"


def control(workshop: str) -> str:
    return f"{{{workshop}}}:control"


def reentry(workshop: str) -> str:
    return f"{{{workshop}}}:reentry"


def workshop_sessions(workshop: str) -> str:
    return f"{{{workshop}}}:sessions"


def workshop_invitations(workshop: str) -> str:
    return f"{{{workshop}}}:invitations"


def rounds(workshop: str) -> str:
    return f"{{{workshop}}}:votes"


def ballots(workshop: str, name: str) -> str:
    return f"{{{workshop}}}:votes:{name}"


def pinned_kit(workshop: str) -> str:
    return f"{{{workshop}}}:kit"


def kits() -> str:
    return "tablee:kits"


def kit(kit: str) -> str:
    return f"tablee:kit:{kit}"


def workshops() -> str:
    return "tablee:workshops"


def code(code: str) -> str:
    return f"tablee:code:{code}"


def invitation(token_sha256: str) -> str:
    return f"tablee:invitation:{token_sha256}"


def session(token_sha256: str) -> str:
    return f"tablee:session:{token_sha256}"


def ticket(ticket_sha256: str) -> str:
    return f"tablee:ticket:{ticket_sha256}"


def rate(key: str) -> str:
    return f"tablee:rate:{key}"


def marker() -> str:
    return "tablee:marker"


def past() -> str:
    return "tablee:past"


def restoring() -> str:
    return "tablee:restoring"


def erasing() -> str:
    return "tablee:erasing"


def tagged(key: bytes) -> str:
    """The room or workshop whose hash tag this key bears."""
    return key[1 : key.index(b"}")].decode()
