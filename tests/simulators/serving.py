"""The wire: HTTP/1.1 with keep-alive on loopback, and every way of an answer to go wrong on it."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.simulators.exchange import Reply, Request, Way

Answerer = Callable[[Request], Reply]
_LINGER_NOT = struct.pack("ii", 1, 0)  # close() then resets the connection
_CHUNK = 1 << 16


class Server(ThreadingHTTPServer):
    """Serves *answer* until it is closed; no thread or socket outlives ``close``."""

    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, answer: Answerer, now: Callable[[], float], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.now = now
        self.closing = threading.Event()
        self.bugs: list[BaseException] = []  # the simulator's own
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        linger = request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_LINGER_NOT))
        if linger == _LINGER_NOT:
            request.close()  # a shutdown would say good-bye first
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what went wrong here; that clients go away is their right."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.bugs.append(error)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Server"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            self.server.now(),
            self.command,
            parts.path,
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        self._send(self.server.answer(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's

    def _send(self, reply: Reply) -> None:
        if reply.way is Way.SILENCE:
            self.server.closing.wait(reply.pause)
        if reply.way in (Way.RESET, Way.SILENCE):
            self.close_connection = True
            if reply.way is Way.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            return
        if reply.way is not Way.WHOLE:
            self.close_connection = True
        self._send_head(reply)
        if self.command != "HEAD":
            self._send_body(reply)
        self.wfile.flush()

    def _send_head(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.way is Way.CHUNKED_CUT:
            self.send_header("Transfer-Encoding", "chunked")
        elif reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()

    def _send_body(self, reply: Reply) -> None:
        content = reply.content
        if reply.way is Way.CUT:
            self.wfile.write(content[: reply.size])
        elif reply.way is Way.CHUNKED_CUT:
            part = content[: reply.size]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if part else b"")
        elif reply.way is Way.DRIP:
            for start in range(0, len(content), reply.size):
                self.wfile.write(content[start : start + reply.size])
                self.wfile.flush()
                if self.server.closing.wait(reply.pause):
                    return
        elif reply.status not in (204, 304):
            for start in range(0, len(content), _CHUNK):
                self.wfile.write(content[start : start + _CHUNK])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's word
        """Write nothing: the simulator has a ledger."""
