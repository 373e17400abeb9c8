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


def sessions(database, role, count):
    """Sessions of as many officers of one role, so that nobody is told to slow down."""
    tokens, now = [], int(time.time() * 1000)
    country = 'kr' if role == 'liaison' else 'kh'
    agency = database.execute('SELECT id FROM agency WHERE country = ?', (country,)).fetchone()[0]
    for _ in range(count):
        person, token = secrets.token_hex(16), secrets.token_urlsafe(32)
        database.execute("INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by) "
                         "VALUES (?, ?, ?, ?, ?, ?, 'active', 1, 1, 'setup')", (person, country, agency, person, person, person))
        database.execute("INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES (?, ?, 'setup', 1)", (person, role))
        database.execute('INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
                         (secrets.token_hex(16), hashlib.sha256(token.encode()).digest(), person, STRENGTH, now, now, now))
        tokens.append(token)
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


def pages(cordon, path, folder, tell):
    with contextlib.closing(sqlite3.connect(path)) as database:
        tokens = {role: sessions(database, role, 8) for role in sorted({role for role, _ in PAGES})}
        database.commit()
    data = os.path.join(folder, 'hub')
    os.makedirs(os.path.join(data, 'lists'), exist_ok=True)
    with subprocess.Popen([cordon, 'hub', '--data', data, '--port', '0', '--db', 'sqlite:' + path], stdout=subprocess.PIPE,
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
            tell("console list pages, slowest page's p95", max(worst), 'ms', 200, 100)
        finally:
            hub.send_signal(signal.SIGTERM)


def run(build, root, folder, count, tell):
    """`count` published entries with five names each, on SQLite."""
    bench, path = os.path.join(build, 'registry_bench'), os.path.join(folder, 'registry.db')
    url = 'sqlite:' + path
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
    pages(os.path.join(build, 'cordon'), path, folder, tell)
    for name in os.listdir(folder):
        if name.startswith('registry.db'):
            os.remove(os.path.join(folder, name))
    shutil.rmtree(os.path.join(folder, 'hub'), ignore_errors=True)
