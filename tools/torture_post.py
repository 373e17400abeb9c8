#!/usr/bin/env python3
"""Kill a post and its hub at random moments, or cut their power, and see that nothing is lost, doubled, older or mixed.

usage: torture_post.py [--kills N] [--seed S] [--keep]

Two lanes check travellers, some of them listed; a second line confirms, takes into custody, releases and closes; in the hub entries are
published and withdrawn all the time. Post and hub are killed with SIGKILL, alone or both, also while they start; every other time the
power is cut as well (tools/powercut.py). After each start the list in force must be one that the hub has made (its state hash is compared)
and not older than what was seen in force; at the end, and every fifty kills, all that was acknowledged at lanes must stand in the hub once,
in order, with the times it had. Exit status: 0 nothing was found;
else --keep leaves the folders of both where they are.
"""
import argparse
import collections
import contextlib
import http.client
import os
import random
import secrets
import shutil
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
import post as posts  # noqa: E402
import powercut  # noqa: E402
from test_post import kim, zone  # noqa: E402

LANES = (('1', 'kh-primary'), ('2', 'kh-supervisor'))
STEPS = ('confirm', 'custody', 'release', 'close')
TOLERANCE_MS = 5
BROKEN = (OSError, http.client.HTTPException, ValueError)


class Failure(Exception):
    pass


def now_ms():
    return time.time() * 1000


class Done:
    """What a lane was told that it is done, or what may be: `acknowledged` False, then it may be missing."""

    def __init__(self, kind, key, begun, acknowledged):
        self.kind, self.key, self.begun, self.ended, self.acknowledged = kind, key, begun, now_ms(), acknowledged


class Worker(threading.Thread):
    """At a lane, as long as the post serves. Begins with signing in: a post that was started anew knows nobody."""

    def __init__(self, torture, name, login, seed):
        super().__init__(daemon=True)
        self.torture, self.name_, self.login, self.random = torture, name, login, random.Random(seed)
        self.lane, self.start_seen, self.failure, self.count, self.done = None, None, None, 0, []
        self.lock = threading.Lock()

    def run(self):
        try:
            while not self.torture.ended.is_set():
                if not self.torture.serving.wait(0.2):
                    continue
                with self.lock:
                    if self.torture.serving.is_set():
                        with contextlib.suppress(*BROKEN):
                            self.sit()
                            self.step()
                time.sleep(self.random.random() * 0.02)
        except BaseException as e:  # told by the main thread
            self.failure = e

    def sit(self):
        if self.lane is None:
            self.lane = posts.Lane(self.torture.post, self.name_)
        if self.start_seen != self.torture.starts:
            self.lane.good('POST', 'session', {'login': self.login, 'pin': posts.PIN})
            self.start_seen = self.torture.starts

    def ask(self, path, body):
        """Status and answer; None: it is not known whether it was done."""
        try:
            return self.lane.ask('POST', path, body)
        except BROKEN:
            return None


class Screener(Worker):
    def step(self):
        listed = self.random.random() < 0.04
        number = 'X' + secrets.token_hex(4).upper()
        name = ''.join(self.random.choice('BCDFGHJKLMNPRSTVZ') + self.random.choice('AEIOU') for _ in range(5))
        page = kim() if listed else zone(f'{name}<<{name[::-1]}', number, 'FRA', '620213')
        begun = now_ms()
        answer = self.ask('checks', {'mrz': '\n'.join(page)})
        if answer is None:
            self.done.append(Done('check', None, begun, False))
            return
        status, check = answer
        if status != 201:
            raise Failure(f'a check: {status} {check}')
        if listed and check['result'] != 'stop':
            raise Failure(f'a listed traveller is not stopped: {check}')
        self.done.append(Done('check', check['id'], begun, True))
        if check['hit']:
            self.done.append(Done('hit', check['hit'], begun, True))
            self.torture.hits.append(check['hit'])


