"""Serves the two built apps: hashed assets for ever, the entry pages fresh, and never a path outside the build."""

import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response

from chengshu.base.errors import NotFound
from chengshu.runtime.web import language, problem_response

CONSOLE = ("login", "desk", "cases", "map", "cockpit", "admin", "grid", "messages", "data", "search", "me")
FOREVER = "public, max-age=31536000, immutable"
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


def mount_pages(app: FastAPI, folder: Path) -> None:
    """Everything that is no API route: an asset when the file is there, else the entry page of its app."""
    root = folder.resolve()

    async def page(request: Request, path: str) -> Response:
        if path.startswith("api/"):
            return problem_response(NotFound(value=f"/{path}"), language(request))
        first = path.split("/", 1)[0]
        if first == "assets":
            return _asset(root, path.removeprefix("assets/"), request)
        app_name = "console" if first in CONSOLE else "portal"
        if "." in path.rsplit("/", 1)[-1]:
            return _asset(root, f"{app_name}/{path}", request)
        index = root / app_name / "index.html"
        if not index.is_file():
            return Response(
                "界面尚未构建：./chengshu build / the UI is not built",
                503,
                media_type="text/plain; charset=utf-8",
            )
        return FileResponse(index, headers={"cache-control": "no-cache"})

    app.add_api_route("/{path:path}", page, methods=["GET", "HEAD"], include_in_schema=False)


def _asset(root: Path, name: str, request: Request) -> Response:
    target = (root / name).resolve()
    if not target.is_relative_to(root) or not target.is_file() or target.name.startswith("."):
        return problem_response(NotFound(value=f"/{name}"), language(request))
    hashed = "-" in target.stem and target.suffix in (".js", ".css", ".woff2", ".svg", ".png")
    headers = {"cache-control": FOREVER if hashed else "no-cache"}
    if target.name.endswith("sw.js"):
        headers["service-worker-allowed"] = "/grid"
    return FileResponse(target, headers=headers)
