"""Posts behind bad links: a whole list comes in although the link breaks, and what is urgent does not wait for it.

A link is a proxy of one post's own: so many bytes a second each way, half the round trip each way, and a round trip before anything
goes over a new connection. One piece in twenty is lost and comes a round trip and a bit later, and what is behind it waits for it, as TCP
has it. Now and then nothing moves for seconds, and now and then a connection breaks."""
import asyncio
import os
import random
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from post import Lane, wait

from bench_border import ROOT, quantile
from bench_border_posts import Border, must_be

BYTES_S = 256000 / 8
ROUND_TRIP_S = 0.6
PIECE = 1400
WINDOW = 64            # pieces under way on one connection
LOST = 0.05
AGAIN_S = ROUND_TRIP_S + 0.2
STALL_EVERY_S, STALL_S = 40, (2, 8)
BREAK_EVERY_S = 25
POSTS, ENTRIES, URGENT = 20, 5000, 10


class Link:
    def __init__(self, hub_port, seed):
        self.hub_port, self.random, self.rough = hub_port, random.Random(seed), False  # rough: it breaks
        self.free = {'up': 0.0, 'down': 0.0}
        self.resumed = self.broken = self.bytes = self.stalls = 0
        self.stall_at = time.monotonic() + self.random.expovariate(1 / STALL_EVERY_S)

    async def serve(self):
        server = await asyncio.start_server(self.connection, '127.0.0.1', 0)
        self.address = f'http://127.0.0.1:{server.sockets[0].getsockname()[1]}'

    async def connection(self, reader, writer):
        await asyncio.sleep(ROUND_TRIP_S)
        try:
            hub_reader, hub_writer = await asyncio.open_connection('127.0.0.1', self.hub_port)
        except OSError:
            writer.transport.abort()
            return
        ways = [asyncio.ensure_future(self.way('up', reader, hub_writer)), asyncio.ensure_future(self.way('down', hub_reader, writer))]
        _, open_ones = await asyncio.wait(ways, timeout=self.random.expovariate(1 / BREAK_EVERY_S) if self.rough else None, return_when=asyncio.ALL_COMPLETED)
        if open_ones:
            self.broken += 1
            for one in open_ones:
                one.cancel()
            writer.transport.abort()
            hub_writer.transport.abort()
        writer.close()
        hub_writer.close()

    def line(self, way, size):
        """When a piece is on its way, and when it is there."""
        now = time.monotonic()
        if now > self.stall_at:
            pause = self.random.uniform(*STALL_S)
            self.stalls += 1
            self.stall_at = now + pause + self.random.expovariate(1 / STALL_EVERY_S)
            for each in self.free:
                self.free[each] = max(self.free[each], now) + pause
        self.free[way] = max(self.free[way], now) + size / BYTES_S
        lost = AGAIN_S if self.random.random() < LOST else 0
        return self.free[way], self.free[way] + ROUND_TRIP_S / 2 + lost

    async def way(self, way, reader, writer):
        under_way = asyncio.Queue(WINDOW)
        arriving = asyncio.ensure_future(self.arrive(under_way, writer))
        try:
            while data := await reader.read(PIECE):
                sent, there = self.line(way, len(data))
                if way == 'up':
                    self.resumed += data.count(b'\nRange: bytes=')
                else:
                    self.bytes += len(data)
                await under_way.put((there, data))
                await asyncio.sleep(max(0, sent - time.monotonic()))
            await under_way.put((0, None))
            await arriving
        except (OSError, asyncio.CancelledError):
            arriving.cancel()
            raise

    @staticmethod
    async def arrive(under_way, writer):
        while True:
            there, data = await under_way.get()
            await asyncio.sleep(max(0, there - time.monotonic()))
            if data is None:
                if writer.can_write_eof():
                    writer.write_eof()
                return
            writer.write(data)
            await writer.drain()


class Links(threading.Thread):
    """All in one thread of their own."""

    def __init__(self, hub_port, count):
        super().__init__(daemon=True)
        self.links, self.loop, self.ready = [Link(hub_port, seed) for seed in range(count)], asyncio.new_event_loop(), threading.Event()
        self.loop.set_exception_handler(lambda *_: None)  # broken connections are what this is for
        self.start()
        self.ready.wait()

    def run(self):
        async def serve():
            for link in self.links:
                await link.serve()
            self.ready.set()
            await asyncio.Event().wait()
        self.loop.run_until_complete(serve())


def fill(build, data, count):
    subprocess.run([os.path.join(build, 'registry_bench'), 'fill', ROOT, 'sqlite:' + os.path.join(data, 'cordon.db'), str(count)],
                   stdout=subprocess.DEVNULL, check=True)


