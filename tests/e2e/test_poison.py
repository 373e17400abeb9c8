"""Poisoned updates through the program: on a stick, and by a line that lies. All are refused with a word, what is in force stays in force and
answers meanwhile, and the honest file is taken afterwards.

CORDON_POISON=all tries a bit in every 64th byte of each file; else every so many, a dozen places each.
"""
import ctypes
import ctypes.util
import hashlib
import http.client
import os
import shutil
import time

import office
from checkpoint import checkpoint
from hub import CORDON, Hub
from post import Lane, POST, run, wait
from test_post import kim, zone

sodium = ctypes.CDLL(ctypes.util.find_library('sodium'))
HEAD, TAG = 48, 16


def listed(passport):
    return zone('PARK<<' + passport, passport, 'KOR', '900307')


def places(length):
    every = 64 if os.environ.get('CORDON_POISON') == 'all' else max(64, length // 12)
    return range(0, length, every)


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1:]


class Feed:
    """A hub's feed, with its key: what a thief of a post could seal."""

    def __init__(self, hub, url):
        self.hub = hub
        key, secret = office.run(url, 'SELECT id, hex(secret) FROM feed_key ORDER BY number DESC LIMIT 1')[0]
        self.key, self.secret = bytes.fromhex(key), bytes.fromhex(secret)

    def get(self, name):
        connection = http.client.HTTPConnection('127.0.0.1', self.hub.port, timeout=30)
        connection.request('GET', '/feed/' + name)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status == 200, (name, answer.status)
        return content

    def seal(self, name, plain):
        nonce = hashlib.blake2b(name.encode(), digest_size=24, key=self.secret).digest()
        head = b'CORDONSF\x01' + bytes(7) + self.key + nonce
        out, written = ctypes.create_string_buffer(len(plain) + TAG), ctypes.c_ulonglong()
        covered = head + name.encode()
        assert sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(out, ctypes.byref(written), plain, ctypes.c_ulonglong(len(plain)), covered,
                                                                ctypes.c_ulonglong(len(covered)), None, nonce, self.secret) == 0
        return head + out.raw[:written.value]

    def open(self, name, sealed):
        out, written = ctypes.create_string_buffer(len(sealed) - HEAD - TAG + 1), ctypes.c_ulonglong()
        covered = sealed[:HEAD] + name.encode()
        assert sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(out, ctypes.byref(written), None, sealed[HEAD:], ctypes.c_ulonglong(len(sealed) - HEAD),
                                                                covered, ctypes.c_ulonglong(len(covered)), sealed[24:HEAD], self.secret) == 0
        return out.raw[:written.value]


def revoke(data):
    """The hub's key of editions was stolen: whoever has it goes on beside DATA; the hub signs with another one."""
    Hub(data).stop()
    shutil.copytree(data, data + '-thief')
    run(CORDON, 'key', 'revoke', '--data', data, 'edition')
    run(CORDON, 'key', 'create', '--data', data, 'edition')
    Hub(data).stop()


def foreign_edition(c, data, publish):
    """The newest edition of another hub, after some were published there; with its number."""
    own, c.url = (c.hub, c.url, c.people), 'sqlite:' + os.path.join(data, 'cordon.db')
    c.people_make()
    c.hub = Hub(data)
    assert wait(lambda: c.sql('SELECT max(number) FROM edition') != [['None']], 20)
    for i in range(publish):
        c.publish(f'Y000000{i:02}')
    number, feed = c.edition(), Feed(c.hub, c.url)
    name = f'editions/{number}/from-0'
    plain = feed.open(name, feed.get(name))
    c.hub.stop()
    c.hub, c.url, c.people = own
    return number, plain


