#!/usr/bin/env python3
"""Kill a hub at random moments under load, and see that nothing acknowledged is lost, doubled or unproven.

usage: torture.py [--kills N] [--seed S] [sqlite|postgresql]...

Officers nominate, review, decide, suspend and send files over HTTP while the hub is killed with SIGKILL, again and again, also
while it starts. On PostgreSQL two hubs serve one database; one of them or both are killed, and every tenth time the database's
server. What was sent and not answered is sent again with its Idempotency-Key, as a good client does. After each kill the
entries touched are compared with what was acknowledged; at the end (and every hundred kills) everything is, and the ledger,
the editions and a backup are verified. Exit status: 0 nothing was found.
"""
import argparse
import collections
import hashlib
import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))
import hub as hubs  # noqa: E402
import office  # noqa: E402
import pg  # noqa: E402

WORKERS = 4
# act, who, body; the order of an entry's life
LIFE = [('take', 'reviewer', {}), ('assess', 'legal', {'assessment': office.Office.ASSESSMENT}),
        ('approve', 'decider', {'decision': {'number': 'KH-1', 'text': 'why'}}), ('confirm', 'decider2', {'decision': {'number': 'KH-1'}})]
WITHDRAW = ('withdraw', 'liaison', {'reason': 'other'})


class Failure(Exception):
    pass


class Unanswered(Exception):
    """The hub died, or said that it does not know."""


class Entry:
    def __init__(self, reference):
        self.reference, self.id, self.acts = reference, None, []

    @property
    def listed(self):
        return self.acts[-1:] == ['confirm']


