"""The built pages with their views' addresses, the API's page, and the few files of our own."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from swagger_ui_bundle import swagger_ui_path

OWN = Path(str(files(__package__) / "page"))

NOT_VIEWS = frozenset({"a", "api", "assets", "docs", "page"})
"""First parts of addresses that are never a view of the page."""

PACKED = ".gz"
"""Ends the name of a packed asset; the build writes it beside the asset."""


class Pages(StaticFiles):
    """Built files; an address that is a view (/evac/o1) gives the page, which shows that view."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a file; a WebSocket at an unknown address is turned away."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, packed where the build packed it; or the page itself for its views."""
        try:
            return await self._asset(path, scope) or await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not is_view(path):
                raise
        return await super().get_response("index.html", scope)

    async def _asset(self, path: str, scope: Scope) -> Response | None:
        """The packed form of an asset; None where there is none, or nobody asked for it."""
        if not self.lookup_path(f"{path}{PACKED}")[1] or not takes_gzip(Headers(scope=scope)):
            return None
        response = await super().get_response(f"{path}{PACKED}", scope)
        response.headers["content-encoding"] = "gzip"
        response.headers.add_vary_header("accept-encoding")
        return response


def takes_gzip(asked: Headers) -> bool:
    """Whether a browser unpacks gzip.

    >>> takes_gzip(Headers({"accept-encoding": "gzip, deflate, br"}))
    True
    >>> takes_gzip(Headers({"accept-encoding": "br, gzip;q=0"}))
    False
    """
    named = asked.get("accept-encoding", "").replace(" ", "").lower().split(",")
    return any(name.startswith("gzip") and not name.endswith(";q=0") for name in named)


def is_view(path: str) -> bool:
    """Whether an address may be a view of the page.

    >>> is_view("evac/o1"), is_view("api/v2/mine"), is_view("missing.js")
    (True, False, False)
    """
    parts = path.split("/")
    return parts[0] not in NOT_VIEWS and "." not in parts[-1]


def mount_pages(app: FastAPI, static: Path) -> None:
    """Add the pages behind all other routes. Without built pages there is the API alone."""

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(OWN / "docs.html")

    app.mount("/docs/assets", StaticFiles(directory=swagger_ui_path))
    app.mount("/page", StaticFiles(directory=OWN))
    if static.is_dir():
        app.mount("/", Pages(directory=static, html=True))
