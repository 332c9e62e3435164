"""Pictures and other files from outside: judged by their content, bounded, turned upright, stripped of what they tell.

Nothing that was uploaded is ever served as it came to the public: pictures are decoded and encoded anew, without
their metadata. What the metadata said of place and time is read before and kept beside the file.
"""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import filetype  # pyright: ignore[reportMissingTypeStubs]
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.Image import DecompressionBombError, Resampling

from chengshu.base.errors import Invalid, TooLarge

BYTES = 20 * 1024 * 1024
PIXELS = 60_000_000
SIDE = 1920
THUMB = 320
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/gif"})
OTHERS = frozenset(
    {
        "video/mp4", "video/quicktime", "video/3gpp", "application/pdf",
        "audio/mpeg", "audio/amr", "audio/mp4", "audio/m4a", "audio/x-wav", "audio/wav",
    }
)  # fmt: skip
ACCEPTED = PICTURES | OTHERS
Image.MAX_IMAGE_PIXELS = PIXELS


class FileKindRefused(Invalid):
    code = "files.kind_refused"
    text: ClassVar = {"zh": "不接受这种文件（{value}）", "en": "This kind of file is not accepted ({value})"}
    remedy: ClassVar = {
        "zh": "可上传 JPG、PNG、WebP、HEIC、GIF 图片，MP4/MOV 视频，PDF，AMR/MP3/M4A/WAV 录音",
        "en": "Send pictures (JPG, PNG, WebP, HEIC, GIF), videos (MP4, MOV), PDF or recordings (AMR, MP3, M4A, WAV)",
    }


class FileBroken(Invalid):
    code = "files.broken"
    text: ClassVar = {"zh": "文件损坏或内容与格式不符：{value}", "en": "The file is broken: {value}"}
    remedy: ClassVar = {"zh": "请重新拍照或重新导出后上传", "en": "Take or export it again, then upload"}


class FileTooLarge(TooLarge):
    code = "files.too_large"


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture's metadata says: where (WGS 84) and when it was taken."""

    lon: float | None = None
    lat: float | None = None
    taken_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made safe: re-encoded without metadata, with a thumbnail."""

    media_type: str
    width: int
    height: int
    clean: bytes
    thumb: bytes
    shot: Shot


def sniff(content: bytes, limit: int = BYTES) -> str:
    """The media type by content, never by name; refuses what is empty, too large or not on the list."""
    if len(content) > limit:
        raise FileTooLarge(field="file", value=len(content), limit=f"{limit // 1024 // 1024} MB")
    if not content:
        raise FileBroken(field="file", value="0 B")
    kind: Any = cast(Any, filetype).guess(content)
    media_type = str(kind.mime) if kind is not None else "unknown"
    if media_type == "unknown" and content[:6] == b"#!AMR\n":
        media_type = "audio/amr"
    if media_type not in ACCEPTED:
        raise FileKindRefused(field="file", value=media_type)
    return media_type


def clean_picture(content: bytes, media_type: str, zone: dt.tzinfo | None = None) -> Picture:
    """Decode, turn upright, shrink to SIDE, encode as JPEG without metadata. CPU work: call it in a thread."""
    if media_type in {"image/heic", "image/heif"}:
        import pillow_heif  # 50 ms that most uploads need not pay

        cast(Any, pillow_heif).register_heif_opener()
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > PIXELS:
                raise FileTooLarge(field="file", value=f"{opened.width}×{opened.height}", limit=f"{PIXELS} px")
            shot = read_shot(opened, zone)
            opened.draft("RGB", (SIDE, SIDE))
            width, height = opened.size
            upright = ImageOps.exif_transpose(opened)
            flat = _flat(upright)
    except FileTooLarge:
        raise
    except DecompressionBombError as error:
        raise FileTooLarge(field="file", value="px", limit=f"{PIXELS} px") from error
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        MemoryError,
    ) as error:
        raise FileBroken(field="file", value=type(error).__name__) from error
    flat.thumbnail((SIDE, SIDE), Resampling.LANCZOS)
    clean = _jpeg(flat, 85)
    width, height = flat.size
    flat.thumbnail((THUMB, THUMB), Resampling.LANCZOS)
    return Picture(media_type, width, height, clean, _jpeg(flat, 78), shot)


def _flat(image: Image.Image) -> Image.Image:
    """RGB pixels in a new image, so that nothing but pixels is carried over; transparency becomes white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
        return flat
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=False, progressive=False)
    return out.getvalue()


def read_shot(image: Image.Image, zone: dt.tzinfo | None = None) -> Shot:
    """Place and time from EXIF; whatever cannot be read counts as not said."""
    try:
        exif = image.getexif()
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        detail = exif.get_ifd(ExifTags.IFD.Exif)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return Shot()
    lon = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef), "W", 180.0)
    lat = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef), "S", 90.0)
    if lon is None or lat is None or (lon == 0.0 and lat == 0.0):
        lon = lat = None
    raw = detail.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return Shot(lon, lat, _moment(raw, detail.get(ExifTags.Base.OffsetTimeOriginal), zone))


def _degrees(parts: Any, ref: Any, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(p) for p in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60.0 + seconds / 3600.0
    if not 0.0 <= value <= most:  # also refuses NaN, which compares false
        return None
    sign = ref.decode("ascii", "ignore") if isinstance(ref, bytes) else str(ref or "")
    return round(-value if sign.strip("\x00 ").upper() == negative else value, 7)


def _moment(raw: Any, offset: Any, zone: dt.tzinfo | None) -> dt.datetime | None:
    text = raw.decode("ascii", "ignore") if isinstance(raw, bytes) else str(raw or "")
    try:
        at = dt.datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    except ValueError:
        return None
    try:
        return (
            dt.datetime.fromisoformat(f"{at.isoformat()}{str(offset).strip()}") if offset else at.replace(tzinfo=zone)
        )
    except ValueError:
        return at.replace(tzinfo=zone)
