"""What stands before a hub whose feed is a folder of files (docs/formats/feed.md: any cache may carry them): /feed/ comes from the
folder, everything else from the hub."""
import hashlib
import http.client
import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEEP_ALIVE_S = 10


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == '/feed/bell':
            self.bell()
        elif self.path.startswith('/feed/'):
            self.file(self.path[6:])
        else:
            self.pass_on()

    def do_POST(self):
        self.pass_on()

    def file(self, name):
        try:
            with open(os.path.join(self.server.folder, *name.split('/')), 'rb') as f:
                content = f.read()
        except FileNotFoundError:
            self.answer(404, b'')
            return
        tag, asked = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"', self.headers.get('Range', '')
        if asked.startswith('bytes=') and asked.endswith('-') and self.headers.get('If-Range', tag) == tag:
            first = int(asked[6:-1])
            self.answer(206, content[first:], [('ETag', tag), ('Content-Range', f'bytes {first}-{len(content) - 1}/{len(content)}')])
        else:
            self.answer(200, content, [('ETag', tag), ('Accept-Ranges', 'bytes')])

    def bell(self):
        rung = queue.Queue()
        self.server.listeners.append(rung)
        try:
            self.send_response(200)
            self.send_header('Content-Type', 'text/event-stream')
            self.send_header('Connection', 'close')
            self.end_headers()
            while not self.server.ended.is_set():
                try:
                    self.wfile.write(b'event: edition\ndata: %d\n\n' % rung.get(timeout=KEEP_ALIVE_S))
                except queue.Empty:
                    self.wfile.write(b': still here\n\n')
                self.wfile.flush()
        except OSError:
            pass
        finally:
            self.server.listeners.remove(rung)
            self.close_connection = True

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        connection = http.client.HTTPConnection('127.0.0.1', self.server.hub_port, timeout=60)
        try:
            connection.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k not in ('Connection', 'Host')})
            got = connection.getresponse()
            self.answer(got.status, got.read(), [(k, v) for k, v in got.getheaders() if k not in ('Connection', 'Content-Length', 'Transfer-Encoding')])
        finally:
            connection.close()


class Front(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hub_port, folder):
        super().__init__(('127.0.0.1', 0), Handler)
        self.hub_port, self.folder, self.listeners, self.ended = hub_port, folder, [], threading.Event()
        self.address = f'http://127.0.0.1:{self.server_address[1]}'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A post that is killed breaks its connections."""

    def ring(self, number):
        for rung in list(self.listeners):
            rung.put(number)

    def close(self):
        self.ended.set()
        self.shutdown()
        self.server_close()
