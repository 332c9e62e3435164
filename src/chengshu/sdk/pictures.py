"""Pictures for scenarios: drawn on the spot, so no photograph of anybody is shipped."""

import io
import secrets

from PIL import Image, ImageDraw


def photo(text: str = "", size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG, different each time."""
    colour = tuple(secrets.randbelow(200) for _ in range(3))
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        left, top = secrets.randbelow(size[0]), secrets.randbelow(size[1])
        draw.rectangle((left, top, left + 30, top + 30), fill=tuple(secrets.randbelow(256) for _ in range(3)))
    draw.text((20, 20), text.encode("ascii", "replace").decode(), fill=(255, 255, 255))
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    return packed.getvalue()
