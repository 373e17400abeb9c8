"""A list that is carried: written on a stick at the hub, taken by a post whose cable is cut, refused where it is not what it should be."""
import contextlib
import os
import re
import shutil

import pytest

import pg
from hub import CORDON
from post import Lane, POST, frontier, run, wait, withdraw, zone

LISTED = zone('KIM<<MINSU', 'M12345678', 'KOR', '900307')


@pytest.fixture(params=pg.kinds)
def place(request, tmp_path):
    with frontier(started=False, kind=request.param) as (hub, post):
        run(POST, 'enrol', '--hub', f'http://127.0.0.1:{hub.port}', '--code', hub.post_code, '--data', post.folder)
        yield hub, post, tmp_path


def identity(post):
    return re.search(r'\(([0-9a-f]{32})\) of', run(POST, 'status', '--data', post.folder).stdout)[1]


def write(hub, stick, *posts, check=True):
    return run(CORDON, 'feed', '--hub', f'http://127.0.0.1:{hub.port}', *[w for post in posts for w in ('--post', post)], stick, check=check)


def update(post, stick):
    return run(POST, 'update', '--from', stick, '--data', post.folder, check=False)


def refused(post, stick, *reasons):
    """With one of the reasons; what it held stays to the byte."""
    before = run(POST, 'status', '--data', post.folder).stdout
    done = update(post, stick)
    assert done.returncode == 1 and any(reason in done.stderr for reason in reasons), done.stderr
    assert run(POST, 'status', '--data', post.folder).stdout == before


@contextlib.contextmanager
def altered(path, change):
    with open(path, 'rb') as f:
        good = f.read()
    with open(path, 'wb') as f:
        f.write(change(good))
    yield
    with open(path, 'wb') as f:
        f.write(good)


def flipped(at):
    return lambda file: file[:at] + bytes([file[at] ^ 4]) + file[at + 1:]


def test_a_list_is_carried(place):
    hub, post, folder = place
    assert wait(lambda: 'heartbeat v1' in hub.ask('GET', '/feed/heartbeat')[1] and 'number 0' not in hub.ask('GET', '/feed/heartbeat')[1])
    id, first, second = identity(post), folder / 'first', folder / 'second'
    assert 'for 1 checkpoint' in write(hub, first, id).stdout
    number = withdraw(hub)
    write(hub, second, id)
    assert sorted(os.listdir(second)) == ['editions', 'grants', 'heartbeat', 'keys']
    port = hub.port
    hub.stop()  # from here on the cable is cut
    # The first list that this post ever has came on a stick; it screens by it.
    done = update(post, first)
    assert done.returncode == 0 and f'edition {number - 1},' in done.stdout and 'green' in done.stdout, done
    post.start()
    assert post.edition() == number - 1 and post.state()['online'] is False
    assert 'post-running' in update(post, second).stderr
    post.stop()
    # Altered: list, heartbeat, grant; cut short; its edition under another name.
    list_file = second / 'editions' / str(number) / 'from-0'
    size = os.path.getsize(list_file)
    for at in (0, 20, 60, size // 2, size - 1):
        with altered(list_file, flipped(at)):
            refused(post, second, 'feed-altered', 'feed-malformed', 'feed-key-unknown')
    with altered(list_file, lambda file: file[:size // 3]):
        refused(post, second, 'feed-altered')
    with altered(second / 'heartbeat', lambda note: note.replace(b'number %d' % number, b'number %d' % (number + 1))):
        refused(post, second, 'edition-unknown-key')
    with altered(list_file, lambda file: (first / 'editions' / str(number - 1) / 'from-0').read_bytes()):
        refused(post, second, 'feed-altered')
    os.rename(list_file, str(list_file) + '.away')
    refused(post, second, 'No such file')
    os.rename(str(list_file) + '.away', list_file)
    # The right one is taken, and after it the older one is not.
    done = update(post, second)
    assert done.returncode == 0 and f'edition {number},' in done.stdout, done
    refused(post, first, 'edition-older')
    assert update(post, second).returncode == 0  # the same again changes nothing
    # Back on the line it goes on from there.
    hub.start(['--port', str(port), *hub.options])
    post.start()
    assert post.edition() == number
    lane = Lane(post, '1')
    assert wait(lambda: post.state()['online'], 20)
    lane.sit('kh-primary')
    assert lane.check(*LISTED)['result'] == 'stop'
    following = withdraw(hub)
    assert wait(lambda: post.edition() == following, 20)


def test_a_stick_for_another(place):
    hub, post, folder = place
    assert wait(lambda: 'number 0' not in hub.ask('GET', '/feed/heartbeat')[1])
    id, stick = identity(post), folder / 'stick'
    assert 'is enrolled at the hub' in write(hub, stick, 'f' * 32, check=False).stderr
    assert run(CORDON, 'feed', stick, check=False).returncode == 2
    write(hub, stick, id)
    grant = stick / 'grants' / id
    # Without its grant, with one for another post, with an altered one: nothing can be read.
    os.rename(grant, folder / 'grant')
    refused(post, stick, 'feed-grant')
    other = (folder / 'grant').read_text().replace(id, 'e' * 32)
    grant.write_text(other)
    refused(post, stick, 'feed-grant')
    text = (folder / 'grant').read_text().splitlines()
    word = text[2].split(' ')
    key = word[2]
    text[2] = ' '.join([word[0], word[1], key[:20] + ('A' if key[20] != 'A' else 'B') + key[21:]])
    grant.write_text('\n'.join(text) + '\n')
    refused(post, stick, 'feed-grant')
    shutil.copy(folder / 'grant', grant)
    assert update(post, stick).returncode == 0
