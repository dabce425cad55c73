"""Refusals at the web's rim: every answer that says no is a status and a code, never a sentence."""

from html import escape

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.web.headers import security_headers
from minesafe.web.models import RefusalOut
from minesafe.wording.refused import words_of_refusal

NOT_LOGGED_IN = 401
FORBIDDEN = 403
NOT_FOUND = 404
CONFLICT = 409
UNPROCESSABLE = 422
TOO_MANY = 429
SERVER_ERROR = 500
UNAVAILABLE = 503

STATUS_OF_CODE = {
    "wrong_password": NOT_LOGGED_IN,
    "too_many_tries": TOO_MANY,
    "ask_shorter": UNPROCESSABLE,
    "bad_span": UNPROCESSABLE,
    "not_seen_then": NOT_FOUND,
}
"""Codes of `Refused` that are not of the state of things, which is 409."""

CODE_OF_STATUS = {404: "not_found", 405: "method_not_allowed"}


class Denied(Exception):
    """The web itself says no, before the desk is asked."""

    def __init__(self, status: int, code: str, **params: str | int | float) -> None:
        self.status, self.code, self.params = status, code, params
        super().__init__(code)


def answer(status: int, code: str, params: dict[str, str | int | float] | None = None) -> Response:
    """The answer of one refusal."""
    body = RefusalOut(code=code, params=params or {})
    return JSONResponse(body.model_dump(), status_code=status)


def _read_by_itself(request: Request) -> bool:
    """Whether a browser opened this address as a page, so that somebody reads the answer as it is.

    A report is opened so; scripts and other programs are given codes.
    """
    return request.headers.get("sec-fetch-mode") == "navigate"


def _answer(request: Request, status: int, refused: Refused) -> Response:
    if not _read_by_itself(request):
        return answer(status, refused.code, refused.params)
    said = escape(words_of_refusal(refused))
    page = f'<!doctype html><meta charset="utf-8"><title>minesafe</title><p>{said}</p>'
    return HTMLResponse(page, status)


async def _denied(request: Request, error: Denied) -> Response:
    return _answer(request, error.status, Refused(error.code, **error.params))


async def _refused(request: Request, error: Refused) -> Response:
    return _answer(request, STATUS_OF_CODE.get(error.code, CONFLICT), error)


async def _unavailable(request: Request, error: StoreUnavailable) -> Response:
    return answer(UNAVAILABLE, "store_unavailable")


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return answer(422, "malformed", {"where": where, "what": str(first["type"])})


async def _http(request: Request, error: HTTPException) -> Response:
    return answer(error.status_code, CODE_OF_STATUS.get(error.status_code, "bad_request"))


async def _failed(request: Request, error: Exception) -> Response:
    """Starlette answers this outside the middleware, so the headers are put on here."""
    response = answer(SERVER_ERROR, "server_error")
    response.headers.update(security_headers(request.url.path))
    return response


def install(app: FastAPI) -> None:
    """Let the app answer each of these in our form."""
    app.exception_handler(Denied)(_denied)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(StoreUnavailable)(_unavailable)
    app.exception_handler(RequestValidationError)(_malformed)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_failed)
