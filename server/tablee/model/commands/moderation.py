"""Moderation: what one person did taken back, notes hidden and given back."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import Command

COMMANDS: Mapping[str, Command] = {}
