"""Votes and consent rounds: opened and closed here; ballots are kept beside the record."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import Command

COMMANDS: Mapping[str, Command] = {}
