"""A server on loopback with an OpenAI-compatible interface that behaves, fails, stalls and breaks off as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-very-secret"
PATIENCE = 30  # seconds that a slow or stalled server waits to be let go on


class Server(ThreadingHTTPServer):
    """Plays a script: one behaviour a request, the last one repeated."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[str] = ["good"]
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.disconnected = threading.Event()
        self.may_go_on = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        self.server.keys.append(self.headers["authorization"])
        behaviour = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        if behaviour.isdigit():
            self._fail(int(behaviour), {"error": {"message": f"key {KEY} is wrong"}})
        elif behaviour == "too long":
            self._fail(400, {"error": {"message": "This model's maximum context length is 2048 tokens"}})
        else:
            self._stream(behaviour)

    def _fail(self, status: int, body: dict[str, Any]) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.send_header("retry-after", "0.01")
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, behaviour: str) -> None:
        if behaviour == "slow":
            self.server.may_go_on.wait(PATIENCE)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for text in ("新增", "首店", "800家。[1]") if behaviour != "endless" else ("字", *map(str, range(5000))):
                self._event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})
                if behaviour == "cut":
                    self.connection.close()
                    return
                if behaviour == "stall":
                    self.server.may_go_on.wait(PATIENCE)
                if behaviour == "endless":
                    time.sleep(0.002)
            if behaviour != "unfinished":
                self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")
        except OSError:
            self.server.disconnected.set()

    def _event(self, body: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", **body}
        self._chunk(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server in a thread."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.may_go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()
