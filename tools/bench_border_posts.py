"""Many posts at one hub: from a decision until it is in force at each of them."""
import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from hub import CORDON, Hub
from office import Office
from post import POST, Lane, Post, officer, run as program, wait
from test_post import zone

from bench_border import quantile

AIRPORT = {'kind': 'land', 'point': 'entry', 'latitude': 11.0, 'longitude': 106.1, 'desk': '+855 23 000 000'}
FAMILIES = ['AHN', 'BAEK', 'CHO', 'DO', 'EOM', 'GONG', 'HAN', 'IM', 'JEON', 'KWON', 'MA', 'NOH', 'OH', 'PYO', 'RYU', 'SEO', 'TAK', 'WON', 'YEO']
GIVEN = ['DAIN', 'EUNHO', 'GEON', 'HARIN', 'ILSUNG', 'JIAN', 'KYUHO', 'MINA', 'NARAE', 'OKSU', 'PILWON', 'RAON', 'SEJIN', 'TAEO', 'UJIN', 'YEJI']


class Listening(threading.Thread):
    """What a post tells a browser of its lane, with when it came: (monotonic seconds, number of the edition)."""

    def __init__(self, lane):
        super().__init__(daemon=True)
        self.lane, self.seen, self.ended = lane, [], False
        self.start()

    def run(self):
        while not self.ended:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self.listen()
            time.sleep(0.05)

    def listen(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.lane.post.port, timeout=40)
        connection.request('GET', '/post/v1/events', None, {'Cookie': '; '.join(f'{k}={v}' for k, v in self.lane.cookies.items())})
        answer, event = connection.getresponse(), b''
        while not self.ended:
            line = answer.readline()
            if not line:
                return
            if line.startswith(b'event: '):
                event = line[7:].strip()
            elif line.startswith(b'data: ') and event == b'state':
                number = json.loads(line[6:])['list']['number']
                if not self.seen or self.seen[-1][1] != number:
                    self.seen.append((time.monotonic(), number))

    def since(self, number):
        """When an edition of at least that number came into force, or None."""
        return next((at for at, n in self.seen if n >= number), None)