class Stick:
    def __init__(self, c, feed, folder):
        self.c, self.feed, self.folder = c, feed, folder
        self.refused = 0

    def put(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(content)

    def take(self):
        with self.c.post_under():
            return run(POST, 'update', '--from', self.folder, '--data', self.c.post.folder, check=False)

    def refuse(self, name, content, *words):
        self.put(name, content)
        done = self.take()
        word = done.stderr.split(':')[1].strip() if done.stderr.startswith('cordon-post: ') else done.stderr
        assert done.returncode == 1 and word in words, (name, done.returncode, done.stderr, words)
        self.refused += 1


EDITION = ('edition-altered', 'edition-malformed', 'edition-truncated', 'edition-limit', 'edition-unknown-key', 'edition-wrong-list', 'edition-older',
           'edition-gap', 'edition-unproven', 'edition-expired', 'edition-not-witnessed', 'edition-key-expired', 'edition-key-revoked')
SEALED = ('feed-altered', 'feed-malformed', 'feed-key-unknown')


def test_on_a_stick(tmp_path):
    with checkpoint(moved=True) as c:
        assert wait(lambda: c.post.edition() == c.edition() > 0, 30)
        feed = Feed(c.hub, c.url)
        before = c.post.state()['list']
        old = feed.open(f"editions/{before['number']}/from-0", feed.get(f"editions/{before['number']}/from-0"))
        c.post.stop()
        c.publish('Z00000001')
        number = c.edition()
        post, = c.sql("SELECT id FROM post WHERE state = 'enrolled'")[0]
        whole, delta, heartbeat, grant = (f'editions/{number}/from-0', f"editions/{number}/from-{before['number']}", 'heartbeat', f'grants/{post}')
        honest = {name: feed.get(name) for name in (whole, delta, heartbeat, grant)}
        plain = {name: feed.open(name, honest[name]) for name in (whole, delta)}
        stick = Stick(c, feed, str(tmp_path / 'stick'))
        for name, content in honest.items():
            stick.put(name, content)
        # A bit: of the sealed file, and of what a thief with the feed's key sealed anew; cut off; exchanged.
        for name in (delta, whole):
            if name == whole:
                os.unlink(os.path.join(stick.folder, delta))
            for at in places(len(honest[name])):
                stick.refuse(name, flipped(honest[name], at), *SEALED)
            for at in places(len(plain[name])):
                stick.refuse(name, feed.seal(name, flipped(plain[name], at)), *EDITION)
            for at in (0, 1, HEAD, len(plain[name]) // 2, len(plain[name]) - 1):
                stick.refuse(name, honest[name][:at], *SEALED)
                stick.refuse(name, feed.seal(name, plain[name][:at]), *EDITION)
        stick.refuse(whole, honest[delta], 'feed-altered')
        stick.refuse(whole, feed.seal(whole, old), 'edition-older')
        # The word of which edition there is, too.
        stick.put(whole, honest[whole])
        for at in places(len(honest[heartbeat])):
            stick.refuse(heartbeat, flipped(honest[heartbeat], at), 'feed-malformed', 'edition-unknown-key', 'edition-wrong-list')
        stick.put(heartbeat, honest[heartbeat])
        # Too old, by the post's own clock.
        c.post_clock.move(8 * 86400)
        stick.refuse(whole, honest[whole], 'edition-expired')
        c.post_clock.move(0)
        status = run(POST, 'status', '--data', c.post.folder).stdout
        assert f"edition {before['number']}, {before['listings']} listings" in status, status
        # And the honest ones are taken.
        done = stick.take()
        assert done.returncode == 0 and f'edition {number},' in done.stdout, done
        print(f'{stick.refused} poisoned files refused')


def test_by_a_line_that_lies(tmp_path):
    strange = str(tmp_path / 'strange')
    os.makedirs(strange)
    run(CORDON, 'demo', '--data', strange)
    for purpose in ('list', 'audit', 'edition'):
        run(CORDON, 'key', 'create', '--data', strange, purpose)
    with checkpoint(prepare=revoke) as c:
        assert wait(lambda: c.post.edition() == c.edition() > 0, 30), c.post.state()['trouble']
        feed, had = Feed(c.hub, c.url), c.post.state()['list']
        old = feed.open(f"editions/{had['number']}/from-0", feed.get(f"editions/{had['number']}/from-0"))
        _, by_stranger = foreign_edition(c, strange, 1)
        stolen_number, by_thief = foreign_edition(c, c.data + '-thief', 4)
        lane = Lane(c.post, '1').sit('kh-primary')
        lie = {'how': lambda name, content: content[:40]}

        def alter(path, status, content):
            return (200, lie['how'](path.split('/feed/')[1], content)) if '/editions/' in path and status == 200 else (status, content)

        def inner(how):
            return lambda name, content: feed.seal(name, how(feed.open(name, content)))

        c.line.alter = alter
        c.publish('Z00000001')
        number, took = c.edition(), []
        assert stolen_number > number
        for words, how in ((SEALED[:1], lambda name, content: flipped(content, len(content) // 2)),
                           (SEALED[1:2], lambda name, content: content[:40]),
                           (EDITION[:1], inner(lambda plain: flipped(plain, len(plain) - 40))),
                           (('edition-truncated',), inner(lambda plain: plain[:len(plain) // 2])),
                           (('edition-older',), inner(lambda plain: old)),
                           (('edition-unknown-key',), inner(lambda plain: by_stranger)),
                           (('edition-key-revoked', 'edition-key-expired'), inner(lambda plain: by_thief))):
            lie['how'] = how
            assert wait(lambda: set(c.post.state()['trouble']) & set(words), 40), (words, c.post.state()['trouble'])
            for page, result in ((kim(), 'stop'), (listed('Z00000001'), 'pass')):
                begun = time.monotonic()
                assert lane.check(*page)['result'] == result, words
                took.append(time.monotonic() - begun)
            state = c.post.state()['list']
            assert (state['number'], state['state']) == (had['number'], had['state']), words
        print(f'answered within {max(took) * 1000:.0f} ms meanwhile')
        c.line.alter = None
        assert wait(lambda: c.post.edition() == number and c.post.state()['trouble'] == [], 40), c.post.state()
        assert lane.check(*listed('Z00000001'))['result'] != 'pass'
