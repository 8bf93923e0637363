"""The archive for programs that are not Python: an MCP server and an HTTP API, both read-only and on loopback."""