class Border:
    """A demonstration hub with its witness, posts of it, and the officers who decide."""

    def __init__(self, folder, fill=None):
        self.folder, self.posts, self.random = folder, [], random.Random(20261126)
        self.data, partner = os.path.join(folder, 'hub'), os.path.join(folder, 'partner')
        for path in (self.data, partner):
            os.makedirs(path)
        program(CORDON, 'demo', '--data', self.data)
        if fill:
            fill(self.data)
        for purpose in ('list', 'audit', 'edition'):
            program(CORDON, 'key', 'create', '--data', self.data, purpose)
        witness = program(CORDON, 'key', 'create', '--data', partner, '--name', 'witness.kr', 'witness').stdout.strip()
        with open(os.path.join(self.data, 'keys', 'trusted'), 'r+', encoding='utf-8') as f:
            logs = [line.split() for line in f if line.startswith(('log list ', 'log audit '))]
            f.write(f'witness {witness}\n')
        self.hub = Hub(self.data, options=('--witness', witness))
        words = [w for log in logs for w in ('--log', f'{log[2]},http://127.0.0.1:{self.hub.port}/ledger/{log[1]}')]
        self.witness = subprocess.Popen([CORDON, 'witness', '--data', partner, '--every', '1', *words], stdout=subprocess.DEVNULL)
        self.officers = {login: officer(self.hub, login) for login in (
            'kr-liaison', 'kh-reviewer', 'kh-legal', 'kh-decider', 'kh-decider2', 'kh-duty', 'kh-operator', 'kh-supervisor')}

    def close(self):
        for post in self.posts:
            if post.process:
                post.process.send_signal(signal.SIGTERM)
        for post in self.posts:
            post.stop()
        self.witness.terminate()
        self.witness.wait(20)
        if self.hub.process.poll() is None:
            self.hub.stop()

    # ---- posts ----

    def enrol(self, name, address=None):
        """A post that is made in the hub and enrolled by the program; seconds that the program took."""
        made = self.officers['kh-operator'].good('POST', '/api/v1/posts', dict(AIRPORT, name=name))
        post = Post(os.path.join(self.folder, 'post-' + name), self.hub)
        while True:
            begun = time.monotonic()
            done = program(POST, 'enrol', '--hub', address or f'http://127.0.0.1:{self.hub.port}', '--code', made['code'], '--data', post.folder,
                           check=False)
            took = time.monotonic() - begun
            if 'answers 429' not in done.stderr:
                break
            time.sleep(2)  # so many strangers of one address are asked to slow down
        assert done.returncode == 0, done.stderr
        post.id = made['id']
        self.posts.append(post)
        return post, took

    # ---- decisions ----

    def act(self, login, entry, act, body=None):
        """Done by an officer; when it was sent, in monotonic seconds."""
        person = self.officers[login]
        status, _, headers = person.ask('GET', f'/api/v1/entries/{entry}')
        assert status == 200, (login, act, status)
        for _ in range(2):
            at = time.monotonic()
            status, answer, _ = person.ask('POST', f'/api/v1/entries/{entry}/acts/{act}', body or {}, {'If-Match': headers['ETag']})
            if status != 401:
                break
            self.prove(login)
        assert status == 200, (login, act, status, answer)
        return at

    def prove(self, login):
        """Anew, since it is long ago; a code counts once."""
        def tried():
            code = program(CORDON, 'demo', '--code', login).stdout.strip()
            return self.officers[login].ask('POST', '/api/v1/session/totp', {'code': code})[0] == 200
        assert wait(tried, 65, 5), f'{login} cannot prove who he is'

    def traveller(self):
        """Somebody invented: what a nomination says of him, and his passport's zone."""
        family, given = self.random.choice(FAMILIES), self.random.choice(GIVEN) + self.random.choice(GIVEN)
        year, month, day = self.random.randint(1950, 1999), self.random.randint(1, 12), self.random.randint(1, 28)
        number = f'M7{self.random.randrange(10 ** 7):07}'
        person = {'schema': 'Person', 'properties': {'name': [f'{family} {given}'], 'birthDate': [f'{year}-{month:02}-{day:02}'],
                                                     'nationality': ['kr'], 'passportNumber': [number]}}
        return person, zone(f'{family}<<{given}', number, 'KOR', f'{year % 100:02}{month:02}{day:02}')

    def approved(self, **measure):
        """An entry that only the second confirmation lacks, and the zone of whom it is of."""
        person, lines = self.traveller()
        body = {'reference': f'BENCH-{self.random.randrange(10 ** 9)}', 'person': person, 'offence': 'fraud by telephone', 'purpose': 'border control',
                'law': 'Criminal Act', 'article': '347', 'maximumPenaltyMonths': 120,
                'measures': [{'kind': 'refuse-entry', 'basis': 'decision', **measure}]}
        entry = self.officers['kr-liaison'].good('POST', '/api/v1/entries', body)['id']
        for login, act, more in (('kh-reviewer', 'take', {}), ('kh-legal', 'assess', {'assessment': Office.ASSESSMENT}),
                                 ('kh-decider', 'approve', {'decision': {'number': 'KH-1', 'text': 'why'}})):
            self.act(login, entry, act, more)
        return entry, lines

    def publish(self, entry):
        return self.act('kh-decider2', entry, 'confirm', {'decision': {'number': 'KH-1'}})

    def number(self):
        return self.officers['kh-supervisor'].good('GET', '/api/v1/editions?limit=1')['items'][0]['number']

    def entries(self):
        items = self.officers['kh-supervisor'].good('GET', '/api/v1/editions?limit=1')['items']
        return items[0]['entries'] if items else 0

    def edition_that(self, what, after):
        """The first edition behind `after` that added (or removed) somebody."""
        def look():
            items = self.officers['kh-supervisor'].good('GET', '/api/v1/editions?limit=50')['items']
            return min((e['number'] for e in items if e['number'] > after and e[what]), default=None)
        number = wait(look, 60)
        assert number, f'no edition {what} anybody'
        return number


def memory_of(pid):
    """Resident, and what no other process shares, in MB."""
    figures = {}
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as f:
        for line in f:
            words = line.split()
            if len(words) == 3:
                figures[words[0].rstrip(':')] = int(words[1]) / 1024
    return figures['Rss'], figures['Private_Clean'] + figures['Private_Dirty']


