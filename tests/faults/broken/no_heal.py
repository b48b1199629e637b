"""`tablee`, broken: what a log that went back in time has lost is not given back to it.

python -m tests.faults.broken.no_heal serve …
"""

from __future__ import annotations

from collections.abc import Mapping

from tablee.cli import main
from tablee.sync.room import Room


def give_back(self: Room, state: bytes, owners: Mapping[int, str]) -> bool:
    return False


Room.give_back = give_back  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
