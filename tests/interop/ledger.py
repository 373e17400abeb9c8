"""The ledger of a real hub against other people's programs: Tessera's fsck, x/mod, Torchwood's client and proofs, formats, and
litewitness as a foreign witness; and our witness over a foreign log. Closes with `N passed, N failed`.
usage: ledger.py FOLDER_OF_THE_GO_PROGRAMS
"""
import contextlib
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'e2e'))
from hub import CORDON  # noqa: E402
from officehub import office  # noqa: E402

GO = sys.argv[1]
LEAVES = 300
PERSON = {'offence': 'fraud', 'purpose': 'refuse entry',
          'person': {'schema': 'Person', 'properties': {'name': ['김철수'], 'birthDate': ['1980-01-01'], 'nationality': ['kr']}},
          'measures': [{'kind': 'refuse-entry', 'basis': 'decision'}]}
counts = {True: 0, False: 0}


def check(name, *command, status=0):
    """`status` 1: it must not succeed. Some go on trying where they find a fault, so they are stopped after a while."""
    run = subprocess.run(['timeout', '20' if status else '300', *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True)
    good = (run.returncode == 0) == (status == 0)
    counts[good] += 1
    lines = run.stdout.strip().splitlines()
    print(f'{"ok" if good else "NOT OK"} {name}' + (f': {lines[-1][:150]}' if lines and good else ''), flush=True)
    if not good:
        print(run.stdout)


def wait(what, seconds=30):
    for _ in range(seconds * 10):
        got = what()
        if got:
            return got
        time.sleep(0.1)
    raise SystemExit('ledger.py: waited in vain')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def checkpoint(hub):
    return hub.ask('GET', '/ledger/list/checkpoint')[1]


def nominate(hub, count):
    liaison = hub.officer('liaison', country='kr')
    for _ in range(count):
        answer = liaison.post('/api/v1/entries', dict(PERSON, reference='KR-' + secrets.token_hex(6)), check=False)
        while answer.status == 429:
            time.sleep(1)
            answer = liaison.post('/api/v1/entries', dict(PERSON, reference='KR-' + secrets.token_hex(6)), check=False)
        assert answer.status == 201, answer


@contextlib.contextmanager
def litewitness(folder, log_key):
    """Torchwood's witness with its key in an ssh-agent. Gives (vkey, url)."""
    key, agent = os.path.join(folder, 'key'), os.path.join(folder, 'agent')
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
    fingerprint = subprocess.run(['ssh-keygen', '-lf', key + '.pub'], capture_output=True, text=True, check=True).stdout.split()[1]
    database = os.path.join(folder, 'lite.db')
    with contextlib.closing(sqlite3.connect(database)) as db:
        # What its witnessctl writes; that one cannot be built where sigsum's module cannot be had.
        db.execute('CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL)')
        db.execute('CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin))')
        db.execute("INSERT INTO log VALUES (?, 0, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')", ['cordon.kh/list'])
        db.execute('INSERT INTO key VALUES (?, ?)', ['cordon.kh/list', log_key])
        db.commit()
    port = free_port()
    with subprocess.Popen(['ssh-agent', '-D', '-a', agent], stdout=subprocess.DEVNULL) as agent_process:
        try:
            wait(lambda: os.path.exists(agent))
            subprocess.run(['ssh-add', '-q', key], check=True, env=dict(os.environ, SSH_AUTH_SOCK=agent))
            with open(os.path.join(folder, 'lite.log'), 'w') as log, subprocess.Popen(
                    [f'{GO}/litewitness', '-ssh-agent', agent, '-name', 'lite.example/w', '-key', fingerprint, '-db', database, '-listen',
                     f'127.0.0.1:{port}'], stdout=log, stderr=log) as process:
                try:
                    vkey = subprocess.run([f'{GO}/interop', 'vkey', 'lite.example/w', key + '.pub'], capture_output=True, text=True,
                                          check=True).stdout.strip()
                    yield vkey, f'http://127.0.0.1:{port}/'
                finally:
                    process.send_signal(signal.SIGTERM)
        finally:
            agent_process.kill()


def our_log(folder):
    with office('sqlite') as hub:
        with open(os.path.join(hub.folder, 'keys', 'trusted')) as f:
            key = [line.split()[2] for line in f if line.startswith('log list ')][0]
        with litewitness(folder, key) as (witness, url):
            hub.stop()
            hub.start(('--db', hub.url, '--witness', f'{witness},{url}'))
            nominate(hub, 20)
            nominate(hub, LEAVES - 20)
            wait(lambda: int(checkpoint(hub).split('\n')[1]) >= LEAVES and '— lite.example/w ' in checkpoint(hub))
            log = f'http://127.0.0.1:{hub.port}/ledger/list/'
            public = os.path.join(folder, 'list.pub')
            with open(public, 'w') as f:
                f.write(key + '\n')
            check('Tessera fsck', f'{GO}/fsck', f'--storage_url={log}', f'--public_key={public}', '--ui=false')
            check('x/mod, Torchwood, formats: entries, proofs, litewitness\'s cosignature', f'{GO}/interop', 'read', log, key, witness)
            stranger = subprocess.run([f'{GO}/interop', 'foreign'], capture_output=True, text=True, check=True).stdout.strip()
            check('a key that is not the log\'s', f'{GO}/interop', 'read', log, stranger, witness, status=1)
            leaf = hub.sql("SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 100")[0][0]
            entry = hub.sql('SELECT entry_id FROM entry_event WHERE leaf_id = $1', leaf)[0][0]
            proofs = hub.officer('reviewer').get(f'/api/v1/entries/{entry}/proof').json['leaves']
            path = os.path.join(folder, 'entry.tlog-proof')
            with open(path, 'w') as f:
                f.write([p['proof'] for p in proofs if p['id'] == leaf][0])
            check('Torchwood and formats: tlog-proof', f'{GO}/interop', 'proof', path, key, witness)
            check('our own verification beside', CORDON, 'verify', 'ledger', '--data', hub.folder, '--db', hub.url)
            # One byte of one leaf, changed in the database: what is served then is noticed by others too.
            hub.stop()
            hub.sql("UPDATE ledger_leaf SET body = replace(body, '\"v\":1', '\"v\":2') WHERE log = 'list' AND place = 200")
            hub.start(('--db', hub.url))
            log = f'http://127.0.0.1:{hub.port}/ledger/list/'
            check('Tessera fsck sees a changed leaf', f'{GO}/fsck', f'--storage_url={log}', f'--public_key={public}', '--ui=false', status=1)
            check('Torchwood sees a changed leaf', f'{GO}/interop', 'read', log, key, witness, status=1)


def their_log(folder):
    foreign = subprocess.run([f'{GO}/interop', 'foreign'], capture_output=True, text=True, check=True).stdout.strip()
    key = subprocess.run([CORDON, 'key', 'create', '--data', folder, '--name', 'witness.kr/w1', 'witness'], capture_output=True, text=True,
                         check=True).stdout.strip()
    with subprocess.Popen([CORDON, 'witness', '--data', folder, '--port', '0', '--log', foreign], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as witness:
        url = witness.stdout.readline().split()[1]
        check('our witness over a foreign log', f'{GO}/interop', 'witness', url, key)
        witness.send_signal(signal.SIGTERM)
        good = witness.wait(10) == 3
    counts[good] += 1
    print(f'{"ok" if good else "NOT OK"} and it ends with the status of an alarm')


def main():
    with tempfile.TemporaryDirectory(dir='/tmp') as folder:
        our_log(folder)
        their_log(os.path.join(folder, 'witness'))
    print(f'{counts[True]} passed, {counts[False]} failed')
    sys.exit(1 if counts[False] else 0)


main()
