"""Groups: made, renamed, dissolved, balanced, given their sheet."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import Command

COMMANDS: Mapping[str, Command] = {}
