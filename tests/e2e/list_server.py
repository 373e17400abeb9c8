"""A publisher of lists on loopback, for tests: real HTTP, and every way in which a publisher can fail."""
import gzip
import http.server
import json
import os
import socket
import ssl
import subprocess
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORDON = os.environ.get('CORDON', os.path.join(ROOT, 'build', 'cordon'))


def un_list(count, word='Invented'):
    """A list in the United Nations' form, of invented people."""
    people = ''.join(f'<INDIVIDUAL><DATAID>{900000 + i}</DATAID><FIRST_NAME>{word}</FIRST_NAME>'
                     f'<SECOND_NAME>Person{i}</SECOND_NAME><REFERENCE_NUMBER>XXi.{i:03}</REFERENCE_NUMBER></INDIVIDUAL>\n'
                     for i in range(count))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09Z"><INDIVIDUALS>'
            f'{people}</INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>').encode()


def ftm_list(count):
    return ''.join(json.dumps({'id': f'x-{i}', 'schema': 'Person', 'datasets': ['xx_test'],
                               'properties': {'name': [f'Invented Person{i}']}}) + '\n' for i in range(count)).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def do_GET(self):
        publisher = self.server.publisher
        publisher.asked.append((self.path, dict(self.headers)))
        act = publisher.pages.get(self.path)
        try:
            if act is None:
                self.answer(404, b'<html>there is nothing here</html>')
            elif callable(act):
                act(self)
            else:
                self.answer(200, act)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, status, body=b'', **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that does not trust us, or went away


class Publisher:
    """pages: path -> bytes, or a function of the handler. asked: (path, headers) of every request."""

    def __init__(self, certificate=None):
        self.pages, self.asked = {}, []
        self.server = Server(('127.0.0.1', 0), Handler)
        self.server.publisher = self
        scheme = 'http'
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            scheme = 'https'
        self.base = f'{scheme}://127.0.0.1:{self.server.server_address[1]}'
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def certificate_make(folder):
    """Key and certificate for 127.0.0.1, signed by itself, in one file."""
    path = os.path.join(folder, 'server.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days',
                    '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', path + '.key',
                    '-out', path + '.crt'], check=True, capture_output=True)
    with open(path, 'w', encoding='ascii') as out:
        for part in ('.key', '.crt'):
            with open(path + part, encoding='ascii') as f:
                out.write(f.read())
    return path


# ---- ways to answer ----

def tagged(body, tag='"v1"', date='Thu, 26 Feb 2026 10:00:00 GMT'):
    def act(handler):
        if handler.headers.get('If-None-Match') == tag:
            handler.answer(304, ETag=tag)
        else:
            handler.answer(200, body, ETag=tag, Last_Modified=date)
    return act


def redirect(to, status=302):
    return lambda handler: handler.answer(status, b'', Location=to)


def cut(body, kept):
    """Announces all, sends a part, and closes."""
    def act(handler):
        handler.send_response(200)
        handler.send_header('Content-Length', str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:kept])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
    return act


def unannounced(body):
    """Without a length: the end of the connection is the end of the file."""
    def act(handler):
        handler.send_response(200)
        handler.send_header('Connection', 'close')
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True
    return act


def chunked_cut(body):
    def act(handler):
        handler.send_response(200)
        handler.send_header('Transfer-Encoding', 'chunked')
        handler.end_headers()
        handler.wfile.write(b'%x\r\n' % len(body) + body + b'\r\n')
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
    return act


def stalled(body, kept, seconds=60, reached=None):
    """Sends a part, then nothing for a while."""
    def act(handler):
        handler.send_response(200)
        handler.send_header('Content-Length', str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:kept])
        handler.wfile.flush()
        if reached:
            reached.set()
        time.sleep(seconds)
        handler.wfile.write(body[kept:])
    return act


def packed(body):
    return lambda handler: handler.answer(200, gzip.compress(body), Content_Encoding='gzip')
