"""One post with a long list: answers, changes, a start from cold, a busy lane, the lane in a browser.

The list is made and signed by border_bench with the keys of a real hub, which enrols the post, knows its officers and hears what it
tells; only the files of the feed come from a folder."""
import contextlib
import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time

from post import Lane, wait
from test_post import zone

from bench_border import ROOT, quantile
from bench_border_front import Front
from bench_border_posts import FAMILIES, GIVEN, Border, memory_of

LANES = 6
RATE = 30           # checks a second
EDITIONS = 2        # a second: a hub makes no more
CHANGES = 5         # a second, in those
READS = 120         # in the browser
# border_bench's rows: what it is, must, aim
ROWS = {
    'ask-p99': ('watch, a traveller whom nobody lists, p99', 2000, 500),
    'hit-p99': ('watch, a listed traveller, p99', 2000, 500),
    'later-p99': ('the same under a fresh index after 2,100 changes, p99', 2000, 500),
    'delta-p50': ('take a change of 100, p50', 50, 5),
    'delta-last': ('take a change of 100 when 1,900 lie over the index', 50, 5),
    'delta-asked-worst': ('longest answer while such changes are taken', 50, 5),
    'rebuild': ('take a change while the index is built anew, the worst', 1000, 150),
    'rebuild-asked-worst': ('longest answer while the index is built anew', 1000, 50),
    'open': ('image read, first answer', 2000, 300),
}


