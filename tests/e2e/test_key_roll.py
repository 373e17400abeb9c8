"""Keys of the hub are changed, and posts follow: at once, after having been away, from a stick; nobody else leads them anywhere."""
import contextlib
import os
import re
import shutil
import signal
import sqlite3
import time

import pytest

import pg
from hub import CORDON, Hub
from post import POST, frontier, run, wait, withdraw


def key(hub, verb, *words, check=True):
    return run(CORDON, 'key', verb, '--data', hub.folder, *hub.options, *words, check=check)


@contextlib.contextmanager
def stopped(hub):
    """A hub whose port is the same afterwards, as posts know it."""
    before = newest(hub)
    hub.stop()
    yield
    hub.start(['--port', str(hub.port), *hub.options])
    assert wait(lambda: newest(hub) > before, 30)  # no edition stands under keys that are no more


def rotate(hub, *words):
    with stopped(hub):
        key(hub, 'rotate', *words)


def mark(hub):
    return re.search(r'^mark\t(\S+)$', key(hub, 'list').stdout, re.M)[1]


def follows(hub, post):
    """Whoever follows has what is decided from now on."""
    number = withdraw(hub)
    assert wait(lambda: post.edition() >= number, 40), post.state()
    assert wait(lambda: post.state()['trouble'] == [], 15), post.state()


def newest(hub):
    return int(re.search(r'^number (\d+)$', hub.ask('GET', '/feed/heartbeat')[1], re.M)[1])


@pytest.fixture(params=pg.kinds)
def place(request):
    with frontier(kind=request.param) as (hub, post):
        assert wait(lambda: newest(hub) > 0 and post.edition() == newest(hub), 30)
        yield hub, post


def test_rotated_and_rotated_and_revoked(place):
    hub, post = place
    rotate(hub, 'edition')
    follows(hub, post)
    # Away for three changes, of which one ends a key that is in other hands.
    post.stop()
    rotate(hub, 'edition')
    with stopped(hub):
        key(hub, 'rotate', 'list')
    rotate(hub, '--revoke', 'edition')
    withdraw(hub)
    post.start()
    follows(hub, post)
    # What it followed is there after a start without a line, and its list with it.
    number = post.edition()
    hub.stop()
    post.stop(signal.SIGKILL)
    assert post.start().edition() == number
    post.stop()
    os.remove(os.path.join(post.folder, 'image'))  # from the list itself, some of which stands under keys that are revoked by now
    assert post.start().edition() == number
    post.stop()
    assert run(POST, 'keys', '--data', post.folder).stdout == f'keys {mark(hub)}\n'
    hub.start(['--port', str(hub.port), *hub.options])
    post.start()
    # A key that was rotated out long ago turns out to be stolen.
    first = [line.split('\t') for line in key(hub, 'list').stdout.splitlines() if line.startswith('edition\tretired')][0]
    with stopped(hub):
        key(hub, 'revoke', '--key', first[4].split('+')[1], 'edition')
    follows(hub, post)
    assert 'revoked ' in hub.ask('GET', '/feed/keys')[1].split('cordon keys v1')[-1]
    run(CORDON, 'verify', 'ledger', '--data', hub.folder, *(hub.options or ['--db', f'sqlite:{hub.folder}/cordon.db']))


def test_killed_in_between(place):
    """Whenever the post dies while it follows, it goes on afterwards."""
    hub, post = place
    for round in range(8):
        rotate(hub, 'edition' if round % 2 else 'list')
        time.sleep(0.04 * round)
        post.stop(signal.SIGKILL)
        post.start()
    follows(hub, post)


