"""The blacklist measured: a registry filled through its own acts, editions of it, and the console's list pages over HTTP."""
import contextlib
import hashlib
import http.client
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))
import pg

# registry_bench's own rows: key -> what it is, unit as printed, must, aim.
ROWS = {
    'edition-build': ('build an edition, 100 changes', 5, 1),
    'edition-open': ('open and verify a whole edition', 5, 1),
    'delta-apply': ('apply a delta of 100 changes to a list in memory', 50, 5),
    'decision-to-edition': ('decision to new edition, cosigned', 5, 1),
}
# What officers look at, and who: role, page.
PAGES = [
    ('reviewer', '/today'), ('reviewer', '/entries?limit=50'), ('reviewer', '/entries?state=published&limit=50'),
    ('reviewer', '/entries?state=submitted&limit=50'), ('reviewer', '/entries?state=in-review&sort=due&limit=50'),
    ('reviewer', '/entries?sort=name&limit=50'), ('reviewer', '/entries?owner=kr&limit=200'), ('reviewer', '/entries?q=KR-BENCH-0000150'),
    ('reviewer', '/entries?q=kim%20min'), ('decider', '/entries?state=approved&limit=50'), ('liaison', '/entries?limit=50'),
    ('reviewer', '/submissions'), ('reviewer', '/clearances'), ('redress', '/appeals'), ('reviewer', '/editions'),
    ('reviewer', '/ledger'), ('auditor', '/audit?limit=50'), ('administrator', '/people'),
]
ROUNDS = 30
STRENGTH = 3  # a one-time code


def execute(url, sql):
    """Rows, where it asks for some, as lists of text."""
    kind, _, path = url.partition(':')
    if kind == 'postgresql':
        return pg.psql(url, sql)
    with contextlib.closing(sqlite3.connect(path)) as database:
        if sql.startswith('SELECT'):
            return [list(map(str, row)) for row in database.execute(sql)]
        database.executescript(sql)
        return []


def sessions(url, role, count):
    """Sessions of as many officers of one role, so that nobody is told to slow down."""
    tokens, sql, now = [], '', int(time.time() * 1000)
    country = 'kr' if role == 'liaison' else 'kh'
    agency = execute(url, f"SELECT id FROM agency WHERE country = '{country}'")[0][0]
    bytes_of = "'\\x%s'" if url.startswith('postgresql') else "X'%s'"
    for _ in range(count):
        person, token = secrets.token_hex(16), secrets.token_urlsafe(32)
        digest = bytes_of % hashlib.sha256(token.encode()).hexdigest()
        sql += f"""
            INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by)
                VALUES ('{person}', '{country}', '{agency}', '{person}', '{person}', '{person}', 'active', 1, 1, 'setup');
            INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('{person}', '{role}', 'setup', 1);
            INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms)
                VALUES ('{secrets.token_hex(16)}', {digest}, '{person}', {STRENGTH}, {now}, {now}, {now});"""
        tokens.append(token)
    execute(url, sql)
    return tokens


def page(port, token, path):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    begun = time.perf_counter()
    connection.request('GET', '/api/v1' + path, None, {'Cookie': f'sid={token}', 'X-Purpose': 'measuring'})
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - begun) * 1000
    connection.close()
    if answer.status != 200:
        sys.exit(f'bench.py: {path}: {answer.status} {body[:300]}')
    return took


def settle(pid):
    """Waits until the hub has made what it makes when it starts: the index of look-alikes, an edition."""
    def ticks():
        with open(f'/proc/{pid}/stat', encoding='ascii') as f:
            return sum(int(word) for word in f.read().rsplit(')', 1)[1].split()[11:13])
    began = time.monotonic()
    while True:
        before = ticks()
        time.sleep(3)
        if ticks() - before < 10:  # of 300 on one processor
            break
    print(f'  quiet {time.monotonic() - began:.0f} s after its start', flush=True)


def pages(cordon, url, folder, tell):
    tokens = {role: sessions(url, role, 8) for role in sorted({role for role, _ in PAGES})}
    data = os.path.join(folder, 'hub')
    os.makedirs(os.path.join(data, 'lists'))
    with subprocess.Popen([cordon, 'hub', '--data', data, '--port', '0', '--db', url], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as hub:
        try:
            port = int(next(line for line in hub.stdout if line.startswith('ready: ')).rsplit(':', 1)[1].strip().strip('/'))
            settle(hub.pid)
            worst = []
            for role, what in PAGES:
                times = sorted(page(port, tokens[role][i % 8], what) for i in range(ROUNDS))
                p95 = times[int(len(times) * 0.95)]
                print(f'  {role:<14} {what:<45} p50 {times[len(times) // 2]:>8.1f} ms   p95 {p95:>8.1f} ms', flush=True)
                worst.append(p95)
            tell(f"console list pages, slowest page's p95, {url.partition(':')[0]}", max(worst), 'ms', 200, 100)
        finally:
            hub.send_signal(signal.SIGTERM)
    shutil.rmtree(data)


def run(build, root, folder, count, tell):
    """`count` published entries with five names each, on SQLite; the console's pages also after a restore into PostgreSQL."""
    bench, cordon, backup = os.path.join(build, 'registry_bench'), os.path.join(build, 'cordon'), os.path.join(folder, 'registry.tar')
    with pg.fresh('sqlite') as url:
        for arguments in (['fill', root, url, str(count)], ['rows', root, url]):
            with subprocess.Popen([bench, *arguments], stdout=subprocess.PIPE, text=True) as process:
                for line in process.stdout:
                    key, value, unit = line.rstrip('\n').split('\t')
                    if key in ROWS:
                        name, must, aim = ROWS[key]
                        tell(name, float(value), unit, must, aim)
                    else:
                        print(f'registry of {count} entries: {key} {float(value):.3f} {unit}', flush=True)
            if process.returncode:
                sys.exit(f'bench.py: registry_bench ended with {process.returncode}')
        subprocess.run([cordon, 'backup', '--db', url, backup], check=True, stdout=subprocess.DEVNULL)
        pages(cordon, url, folder, tell)
    with pg.fresh('postgresql') as url:
        subprocess.run([cordon, 'restore', '--db', url, backup], check=True, stdout=subprocess.DEVNULL)
        pages(cordon, url, folder, tell)
