"""Uploads are judged by content, bounded, upright, and told nothing when they leave."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from chengshu.base.errors import Problem
from chengshu.runtime import images
from chengshu.runtime.ratelimit import RateLimiter

CITY = ZoneInfo("Asia/Shanghai")


def shot(fmt: str = "JPEG", size: tuple[int, int] = (80, 40), orientation: int = 1, lat: object = None) -> bytes:
    image = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SECRET-CAMERA"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:04 10:20:30"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = lat or (31.0, 21.0, 36.0)
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = (119.0, 49.0, 12.0)
    out = io.BytesIO()
    image.save(out, fmt, exif=exif)
    return out.getvalue()


class TestClean:
    def test_reads_place_and_time_then_forgets_them(self) -> None:
        content = shot()
        picture = images.clean_picture(content, images.sniff(content), CITY)
        assert picture.shot.lon == pytest.approx(119.82)
        assert picture.shot.lat == pytest.approx(31.36)
        assert picture.shot.taken_at == dt.datetime(2026, 3, 4, 10, 20, 30, tzinfo=CITY)
        for made in (picture.clean, picture.thumb):
            assert b"SECRET" not in made
            assert b"Exif" not in made
            with Image.open(io.BytesIO(made)) as opened:
                assert not opened.getexif()

    def test_turns_upright(self) -> None:
        picture = images.clean_picture(shot(orientation=6), "image/jpeg")
        assert (picture.width, picture.height) == (40, 80)

    def test_large_pictures_shrink(self) -> None:
        out = io.BytesIO()
        Image.new("RGB", (4000, 3000), "blue").save(out, "JPEG")
        picture = images.clean_picture(out.getvalue(), "image/jpeg")
        assert max(picture.width, picture.height) == images.SIDE
        with Image.open(io.BytesIO(picture.thumb)) as thumb:
            assert max(thumb.size) <= images.THUMB

    @pytest.mark.parametrize("fmt", ["PNG", "WEBP", "GIF"])
    def test_other_formats_become_jpeg(self, fmt: str) -> None:
        out = io.BytesIO()
        Image.new("RGBA" if fmt != "GIF" else "P", (50, 50)).save(out, fmt)
        content = out.getvalue()
        picture = images.clean_picture(content, images.sniff(content))
        assert picture.clean[:3] == b"\xff\xd8\xff"

    def test_heic(self) -> None:
        import pillow_heif

        out = io.BytesIO()
        pillow_heif.from_pillow(Image.new("RGB", (64, 64), "green")).save(out, quality=50)
        content = out.getvalue()
        kind = images.sniff(content)
        assert kind in {"image/heic", "image/heif"}
        assert images.clean_picture(content, kind).width == 64

    @pytest.mark.parametrize("lat", [(float("nan"), 1.0, 1.0), (200.0, 0.0, 0.0)])
    def test_senseless_positions_count_as_none(self, lat: object) -> None:
        try:
            content = shot(lat=lat)
        except (ValueError, OverflowError):
            pytest.skip("this value cannot be written")
        assert images.clean_picture(content, "image/jpeg").shot.lat is None


class TestRefusals:
    @pytest.mark.parametrize(
        "content", [b"", b"<svg onload=alert(1)>", b"<html>", b"PK\x03\x04zip", b"\x7fELF", b"#!/bin/sh", b"MZ"]
    )
    def test_what_is_not_on_the_list(self, content: bytes) -> None:
        with pytest.raises(Problem) as caught:
            images.sniff(content)
        assert caught.value.field == "file"

    def test_too_many_bytes(self) -> None:
        with pytest.raises(images.FileTooLarge):
            images.sniff(b"\xff\xd8\xff" + b"0" * images.BYTES)

    def test_a_bomb_of_pixels(self) -> None:
        out = io.BytesIO()
        Image.new("1", (20_000, 20_000)).save(out, "PNG")
        with pytest.raises(images.FileTooLarge):
            images.clean_picture(out.getvalue(), "image/png")

    @settings(deadline=None, max_examples=60)
    @given(st.binary(max_size=400), st.integers(0, 600))
    def test_broken_files_are_refused_not_raised(self, noise: bytes, cut: int) -> None:
        content = shot()[:cut] + noise
        try:
            images.clean_picture(content, images.sniff(content))
        except (images.FileBroken, images.FileKindRefused, images.FileTooLarge):
            return


class TestBrake:
    def test_burst_then_rate(self) -> None:
        brake = RateLimiter(per_minute=60, burst=3)
        for _ in range(3):
            brake.take("a", now=0.0)
        with pytest.raises(Problem) as caught:
            brake.take("a", now=0.1)
        assert caught.value.status == 429
        brake.take("b", now=0.1)
        brake.take("a", now=1.5)
