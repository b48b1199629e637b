"""Silent and anonymous writing, and the reveal."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import Command

COMMANDS: Mapping[str, Command] = {}
