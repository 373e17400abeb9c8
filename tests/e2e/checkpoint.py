"""A demonstration hub whose officers have open sessions, and a post that reaches it over a line; their clocks may be moved.

    with checkpoint() as c:
        c.publish('K00000001', expires=...)     # an entry, with everybody who has a part in it
        c.line.cut = True
"""
import contextlib
import datetime
import os
import shutil
import struct
import tempfile
import time

import office
from hub import CORDON, Hub
from line import Line
from post import POST, Post, run, wait
from preload import library

WHO = ('liaison', 'reviewer', 'legal', 'decider', 'decider2')
# act, who, body; the order of an entry's life
LIFE = (('take', 'reviewer', {}), ('assess', 'legal', {'assessment': office.Office.ASSESSMENT}),
        ('approve', 'decider', {'decision': {'number': 'KH-1', 'text': 'why'}}), ('confirm', 'decider2', {'decision': {'number': 'KH-1'}}))


@contextlib.contextmanager
def environment(**more):
    """For what is started within."""
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Clock:
    """Of programs that are started under it: the machine's, and `ahead` seconds. What measures spans of time stays as it is."""

    def __init__(self, folder, name):
        self.folder, self.path = folder, os.path.join(folder, name + '.clock')
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self.move(0)

    def move(self, ahead):
        self.ahead = ahead
        os.pwrite(self.file, struct.pack('=q', int(ahead * 1000)), 0)

    def now_ms(self):
        return int((time.time() + self.ahead) * 1000)

    def under(self):
        return environment(LD_PRELOAD=library('moved_clock', self.folder), MOVED_CLOCK=self.path)


def iso(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.') + f'{int(ms) % 1000:03}Z'


class Checkpoint:
    def __init__(self, moved, prepare, place):
        self.folder = tempfile.mkdtemp(prefix='cordon-checkpoint-')
        self.data = os.path.join(self.folder, 'hub')
        os.makedirs(self.data)
        run(CORDON, 'demo', '--data', self.data)
        for purpose in ('list', 'audit', 'edition'):
            run(CORDON, 'key', 'create', '--data', self.data, purpose)
        if prepare:
            prepare(self.data)
        code = run(CORDON, 'demo', '--post', '--data', self.data).stdout.strip()
        self.url, self.count = 'sqlite:' + os.path.join(self.data, 'cordon.db'), 0
        self.people_make()
        self.hub_clock, self.post_clock = (Clock(self.folder, name) for name in ('hub', 'post'))
        self.hub_under = self.hub_clock.under if moved else environment
        self.post_under = self.post_clock.under if moved else environment
        with self.hub_under():
            self.hub = Hub(self.data)
        self.line = Line(self.hub.port)
        self.post = Post(os.path.join(place or self.folder, 'post'), self.hub)
        with self.post_under():
            run(POST, 'enrol', '--hub', f'http://127.0.0.1:{self.line.port}', '--code', code, '--data', self.post.folder)
        self.start()

    def start(self):
        with self.post_under():
            self.post.start()

    def close(self):
        self.post.stop()
        self.hub.stop()
        self.line.close()
        shutil.rmtree(self.folder)

    def people_make(self):
        self.people = {login: office.Officer(self, login) for login in WHO}
        sql = [f"INSERT INTO agency (id, country, name, created_ms) VALUES ('{office.agency(c)}', '{c}', 'Test', 1)" for c in ('kh', 'kr')]
        for one in self.people.values():
            sql += one.rows(self.url, int(time.time() * 1000))
        office.run(self.url, ';\n'.join(sql))

    @property
    def port(self):
        return self.hub.port

    def sql(self, statement):
        return office.run(self.url, statement)

    def version(self, entry):
        return int(self.sql(f"SELECT version FROM entry WHERE id = '{entry}'")[0][0])

    def sign_in(self):
        """Anew, by the hub's clock."""
        now = self.hub_clock.now_ms()
        self.sql(f'UPDATE session SET opened_ms = {now}, used_ms = {now}, proved_ms = {now}')

    def edition(self):
        return int(self.sql('SELECT max(number) FROM edition')[0][0])

    def publish(self, passport, expires=None):
        """An entry whose only measure ends at `expires` (ms); gives its id once it is in an edition."""
        self.count += 1
        before = self.edition()
        status, entry, _ = office.Office.nominate(
            self, f'C-{self.count}', name='PARK ' + passport, properties={'passportNumber': [passport], 'alias': None},
            measures=[dict({'kind': 'refuse-entry', 'basis': 'decision'}, **({'expiresAt': iso(expires)} if expires else {}))])
        assert status == 201, entry
        for act, who, body in LIFE:
            status, answer, _ = self.people[who].act(entry['id'], act, body)
            assert status == 200, (act, answer)
        assert wait(lambda: self.edition() > before, 20)
        return entry['id']

    def withdraw(self, id):
        before = self.edition()
        status, answer, _ = self.people['liaison'].act(id, 'withdraw', {'reason': 'other'})
        assert status == 200, answer
        assert wait(lambda: self.edition() > before, 20)


@contextlib.contextmanager
def checkpoint(moved=False, prepare=None, place=None):
    """`prepare` is given the hub's folder before the post's code is made; the post's folder is in `place`."""
    one = Checkpoint(moved, prepare, place)
    try:
        yield one
    finally:
        one.close()
