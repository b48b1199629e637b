"""What the decoder makes of images as people have them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest
from PIL import Image, ImageCms

from tablee.live.decoding import LARGE, SMALL, decoded


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def kept(data: bytes) -> Image.Image:
    answer = decoded(data)
    assert "fault" not in answer
    large, small = answer["parts"]
    assert (len(large), len(small)) == (answer["large"], answer["small"])
    with Image.open(io.BytesIO(small)) as preview:
        assert max(preview.size) <= SMALL
    seen = Image.open(io.BytesIO(large))
    assert seen.format == "JPEG" and seen.mode == "RGB" and max(seen.size) <= LARGE
    assert seen.size == (answer["width"], answer["height"])
    return seen


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("P", "PNG"),
        ("I;16", "PNG"),
        ("LA", "PNG"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_kind_of_picture_becomes_a_plain_jpeg(mode: str, kind: str) -> None:
    assert kept(saved(Image.new(mode, (30, 20)), kind)).size == (30, 20)


def test_of_several_pictures_the_first_is_kept() -> None:
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    for kind in ("WEBP", "MPO", "PNG"):
        pixel = kept(saved(first, kind, save_all=True, append_images=[second])).getpixel((10, 10))
        assert isinstance(pixel, tuple) and pixel[0] > 200 > 80 > pixel[2], kind


def test_a_profile_stays_behind() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    seen = kept(
        saved(Image.new("RGB", (20, 20)), "JPEG", icc_profile=profile, xmp=b"<x:xmpmeta>Lilas</x:xmpmeta>")
    )
    assert not {"icc_profile", "xmp", "exif", "comment"} & seen.info.keys()


def test_a_thin_picture_keeps_a_side() -> None:
    assert kept(saved(Image.new("RGB", (5000, 1)), "PNG")).size == (LARGE, 1)


def test_as_a_program_it_answers_a_line_and_then_the_bytes() -> None:
    def ask(data: bytes) -> bytes:
        program = [sys.executable, "-m", "tablee.live.decoding"]
        return subprocess.run(program, input=data, capture_output=True, check=True).stdout

    line, _, rest = ask(saved(Image.new("RGB", (20, 10)), "PNG")).partition(b"\n")
    said = json.loads(line)
    assert (said["width"], said["height"]) == (20, 10)
    assert len(rest) == said["large"] + said["small"]
    assert ask(b"") == b'{"fault": "type"}\n'
