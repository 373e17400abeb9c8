"""Fresh databases for tests of whole programs.

`kinds` are the two kinds; `fresh(kind)` gives the address of one for a hub to start on, `empty(kind)` of one for a restore: not
there yet (SQLite), or nothing in it (PostgreSQL), in `fresh` but the tables, which are copied, for that is quicker than to make
them. Both take it away afterwards. The PostgreSQL is that of CORDON_TEST_PG (tools/pg.sh with ...); where that is not set, one is
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


def template(base):
    """The database that `fresh` copies; where no tests were built, an empty one: a hub makes its tables."""
    tool = os.path.join(os.path.dirname(os.environ.get('CORDON', os.path.join(ROOT, 'build', 'cordon'))), 'tests', 'template_tool')
    if not os.path.exists(tool):
        return 'template1'
    return subprocess.run([tool], check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, CORDON_TEST_PG=base)).stdout.strip()


@contextlib.contextmanager
def empty(kind, base=None, copied=lambda base: 'template1'):
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
    psql(base, f'CREATE DATABASE {name} TEMPLATE "{copied(base)}"')
    try:
        yield base.replace('/postgres?', f'/{name}?')
    finally:
        psql(base, f'DROP DATABASE {name} WITH (FORCE)')


def fresh(kind, base=None):
    return empty(kind, base, template)
