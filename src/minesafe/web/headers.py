"""Around every request: the headers that keep a browser safe, and a bound on what is read."""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 1_000_000
BODY_TIME_S = 10.0

SECURITY = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; worker-src 'self'; manifest-src 'self'; "
        "object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""No inline script or style anywhere; nobody frames us; the phone page's link leaks nowhere."""

STYLE = "sha256-5n5OtoAn7c7CTVlw7tlAA1ct6vmScvr/dR7kvZUuWDE="
"""Of the style that every report page carries; whoever changes that changes this."""

REPORT = {
    "content-security-policy": (
        f"default-src 'none'; style-src '{STYLE}'; img-src data:; sandbox allow-modals; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
"""A report is one file with its own style, read as a page: it runs nothing, asks for nothing, and
is of no origin."""

REPORTS = "/api/v1/reports/"

HSTS = {"strict-transport-security": "max-age=31536000"}

FOREVER = "public, max-age=31536000, immutable"
"""For built assets only: their names carry their hash."""


def security_headers(path: str) -> dict[str, str]:
    """The headers of one path, its caching included."""
    cache = FOREVER if path.startswith("/assets/") else "no-store"
    own = REPORT if path.startswith(REPORTS) else {}
    return {**SECURITY, **own, "cache-control": cache}


class Rim:
    """ASGI middleware: reads the body up to its bound first, then adds the headers."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        """Wrap `app`; `https` adds the promise to stay with TLS."""
        self._app, self._more = app, HSTS if https else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; WebSockets and the lifespan pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(security_headers(scope["path"]) | self._more)
            await send(message)

        try:
            async with asyncio.timeout(BODY_TIME_S):
                body = await _read(scope, receive)
        except TimeoutError:
            await _too_much(send_with_headers, 408, b'{"code":"too_slow","params":{}}')
            return
        if body is None:
            await _too_much(send_with_headers, 413, b'{"code":"too_large","params":{}}')
            return
        await self._app(scope, _replayed(body, receive), send_with_headers)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, or None beyond the bound."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MAX_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Hand over the body once, then whatever the connection says next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


async def _too_much(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
