"""Every setting: one table of name, default, parser and help, read once at start.

This is the only place that looks at the environment. A flag wins over the environment, which
wins over the default.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tablee.errors import BadSetting


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: Any
    parse: Callable[[str], Any]
    help: str
    accepts: str

    @property
    def env(self) -> str:
        return "TABLEE_" + self.name.upper()


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force. `sources` says for each name: flag, environment or default."""

    host: str
    port: int
    workers: int
    data_dir: Path
    store_url: str | None
    public_url: str | None
    origins: tuple[str, ...]
    trusted_proxy: bool
    language: str
    time_zone: str | None
    retention_days: int
    max_retention_days: int
    max_people: int
    max_groups: int
    updates_per_s: int
    updates_burst: int
    presence_per_s: int
    photo_mb: int
    photos_mb: int
    import_mb: int
    workshops_per_hour: int
    rehearsal: bool
    rehearsal_pace: float
    sources: Mapping[str, str]


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return parse


def _seconds(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def _yes_no(text: str) -> bool:
    word = text.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(text)


def _host(text: str) -> str:
    if not text.strip():
        raise ValueError(text)
    return text.strip()


def _folder(text: str) -> Path:
    if not text.strip():
        raise ValueError(text)
    return Path(text).expanduser().absolute()


def _store_url(text: str) -> str:
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError(text)
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.rstrip("/") or parts.query:
        raise ValueError(text)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(part) for part in text.split(",") if part.strip())


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text.strip())
    except (KeyError, OSError):  # of which some names make others than the one for what is not there
        raise ValueError(text) from None
    return text.strip()


def _data_home() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "tablee"


SETTINGS: tuple[Setting, ...] = (
    Setting("host", "127.0.0.1", _host, "address to listen on", "an address or host name"),
    Setting("port", 8000, _number(0, 65535), "port to listen on; 0 picks a free one", "0 to 65535"),
    Setting("workers", 1, _number(1, 64), "server processes", "1 to 64"),
    Setting(
        "data_dir", None, _folder, "folder of the embedded store (default: your data folder)", "a folder"
    ),
    Setting(
        "store_url",
        None,
        _store_url,
        "Redis or Valkey to use instead of the embedded store",
        "redis://…, rediss://… or unix://…",
    ),
    Setting(
        "public_url",
        None,
        _origin,
        "address people type, when it differs from host and port",
        "http://… or https://… without a path",
    ),
    Setting(
        "origins",
        (),
        _origins,
        "further origins whose pages may use this server, comma separated",
        "a list of http(s)://host addresses",
    ),
    Setting("trusted_proxy", False, _yes_no, "believe X-Forwarded-* of the peer that connects", "yes or no"),
    Setting(
        "language",
        "fr",
        _one_of("fr", "en"),
        "language of pages when the browser asks for neither",
        "fr or en",
    ),
    Setting(
        "time_zone",
        None,
        _time_zone,
        "time zone of days and times in files and on pages (default: the machine's)",
        "a name such as Europe/Paris or UTC",
    ),
    Setting("retention_days", 90, _number(1, 3650), "days after which a workshop is erased", "1 to 3650"),
    Setting(
        "max_retention_days",
        730,
        _number(1, 3650),
        "days from now that an organiser may keep a workshop",
        "1 to 3650",
    ),
    Setting("max_people", 400, _number(2, 5000), "people in one workshop", "2 to 5000"),
    Setting("max_groups", 60, _number(1, 200), "groups in one workshop", "1 to 200"),
    Setting(
        "updates_per_s", 30, _number(1, 10000), "document updates a session may send per second", "1 to 10000"
    ),
    Setting(
        "updates_burst", 120, _number(1, 100000), "document updates a session may send at once", "1 to 100000"
    ),
    Setting(
        "presence_per_s", 20, _number(1, 1000), "presence messages a session may send per second", "1 to 1000"
    ),
    Setting("photo_mb", 12, _number(1, 50), "megabytes of one photo as it is sent", "1 to 50"),
    Setting("photos_mb", 40, _number(0, 2000), "megabytes of photos that one workshop keeps", "0 to 2000"),
    Setting("import_mb", 64, _number(1, 1000), "megabytes of a file that is brought back", "1 to 1000"),
    Setting(
        "workshops_per_hour",
        600,
        _number(1, 1_000_000),
        "workshops made from one address in an hour",
        "1 to 1000000",
    ),
    Setting("rehearsal", False, _yes_no, "create a ready workshop at start and print its links", "yes or no"),
    Setting(
        "rehearsal_pace",
        12,
        _seconds(0.01, 600),
        "seconds between two things that one simulated person does in a rehearsal",
        "0.01 to 600",
    ),
)


def read_settings(
    flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read flags, then the environment, then defaults. Raises `BadSetting` naming name, value, accepted."""
    env = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in SETTINGS:
        raw = (flags or {}).get(setting.name)
        if raw is not None:
            source, text = "flag", str(raw)
        elif setting.env in env:
            source, text = "environment", env[setting.env]
        else:
            values[setting.name], sources[setting.name] = setting.default, "default"
            continue
        try:
            values[setting.name] = setting.parse(text)
        except ValueError:
            name = "--" + setting.name.replace("_", "-") if source == "flag" else setting.env
            raise BadSetting(f"{name} is {text!r}: {setting.accepts} is accepted.") from None
        sources[setting.name] = source
    if values["data_dir"] is None:
        values["data_dir"] = _data_home()
    return Settings(**values, sources=sources)


def live_in(settings: Settings) -> None:
    """Have this process and those it starts tell times in the zone of the settings."""
    if settings.time_zone is not None:
        os.environ["TZ"] = settings.time_zone
        time.tzset()


def hand_down(settings: Settings) -> None:
    """Put the settings into this process's environment, where its worker processes read them."""
    os.environ.update(as_environment(settings))


def as_environment(settings: Settings) -> dict[str, str]:
    """The same settings as environment variables."""
    out = {}
    for setting in SETTINGS:
        value = getattr(settings, setting.name)
        if value is None or value == () or setting.name == "rehearsal":
            continue
        out[setting.env] = ",".join(value) if isinstance(value, tuple) else str(value)
    return out