class Officer:
    """Whoever of the office it is, asking on a connection of the worker's own."""

    def __init__(self):
        self.connection = self.port = None

    def send(self, person, port, request):
        if self.connection is None or self.port != port:
            self.connection, self.port = http.client.HTTPConnection('127.0.0.1', port, timeout=30), port
        headers = {'Cookie': f'sid={person.token}', 'X-Cordon': '1', 'X-Purpose': 'a test', 'Content-Type': request.kind,
                   'Idempotency-Key': request.key}
        if request.version is not None:
            headers['If-Match'] = f'"{request.version}"'
        try:
            self.connection.request('POST', '/api/v1' + request.path, request.body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
            body = json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as e:
            self.connection.close()
            self.connection = None
            raise Unanswered() from e
        if answer.status >= 500:
            raise Unanswered()
        return answer.status, body


class Request:
    def __init__(self, who, path, body, version=None, kind='application/json'):
        self.who, self.path, self.version, self.kind = who, path, version, kind
        self.body = json.dumps(body).encode() if isinstance(body, dict) else body
        self.key, self.attempts = secrets.token_hex(16), 0
        self.done = None  # called with (status, answer) once it is answered


class Worker(threading.Thread):
    """One after the other: an entry led through its life, now and then a file. Stops at the first request that is not answered,
    and begins with that one again."""

    def __init__(self, torture, number, seed):
        super().__init__(daemon=True)
        self.torture, self.number, self.random = torture, number, random.Random(seed)
        self.officer, self.pending, self.entry, self.steps, self.count = Officer(), None, None, [], 0
        self.failure = None

    def run(self):
        try:
            while not self.torture.ended.is_set():
                self.torture.serving.wait(1)
                if not self.torture.serving.is_set():
                    continue
                with self.torture.locks[self.number]:
                    if self.torture.serving.is_set():
                        self.step()
        except BaseException as e:  # told by the main thread
            self.failure = e

    def step(self):
        if self.pending is None and self.torture.pausing.is_set():
            time.sleep(0.01)
            return
        if self.pending is None:
            self.pending = self.next()
        request = self.pending
        request.attempts += 1
        try:
            status, answer = self.officer.send(self.torture.office.people[request.who], self.torture.port(self.random), request)
        except Unanswered:
            time.sleep(0.01)
            return
        request.done(status, answer)
        self.torture.acknowledged += 1
        self.torture.repeated += request.attempts > 1
        self.pending = None

    def next(self):
        if self.entry is None:
            return self.file() if self.random.random() < 0.05 else self.nomination()
        act, who, body = self.steps.pop(0)
        request = Request(who, f'/entries/{self.entry.id}/acts/{act}', body, len(self.entry.acts))
        request.done = lambda status, answer: self.acted(act, request, status, answer)
        return request

    def reference(self):
        self.count += 1
        return f'W{self.number}-{self.count}'

    def nomination(self):
        entry = Entry(self.reference())
        body = {'reference': entry.reference, 'offence': 'fraud by telephone', 'purpose': 'border control', 'law': 'Criminal Act',
                'article': '347', 'maximumPenaltyMonths': 120, 'measures': [{'kind': 'refuse-entry', 'basis': 'decision'}],
                'person': {'schema': 'Person', 'properties': {'name': [f'KIM {entry.reference}'], 'birthDate': ['1990-03-07'],
                                                              'nationality': ['kr']}}}
        request = Request('liaison', '/entries', body)

        def done(status, answer):
            if status == 201:
                entry.id = answer['id']
            elif request.attempts > 1 and answer['reason'] == 'idempotency-done':
                entry.id = self.torture.sql(f"SELECT id FROM entry WHERE reference = '{entry.reference}'")[0][0]
            else:
                raise Failure(f'{entry.reference}: {status} {answer}')
            entry.acts.append('nominate')
            self.torture.entries[entry.id] = entry
            self.torture.touched.add(entry.id)
            self.entry, self.steps = entry, list(LIFE[:self.random.choice((1, 4, 4, 4, 4, 4))])
            if self.random.random() < 0.2:
                self.steps.append(WITHDRAW)
        request.done = done
        return request

    def acted(self, act, request, status, answer):
        if status != 200 and not (request.attempts > 1 and answer['reason'] == 'idempotency-done'):
            raise Failure(f'{self.entry.reference}: {act}: {status} {answer} (attempt {request.attempts})')
        self.entry.acts.append(act)
        self.torture.touched.add(self.entry.id)
        if not self.steps:
            self.entry = None

    def file(self):
        references = [self.reference() for _ in range(20)]
        lines = ['reference,name,name_latin,birth_date,nationality,passport_number,offence,law,measure,purpose']
        lines += [f'{r},김민수,KIM {r},1988-01-02,KR,M{self.number}{self.count:07},사기,형법,입국금지,차단' for r in references]
        body = '\n'.join(lines).encode()
        request = Request('liaison', f'/submissions?name={references[0]}.csv&lang=en', body, kind='text/csv')

        def done(status, answer):
            if status != 201 and not (request.attempts > 1 and answer['reason'] == 'idempotency-done'):
                raise Failure(f'file {references[0]}: {status} {answer}')
            if status == 201 and answer['taken'] != len(references):
                raise Failure(f'file {references[0]}: {answer}')
            self.torture.files[hashlib.sha256(body).hexdigest()] = references
        request.done = done
        return request


class Torture:
    def __init__(self, kind, seed, cluster):
        self.kind, self.cluster, self.random = kind, cluster, random.Random(seed)
        self.entries, self.files, self.touched = {}, {}, set()
        self.acknowledged = self.repeated = self.kills = self.server_kills = 0
        self.serving, self.pausing, self.ended, self.ports = threading.Event(), threading.Event(), threading.Event(), []
        self.locks = [threading.Lock() for _ in range(WORKERS)]
        self.heads = collections.defaultdict(dict)  # log: size: root, as anybody saw it

    def port(self, random_):
        ports = list(self.ports)
        if not ports:
            raise Unanswered()
        return random_.choice(ports)

    def sql(self, statement):
        return office.run(self.office.url, statement)

    # ---- hubs ----

    def spawn(self):
        return subprocess.Popen([hubs.CORDON, 'hub', '--data', self.office.folder.name, '--port', '0', '--db', self.office.url, '--host', 'kh'],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def ready(self, process):
        for line in process.stdout:
            if line.startswith('ready: '):
                return int(line.rsplit(':', 1)[1].strip().strip('/'))
        self.log.seek(0)
        raise Failure('the hub did not start:\n' + self.log.read()[-2000:])

    def start(self):
        """One by one: to make the schema or take the lock is the first one's. Officers must prove anew who they are after some
        minutes: here it is done while no hub has the database, or beside it where that is nobody's alone."""
        if not self.processes or self.kind == 'postgresql':
            self.prove()
        while len(self.processes) < (2 if self.kind == 'postgresql' else 1):
            self.processes.append(self.spawn())
            self.ports.append(self.ready(self.processes[-1]))
        self.serving.set()

    def prove(self):
        now = int(time.time() * 1000)
        self.sql(f'UPDATE session SET used_ms = {now}, proved_ms = {now}')

    def kill(self, process):
        process.kill()
        process.wait()
        process.stdout.close()
        self.kills += 1

    def rest(self):
        """Until no worker is amid a request: what is not answered stays pending."""
        self.serving.clear()
        for lock in self.locks:
            with lock:
                pass

    def kill_some(self):
        both = self.random.random() < 0.5
        for i in reversed(range(len(self.processes))):
            if both or i == 0:
                self.kill(self.processes.pop(i))
                self.ports.pop(i)
                if not self.ports:
                    self.serving.clear()
                both = both and self.random.random() < 0.9
        if self.kind == 'postgresql' and self.random.random() < 0.1:
            self.cluster.kill()
            self.server_kills += 1
            time.sleep(self.random.random() * 0.2)
            self.cluster.start()
        if self.random.random() < 0.2:  # amid the start
            process = self.spawn()
            time.sleep(self.random.random() * 0.3)
            self.kill(process)

    # ---- what must hold ----

    def see_heads(self):
        for log in ('list', 'audit'):
            connection = http.client.HTTPConnection('127.0.0.1', self.ports[0], timeout=30)
            connection.request('GET', f'/ledger/{log}/checkpoint')
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            if answer.status == 200:
                _, size, root = text.split('\n')[:3]
                if self.heads[log].setdefault(int(size), root) != root:
                    raise Failure(f'two roots of log {log} at size {size}')

    def settle(self):
        """Every pending request answered, and nobody begins another."""
        deadline = time.time() + 120
        self.pausing.set()
        for worker in self.workers:
            while worker.pending is not None and worker.is_alive():
                if time.time() > deadline:
                    raise Failure(f'not answered: {worker.pending.path}')
                time.sleep(0.01)
        self.rest()
        self.pausing.clear()
        for worker in self.workers:
            if worker.failure:
                raise worker.failure

    def check_entries(self, ids):
        """State, version and timeline of these are what was acknowledged, neither less nor more."""
        ids = sorted(ids)
        for at in range(0, len(ids), 500):
            some = "', '".join(ids[at:at + 500])
            events = collections.defaultdict(list)
            for id, seq, act in self.sql(f"SELECT entry_id, seq, act FROM entry_event WHERE entry_id IN ('{some}') ORDER BY entry_id, seq"):
                events[id].append((int(seq), act))
            versions = dict(self.sql(f"SELECT id, version FROM entry WHERE id IN ('{some}')"))
            for id in ids[at:at + 500]:
                entry = self.entries[id]
                told = [(i + 1, act) for i, act in enumerate(entry.acts)]
                pending = [w for w in self.workers if w.entry is entry and w.pending is not None and w.pending.attempts > 0]
                if events[id] != told and not (pending and events[id][:-1] == told):
                    raise Failure(f'{entry.reference}: acknowledged {told}, there is {events[id]}')
                if int(versions.get(id, 0)) != len(events[id]):
                    raise Failure(f'{entry.reference}: version {versions.get(id)}, acts {len(events[id])}')

    def check_everything(self):
        self.settle()
        self.check_entries(self.entries)
        references = {e.reference for e in self.entries.values()} | {r for f in self.files.values() for r in f}
        there = [r for r, in self.sql('SELECT reference FROM entry')]
        if len(there) != len(set(there)) or set(there) != references:
            raise Failure(f'entries: {len(there)} there, {len(references)} acknowledged, {sorted(set(there) ^ references)[:10]}')
        files = [s for s, in self.sql('SELECT sha256 FROM submission')]
        if sorted(files) != sorted(self.files):
            raise Failure(f'files: {len(files)} there, {len(self.files)} acknowledged')
        # every act stands in the audit, once
        acts = collections.Counter(act for e in self.entries.values() for act in e.acts if act != 'nominate')
        for act, count in acts.items():
            found = self.sql(f"SELECT count(*) FROM audit WHERE action = 'entry.{act}' AND outcome = 'done'")[0][0]
            if int(found) != count:
                raise Failure(f'audit: {found} of entry.{act}, {count} acknowledged')
        self.check_ledger()
        self.check_editions()

    def check_ledger(self):
        deadline = time.time() + 60
        while self.sql('SELECT count(*) FROM ledger_leaf WHERE place IS NULL') != [['0']]:
            if time.time() > deadline:
                raise Failure('leaves stay without a place')
            time.sleep(0.1)
        for what, statement in (
                ('acts without a leaf of their own', 'SELECT count(*) FROM entry_event WHERE leaf_id NOT IN (SELECT id FROM ledger_leaf)'),
                ('acts that share a leaf', 'SELECT count(*) - count(DISTINCT leaf_id) FROM entry_event'),
                ('listed without a leaf', "SELECT count(*) FROM entry WHERE state = 'published' AND listing_leaf IS NULL"),
                ('places given twice or left out', 'SELECT count(*) FROM (SELECT log FROM ledger_leaf GROUP BY log HAVING '
                                                   'count(DISTINCT place) <> count(*) OR max(place) <> count(*) - 1) AS x')):
            if self.sql(statement) != [['0']]:
                raise Failure(f'{what}: {self.sql(statement)[0][0]}')
        for log, heads in self.heads.items():
            kept = dict(self.sql(f"SELECT size, root FROM ledger_checkpoint WHERE log = '{log}'"))
            lost = [size for size in heads if str(size) not in kept]
            if lost:
                raise Failure(f'checkpoints of log {log} that were shown and are gone: {lost[:10]}')
        verified = self.cordon('verify', 'ledger', '--data', self.office.folder.name, '--db', self.office.url)
        if verified.returncode:
            raise Failure('cordon verify ledger:\n' + verified.stdout + verified.stderr)

    def cordon(self, *arguments):
        return subprocess.run([hubs.CORDON, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)

    def edition(self, number):
        connection = http.client.HTTPConnection('127.0.0.1', self.ports[0], timeout=60)
        connection.request('GET', f'/api/v1/editions{number and f"/{number}/file"}', headers={'Cookie': f'sid={self.office.operator.token}',
                                                                                            'X-Purpose': 'a test'})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data

    def check_editions(self):
        """The newest edition is whole, holds what the ledger says, and just the persons who are listed."""
        status, data = self.edition('')
        if status == 404:
            return  # this hub makes none
        listed = {id for id, e in self.entries.items() if e.listed}
        deadline = time.time() + 60
        while True:
            rows = self.sql('SELECT number, listings FROM edition ORDER BY number DESC LIMIT 1')
            if rows and int(rows[0][1]) == len(listed):
                break
            if time.time() > deadline:
                raise Failure(f'editions: the newest is {rows}, {len(listed)} are listed')
            time.sleep(0.2)
        status, data = self.edition(rows[0][0])
        if status != 200:
            raise Failure(f'edition {rows[0][0]}: {status} {data[:200]}')
        with tempfile.NamedTemporaryFile(suffix='.edition') as file:
            file.write(data)
            file.flush()
            verified = self.cordon('verify', 'edition', file.name, '--db', self.office.url)
        if verified.returncode:
            raise Failure('cordon verify edition:\n' + verified.stdout + verified.stderr)
        self.editions = int(rows[0][0])

    def check_backup(self):
        """What is backed up beside the hub, restored into the other kind of database, verifies as well."""
        other = [k for k in pg.kinds if k != self.kind][0]
        with tempfile.TemporaryDirectory(prefix='cordon-torture-') as folder, pg.fresh(other) as url:
            for arguments in (('backup', '--db', self.office.url, folder + '/b'), ('restore', '--db', url, folder + '/b'),
                              ('verify', 'ledger', '--data', self.office.folder.name, '--db', url)):
                done = self.cordon(*arguments)
                if done.returncode:
                    raise Failure(f'cordon {arguments[0]}:\n' + done.stdout + done.stderr)

    # ---- the run ----

    def run(self, kills):
        base = self.cluster.url if self.cluster else None
        with pg.fresh(self.kind, base) as url, tempfile.TemporaryFile('w+') as self.log:
            self.processes = []
            self.office = office.Office(url)
            self.office.stop()
            self.workers = [Worker(self, i, self.random.random()) for i in range(WORKERS)]
            try:
                self.start()
                for worker in self.workers:
                    worker.start()
                checked = 0
                while self.kills < kills:
                    time.sleep(self.random.random() ** 2 * 0.8)
                    self.kill_some()
                    self.start()
                    for worker in self.workers:
                        if worker.failure:
                            raise worker.failure
                    self.see_heads()
                    if self.kills // 100 > checked:
                        checked = self.kills // 100
                        self.check_everything()
                        print(self.told(), flush=True)
                        self.prove()  # on a busy machine the checks took longer than a proof lasts; nobody asks the hub now
                        self.serving.set()
                    else:
                        self.rest()
                        touched, self.touched = self.touched, set()
                        self.check_entries(touched)
                        self.serving.set()
                self.check_everything()
                self.check_backup()
            except Failure as e:
                self.log.seek(0)
                raise Failure(f'{e}\nafter {self.told()}\nthe hubs said last:\n' + self.log.read()[-3000:]) from e
            finally:
                self.ended.set()
                for process in self.processes:
                    process.kill()
                    process.wait()
                    process.stdout.close()
                for worker in self.workers:
                    if worker.is_alive():
                        worker.join(60)
                self.office.folder.cleanup()
        return self.told()

    editions = 0

    def told(self):
        return (f'{self.kind}: {self.kills} kills of a hub, {self.server_kills} of the server; {self.acknowledged} requests acknowledged, '
                f'{self.repeated} after a repetition; {len(self.entries)} entries, {len(self.files)} files, edition {self.editions}')


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # hubs and server end with it
    parser = argparse.ArgumentParser()
    parser.add_argument('--kills', type=int, default=1000)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('kinds', nargs='*', default=pg.kinds)
    arguments = parser.parse_args()
    print(f'seed {arguments.seed}', flush=True)
    for kind in arguments.kinds:
        cluster = pg.Cluster() if kind == 'postgresql' else None
        try:
            print(Torture(kind, arguments.seed, cluster).run(arguments.kills) + ': nothing lost, nothing doubled', flush=True)
        except Failure as e:
            sys.exit(f'{kind}: {e}')
        finally:
            if cluster:
                cluster.stop()


if __name__ == '__main__':
    main()
