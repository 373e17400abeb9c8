"""A hub of Cambodia with people of three countries signed in, over a database of either kind.

The people and their sessions are put into the database as account/ would: what is tested here is what officers may do, not how
they sign in (tests/e2e/test_accounts.py). The database must have been made by a hub once.
"""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import tempfile
import time

import hub
import pg

COUNTRIES = {'kh': 1, 'kr': 0, 'th': 0}
# login: country, roles
PEOPLE = {
    'liaison': ('kr', 'liaison'), 'liaison2': ('kr', 'liaison'), 'thai': ('th', 'liaison'), 'reviewer': ('kh', 'reviewer'),
    'legal': ('kh', 'legal'), 'decider': ('kh', 'decider'), 'decider2': ('kh', 'decider'), 'duty': ('kh', 'duty'),
    'redress': ('kh', 'redress'), 'redress2': ('kh', 'redress'), 'supervisor': ('kh', 'supervisor'), 'auditor': ('kh', 'auditor'), 'admin': ('kh', 'administrator'),
    'operator': ('kh', 'operator'), 'primary': ('kh', 'primary'), 'all': ('kh', 'reviewer legal decider duty redress supervisor'),
}


def run(url, sql):
    """Statements without parameters; for SQLite only while no hub runs, or one at a time."""
    if url.startswith('sqlite:'):
        with contextlib.closing(sqlite3.connect(url[7:], timeout=20)) as db:
            db.execute('PRAGMA foreign_keys = ON')
            rows = [list(map(str, r)) for r in db.execute(sql).fetchall()] if sql.lstrip().upper().startswith('SELECT') \
                else db.executescript(sql) and []
            db.commit()
            return rows
    return pg.psql(url, sql)


def blob(url, data):
    return f"X'{data.hex()}'" if url.startswith('sqlite:') else f"'\\x{data.hex()}'"


class Officer:
    def __init__(self, office, login):
        self.office, self.login, self.country = office, login, PEOPLE[login][0]
        self.id = hashlib.sha256(login.encode()).hexdigest()[:32]
        self.token = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip('=')

    def rows(self, url, now):
        country, roles = PEOPLE[self.login]
        yield (f"INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by) VALUES "
               f"('{self.id}', '{country}', '{agency(country)}', '{self.login}', 'Officer {self.login}', 'officer {self.login}', "
               f"'active', 1, 1, 'setup')")
        for role in roles.split():
            yield f"INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('{self.id}', '{role}', 'setup', 1)"
        digest = hashlib.sha256(self.token.encode()).digest()
        yield (f"INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms) VALUES "
               f"('{secrets.token_hex(16)}', {blob(url, digest)}, '{self.id}', 4, {now}, {now}, {now})")

    def ask(self, method, path, body=None, version=None, **headers):
        """Status, the parsed body, the ETag's version."""
        head = {'Cookie': f'sid={self.token}', 'X-Cordon': '1', 'X-Purpose': 'a test', 'Content-Type': 'application/json'}
        head.update({k.replace('_', '-'): v for k, v in headers.items()})
        if version is not None:
            head['If-Match'] = f'"{version}"'
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection('127.0.0.1', self.office.port, timeout=30)
        connection.request(method, '/api/v1' + path, body, {k: v for k, v in head.items() if v is not None})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        tag = (answer.headers.get('ETag') or '').strip('"')
        return answer.status, json.loads(text) if text else None, int(tag) if tag.isdigit() else None

    def do(self, method, path, body=None, version=None, **headers):
        """The parsed body of what must succeed."""
        status, answer, _ = self.ask(method, path, body, version, **headers)
        assert status in (200, 201), (self.login, method, path, status, answer)
        return answer

    def act(self, entry, act, body=None, version=None):
        if version is None:
            version = self.office.version(entry)
        return self.ask('POST', f'/entries/{entry}/acts/{act}', body or {}, version)


def agency(country):
    return hashlib.sha256(country.encode()).hexdigest()[:32]