def rows(build, folder, table, count):
    place = os.path.join(folder, 'replica')
    with subprocess.Popen([os.path.join(build, 'border_bench'), 'rows', ROOT, place, str(count)], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            key, value, unit = line.rstrip('\n').split('\t')
            if key in ROWS:
                table.tell(f'{count} entries: {ROWS[key][0]}', float(value), unit, *ROWS[key][1:])
            else:
                table.say(f'{count} entries: {key}', float(value), unit)
    assert process.returncode == 0, 'border_bench ended badly'


class LongPost:
    """A post that has the long list in force, of a hub and a front."""

    def __init__(self, build, folder, count, seconds):
        self.build, self.count, self.random = build, count, random.Random(7)
        feed = os.path.join(folder, 'feed')
        os.makedirs(feed)
        self.border = Border(folder)
        self.front = Front(self.border.hub.port, feed)
        self.post, _ = self.border.enrol('Long', self.front.address)
        with contextlib.closing(sqlite3.connect(os.path.join(self.border.data, 'cordon.db'))) as database:
            key = database.execute('SELECT public_key FROM post WHERE id = ?', (self.post.id,)).fetchone()[0]
        words = [os.path.join(build, 'border_bench'), 'feed', ROOT, os.path.join(self.border.data, 'keys'), feed, str(count),
                 str(max(1, EDITIONS * seconds)), str(CHANGES * seconds), f'{self.post.id}:{base64_of(key)}']
        self.maker = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.maker.stdout.readline() == 'made\n', 'no feed was made'
        self.number = 0
        self.publish(1)
        self.post.start()
        assert wait(lambda: self.post.edition() == 1, 180), 'the post does not take the list'
        assert wait(lambda: self.post.state()['online'], 60)
        self.lanes = [Lane(self.post, str(i)).sit('kh-primary') for i in range(LANES)]
        listed = subprocess.run([os.path.join(build, 'border_bench'), 'zones', ROOT, '500', str(count // 2)], stdout=subprocess.PIPE, text=True, check=True)
        self.listed = [zone_of(*line.split('\t')) for line in listed.stdout.splitlines()]

    def publish(self, number):
        self.maker.stdin.write(f'{number}\n')
        self.maker.stdin.flush()
        assert self.maker.stdout.readline() == f'{number}\n'
        self.number = number
        self.front.ring(number)

    def nobody(self):
        """The zone of somebody whom the list knows only by chance."""
        year, number = self.random.randint(1950, 1999), f'P{self.random.randrange(10 ** 8):08}'
        name = f'{self.random.choice(FAMILIES)}<<{self.random.choice(GIVEN)}{self.random.choice(GIVEN)}'
        return zone(name, number, 'KOR', f'{year % 100:02}{self.random.randint(1, 12):02}{self.random.randint(1, 28):02}')

    def close(self):
        self.maker.stdin.close()
        self.maker.wait(60)
        if self.post.process:
            stop(self.post)
        self.border.close()
        self.front.close()


def base64_of(data):
    import base64
    return base64.b64encode(data).decode()


def zone_of(name, birth, number):
    words = [''.join(c for c in word if 'A' <= c <= 'Z') for word in name.upper().split()]
    return zone(f'{words[0]}<<{"<".join(words[1:])}'[:39], number, 'KOR', birth[2:4] + birth[5:7] + birth[8:10])


# ---- from cold ----

def forget_pages(folder):
    """As after the machine was off: nothing of the folder in memory."""
    os.sync()
    for name in os.listdir(folder):
        fd = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def stop(post):
    """It keeps an image of the list, which on a busy disk takes its time."""
    post.process.send_signal(signal.SIGTERM)
    post.process.wait(300)
    post.stop()


def cold(long, table):
    served, answered = [], []
    for i in range(5):
        stop(long.post)
        forget_pages(long.post.folder)
        begun = time.monotonic()
        long.post.start()
        served.append(time.monotonic() - begun)
        long.lanes[0].sit('kh-primary')
        begun = time.monotonic()
        said = long.lanes[0].check(*long.listed[i])
        answered.append(served[-1] + time.monotonic() - begun)
        assert said['result'] == 'stop', said
    for lane in long.lanes[1:]:
        lane.sit('kh-primary')
    table.say(f'{long.count} entries: a post starts from cold, until it serves', quantile(served, 0.5), 's')
    table.tell(f'{long.count} entries: a post starts from cold, until its first answer, sign-in apart', max(answered), 's', 2, 0.3)


def memory(long, table, when):
    resident, own = memory_of(long.post.process.pid)
    table.say(f'{long.count} entries: memory of the post, {when}, resident', resident, 'MB')
    table.say(f'{long.count} entries: memory of the post, {when}, its own alone', own, 'MB')
    return resident


# ---- busy ----

class Busy(threading.Thread):
    """A lane at its share of the rate: a check is late from the moment at which it was due."""

    def __init__(self, long, lane, first, until):
        super().__init__(daemon=True)
        self.long, self.lane, self.first, self.until = long, lane, first, until
        self.took, self.failure = [], None
        self.start()

    def run(self):
        try:
            self.work()
        except BaseException as e:  # told by the main thread
            self.failure = e

    def work(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.long.post.port, timeout=30)
        headers = {'X-Cordon': '1', 'Accept-Language': 'en', 'Content-Type': 'application/json',
                   'Cookie': '; '.join(f'{k}={v}' for k, v in self.lane.cookies.items())}
        due, n = self.first, 0
        while due < self.until:
            time.sleep(max(0, due - time.monotonic()))
            n += 1
            listed = n % 50 == 0
            lines = self.long.listed[n % len(self.long.listed)] if listed else self.long.nobody()
            connection.request('POST', '/post/v1/checks', json.dumps({'mrz': '\n'.join(lines)}), headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            self.took.append(time.monotonic() - due)
            assert answer.status // 100 == 2 and (said['result'] == 'stop' or not listed), (answer.status, said)
            due += LANES / RATE
        connection.close()


def busy(long, table, seconds):
    before, begun = memory(long, table, 'at first'), time.monotonic() + 1
    lanes = [Busy(long, lane, begun + i / RATE, begun + seconds) for i, lane in enumerate(long.lanes)]
    behind, sizes, last = 0, [], long.number + EDITIONS * seconds
    for i in range(EDITIONS * seconds):
        time.sleep(max(0, begun + i / EDITIONS - time.monotonic()))
        long.publish(min(long.number + 1, last))
        if i % (5 * EDITIONS) == 0:
            behind = max(behind, long.number - long.post.edition())
            sizes.append(memory_of(long.post.process.pid)[0])
    for lane in lanes:
        lane.join()
    for lane in lanes:
        if lane.failure:
            raise lane.failure
    took = [t for lane in lanes for t in lane.took]
    assert wait(lambda: long.post.edition() == long.number, 60), f'the post is at {long.post.edition()} of {long.number}'
    name = f'{long.count} entries, {RATE} checks/s and {CHANGES} changes/s for {seconds} s'
    table.say(f'{name}: checks', len(took), 'answers')
    table.say(f'{name}: p50', quantile(took, 0.5) * 1000, 'ms')
    table.tell(f'{name}: p95', quantile(took, 0.95) * 1000, 'ms', 50, 20)
    table.tell(f'{name}: longest', max(took) * 1000, 'ms', 1000, 100)
    table.say(f'{name}: editions that it was behind, at most', behind, 'editions')
    after, quarter = memory(long, table, 'at the end'), max(1, len(sizes) // 4)
    table.say(f'{name}: memory grew from the start', after - before, 'MB')
    table.say(f'{name}: memory at most', max(sizes), 'MB')
    grew = quantile(sizes[-quarter:], 0.5) - quantile(sizes[quarter:2 * quarter], 0.5)
    table.tell(f'{name}: memory grew from the second quarter to the last', grew, 'MB', 50, 10)


# ---- in a browser ----

def browser(long, table):
    """The browser reads its travellers, opens a lane and tells how long each took, from the last key to the colour."""
    travellers = [long.listed[i % len(long.listed)] if i % 10 == 9 else long.nobody() for i in range(READS)]
    run = subprocess.run(['node', os.path.join(ROOT, 'tests', 'browser', 'lane_speed.mjs'), f'http://127.0.0.1:{long.post.port}', long.post.code],
                         input='\n'.join(''.join(lines) for lines in travellers), stdout=subprocess.PIPE, text=True, timeout=1800, check=True)
    took = [float(line) for line in run.stdout.split()]
    assert len(took) == READS, run.stdout
    table.say(f'{long.count} entries: in the browser from last key to colour, p50', quantile(took, 0.5), 'ms')
    table.tell(f'{long.count} entries: in the browser from last key to colour, p95', quantile(took, 0.95), 'ms', 50, 25)


def run(build, folder, table, options):
    build = os.path.abspath(build)
    if 'c' in options.only:
        rows(build, folder, table, options.entries)
    long = LongPost(build, folder, options.entries, options.seconds if 'd' in options.only else 1)
    try:
        if 'c' in options.only:
            cold(long, table)
            memory(long, table, 'at work')
        if 'd' in options.only:
            busy(long, table, options.seconds)
        if 'e' in options.only:
            browser(long, table)
    finally:
        long.close()
