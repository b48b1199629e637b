"""Run as a program: reads one image that anybody may have sent, writes two JPEG files made anew.

In a process of its own, with little memory and time, because decoders are where hostile files aim. Nothing of
the file is kept but what one sees: no place, no date, no camera, no profile, nothing behind the end.

Its answer is one line of JSON and then the bytes: `{"width", "height", "large", "small"}` (the last two are
lengths), or `{"fault": "type" | "pixels"}`. Of a broken file it dies: decoders raise whatever they like.
"""

from __future__ import annotations

import io
import json
import os
import sys
import warnings
from contextlib import suppress
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS = 50_000_000
LARGE, SMALL = 2400, 480
"""The longest side of what is kept, and of its preview, in pixels."""
QUALITY = {LARGE: 82, SMALL: 74}
MEMORY_BYTES = 1_500_000_000
CPU_S = 20


def main() -> None:
    _bounded()
    answer = decoded(sys.stdin.buffer.read())
    parts = answer.pop("parts", [])
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))


def decoded(data: bytes) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return {"fault": "pixels"}
    except UnidentifiedImageError:
        return {"fault": "type"}
    image.draft("RGB", (LARGE, LARGE))  # a JPEG need not be unpacked larger than it is kept
    image.load()
    seen = _on_white(ImageOps.exif_transpose(image))
    large, small = _jpeg(seen, LARGE), _jpeg(seen, SMALL)
    with Image.open(io.BytesIO(large)) as kept:
        width, height = kept.size
    return {
        "width": width,
        "height": height,
        "large": len(large),
        "small": len(small),
        "parts": [large, small],
    }


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    clear = image.convert("RGBA")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def _jpeg(image: Image.Image, side: int) -> bytes:
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    bare = Image.frombytes("RGB", smaller.size, smaller.tobytes())  # `info` and Exif stay behind
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY[side], optimize=True, progressive=side == LARGE)
    return out.getvalue()


def _bounded() -> None:
    """Where the system has such limits. Whoever writes notes goes first."""
    with suppress(AttributeError, OSError):
        os.nice(10)
    with suppress(ImportError):
        import resource

        for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S)):
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
