"""The line between a post and its hub: it can be cut, and it can lie."""
import http.client
import http.server
import threading

# What a hop must not hand on.
HOP = ('connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host')


class Line:
    """An address on a free port that leads to the hub's. `alter(path, status, body)` gives the status and body that come through."""

    def __init__(self, hub_port, alter=None):
        self.hub_port, self.alter, self.cut, self.asked = hub_port, alter, False, []
        line = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *_):
                pass

            def handle_one_request(self):
                if line.cut:
                    self.close_connection = True
                    return
                super().handle_one_request()

            def do_GET(self):
                line.through(self)

            do_POST = do_GET

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def through(self, request):
        body = request.rfile.read(int(request.headers.get('Content-Length') or 0))
        connection = http.client.HTTPConnection('127.0.0.1', self.hub_port, timeout=60)
        try:
            if self.cut:
                raise ConnectionError
            self.asked.append(request.path)
            connection.request(request.command, request.path, body or None, {k: v for k, v in request.headers.items() if k.lower() not in HOP})
            answer = connection.getresponse()
            if request.path.endswith('/bell'):
                self.stream(request, answer)
                return
            status, content = answer.status, answer.read()
            if self.alter:
                status, content = self.alter(request.path, status, content)
            if self.cut:
                raise ConnectionError
            request.send_response(status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    request.send_header(name, value)
            request.send_header('Content-Length', str(len(content)))
            request.end_headers()
            request.wfile.write(content)
        except (OSError, http.client.HTTPException):
            request.close_connection = True
        finally:
            connection.close()

    def stream(self, request, answer):
        request.close_connection = True
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                request.send_header(name, value)
        request.send_header('Connection', 'close')
        request.end_headers()
        while not self.cut:
            some = answer.read1(4096)
            if not some:
                return
            request.wfile.write(some)
            request.wfile.flush()

    def close(self):
        self.cut = True
        self.server.shutdown()
        self.server.server_close()
