"""Routes of maps."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chengshu.commons.maps import service
from chengshu.commons.maps.contracts import View
from chengshu.runtime.database import Work
from chengshu.runtime.web import OPEN, needs

router = APIRouter(prefix="/api/maps", tags=["maps"])
# Whoever is signed in may look at the map; each provider shows only what the asker may see.
SignedIn = Annotated[Work, needs(OPEN)]
MOST_FEATURES = 5000


class FeaturesAsked(BaseModel):
    """The window of the map; a misspelt parameter is refused instead of being ignored."""

    model_config = ConfigDict(extra="forbid")

    bbox: str | None = Field(default=None, max_length=200)
    zoom: float = Field(default=11, ge=0, le=24)
    limit: int = Field(default=2000, ge=1, le=MOST_FEATURES)


@router.get("/layers", summary="图层目录 / layers")
async def list_layers(work: SignedIn) -> list[dict[str, Any]]:
    """Every layer the asker may see, with its owner and freshness."""
    return await service.list_layers(work)


@router.get("/layers/{layer}/features", summary="图层要素 / features of a layer", response_class=Response)
async def show_features(
    work: SignedIn, request: Request, layer: str, asked: Annotated[FeaturesAsked, Query()]
) -> Response:
    """GeoJSON in the box, at most `limit` features; `truncated` says that there are more."""
    view = View(service.parse_box(asked.bbox), asked.zoom, asked.limit)
    found = await service.show_features(work, layer, view)
    headers = {"cache-control": "no-cache"}
    if found.etag is not None:
        headers["etag"] = found.etag
        if request.headers.get("if-none-match") == found.etag:
            return Response(status_code=304, headers=headers)
    body = found.body
    if body is None:
        collection = {"type": "FeatureCollection", "truncated": found.truncated, "features": list(found.items)}
        body = orjson.dumps(collection, default=str)
    return Response(body, media_type="application/geo+json", headers=headers)
