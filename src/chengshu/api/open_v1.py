"""The citizens' open API, version 1: report without an account, follow by number and code, rate; the county's figures.

Everything a receipt code opens is decided in `govern.cases`; this module only speaks HTTP and brakes floods. Places are
mirrored here by their own room.
"""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response, UploadFile
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chengshu.base.errors import Invalid
from chengshu.base.text import pick
from chengshu.decide.indicators import facade as indicators
from chengshu.govern.cases import facade as cases
from chengshu.govern.cases.contracts import CHANNELS, GRADES, OpenCase
from chengshu.runtime.database import Work
from chengshu.runtime.images import BYTES
from chengshu.runtime.ratelimit import RateLimiter
from chengshu.runtime.web import first_answer, keep_answer, open_door

router = APIRouter(prefix="/api/open/v1", tags=["open"])
Public = Annotated[Work, open_door()]
# Per address: a family behind one router may report a storm's damage, a script may not fill the county's desk.
REPORTS = RateLimiter(per_minute=20, burst=30)
UPLOADS = RateLimiter(per_minute=60, burst=60)
LOOKUPS = RateLimiter(per_minute=120, burst=120)
# Codes are short: who tries numbers and codes is stopped long before chance helps.
GUESSES = RateLimiter(per_minute=30, burst=60)


def _storable(text: str) -> str:
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds characters that cannot be kept (NUL or half a character)")
    return text


def _moment(at: dt.datetime) -> dt.datetime:
    if not 1900 <= at.year <= 2200:
        raise ValueError("a time between the years 1900 and 2200 is expected")
    return at


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    for name, value in fields.items():
        _storable(name)
        if isinstance(value, str):
            _storable(value)
        elif isinstance(value, dict | list) or (isinstance(value, int | float) and not abs(value) < 2**53):
            raise ValueError(f"{name}: a text, a number or true/false is expected")
    return fields


