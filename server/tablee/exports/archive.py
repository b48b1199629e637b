"""One zip of many files, with a manifest and checksums: the same files make the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tablee import __version__
from tablee.exports.report import licence_said
from tablee.model.canvases import Catalogue
from tablee.model.workshop import Workshop
from tablee.words import Language, Words

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip holds no date before."""
SPDX = {"cc-by-sa-4.0": "CC-BY-SA-4.0"}
PACKED = frozenset({"png", "jpg", "docx", "odt", "xlsx", "pdf"})
"""Formats that are compressed already."""


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class About:
    """What the manifest and the read-me say of the workshop. `versions`: template → its version."""

    title: str
    state_at: int
    licence: str
    licence_said: str
    names: str
    language: str
    attribution: str
    versions: Mapping[str, str]
    server: str


def about_of(
    workshop: Workshop,
    catalogue: Catalogue,
    state_at: int,
    names: str,
    language: Language,
) -> About:
    return About(
        title=workshop.title,
        state_at=state_at,
        licence=SPDX.get(workshop.licence, workshop.licence),
        licence_said=licence_said(workshop.licence, Words(language)),
        names=names,
        language=language,
        attribution=catalogue.attribution[language],
        versions={
            one.id: one.version
            for one in catalogue.templates.values()
            if (f"sheet{one.sheet}" if one.sheet else one.id) in workshop.modules
        },
        server=f"Tablée {__version__}",
    )


def archived(entries: Iterable[Entry], about: About, words: Words) -> bytes:
    """The zip. `manifest.json`, `SHA256SUMS` and the read-me are added."""
    files = sorted(entries, key=lambda entry: entry.path)
    sums = {entry.path: hashlib.sha256(entry.data).hexdigest() for entry in files}
    read_me = Entry(
        "README.txt" if words.language == "en" else "LISEZMOI.txt", _read_me(files, about, words).encode()
    )
    manifest = Entry("manifest.json", _manifest(files, sums, about))
    listed = [*files, read_me, manifest]
    for extra in (read_me, manifest):
        sums[extra.path] = hashlib.sha256(extra.data).hexdigest()
    checks = "".join(f"{sums[entry.path]}  {entry.path}\n" for entry in listed)
    out = io.BytesIO()
    date = max(EARLIEST, _utc(about.state_at).timetuple()[:6])
    with zipfile.ZipFile(out, "w") as zipped:
        for entry in (*listed, Entry("SHA256SUMS", checks.encode())):
            info = zipfile.ZipInfo(entry.path, date)
            stored = entry.path.rpartition(".")[2] in PACKED
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            zipped.writestr(info, entry.data)
    return out.getvalue()


def _utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _manifest(files: Iterable[Entry], sums: Mapping[str, str], about: About) -> bytes:
    told: dict[str, Any] = {
        "workshop": about.title,
        "state_at": _utc(about.state_at).isoformat(timespec="seconds"),
        "licence": about.licence,
        "names": about.names,
        "language": about.language,
        "attribution": about.attribution,
        "template_licence": "CC-BY-SA-4.0",
        "templates": dict(about.versions),
        "made_by": about.server,
        "files": [
            {"path": entry.path, "bytes": len(entry.data), "sha256": sums[entry.path]} for entry in files
        ],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _read_me(files: Iterable[Entry], about: About, words: Words) -> str:
    say = words.say
    state = say("État du {day}, {time}").format(
        day=words.day(about.state_at), time=words.clock(about.state_at)
    )
    lines = [
        about.title,
        "",
        state,
        about.licence_said,
        words.typo(about.attribution),
        say("Les gabarits et ce qui en est repris restent sous CC BY-SA 4.0."),
        "",
        say("Dans ce dossier :"),
        *(f"  {entry.path}" for entry in files),
        "",
        say("SHA256SUMS permet de vérifier que rien n'a changé en route : sha256sum -c SHA256SUMS"),
        say("Le fichier JSON se reprend dans une autre instance de Tablée, à la création d'un atelier."),
    ]
    return "\n".join(lines) + "\n"
