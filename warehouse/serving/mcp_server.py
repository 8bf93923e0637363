"""The MCP server: the archive's questions as tools, its documents as resources.

Source: https://modelcontextprotocol.io/specification and the `mcp` package, read 29 November 2026.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import create_model

from warehouse.errors import KlogError, QueryRefused
from warehouse.host_guard import App, HostGuard
from warehouse.json_values import json_text
from warehouse.serving.questions import Questions
from warehouse.serving.quoting import NOTE, quote_pages

MOST_BODY_BYTES = 1 << 20
"""Bytes of a request over HTTP; the longest statement takes a fiftieth."""

_INSTRUCTIONS = (
    "An archive of the Kernel Log column (The H, 2008-2013) and the sources it cites: mails, commits, articles. Search first, then "
    "read the documents and cite them by title, date and original address. Every answer names the release and says how fresh and "
    f"how complete the archive is. {NOTE}"
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def make_mcp_server(questions: Questions, version: str) -> MCPServer[Any]:
    """Return the server; it answers by standard input and output, or as an application for HTTP (`make_mcp_app`)."""
    asked = (
        questions.search, questions.read_document, questions.timeline, questions.when, questions.follow_ups,
        questions.topics, questions.sql, questions.state,
    )  # fmt: skip
    server: MCPServer[Any] = MCPServer(
        "kernel-log-archive",
        instructions=_INSTRUCTIONS,
        version=version,
        tools=[_as_tool(ask) for ask in asked],
        log_level="ERROR",
    )

    @server.resource("klog://documents/{document_id}", mime_type="application/json")
    def document(document_id: str) -> str:
        """Return the first page of a document; the tool `read_document` reads the others."""
        return _as_text(questions.read_document, ResourceError)(document_id)

    return server


def make_mcp_app(server: MCPServer[Any]) -> App:
    """Return the server as an application for HTTP, at /mcp, behind the host guard."""
    app = server.streamable_http_app(
        stateless_http=True, json_response=True, max_request_body_size=MOST_BODY_BYTES, host="127.0.0.1"
    )
    return HostGuard(app, answers_links=False)


def _as_tool(ask: Callable[..., dict[str, Any]]) -> Tool:
    """Return a question as a tool that refuses arguments it does not have, and whose schema says so."""
    tool = Tool.from_function(_as_text(ask, ToolError), annotations=_READS, structured_output=False)
    taken = tool.fn_metadata.arg_model
    tool.fn_metadata.arg_model = create_model(taken.__name__, __base__=taken, __cls_kwargs__={"extra": "forbid"})
    tool.parameters = tool.fn_metadata.arg_model.model_json_schema(by_alias=True)
    return tool


def _as_text(ask: Callable[..., dict[str, Any]], refused: type[Exception]) -> Callable[..., str]:
    """Return a question that answers with JSON in which text of pages is quoted."""

    @wraps(ask)
    def answer(*given: Any, **named: Any) -> str:
        try:
            return json_text(quote_pages(ask(*given, **named)))
        except QueryRefused as error:  # DuckDB's message may hold a value of a row
            raise refused(json_text({"note": NOTE, "error": {"quoted": str(error)}})) from error
        except KlogError as error:
            raise refused(str(error)) from error

    answer.__annotations__ = {**ask.__annotations__, "return": str}
    return answer
