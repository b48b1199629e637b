"""Preparing and ending: the agenda, settings, opening, closing and reopening the room."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import Command

COMMANDS: Mapping[str, Command] = {}
