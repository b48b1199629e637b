"""When a workshop is, in words. A script of the page says it again in the reader's own time zone."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date

from tablee.pages.i18n import Language, typo


def spoken_day(ms: int, language: Language) -> str:
    """`jeudi 12 mars`, in the server's time zone, as everything here."""
    return format_date(_local(ms), "EEEE d MMMM" if language == "fr" else "EEEE, d MMMM", locale=language)


def spoken_time(ms: int, language: Language) -> str:
    """`14 h`, `14 h 05`; `14:05` in English."""
    at = _local(ms)
    if language != "fr":
        return f"{at:%H:%M}"
    return typo(f"{at.hour} h {at:%M}" if at.minute else f"{at.hour} h")


def zone_name(ms: int) -> str:
    return _local(ms).tzname() or "UTC"


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000).astimezone()