class Second(Worker):
    hit, steps = None, ()

    def step(self):
        if not self.steps:
            if not self.torture.hits:
                return
            self.hit, self.steps = self.torture.hits.popleft(), list(STEPS)
        act, begun = self.steps.pop(0), now_ms()
        answer = self.ask(f'hits/{self.hit}/acts/{act}', {'pin': posts.PIN, 'note': f'{act} of {self.hit}'})
        if answer is None:
            self.done.append(Done('act', (self.hit, act), begun, False))
            self.steps = ()  # what may be done or not is left to itself
            return
        status, after = answer
        if status != 200:
            raise Failure(f'{act} of {self.hit}: {status} {after}')
        self.done.append(Done('act', (self.hit, act), begun, True))


class Lister(threading.Thread):
    """Publishes and withdraws; what a killed hub did not answer is left as it may be."""

    def __init__(self, torture, seed):
        super().__init__(daemon=True)
        self.torture, self.random, self.count, self.listed, self.failure = torture, random.Random(seed), 0, collections.deque(), None
        self.published = self.withdrawn = 0
        self.last = ''  # why something was not published or withdrawn

    def act(self, id, version, who, act, body):
        status, answer, _ = self.torture.people[who].ask('POST', f'/entries/{id}/acts/{act}', body, version)
        if status != 200:
            raise ValueError(f'{act}: {status} {answer}')

    def publish(self):
        self.count += 1
        reference = f'T-{self.count}'
        status, entry, _ = office.Office.nominate(self.torture, reference, name=f'김{reference}',
                                                  properties={'passportNumber': [f'T{self.count:08}'], 'alias': None})
        if status != 201:
            raise ValueError(f'{status} {entry}')
        for version, (who, act, body) in enumerate((
                ('reviewer', 'take', {}), ('legal', 'assess', {'assessment': office.Office.ASSESSMENT}),
                ('decider', 'approve', {'decision': {'number': 'KH-1', 'text': 'why'}}), ('decider2', 'confirm', {'decision': {'number': 'KH-1'}})), 1):
            self.act(entry['id'], version, who, act, body)
        self.listed.append(entry['id'])
        self.published += 1

    def withdraw(self):
        self.act(self.listed.popleft(), 5, 'liaison', 'withdraw', {'reason': 'other'})
        self.withdrawn += 1

    def step(self):
        if len(self.listed) > 8 or (self.listed and self.random.random() < 0.4):
            self.withdraw()
        else:
            self.publish()

    def run(self):
        try:
            while not self.torture.ended.is_set():
                if self.torture.hub_serving.wait(0.2) and not self.torture.resting.is_set():
                    try:
                        self.step()
                    except BROKEN as e:
                        self.last = str(e)
                time.sleep(self.random.random() * 0.2)
        except BaseException as e:
            self.failure = e


class Watcher(threading.Thread):
    """What the post says is in force, again and again: never older than it was."""

    def __init__(self, torture):
        super().__init__(daemon=True)
        self.torture, self.newest, self.failure, self.seen = torture, 0, None, {}

    def look(self):
        shown = self.torture.post.state()['list']
        if shown['number'] < self.newest:
            raise Failure(f"edition {shown['number']} is in force, {self.newest} was before")
        self.newest = shown['number']
        one = (shown['state'], shown['listings'])
        if shown['state'] and self.seen.setdefault(shown['number'], one) != one:
            raise Failure(f"edition {shown['number']} is {one}, and was {self.seen[shown['number']]}")

    def run(self):
        try:
            while not self.torture.ended.is_set():
                if self.torture.serving.wait(0.2):
                    with contextlib.suppress(*BROKEN):
                        self.look()
                time.sleep(0.01)
        except BaseException as e:
            self.failure = e


class CutPost(posts.Post):
    """Started so that its power can be cut."""

    cut = None

    def start(self):
        before = dict(os.environ)
        os.environ.update(self.cut.before() if self.cut else {})
        try:
            return super().start()
        finally:
            os.environ.clear()
            os.environ.update(before)


class CutHub(hubs.Hub):
    cut = None

    def start(self, options=()):
        before = dict(os.environ)
        os.environ.update(self.cut.before() if self.cut else {})
        try:
            super().start(options)
        finally:
            os.environ.clear()
            os.environ.update(before)


