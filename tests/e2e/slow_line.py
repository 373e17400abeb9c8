"""A line between a post and its hub on which lists do not come through until that is allowed; all else does.

It tells of a list what it would be if it were large, and then sends none of it; a thin one sends of it what fits through 256 kbit/s. On a
thin one each question also takes two round trips of 600 ms, one in twenty is lost, and one in ten stalls.
"""
import http.client
import random
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGE = 1 << 24
BYTES_IN_A_SECOND = 256000 // 8


class Line(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub_port, thin=None):
        """`thin`: a seed; None: a line that only holds lists back."""
        super().__init__(('127.0.0.1', 0), Handler)
        self.thin, self.luck = False, random.Random(thin)
        self.hub_port, self.free, self.asked = hub_port, threading.Event(), []
        self.free.set()
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """Whoever listened went away."""

    def close(self):
        self.free.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def pass_on(self):
        line = self.server
        line.asked.append(self.path)
        if line.thin:
            time.sleep(1.2 + (line.luck.uniform(1, 3) if line.luck.random() < 0.1 else 0))
            if line.luck.random() < 0.05:
                self.close_connection = True
                return
        if re.fullmatch(r'/feed/editions/\d+/from-\d+', self.path) and not line.free.is_set():
            self.send_response(200)
            self.send_header('Content-Length', str(LARGE))
            self.end_headers()
            self.close_connection = True
            if line.thin:
                while not line.free.wait(0.1):
                    self.wfile.write(bytes(BYTES_IN_A_SECOND // 10))
            line.free.wait(60)
            return
        hub = http.client.HTTPConnection('127.0.0.1', line.hub_port, timeout=120)
        length = int(self.headers.get('Content-Length') or 0)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ('host', 'connection')}
        hub.request(self.command, self.path, self.rfile.read(length) if length else None, headers)
        answer = hub.getresponse()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ('transfer-encoding', 'connection', 'content-length', 'date', 'server'):
                self.send_header(name, value)
        self.send_header('Connection', 'close')
        self.end_headers()
        self.close_connection = True
        while piece := answer.read1(65536):
            self.wfile.write(piece)
            self.wfile.flush()
        hub.close()

    do_GET = do_POST = pass_on
