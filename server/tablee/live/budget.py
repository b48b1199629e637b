"""How fast one session may send: a token bucket that may go into debt."""

from __future__ import annotations


class Budget:
    """`rate` tokens a second, `burst` at most in hand. Debt is paid back by waiting."""

    __slots__ = ("_at", "burst", "rate", "tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self._at = burst, now

    def spend(self, now: float, tokens: float = 1) -> float:
        """Take tokens; those in hand afterwards, negative when in debt."""
        self.tokens = min(self.burst, self.tokens + (now - self._at) * self.rate) - tokens
        self._at = now
        return self.tokens

    def allows(self, now: float) -> bool:
        """Take one token if there is one."""
        if self.spend(now) >= 0:
            return True
        self.tokens += 1
        return False
