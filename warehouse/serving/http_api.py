"""The HTTP API: the archive's questions as JSON, read-only, with an ETag of the release."""

from collections.abc import Awaitable, Callable
from functools import wraps
from html import escape
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from warehouse.errors import ArchiveMissing, KlogError, UsageError
from warehouse.host_guard import App, HostGuard
from warehouse.json_values import json_text
from warehouse.serving.questions import Questions

_JSON = "application/json"
# Clients ask again each time, and get 304 as long as the release is the same.
_FRESH = {"cache-control": "no-cache"}

_ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
# Without a default FastAPI announces 422.
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The question is wrong; `error` says how.", "content": {_JSON: {"schema": _ERROR}}},
    "default": {"description": "Any other refusal."},
}


def make_http_app(questions: Questions, version: str) -> App:
    """Return the API as an application, behind the host guard."""
    app = FastAPI(
        title="Kernel Log archive",
        version=version,
        description="Every answer holds `answer`, `citations`, `archive` (release, how fresh, how complete) and, if a search or "
        "a document goes on, `next_cursor`. The texts of pages belong to their authors.",
        docs_url=None,
        redoc_url=None,  # both load scripts of other sites; `/` shows the same
        dependencies=[Depends(_refuse_unknown)],
        responses=_REFUSALS,
    )
    for path, ask in (
        ("/search", questions.search),
        ("/document", questions.read_document),
        ("/timeline", questions.timeline),
        ("/when", questions.when),
        ("/follow-ups", questions.follow_ups),
        ("/topics", questions.topics),
        ("/sql", questions.sql),
        ("/state", questions.state),
    ):
        answer = _as_response(ask)
        app.get(path, summary=(ask.__doc__ or "").strip().splitlines()[0])(answer)
        app.head(path, include_in_schema=False)(answer)  # as every web server, with the ETag

    @app.get("/", include_in_schema=False)
    def describe() -> Response:
        return Response(_describe(app.openapi()), media_type="text/html")

    @app.middleware("http")
    async def answer_if_changed(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            tag = f'W/"{questions.release_id()}"'
        except ArchiveMissing as error:
            return _refusal(error)
        # Weak, because the seconds that a search took differ from answer to answer.
        if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers={"etag": tag, **_FRESH})
        made = await answer(request)
        if made.status_code == 200:
            made.headers.update({"etag": tag, **_FRESH})
        return made

    @app.exception_handler(UsageError)
    def refuse_unknown(_request: Request, error: UsageError) -> Response:
        return _refusal(error)

    @app.exception_handler(RequestValidationError)
    def refuse(_request: Request, error: RequestValidationError) -> Response:
        wrong = error.errors()[0]
        return _refusal(UsageError(f"{'.'.join(map(str, wrong['loc'][1:]))}: {wrong['msg']}. See /openapi.json."))

    @app.exception_handler(HTTPException)
    def refuse_address(request: Request, error: HTTPException) -> Response:
        said = f"{request.method} {request.url.path[:100]}: {error.detail}. See /openapi.json."
        return Response(
            json_text({"error": said}), status_code=error.status_code, headers=error.headers, media_type=_JSON
        )

    return HostGuard(app, answers_links=False)


def _refuse_unknown(request: Request) -> None:
    """Refuse parameters that the route does not have: an answer without them would be to another question."""
    known = [parameter.alias for parameter in request.scope["route"].dependant.query_params]
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise UsageError(
            f"There is no parameter {unknown[0][:100]!r}; {request.url.path} takes {', '.join(known) or 'none'}. See /openapi.json."
        )


def _as_response(ask: Callable[..., dict[str, Any]]) -> Callable[..., Response]:
    """Return a question that answers with a response."""

    @wraps(ask)
    def answer(*given: Any, **named: Any) -> Response:
        try:
            return Response(json_text(ask(*given, **named)), media_type=_JSON)
        except KlogError as error:
            return _refusal(error)

    answer.__annotations__ = {**ask.__annotations__, "return": Response}
    return answer


def _refusal(error: KlogError) -> Response:
    """Return an error as a sentence: 400 for a call to mend, 503 for an archive that is missing or cannot be read."""
    is_ours = isinstance(error, ArchiveMissing) or not isinstance(error, UsageError)
    return Response(json_text({"error": str(error)}), status_code=503 if is_ours else 400, media_type=_JSON)


def _describe(openapi: dict[str, Any]) -> str:
    """Return the OpenAPI description as a page without scripts."""
    about = openapi["info"]
    parts = []
    for path, methods in openapi["paths"].items():
        asked = methods["get"]
        rows = "".join(
            f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(_type_of(one['schema']))}</td>"
            f"<td>{'required' if one.get('required') else escape(str(one['schema'].get('default', '')))}</td>"
            f"<td>{escape(one.get('description') or one['schema'].get('description', ''))}</td></tr>"
            for one in asked.get("parameters", ())
        )
        parts.append(f"<h2><code>GET {escape(path)}</code></h2><p>{escape(asked['summary'])}</p><table>{rows}</table>")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(about['title'])}</title>"
        f"<h1>{escape(about['title'])}</h1><p>{escape(about['description'])}</p>"
        f"<p><a href=/openapi.json>openapi.json</a></p>{''.join(parts)}"
    )


def _type_of(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(map(_type_of, schema["anyOf"]))
    return str(schema.get("format", schema.get("type", "")))
