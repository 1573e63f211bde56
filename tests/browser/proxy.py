"""What stands between a browser and a server: it can be slow, break off, or answer by itself."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.browser.mishaps import FORGOTTEN, hand_on

#: What is in the address of every upload.
UPLOADS = "/upload/"
#: So much lies between the browser and a gate that is shut, whatever the system would hold.
HELD = 65_536


class Proxy(ThreadingHTTPServer):
    """
    Hands requests on to a server; what is sent meets what the test has planned for it, in turn.

    ``plan(answer(429), lose_answer())`` is for the next two uploads; all others pass. Each part of
    a file that comes in parts is one of them. ``plan(Gate(), to="/edit/")`` is for the next form
    that is sent there. Another *target* may take the place of one that died.
    """

    daemon_threads = True
    #: A browser keeps connections open for requests to come.
    block_on_close = False

    def __init__(self, target):
        super().__init__(("localhost", 0), Exchange)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HELD)
        self.target = target
        self.url = f"http://localhost:{self.server_port}"
        self.uploads = []
        #: Where each part of a file begins, and how many bytes it has.
        self.parts = []
        self.at_once = self.most_at_once = 0
        self._planned = defaultdict(deque)
        self._lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()

    def plan(self, *acts, to=UPLOADS):
        """Have the next requests to an address with these words in it meet these, one each."""
        self._planned[to].extend(acts)

    def act(self, exchange):
        """Return what a request meets, and note that it came, where it is an upload."""
        with self._lock:
            if exchange.is_upload:
                self.uploads.append(exchange.path)
            if exchange.command == "PATCH":
                self.parts.append((int(exchange.headers["Upload-Offset"]), exchange.size))
            to = [each for each in self._planned if each in exchange.path and each != UPLOADS]
            planned = self._planned[UPLOADS if exchange.is_upload else to[0] if to else ""]
            return planned.popleft() if planned else hand_on

    def count(self, step):
        """Note how many uploads are under way."""
        with self._lock:
            self.at_once += step
            self.most_at_once = max(self.most_at_once, self.at_once)

    def handle_error(self, request, client_address):
        """Say nothing: that a browser goes away is what tests are about."""


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        """Keep quiet."""

    def do_GET(self):
        hand_on(self)

    def do_POST(self):
        act = self.server.act(self)
        if not self.is_upload:
            return act(self)
        self.server.count(1)
        try:
            return act(self)
        finally:
            self.server.count(-1)

    do_PATCH = do_POST  # noqa: N815 - as http.server asks
    do_HEAD = do_DELETE = do_GET  # noqa: N815

    @property
    def is_upload(self):
        """Tell whether it brings a file, or a part of one."""
        return self.command == "PATCH" or UPLOADS in self.path

    @property
    def size(self):
        """How many bytes the request has beside its head."""
        return int(self.headers.get("Content-Length") or 0)

    def read(self, most=None):
        """Return the content of the request, or so many bytes of it."""
        return self.rfile.read(self.size if most is None else min(most, self.size))

    def ask(self, body):
        """Return the answer of the server and its content."""
        asked = http.client.HTTPConnection(urlsplit(self.server.target).netloc, timeout=FORGOTTEN)
        headers = {name: self.headers[name] for name in self.headers if name != "Connection"}
        asked.request(self.command, self.path, body, headers)
        answered = asked.getresponse()
        content = answered.read()
        asked.close()
        return answered, content

    def answer(self, status, content=b"", headers=()):
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"connection", "content-length", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        # On a connection that was used before, browsers send again by themselves what breaks off.
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def cut(self):
        """Break the connection off, as a cable does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Both files hold the socket open.
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.close_connection = True
