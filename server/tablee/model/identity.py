"""Names of things: identifiers, join codes, secrets, colours and marks of people.

Randomness arrives as an argument, so that a test can choose it.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable

Choose = Callable[[int], int]
"""Choose(n) gives a number from 0 to n − 1; `secrets.randbelow` in production."""

ID_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 O 1 I L U: a code is read aloud and typed from a screen across the room."""

COLOURS = ("citron", "abricot", "pivoine", "lavande", "ciel", "lagon", "mousse", "craie")
MARKS = ("disc", "triangle", "square", "diamond", "hexagon", "cross", "star", "crescent")


def new_id(choose: Choose, prefix: str = "", length: int = 10) -> str:
    return prefix + "".join(ID_ALPHABET[choose(len(ID_ALPHABET))] for _ in range(length))


def new_code(choose: Choose, length: int = 8) -> str:
    return "".join(CODE_ALPHABET[choose(len(CODE_ALPHABET))] for _ in range(length))


def show_code(code: str) -> str:
    """`7KQM4TXP` as `7KQM-4TXP`, four by four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_code(typed: str) -> str | None:
    """The code somebody typed, in any case and with any dashes or spaces; None when it cannot be one."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c not in " -‐‑–—\t\n")
    if len(kept) != 8 or any(c not in CODE_ALPHABET for c in kept):
        return None
    return kept


def digest(secret: str) -> str:
    """What is stored of a secret. Secrets are random and long, so no salt or slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def salted(phrase: str, salt: bytes) -> str:
    """What is stored of a phrase that people choose: it may be guessed, so a salt and a slow hash.

    Case and accents do not count: it is read aloud, and typed on a telephone.
    """
    slow = hashlib.scrypt(name_key(clean_name(phrase)).encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return f"{salt.hex()}:{slow.hex()}"


def is_phrase(phrase: str, stored: str) -> bool:
    """Whether this is the phrase that `salted` made the stored value of."""
    salt = bytes.fromhex(stored.partition(":")[0])
    return hmac.compare_digest(salted(phrase, salt), stored)


def mark_of(colour: str) -> str:
    return MARKS[COLOURS.index(colour)]


def initials(name: str) -> str:
    """One or two capitals for an avatar: `Nadia Benali` NB, `Jean-Luc` JL, `Yann` Y."""
    words = [word for word in name.replace("-", " ").split() if word]
    picked = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0].upper() for word in picked)


def name_key(name: str) -> str:
    """Equal for names that differ in case or accents only."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", bare.casefold())


def clean_text(typed: str) -> str:
    """A text of several lines as it is shown: no control or direction-changing characters but new lines."""
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))
        if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return kept.strip()


def clean_name(typed: str) -> str:
    """A name as it is shown: one line, single spaces, no control or direction-changing characters."""
    kept = "".join(
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFC", typed)
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return " ".join(kept.split())