def nominated(border):
    """Somebody whom the duty officer asks for in a hurry; only the second person lacks."""
    person, lines = border.traveller()
    body = {'reference': f'URGENT-{border.random.randrange(10 ** 9)}', 'person': person, 'offence': 'fraud by telephone', 'purpose': 'border control',
            'law': 'Criminal Act', 'article': '347', 'maximumPenaltyMonths': 120, 'measures': [{'kind': 'refuse-entry', 'basis': 'decision'}]}
    entry = border.officers['kr-liaison'].good('POST', '/api/v1/entries', body)['id']
    border.act('kh-duty', entry, 'urgent', {'text': 'he is on his way'})
    return entry, lines


def until_noticed(lane, lines, began):
    """Seconds from the decision until this lane does not let him pass any more."""
    while time.monotonic() - began < 300:
        status, said = lane.ask('POST', 'checks', {'mrz': '\n'.join(lines)})
        if status // 100 == 2 and said['result'] != 'pass':
            break
        time.sleep(0.5)
    return time.monotonic() - began


def urgent(border, lanes, entry, lines):
    began = border.act('kh-decider', entry, 'urgent-confirm', {'decision': {'number': 'KH-2'}})
    with ThreadPoolExecutor(len(lanes)) as pool:
        return list(pool.map(lambda lane: until_noticed(lane, lines, began), lanes))


def whole(border, links, table):
    """All begin at once, with nothing."""
    number, began = border.number(), time.monotonic()
    before = [link.bytes for link in links.links]

    def take(post):
        post.start()
        assert wait(lambda: post.edition() >= number, 600, 0.2), f'a post has no list: {open(post.folder + ".log", encoding="utf-8").read()}'
        return time.monotonic() - began
    with ThreadPoolExecutor(POSTS) as pool:
        took = list(pool.map(take, border.posts))
    size = border.officers['kh-supervisor'].good('GET', f'/api/v1/editions/{number}')['size']
    table.say(f'list of {ENTRIES} entries, as it travels', size / 1e6, 'MB')
    table.say('whole list over the link, p50', quantile(took, 0.5), 's')
    table.tell(f'whole list over the link, the last of {POSTS} posts', max(took), 's', 600, size / BYTES_S * 2)
    table.say('connections that broke meanwhile', sum(link.broken for link in links.links), 'times')
    table.say('downloads that went on where they had stopped', sum(link.resumed for link in links.links), 'times')
    table.say('bytes that came, for each byte of the list, the most of a post',
              max((link.bytes - b) / size for link, b in zip(links.links, before)), 'times')


def away(border, lanes):
    """Posts that come back after as many editions as no change leads over: they take the whole list again."""
    for post in border.posts:
        post.stop()
    for _ in range(3):
        entry, _ = border.approved()
        before = border.number()
        border.publish(entry)
        border.edition_that('added', before)
    entry, lines = nominated(border)
    with ThreadPoolExecutor(POSTS) as pool:
        list(pool.map(lambda post: post.start(), border.posts))
        list(pool.map(lambda lane: lane.sit('kh-primary'), lanes))
    time.sleep(3)
    return urgent(border, lanes, entry, lines)


def run(build, folder, table, _options):
    begun = time.monotonic()
    border = Border(folder, lambda data: fill(build, data, ENTRIES))
    try:
        assert wait(lambda: border.entries() >= ENTRIES, 600, 1), 'the hub makes no edition of its entries'
        table.say('filling the hub', time.monotonic() - begun, 's')
        links = Links(border.hub.port, POSTS)
        for i, link in enumerate(links.links):
            border.enrol(f'Far {i}', link.address)
            link.rough = True
        whole(border, links, table)
        assert wait(lambda: all(post.state()['online'] for post in border.posts), 120), 'a post is not connected'
        time.sleep(30)  # rosters
        lanes = [Lane(post, '1').sit('kh-primary') for post in border.posts]
        took = []
        for _ in range(URGENT):
            entry, lines = nominated(border)
            must_be(lanes, lines, 'pass')
            took += urgent(border, lanes, entry, lines)
        table.say('urgent entry over the link, p50', quantile(took, 0.5), 's')
        table.tell(f'urgent entry over the link, 95 % of {POSTS} posts', quantile(took, 0.95), 's', 15, 5)
        table.say('urgent entry over the link, the last', max(took), 's')
        took = away(border, lanes)
        table.say('urgent entry while the whole list comes over the link, p50', quantile(took, 0.5), 's')
        table.tell(f'urgent entry while the whole list comes, 95 % of {POSTS} posts', quantile(took, 0.95), 's', 15, 5)
        table.say('stalls of the links', sum(link.stalls for link in links.links), 'times')
        table.say('connections that broke', sum(link.broken for link in links.links), 'times')
    finally:
        border.close()
