"""Small photos drawn with Pillow: what residents see before, and what it looks like afterwards. Seeded, a few kB each."""

import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (480, 360)
Colour = tuple[int, int, int]


def _shade(luck: random.Random, base: Colour, spread: int = 18) -> Colour:
    shift = luck.randint(-spread, spread)
    return tuple(max(0, min(255, c + shift)) for c in base)  # type: ignore[return-value]


def _street(draw: ImageDraw.ImageDraw, luck: random.Random) -> int:
    """Sky, houses, pavement and road; returns where the ground begins."""
    horizon = luck.randint(110, 150)
    sky = _shade(luck, luck.choice([(170, 196, 222), (196, 200, 204), (150, 180, 215)]))
    draw.rectangle((0, 0, SIZE[0], horizon), fill=sky)
    at = -luck.randint(0, 40)
    while at < SIZE[0]:
        width, height = luck.randint(50, 110), luck.randint(50, horizon - 10)
        wall = _shade(luck, luck.choice([(182, 170, 155), (160, 164, 170), (202, 192, 178)]))
        draw.rectangle((at, horizon - height, at + width, horizon), fill=wall)
        for x in range(at + 8, at + width - 8, 18):
            for y in range(horizon - height + 8, horizon - 10, 20):
                draw.rectangle((x, y, x + 8, y + 11), fill=_shade(luck, (96, 110, 124)))
        at += width + luck.randint(0, 14)
    draw.rectangle((0, horizon, SIZE[0], horizon + 40), fill=_shade(luck, (172, 168, 160)))
    draw.rectangle((0, horizon + 40, *SIZE), fill=_shade(luck, (88, 90, 94)))
    return horizon


def _rubble(draw: ImageDraw.ImageDraw, luck: random.Random, x: int, y: int, pieces: int) -> None:
    colours: list[Colour] = [(120, 92, 60), (60, 120, 70), (200, 200, 210), (40, 70, 130), (180, 60, 50), (90, 90, 84)]
    for _ in range(pieces):
        px, py = x + int(luck.gauss(0, 36)), y + int(luck.gauss(0, 13))
        r = luck.randint(4, 15)
        corners = [
            (px + r * math.cos(a + luck.random()), py + 0.7 * r * math.sin(a + luck.random()))
            for a in (0.0, 1.3, 2.6, 3.9, 5.2)
        ]
        draw.polygon(corners, fill=_shade(luck, luck.choice(colours)))


def _hole(draw: ImageDraw.ImageDraw, luck: random.Random, x: int, y: int, done: bool) -> None:
    w, h = luck.randint(50, 80), luck.randint(22, 36)
    draw.ellipse((x - w, y - h, x + w, y + h), fill=(52, 54, 58) if done else (18, 18, 20))
    if done:
        for k in range(-w + 14, w - 10, 16):
            draw.line((x + k, y - h // 2, x + k, y + h // 2), fill=(110, 112, 116), width=3)
        draw.ellipse((x - w, y - h, x + w, y + h), outline=(130, 132, 136), width=4)
    else:
        draw.arc((x - w, y - h, x + w, y + h), 20, 200, fill=(140, 130, 120), width=5)


def _lamp(draw: ImageDraw.ImageDraw, luck: random.Random, x: int, y: int, done: bool) -> None:
    top = y - luck.randint(120, 150)
    draw.line((x, y, x, top), fill=(70, 74, 80), width=7)
    draw.line((x, top, x + 50, top - 8), fill=(70, 74, 80), width=5)
    if done:
        draw.ellipse((x + 20, top - 40, x + 90, top + 40), fill=(255, 240, 180))
    draw.ellipse((x + 44, top - 14, x + 66, top + 4), fill=(255, 252, 220) if done else (60, 60, 62))


def _stall(draw: ImageDraw.ImageDraw, luck: random.Random, x: int, y: int) -> None:
    draw.rectangle((x - 60, y - 30, x + 60, y + 10), fill=_shade(luck, (150, 110, 70)))
    draw.polygon([(x - 76, y - 74), (x + 76, y - 74), (x + 60, y - 100), (x - 60, y - 100)], fill=(196, 60, 48))
    for side in (-66, 66):
        draw.line((x + side, y - 74, x + side, y + 12), fill=(90, 90, 90), width=4)
    _rubble(draw, luck, x, y + 16, 8)


def _water(draw: ImageDraw.ImageDraw, luck: random.Random, x: int, y: int) -> None:
    for k in range(3):
        w, h = luck.randint(80, 160), luck.randint(16, 34)
        draw.ellipse((x - w + 30 * k, y - h, x + w, y + h), fill=_shade(luck, (92, 104, 112)))


def _crack(draw: ImageDraw.ImageDraw, luck: random.Random, x: int, y: int, done: bool) -> None:
    if done:
        draw.polygon([(x - 80, y - 20), (x + 70, y - 26), (x + 96, y + 24), (x - 60, y + 30)], fill=(58, 60, 64))
        return
    px, py = x - 100, y
    for _ in range(14):
        nx, ny = px + luck.randint(8, 22), py + luck.randint(-14, 14)
        draw.line((px, py, nx, ny), fill=(26, 26, 28), width=luck.randint(3, 7))
        px, py = nx, ny
    draw.ellipse((x - 34, y - 14, x + 34, y + 16), fill=(38, 38, 42))


SUBJECTS = (
    (("井盖", "箅子", "检查井", "盖板"), "hole"),
    (("路灯", "灯", "电力"), "lamp"),
    (("占道", "店外", "摊", "游商", "烧烤", "夜市"), "stall"),
    (("积水", "排水", "污水", "管道", "河道", "水域", "供水"), "water"),
    (("破损", "塌陷", "掘路", "道路", "路面", "坑"), "crack"),
)


def subject_of(title: str) -> str:
    """What to draw for a class by its Chinese title; a heap of rubbish when nothing else fits."""
    return next((subject for words, subject in SUBJECTS if any(word in title for word in words)), "heap")


def draw_photo(title: str, seed: int, done: bool = False) -> bytes:
    """A JPEG of a street with the thing complained about, or with the thing put right when `done`."""
    luck = random.Random(seed)
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    horizon = _street(draw, luck)
    x, y = luck.randint(150, 330), luck.randint(horizon + 90, 310)
    subject = subject_of(title)
    if subject == "hole":
        _hole(draw, luck, x, y, done)
    elif subject == "lamp":
        _lamp(draw, luck, x, horizon + 60, done)
    elif subject == "crack":
        _crack(draw, luck, x, y, done)
    elif not done:
        {"stall": _stall, "water": _water}.get(subject, lambda d, k, px, py: _rubble(d, k, px, py, 46))(
            draw, luck, x, y
        )
    image = image.filter(ImageFilter.GaussianBlur(0.7))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72)
    return out.getvalue()
