"""A hub with officers of any role and country, over SQLite or PostgreSQL, whose every answer is held against openapi.json.

    with office('sqlite') as hub:
        reviewer = hub.officer('reviewer')
        answer = reviewer.get('/api/v1/entries')
        assert answer.status == 200, answer

Officers are put into the database with a session that is open already: how one signs in is tested elsewhere.
"""
import contextlib
import hashlib
import http.client
import json
import os
import re
import secrets
import shutil
import sqlite3
import tempfile
import time

import jsonschema

import pg
from hub import Hub

STRENGTHS = {'password': 1, 'token': 2, 'totp': 3, 'passkey': 4}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        kind = (headers.get('Content-Type') or '').split(';')[0]
        self.json = json.loads(body) if kind in ('application/json', 'application/problem+json') and body else None

    @property
    def reason(self):
        """Of a refusal; None for a good answer."""
        return self.json['reason'] if self.status >= 400 else None

    def __repr__(self):
        return f'{self.status} {self.body[:500]!r}'


class Contract:
    """What openapi.json says of answers."""

    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.paths = [(re.compile(re.sub(r'{\w+}', '[^/]+', path) + '$'), path, methods)
                      for path, methods in sorted(document['paths'].items(), key=lambda p: '{' in p[0])]

    def operation(self, method, path):
        for pattern, _, methods in self.paths:
            if pattern.match(path):
                return methods.get('get' if method == 'HEAD' else method.lower())
        return None

    def check(self, method, path, answer):
        headers = answer.headers
        assert headers['X-Content-Type-Options'] == 'nosniff', path
        assert 'Access-Control-Allow-Origin' not in headers, path
        assert "default-src 'none'" in headers['Content-Security-Policy'], path
        assert headers['Referrer-Policy'] == 'no-referrer' and headers['Cross-Origin-Resource-Policy'] == 'same-origin', path
        operation = self.operation(method, path)
        if operation is None:
            responses = {'default': {'content': {'application/problem+json': {'schema': {'$ref': '#/components/schemas/Problem'}}}}}
        else:
            responses = operation['responses']
        told = responses.get(str(answer.status), responses['default'])
        assert answer.status >= 400 or str(answer.status) in responses or answer.status in (302, 304), (method, path, answer)
        kind = (headers.get('Content-Type') or '').split(';')[0]
        if answer.status >= 400:
            assert kind == 'application/problem+json', (method, path, answer)
            assert answer.json['status'] == answer.status and answer.json['detail'], answer
        if answer.status != 304 and kind != 'text/html' and not path.endswith('openapi.json'):
            assert headers['Cache-Control'] == 'no-store', (path, headers['Cache-Control'])
        schema = told.get('content', {}).get(kind, {}).get('schema')
        if schema and answer.json is not None:
            jsonschema.Draft202012Validator(schema, resolver=self.resolver).validate(answer.json)


class Client:
    """Somebody who asks: nobody, an officer, a machine."""

    def __init__(self, hub, headers=None, person=None):
        self.hub, self.headers, self.person = hub, headers or {}, person

    def ask(self, method, path, body=None, headers=None, check=True):
        """The headers of a well-behaved client are added; None takes one away."""
        sent = dict(self.headers)
        if method not in ('GET', 'HEAD'):
            sent['X-Cordon'] = '1'
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode()
            sent['Content-Type'] = 'application/json'
        sent.update(headers or {})
        connection = self.hub.connect()
        connection.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
        got = connection.getresponse()
        answer = Answer(got.status, got.headers, got.read())
        connection.close()
        if check:
            self.hub.contract.check(method, path.split('?')[0], answer)
        return answer

    def get(self, path, **more):
        return self.ask('GET', path, **more)

    def post(self, path, body=None, **more):
        return self.ask('POST', path, {} if body is None else body, **more)

    def listen(self, last=None, after=None):
        return Stream(self, last, after)


