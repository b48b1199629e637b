"""Office files are zips: the same content makes the same bytes once their dates are the content's."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

EARLIEST = (1980, 1, 1, 0, 0, 0)


def dated(data: bytes, at_ms: int) -> bytes:
    """The same zip, entry by entry, with this date on each."""
    date = max(EARLIEST, datetime.fromtimestamp(at_ms / 1000, UTC).timetuple()[:6])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for old in before.infolist():
            info = zipfile.ZipInfo(old.filename, date)
            info.compress_type = old.compress_type  # the first entry of an ODT must stay as it is
            info.external_attr = old.external_attr
            info.create_system = 3
            after.writestr(info, before.read(old))
    return out.getvalue()
