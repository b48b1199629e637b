"""Attention: announcements, private words, spotlight, summons, hands, the ready check."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.commands.base import Command

COMMANDS: Mapping[str, Command] = {}
