"""Fresh databases for tests of whole programs.

`kinds` are the two kinds; `fresh(kind)` gives the address of one that is not there yet (SQLite) or empty (PostgreSQL), and
takes it away afterwards. The PostgreSQL is that of CORDON_TEST_PG (tools/pg.sh with ...); where that is not set, one is
started for the run.
"""
import atexit
import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile

kinds = ['sqlite', 'postgresql']
ROOT = os.environ.get('CORDON_SOURCE') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Cluster:
    """A PostgreSQL of one's own, that a test may kill."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='cordon-pg-', dir='/tmp')
        self.url = self.start()

    def _do(self, verb):
        return subprocess.run([os.path.join(ROOT, 'tools', 'pg.sh'), verb, self.folder], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()

    def start(self):
        return self._do('start')

    def kill(self):
        self._do('kill')

    def stop(self):
        self._do('stop')


def server():
    if 'CORDON_TEST_PG' not in os.environ:
        cluster = Cluster()
        atexit.register(cluster.stop)
        os.environ['CORDON_TEST_PG'] = cluster.url
    return os.environ['CORDON_TEST_PG']


def psql(url, sql):
    """Rows as lists of text."""
    out = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', sql, url], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return [line.split('\t') for line in out.splitlines()]


@contextlib.contextmanager
def fresh(kind, base=None):
    """`base` is the address of a cluster other than the shared one."""
    if kind == 'sqlite':
        folder = tempfile.mkdtemp(prefix='cordon-db-')
        try:
            yield 'sqlite:' + os.path.join(folder, 'cordon.db')
        finally:
            shutil.rmtree(folder)
        return
    name = 'cordon_' + secrets.token_hex(6)
    base = base or server()
    psql(base, f'CREATE SCHEMA {name}')
    try:
        yield f'{base}&options=-csearch_path%3D{name}'
    finally:
        psql(base, f'SET client_min_messages = error; DROP SCHEMA {name} CASCADE')
