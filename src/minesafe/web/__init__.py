"""The web server: what people see and do, over HTTP and one WebSocket, worded as codes."""