class Office:
    def __init__(self, url, options=()):
        self.url, self.options = url, options
        self.folder = tempfile.TemporaryDirectory(prefix='cordon-office-')
        self.start()
        self.stop()
        now = int(time.time() * 1000)
        self.people = {login: Officer(self, login) for login in PEOPLE}
        sql = [f"INSERT INTO country (code, name, host, created_ms) VALUES ('{c}', '{c}', {h}, 1) ON CONFLICT DO NOTHING"
               for c, h in COUNTRIES.items()]
        sql += [f"INSERT INTO agency (id, country, name, created_ms) VALUES ('{agency(c)}', '{c}', 'Ministry', 1)" for c in COUNTRIES]
        for officer in self.people.values():
            sql += officer.rows(url, now)
        run(url, ';\n'.join(sql))
        self.start()

    def __getattr__(self, login):
        try:
            return self.__dict__['people'][login]
        except KeyError as e:
            raise AttributeError(login) from e

    def start(self):
        lists = os.path.join(self.folder.name, 'lists')
        os.makedirs(lists, exist_ok=True)
        self.process = subprocess.Popen([hub.CORDON, 'hub', '--data', self.folder.name, '--port', '0', '--db', self.url, '--host', 'kh',
                                         *self.options],
                                        stdout=subprocess.PIPE, text=True)
        while True:
            line = self.process.stdout.readline()
            assert line, 'the hub did not start'
            if line.startswith('ready: '):
                break
        self.port = int(line.rsplit(':', 1)[1].strip().strip('/'))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def version(self, entry):
        return int(run(self.url, f"SELECT version FROM entry WHERE id = '{entry}'")[0][0])

    def audit(self, **where):
        """Rows that bear all of this, as (action, actor, outcome, detail)."""
        condition = ' AND '.join(f"{k} = '{v}'" for k, v in where.items())
        return run(self.url, f'SELECT action, actor, outcome, detail FROM audit WHERE {condition} ORDER BY at_ms, id')

    # ---- a usual nomination, as far as it is asked for ----

    def nominate(self, reference, name='김민수', by='liaison', **more):
        properties = {'name': [name], 'alias': ['KIM MINSOO'], 'birthDate': ['1990-03-07'], 'nationality': ['kr'],
                      'passportNumber': ['M12345678']}
        properties.update(more.pop('properties', {}))
        body = {'reference': reference, 'person': {'schema': 'Person', 'properties': {k: v for k, v in properties.items() if v}},
                'offence': 'fraud by telephone', 'purpose': 'border control', 'law': 'Criminal Act', 'article': '347',
                'maximumPenaltyMonths': 120, 'measures': [{'kind': 'refuse-entry', 'basis': 'decision'}]}
        body.update(more)
        return self.people[by].ask('POST', '/entries', body)

    ASSESSMENT = {'law': 'Criminal Act', 'article': '347', 'maximumPenaltyMonths': 120, 'dualCriminality': True,
                  'proportionality': 'no milder means', 'exclusions': {'ownNational': False, 'refugee': False, 'child': False,
                                                                       'politicalOffence': False, 'possibleVictim': False}}

    def stage(self, reference, stage, **more):
        status, entry, _ = self.nominate(reference, **more)
        assert status == 201, entry
        id = entry['id']
        steps = [('taken', 'reviewer', 'take', {}), ('assessed', 'legal', 'assess', {'assessment': self.ASSESSMENT}),
                 ('approved', 'decider', 'approve', {'decision': {'number': 'KH-1', 'text': 'why'}}),
                 ('published', 'decider2', 'confirm', {'decision': {'number': 'KH-1'}})]
        for name, who, act, body in steps:
            if stage == 'submitted':
                break
            status, answer, _ = self.people[who].act(id, act, body)
            assert status == 200, (act, answer)
            if name == stage:
                break
        return id


@contextlib.contextmanager
def office(kind, options=()):
    with pg.fresh(kind) as url:
        o = Office(url, options)
        try:
            yield o
        finally:
            o.stop()
            o.folder.cleanup()