class Stream:
    """Events as they come."""

    def __init__(self, client, last=None, after=None):
        self.connection = client.hub.connect(timeout=30)
        headers = dict(client.headers, Accept='text/event-stream')
        if last is not None:
            headers['Last-Event-ID'] = str(last)
        query = '' if after is None else '?after=%d' % after
        self.connection.request('GET', '/api/v1/events' + query, None, headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status

    def next(self):
        """The next event as (id, data); None where the stream has ended."""
        number = data = None
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            line = line.rstrip('\n')
            if line.startswith('id: '):
                number = int(line[4:])
            elif line.startswith('data: '):
                data = json.loads(line[6:])
            elif not line and data is not None:
                return number, data

    def close(self):
        self.answer.close()
        self.connection.close()


class OfficeHub(Hub):
    def __init__(self, folder, url, options=()):
        self.url = url
        self.tls = None
        super().__init__(folder, options=('--db', url, *options))
        self.nobody = Client(self)
        status, text, _ = self.ask('GET', '/api/v1/openapi.json')
        assert status == 200
        self.contract = Contract(json.loads(text))

    def connect(self, timeout=20):
        if self.tls:
            return http.client.HTTPSConnection('127.0.0.1', self.port, timeout=timeout, context=self.tls)
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)

    def sql(self, statement, *values):
        """Rows, past the program; $1 stands for the first value (text, number, bytes)."""
        if self.url.startswith('sqlite:'):
            with contextlib.closing(sqlite3.connect(self.url[7:], timeout=20)) as database:
                database.execute('PRAGMA foreign_keys = ON')
                rows = database.execute(re.sub(r'\$(\d+)', r'?\1', statement), values).fetchall()
                database.commit()
                return [list(map(str, row)) for row in rows]
        for i in range(len(values), 0, -1):
            v = values[i - 1]
            text = "'\\x%s'" % v.hex() if isinstance(v, bytes) else str(v) if isinstance(v, int) else "'%s'" % v.replace("'", "''")
            statement = statement.replace(f'${i}', text)
        return pg.psql(self.url, statement)

    def country(self, code):
        self.sql("INSERT INTO country (code, name, host, created_ms) VALUES ($1, $1, 0, 1) ON CONFLICT DO NOTHING", code)
        self.sql("INSERT INTO agency (id, country, name, created_ms) VALUES ($1, $2, 'Agency', 1) ON CONFLICT DO NOTHING",
                 self.agency(code), code)

    @staticmethod
    def agency(code):
        return hashlib.sha256(code.encode()).hexdigest()[:32]

    def officer(self, *roles, country='kh', strength='totp', proved=0):
        """A person with these roles and an open session; `proved`: seconds since the last proof of who he is."""
        self.country(country)
        person, maker, token, now = secrets.token_hex(16), '0' * 31 + '1', secrets.token_urlsafe(32), int(time.time() * 1000)
        name = f'Officer {person[:6]}'
        self.sql("INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by) "
                 "VALUES ($1, $2, $3, $1, $4, $5, 'active', 1, 1, $6)",
                 person, country, self.agency(country), name, name.lower(), maker)
        for role in roles:
            self.sql('INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ($1, $2, $3, 1)', person, role, maker)
        self.sql('INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms) '
                 'VALUES ($1, $2, $3, $4, $5, $5, $6)', secrets.token_hex(16), hashlib.sha256(token.encode()).digest(), person,
                 STRENGTHS[strength], now, now - proved * 1000)
        return Client(self, {'Cookie': f'{"__Host-sid" if self.tls else "sid"}={token}'}, person)

    def machine(self, *roles, country='kr', fingerprint=None):
        """By a bearer token, or by the SHA-256 of a certificate."""
        self.country(country)
        token, now = secrets.token_urlsafe(32), int(time.time() * 1000)
        secret = bytes.fromhex(fingerprint) if fingerprint else hashlib.sha256(token.encode()).digest()
        self.sql('INSERT INTO machine (id, country, name, kind, secret, roles, created_ms, created_by, ends_ms) '
                 "VALUES ($1, $2, 'machine', $3, $4, $5, 1, 'x', $6)", secrets.token_hex(16), country,
                 'certificate' if fingerprint else 'bearer', secret, ' '.join(roles or ('machine',)), now + 86400000)
        return Client(self, {} if fingerprint else {'Authorization': f'Bearer {token}'})

    def audit(self, client, action=None):
        """(action, outcome, detail) of what somebody did, oldest first."""
        rows = self.sql('SELECT action, outcome, detail FROM audit WHERE actor = $1 ORDER BY at_ms, id', client.person)
        return [tuple(r) for r in rows if action in (None, r[0])]


@contextlib.contextmanager
def office(kind='sqlite', options=(), cluster=None):
    folder = tempfile.mkdtemp(prefix='cordon-office-')
    try:
        with pg.fresh(kind, cluster) as url:
            hub = OfficeHub(folder, url, options)
            try:
                yield hub
            finally:
                if hub.process.poll() is None:
                    assert hub.stop() == 0
    finally:
        shutil.rmtree(folder)