class Torture:
    def __init__(self, seed, keep):
        self.random, self.keep = random.Random(seed), keep
        self.serving, self.hub_serving, self.ended, self.resting = (threading.Event() for _ in range(4))
        self.hits, self.starts, self.kills, self.story = collections.deque(), 0, collections.Counter(), collections.deque(maxlen=40)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix='cordon-torture-')
        data = os.path.join(self.folder, 'hub')
        os.makedirs(data)
        posts.run(hubs.CORDON, 'demo', '--data', data)
        for purpose in ('list', 'audit', 'edition'):
            posts.run(hubs.CORDON, 'key', 'create', '--data', data, purpose)
        code = posts.run(hubs.CORDON, 'demo', '--post', '--data', data).stdout.strip()
        self.url = 'sqlite:' + os.path.join(data, 'cordon.db')
        self.people_make()
        CutHub.cut = powercut.Cut(data)
        self.hub = CutHub(data)
        self.port = self.hub.port
        self.post = CutPost(os.path.join(self.folder, 'post'), self.hub)
        posts.run(posts.POST, 'enrol', '--hub', f'http://127.0.0.1:{self.port}', '--code', code, '--data', self.post.folder)
        self.post.cut = powercut.Cut(self.post.folder)
        self.post.start()
        self.serving.set()
        self.hub_serving.set()
        self.starts = 1
        return self

    def __exit__(self, error, *_):
        self.ended.set()
        for process in (self.post.process, self.hub.process):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        for cut in (self.hub.cut, self.post.cut):
            cut.release()
        if error and self.keep:
            print('kept: ' + self.folder)
        else:
            shutil.rmtree(self.folder)

    def people_make(self):
        now = int(now_ms())
        self.people = {login: office.Officer(self, login) for login in ('liaison', 'reviewer', 'legal', 'decider', 'decider2')}
        sql = [f"INSERT INTO agency (id, country, name, created_ms) VALUES ('{office.agency(c)}', '{c}', 'Torture', 1)" for c in ('kh', 'kr')]
        for one in self.people.values():
            sql += one.rows(self.url, now)
        office.run(self.url, ';\n'.join(sql))

    def sql(self, statement):
        return office.run(self.url, statement)

    # ---- killing ----

    def tell(self, what, files, cut):
        self.story.append(f'{now_ms():.0f} {what}' + (f', power cut: {files.torn_last}' if cut else ''))

    def rest(self):
        self.serving.clear()
        for worker in self.workers:
            with worker.lock:
                pass

    def post_kill(self, cut):
        """Amid whatever the workers ask; their answers are lost."""
        self.post.process.kill()
        self.serving.clear()
        self.post.stop(signal.SIGKILL)
        self.rest()
        if cut:
            self.post.cut.fall(self.random)
        self.tell('post killed', self.post.cut, cut)
        self.kills['post'] += 1
        self.kills['cut'] += cut

    def hub_kill(self, cut):
        self.hub.process.kill()
        self.hub_serving.clear()
        self.hub.process.stdout.close()
        self.hub.process.wait()
        if cut:
            self.hub.cut.fall(self.random)
        self.tell('hub killed', self.hub.cut, cut)
        self.kills['hub'] += 1
        self.kills['cut'] += cut

    def amid_start(self, subject, command):
        """Started, and killed before it is ready, or not long after."""
        environment = subject.cut.before()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.random.random() * 0.3)
        process.kill()
        process.wait()
        cut = self.random.random() < 0.5
        if cut:
            subject.cut.fall(self.random)
        self.tell(os.path.basename(command[0]) + ' killed amid its start', subject.cut, cut)
        self.kills['cut'] += cut
        self.kills['start'] += 1

    def one_kill(self):
        which = self.random.choice(('post', 'post', 'hub', 'both'))
        cut = self.random.random() < 0.5
        if which != 'hub':
            self.post_kill(cut)
        if which != 'post':
            self.hub_kill(cut)
            time.sleep(self.random.random() * 0.3)
            if self.random.random() < 0.15:
                self.amid_start(self.hub, [hubs.CORDON, 'hub', '--data', self.hub.folder, '--port', str(self.port)])
            if which == 'hub' or self.random.random() < 0.5:
                self.hub.start(['--port', str(self.port)])
                self.hub_serving.set()
        if which != 'hub':
            if self.random.random() < 0.15:
                self.amid_start(self.post, [posts.POST, 'run', '--data', self.post.folder, '--port', '0'])
            self.post.start()
            self.watcher.look()
            self.starts += 1
            self.serving.set()
        if not self.hub_serving.is_set():
            time.sleep(self.random.random() * 0.3)
            self.hub.start(['--port', str(self.port)])
            self.hub_serving.set()

    # ---- what must hold ----

    def failed(self):
        for one in (*self.workers, self.lister, self.watcher):
            if one.failure:
                raise one.failure

    def check_editions(self):
        made = {int(number): (state, int(listings)) for number, state, listings in
                self.sql('SELECT number, lower(hex(state)), listings FROM edition')}
        for number, shown in self.watcher.seen.items():
            if made.get(number) != shown:
                raise Failure(f'edition {number} was in force as {shown}, the hub made {made.get(number)}')

    def settle(self):
        self.resting.set()
        self.rest()
        begun = time.time()
        while self.post.state()['queue']['waiting'] or self.post.edition() < int(self.sql('SELECT max(number) FROM edition')[0][0]):
            if time.time() - begun > 120:
                raise Failure(f'still not settled: {self.post.state()}')
            time.sleep(0.1)
        self.watcher.look()

    def told(self):
        """Everything of the post in the hub: {kind: {key: (seq, at)}}, `at` as the post's own clock had it."""
        found = {'check': {id: (int(seq), int(at)) for id, seq, at in self.sql('SELECT id, seq, at - coalesce(clock_offset, 0) FROM crossing')},
                 'hit': {id: (int(seq), int(at)) for id, seq, at in self.sql('SELECT id, seq, at - coalesce(clock_offset, 0) FROM hit')}, 'act': {}}
        for hit, act, seq, at in self.sql('SELECT hit_id, act, seq, at - coalesce(clock_offset, 0) FROM hit_act WHERE post_id IS NOT NULL'):
            if (hit, act) in found['act']:
                raise Failure(f'{act} of {hit} stands twice')
            found['act'][(hit, act)] = (int(seq), int(at))
        return found

    def check_everything(self):
        self.settle()
        found = self.told()
        done = sorted((d for w in self.workers for d in w.done), key=lambda d: d.begun)
        self.check_once(found, done)
        self.check_order([(d, *found[d.kind][d.key]) for d in done if d.acknowledged])
        self.check_numbers(found)
        self.check_editions()
        self.resting.clear()
        self.serving.set()

    def check_once(self, found, done):
        for kind in found:
            acknowledged = {d.key for d in done if d.kind == kind and d.acknowledged}
            unsure = sum(1 for d in done if not d.acknowledged and (d.kind == kind or (d.kind, kind) == ('check', 'hit')))
            missing, more = acknowledged - set(found[kind]), set(found[kind]) - acknowledged
            if missing:
                lost = [f'{d.key} {d.begun:.0f}-{d.ended:.0f}' for d in done if d.key in missing]
                seqs = {seq for k in found for seq, _ in found[k].values()} | {int(s) for s, in self.sql('SELECT seq FROM post_event')}
                raise Failure(f'{len(missing)} of kind {kind} were acknowledged and are missing: {lost[:5]}; numbers missing: '
                              f'{sorted(set(range(1, max(seqs) + 1)) - seqs)[:20]}')
            if len(more) > unsure:
                raise Failure(f'{len(more)} of kind {kind} that nobody was told of, only {unsure} requests were not answered')

    def check_order(self, rows):
        """What was told before another was asked comes before it; its time is that of the lane."""
        ended, highest = [], 0
        for done, seq, at in rows:
            if not done.begun - TOLERANCE_MS <= at <= done.ended + TOLERANCE_MS:
                raise Failure(f'{done.kind} {done.key} of {done.begun:.0f} to {done.ended:.0f} stands as of {at}')
            ended.sort()
            while ended and ended[0][0] < done.begun:
                highest = max(highest, ended.pop(0)[1])
            if seq < highest:
                raise Failure(f'{done.kind} {done.key} has number {seq}, and {highest} was there before it was asked')
            ended.append((done.ended, seq))

    def check_numbers(self, found):
        """Each number of the spool is one thing in the hub; nothing was flagged on its way."""
        last = int(self.sql("SELECT spool_seq FROM post WHERE state = 'enrolled'")[0][0])
        events = self.sql('SELECT seq, what, detail FROM post_event')
        bad = [e for e in events if e[1] not in ('started', 'stopped')]
        if bad:
            raise Failure(f'events: {bad[:5]}')
        seqs = sorted([seq for kind in found for seq, _ in found[kind].values()] + [int(e[0]) for e in events])
        if seqs != list(range(1, last + 1)):
            raise Failure(f'the spool has {last} numbers, {len(seqs)} stand in the hub, {len(set(seqs))} different ones')
        for what, statement, must in (
                ('counted', 'SELECT sum(count) FROM crossing_count', len(found['check'])),
                ('acts refused', 'SELECT count(*) FROM hit_act WHERE not_possible IS NOT NULL', 0),
                ('audited hits', "SELECT count(*) FROM audit WHERE action = 'hit.act' AND detail = '{\"act\":\"hit\"}'", len(found['hit']))):
            if int(self.sql(statement)[0][0]) != must:
                raise Failure(f'{what}: {self.sql(statement)[0][0]}, must be {must}')

    # ---- the run ----

    def summary(self):
        done = [d for w in self.workers for d in w.done]
        count = collections.Counter(d.kind for d in done if d.acknowledged)
        k = self.kills
        return (f"{k['post']} kills of the post, {k['hub']} of the hub, {k['start']} amid a start, {k['cut']} with the power cut "
                f"({self.post.cut.lost} + {self.hub.cut.lost} files torn or lost); {count['check']} checks, {count['hit']} hits, {count['act']} acts "
                f"acknowledged, {sum(not d.acknowledged for d in done)} not answered; {self.lister.published} published, "
                f'{self.lister.withdrawn} withdrawn; {len(self.watcher.seen)} editions in force, the last {self.watcher.newest}')

    def prove(self):
        """Officers must prove anew who they are after some minutes. In a process of its own, whose syncs count as the hub's do."""
        code = ("import sqlite3, sys; db = sqlite3.connect(sys.argv[1], 30); db.execute('PRAGMA wal_autocheckpoint = 0'); "
                "db.execute('PRAGMA synchronous = FULL'); db.execute('UPDATE session SET used_ms = ?1, proved_ms = ?1', (int(sys.argv[2]),)); db.commit()")
        subprocess.run([sys.executable, '-c', code, self.url[7:], str(int(now_ms()))], env=self.hub.cut.environment(), check=True)

    def count(self):
        return self.kills['post'] + self.kills['hub'] + self.kills['start']

    def run(self, kills):
        self.workers = [Screener(self, name, login, self.random.random()) for name, login in LANES]
        self.workers.append(Second(self, '3', 'kh-secondary', self.random.random()))
        self.lister, self.watcher = Lister(self, self.random.random()), Watcher(self)
        if not posts.wait(lambda: self.post.state()['online'] and self.post.edition()):
            raise Failure('the post has no list')
        for one in (*self.workers, self.lister, self.watcher):
            one.start()
        checked = 0
        try:
            while self.count() < kills:
                # A sign-in that was cut short counts as a wrong PIN, and five of them lock: so first let everybody in.
                posts.wait(lambda: all(w.start_seen == self.starts or w.failure for w in self.workers), 20)
                self.failed()
                time.sleep(self.random.random() ** 2)
                self.one_kill()
                self.prove()
                self.failed()
                if self.count() // 50 > checked:
                    checked = self.count() // 50
                    self.check_everything()
                    print(self.summary(), flush=True)
            self.check_everything()
            self.failed()
        except (Failure, AssertionError) as e:
            with open(self.post.folder + '.log', encoding='utf-8') as f:
                raise Failure('\n'.join((str(e), 'after ' + self.summary(), *self.story, 'the post said last:', f.read()[-2000:]))) from e
        return self.summary()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # hub and post end with it
    parser = argparse.ArgumentParser()
    parser.add_argument('--kills', type=int, default=500)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    print(f'seed {arguments.seed}', flush=True)
    begun = time.time()
    try:
        with Torture(arguments.seed, arguments.keep) as torture:
            print(torture.run(arguments.kills) + f': nothing lost, nothing doubled ({time.time() - begun:.0f} s)', flush=True)
    except Failure as e:
        sys.exit(f'post: {e}')


if __name__ == '__main__':
    main()