def results(lanes, lines):
    """What each lane says of one traveller."""
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda lane: lane.check(*lines)['result'], lanes))


def must_be(lanes, lines, wanted):
    said = results(lanes, lines)
    assert all((r == 'stop') == (wanted == 'stop') for r in said), f'wanted {wanted}, lanes say {said}'


def follow(border, lanes, listening, began, before, what, lines, wanted):
    """Seconds from a decision until each post has it; and each lane then answers so."""
    number = border.edition_that(what, before)
    wait(lambda: all(one.since(number) for one in listening), 60)
    took = [(one.since(number) or began + 60) - began for one in listening]
    must_be(lanes, lines, wanted)
    return took


def until_it_ends(lane, lines, ends):
    """Seconds behind the hour at which somebody's measure ends until this lane lets him pass; it stops him before."""
    before = lane.check(*lines)['result']
    sent_before = time.time() < ends
    time.sleep(max(0, ends - time.time()))
    while lane.check(*lines)['result'] == 'stop':
        if time.time() > ends + 60:
            break
        time.sleep(0.2)
    assert not sent_before or before == 'stop', before
    return time.time() - ends


def told(table, name, took, posts):
    table.say(f'{name}, p50', quantile(took, 0.5), 's')
    table.tell(f'{name}, 99 % of {posts} posts', quantile(took, 0.99), 's', 5, 1)
    table.tell(f'{name}, the last post', max(took), 's', 60, 5)


def start_all(border, table, count):
    enrolled = [border.enrol(f'Gate {i}')[1] for i in range(count)]
    table.say('enrol a post, p50', quantile(enrolled, 0.5), 's')
    started = []
    for post in border.posts:
        begun = time.monotonic()
        post.start()
        started.append(time.monotonic() - begun)
    table.say(f'start a post until it serves, {count} beside each other, p99', quantile(started, 0.99), 's')
    assert wait(lambda: all(post.edition() >= border.number() for post in border.posts), 120), 'a post has no list'
    assert wait(lambda: all(post.state()['online'] for post in border.posts), 60), 'a post is not connected'
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda post: Lane(post, '1').sit('kh-primary'), border.posts))


def run(_build, folder, table, options):
    border = Border(folder)
    try:
        lanes = start_all(border, table, options.posts)
        listening = [Listening(lane) for lane in lanes]
        assert wait(lambda: all(one.seen for one in listening), 30), 'a lane is told nothing'
        added, removed = [], []
        for _ in range(options.rounds):
            entry, lines = border.approved()
            before = border.number()
            added += follow(border, lanes, listening, border.publish(entry), before, 'added', lines, 'stop')
            before = border.number()
            began = border.act('kr-liaison', entry, 'withdraw', {'reason': 'other'})
            removed += follow(border, lanes, listening, began, before, 'removed', lines, 'pass')
        told(table, 'an entry, from the decision', added, options.posts)
        told(table, 'a removal, from the decision', removed, options.posts)
        told(table, 'an expiry, from its time', expiries(border, lanes, listening, options.rounds), options.posts)
        memory = [memory_of(post.process.pid) for post in border.posts]
        table.say('memory of a post, resident, p50', quantile([m[0] for m in memory], 0.5), 'MB')
        table.say('memory of a post, its own alone, the largest', max(m[1] for m in memory), 'MB')
        table.say('memory of the hub, resident', memory_of(border.hub.process.pid)[0], 'MB')
        for one in listening:
            one.ended = True
    finally:
        border.close()


def expiries(border, lanes, listening, rounds):
    """Entries published in time, whose measures end one after the other."""
    first, took, entries = time.time() + 4 * rounds + 20, [], []
    for i in range(rounds):
        ends = round(first) + 6 * i
        entry, lines = border.approved(expiresAt=time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(ends)))
        before = border.number()
        border.publish(entry)
        entries.append((lines, ends))
    number = border.edition_that('added', before)
    assert wait(lambda: all(one.since(number) for one in listening), 60)
    with ThreadPoolExecutor(len(lanes)) as pool:
        for lines, ends in entries:
            time.sleep(max(0, ends - 3 - time.time()))
            took += pool.map(lambda lane, lines=lines, ends=ends: until_it_ends(lane, lines, ends), lanes)
    return took