Storable = Annotated[str, AfterValidator(_storable)]
Degrees = Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[str, Path(min_length=6, max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


class Incoming(BaseModel):
    """What comes in names only fields that exist."""

    model_config = ConfigDict(extra="forbid")


class ReporterIn(Incoming):
    """Who reports, as far as they want to say."""

    name: Storable | None = Field(default=None, max_length=60)
    phone: Storable | None = Field(default=None, max_length=30, pattern=r"^[0-9+() -]*$")
    anonymous: bool = False


class SuggestIn(Incoming):
    """What the citizen has typed so far."""

    text: Storable = Field(default="", max_length=20_000)
    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Storable | None = Field(default=None, max_length=20)
    address: Storable | None = Field(default=None, max_length=400)
    class_: Storable | None = Field(default=None, alias="class", max_length=40)
    type: Storable | None = Field(default=None, max_length=120)


class ReportIn(Incoming):
    """A report."""

    text: Storable = Field(max_length=20_000)
    title: Storable | None = Field(default=None, max_length=400)
    class_: Storable | None = Field(default=None, alias="class", max_length=40)
    type: Storable | None = Field(default=None, max_length=120)
    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Storable | None = Field(default=None, max_length=20)
    address: Storable | None = Field(default=None, max_length=400)
    region: Storable | None = Field(default=None, max_length=40)
    reporter: ReporterIn | None = None
    occurred_at: Annotated[dt.datetime, AfterValidator(_moment)] | None = None
    attachments: list[Hash] = Field(default_factory=list[Hash], max_length=9)
    fields: Annotated[dict[str, Any], AfterValidator(_flat)] = Field(default_factory=dict[str, Any])

    def asked(self) -> OpenCase:
        """The same as the room takes it."""
        return OpenCase(
            type=self.type or "", channel="citizen", text=self.text, title=self.title or None,
            class_code=self.class_ or None, lon=self.lon, lat=self.lat, datum=self.datum or None, address=self.address,
            region=self.region or None, occurred_at=self.occurred_at,
            reporter=self.reporter.model_dump(exclude_none=True) if self.reporter else None,
            attachments=tuple(dict.fromkeys(self.attachments)), fields=self.fields,
        )  # fmt: skip


class RatingIn(Incoming):
    """A grade, 1 very satisfied to 5 very unsatisfied."""

    grade: int = Field(ge=1, le=5, strict=True)
    text: Storable | None = Field(default=None, max_length=1000)


class ReopenIn(Incoming):
    """Why it should be handled again."""

    reason: Storable = Field(min_length=1, max_length=1000)


def _brake(limiter: RateLimiter, request: Request) -> None:
    limiter.take(request.client.host if request.client else "")


@router.get("/site", summary="城市信息 The county")
async def show_site(work: Public) -> dict[str, Any]:
    settings = work.city.settings
    site = work.city.site if work.city.has("site") else None
    county = work.city.regions.county
    shown: dict[str, Any] = {
        "code": county.code,
        "title": county.name,
        "title_en": county.name_en,
        "county": county.code,
        "center": {"lon": county.lon, "lat": county.lat},
        "bbox": None,
        "brand": None,
    }
    if site is not None:
        lon, lat = site.centre
        shown |= {
            "title": pick(site.title, work.lang),
            "title_en": site.title.get("en"),
            "center": {"lon": lon, "lat": lat},
            "bbox": list(site.bbox),
            "brand": pick(site.brand.name.model_dump(), work.lang),
        }
    return {
        **shown,
        "now": work.now,
        "oidc": bool(settings.oidc_issuer),
        "channels": {c: pick(t, work.lang) for c, t in CHANNELS.items()},
        "grades": [{"value": g, "title": pick(t, work.lang)} for g, t in GRADES.items()],
        "demo": await _demo_people(work) if settings.demo else [],
    }


async def _demo_people(work: Work) -> list[dict[str, str]]:
    """The demo people of the site, for the hint on the sign-in page; only in a demo city."""
    people = getattr(work.city.site, "people", None) if work.city.has("site") else None
    return [{"login": p.login, "title": p.name} for p in people or ()]


@router.get("/classes", summary="可上报的类别 What can be reported")
async def list_classes(work: Public) -> dict[str, Any]:
    types = {t["id"]: t for t in await cases.types(work) if "citizen" in t["channels"]}
    roots = [t["classes_root"] or "" for t in types.values()]
    shown = ("code", "title", "group", "parent", "urgency")
    found = [
        {**{k: c[k] for k in shown}, "conditions": [], "lead": None}
        for c in await cases.classes(work)
        if any(c["code"].startswith(r) for r in roots)
    ]
    return {"items": found, "next": None}


@router.post("/suggestions", summary="建议类别与位置 Suggested class and place")
async def suggest(work: Public, request: Request, body: SuggestIn) -> dict[str, Any]:
    _brake(LOOKUPS, request)
    asked = OpenCase(
        type=body.type or "", channel="citizen", text=body.text, class_code=body.class_ or None, lon=body.lon, lat=body.lat,
        datum=body.datum or None, address=body.address,
    )  # fmt: skip
    return await cases.suggest(work, asked, with_similar=False)


@router.post("/uploads", status_code=201, summary="上传照片 Upload a photo")
async def upload(work: Public, request: Request, file: UploadFile) -> dict[str, Any]:
    _brake(UPLOADS, request)
    return await cases.take_upload(work, await file.read(BYTES + 1), file.filename)


@router.post("/reports", status_code=201, summary="上报，返回编号与查询码 Report; gives number and code")
async def report(
    work: Public, request: Request, response: Response, body: ReportIn, idempotency_key: Key = None
) -> dict[str, Any]:
    _brake(REPORTS, request)
    known = await first_answer(work, idempotency_key, body.model_dump(mode="json"))
    if known is not None:
        code, out = await cases.repeat_report(work, known["number"], str(idempotency_key))
    else:
        code, out = await cases.report(work, body.asked(), idempotency_key)
        await keep_answer(work, idempotency_key, {"number": out["number"]})
    response.headers["Cache-Control"] = "no-store"
    return {**out, "code": code}


@router.get("/reports/{number}", summary="查询进度 Progress of a report")
async def read_report(work: Public, request: Request, number: Number) -> dict[str, Any]:
    _brake(GUESSES, request)
    return await cases.read_report(work, number)


@router.post("/reports/{number}/rating", summary="评价 Rate")
async def rate_report(work: Public, request: Request, number: Number, body: RatingIn) -> dict[str, Any]:
    _brake(GUESSES, request)
    return await cases.rate_report(work, number, body.grade, body.text)


@router.post("/reports/{number}/reopen", summary="要求重新办理 Ask to reopen")
async def reopen_report(work: Public, request: Request, number: Number, body: ReopenIn) -> dict[str, Any]:
    _brake(GUESSES, request)
    if not body.reason.strip():
        raise Invalid(field="reason", value=body.reason)
    return await cases.reopen_report(work, number, body.reason)


@router.get("/stats", summary="公开数据 Public figures")
async def stats(work: Public) -> dict[str, Any]:
    return await indicators.public_figures(work)
