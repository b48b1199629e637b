"""Simulated people of a rehearsal: `rehearsal/play.py` has them; here is who may call them."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import LEADERS, Command

COMMANDS: Mapping[str, Command] = {
    "rehearsal.start": Command(LEADERS, ("pace",), None),
    "rehearsal.stop": Command(LEADERS, (), None),
}