def test_a_revoked_key_without_a_successor(place):
    """Then nobody can lead the post on but people."""
    hub, post = place
    before = post.edition()
    with stopped(hub):
        key(hub, 'revoke', 'edition')
        key(hub, 'create', 'edition')
    number = withdraw(hub)
    assert wait(lambda: 'keys-unfollowed' in post.state()['trouble'], 30), post.state()
    assert post.edition() == before < number and post.state()['list']['colour'] == 'green'
    post.stop()
    wrong = run(POST, 'keys', '--accept', 'AAAA-BBBB-CCCC-DDDD-EEEE', '--data', post.folder, check=False)
    assert wrong.returncode == 1 and 'keys-mark' in wrong.stderr and mark(hub) in wrong.stderr
    assert run(POST, 'keys', '--accept', mark(hub).lower(), '--data', post.folder).stdout == f'keys {mark(hub)}\n'
    post.start()
    follows(hub, post)


def test_a_thief(tmp_path):
    """He has the folder of keys, and the hub has changed them since."""
    with frontier() as (hub, post):
        assert wait(lambda: newest(hub) > 0 and post.edition() == newest(hub), 30)
        with stopped(hub):
            thief = str(tmp_path / 'thief')
            shutil.copytree(hub.folder, thief)
            key(hub, 'rotate', '--revoke', 'edition')
            key(hub, 'rotate', '--revoke', 'list')
        follows(hub, post)
        number, id = post.edition(), post.state()['post']['id']
        # He rolls on to a key of his own, and has a newer edition than the hub.
        hub.stop()
        run(CORDON, 'key', 'rotate', '--data', thief, 'edition')
        run(CORDON, 'key', 'rotate', '--data', thief, 'list')
        run(CORDON, 'key', 'rotate', '--data', thief, 'list')
        with contextlib.closing(sqlite3.connect(os.path.join(thief, 'cordon.db'))) as database:
            assert database.execute('SELECT max(epoch) FROM key_roll').fetchone()[0] > 6
        other = Hub(thief, options=['--port', str(hub.port)])
        try:
            assert wait(lambda: 'keys-unfollowed' in post.state()['trouble'] or 'edition-unknown-key' in post.state()['trouble'], 30), post.state()
            withdraw(other, 3)
            assert newest(other) > number
            time.sleep(6)  # it has looked again
            assert post.edition() == number
            stick = tmp_path / 'stick'
            run(CORDON, 'feed', '--hub', f'http://127.0.0.1:{other.port}', '--post', id, stick)
        finally:
            other.stop()
        post.stop()
        taken = run(POST, 'update', '--from', stick, '--data', post.folder, check=False)
        assert taken.returncode == 1 and ('keys-unfollowed' in taken.stderr or 'unknown-key' in taken.stderr), taken.stderr
        hub.start(['--port', str(hub.port)])
        post.start()
        follows(hub, post)


def test_on_a_stick(tmp_path):
    with frontier() as (hub, post):
        assert wait(lambda: newest(hub) > 0 and post.edition() == newest(hub), 30)
        id = post.state()['post']['id']
        post.stop()
        for _ in range(3):
            rotate(hub, 'edition')
        rotate(hub, '--revoke', 'edition')
        withdraw(hub)
        stick, number = tmp_path / 'stick', newest(hub)
        run(CORDON, 'feed', '--hub', f'http://127.0.0.1:{hub.port}', '--post', id, stick)
        hub.stop()
        roll = (stick / 'keys').read_bytes()
        links = [b'cordon keys v1' + part for part in roll.split(b'cordon keys v1')[1:]]
        assert len(links) == 5
        for name, bad, reason in (('altered', roll[:400].replace(b'0', b'1', 1) + roll[400:], 'unfollowed'), ('cut', roll[:-40], 'feed-malformed'),
                                  ('a link is missing', b''.join(links[:1] + links[2:]), 'unfollowed'), ('none', b'', 'unknown-key')):
            (stick / 'keys').write_bytes(bad)
            taken = run(POST, 'update', '--from', stick, '--data', post.folder, check=False)
            assert taken.returncode == 1 and reason in taken.stderr, (name, taken.stderr)
        (stick / 'keys').write_bytes(roll)
        taken = run(POST, 'update', '--from', stick, '--data', post.folder)
        assert f'edition {number},' in taken.stdout
        assert run(POST, 'keys', '--data', post.folder).stdout == f'keys {mark(hub)}\n'
        hub.start(['--port', str(hub.port)])
