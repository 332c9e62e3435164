"""Files that come in: judged by content, stripped, kept under their hash; served only to who sees the case."""

import asyncio
from pathlib import Path
from typing import Any

from chengshu.base.errors import NotFound
from chengshu.govern.cases.logic import words
from chengshu.govern.cases.service.receipts import ticket_opens
from chengshu.govern.cases.store import uploads
from chengshu.runtime import images
from chengshu.runtime.database import Work


async def take_upload(work: Work, content: bytes, name: str | None) -> dict[str, Any]:
    """Store a file and say what it is; for pictures also a clean copy, a thumbnail, and what EXIF says."""
    media_type = images.sniff(content)
    blobs = work.city.blobs
    values: dict[str, Any] = {
        "media_type": media_type, "bytes": len(content), "width": None, "height": None, "taken_at": None, "lon": None,
        "lat": None, "public_hash": None, "thumb_hash": None, "name": words.checked(name or "", "file", 200)[:120] or None,
    }  # fmt: skip
    if media_type in images.PICTURES:
        picture = await asyncio.to_thread(images.clean_picture, content, media_type, work.now.tzinfo)
        taken = picture.shot.taken_at
        values |= {
            "width": picture.width,
            "height": picture.height,
            "taken_at": taken if taken is None or taken <= work.now else None,
            "lon": picture.shot.lon,
            "lat": picture.shot.lat,
            "public_hash": await blobs.put(picture.clean),
            "thumb_hash": await blobs.put(picture.thumb),
        }
    values["hash"] = await blobs.put(content)
    await uploads.keep(work, values)
    shown = {k: values[k] for k in ("hash", "media_type", "width", "height", "taken_at", "lon", "lat")}
    return {**shown, "thumb": f"/api/blobs/{values['hash']}?size=thumb" if values["thumb_hash"] else None}


async def find_file(work: Work, hash: str, size: str, ticket: str | None = None) -> tuple[Path, str, str | None]:
    """Path, media type and name of what may be shown. Pictures come re-encoded; the original never leaves the house."""
    if ticket is not None and ticket_opens(work, hash, ticket):
        row = (await uploads.known(work, [hash])).get(hash)
    else:
        row = await uploads.visible(work, hash)
    if row is None:
        raise NotFound(field="hash", value=hash)
    blobs = work.city.blobs
    if row["thumb_hash"] is not None:
        picked = row["thumb_hash"] if size == "thumb" else row["public_hash"]
        return blobs.path(picked), "image/jpeg", row.get("name")
    return blobs.path(hash), row["media_type"], row.get("name")
