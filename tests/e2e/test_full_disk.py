"""A post whose disk is full, or takes no more: it screens on, says so, and goes on storing when there is room."""
import os
import resource
import subprocess

import pytest

from checkpoint import checkpoint
from post import Lane, wait
from test_post import kim, zone


def nobody(i):
    return zone('DUPONT<<MARIE', f'F{i:08}', 'FRA', '620213')


@pytest.fixture
def small(tmp_path):
    """A file system of 64 MiB."""
    place = str(tmp_path / 'small')
    os.makedirs(place)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', place], capture_output=True).returncode:
        pytest.skip('mounting a small file system is not allowed here')
    yield place
    subprocess.run(['umount', '-l', place], check=True)


def fill(path):
    with open(path, 'wb', buffering=0) as f:
        for size in (1 << 20, 1 << 12, 512):
            try:
                while f.write(bytes(size)) == size:
                    pass
            except OSError:
                pass


def told(c, what):
    return [r[0] for r in c.sql(f"SELECT what FROM post_event WHERE what LIKE '{what}' ORDER BY seq")]


def test_full(small):
    with checkpoint(place=small) as c:
        assert wait(lambda: c.post.edition() == c.edition() > 0 and c.post.state()['online'], 30)
        lane = Lane(c.post, '1').sit('kh-primary')
        stored = [lane.check(*nobody(0))['id']]
        fill(os.path.join(small, 'ballast'))
        # The database may have room within its files for a while.
        status, i = 201, 0
        while status == 201 and i < 5000:
            i += 1
            status, answer = lane.ask('POST', 'checks', {'mrz': '\n'.join(nobody(i))})
            if status == 201:
                stored.append(answer['id'])
        assert (status, answer['reason'], answer['check']['result']) == (503, 'disk-full', 'pass'), answer
        assert 'disk-full' in c.post.state()['trouble']
        assert wait(lambda: '"disk-full"' in c.sql("SELECT coalesce(trouble, '') FROM post WHERE state = 'enrolled'")[0][0], 20)
        # A listed traveller is stopped all the same, and his hit has the reserve's room.
        answer = lane.check(*kim())
        assert answer['result'] == 'stop' and answer['hit']
        stored.append(answer['id'])
        # The list goes on in memory or stays; what is in force answers.
        fill(os.path.join(small, 'ballast2'))
        for n in range(20):
            status, answer = lane.ask('POST', 'checks', {'mrz': '\n'.join(nobody(6000 + n))})
            stored += [answer['id']] if status == 201 else []
            assert (answer if status == 201 else answer['check'])['result'] == 'pass', answer
        assert c.post.process.poll() is None
        # Room again.
        os.unlink(os.path.join(small, 'ballast'))
        os.unlink(os.path.join(small, 'ballast2'))
        assert wait(lambda: c.post.state()['trouble'] == [], 40), c.post.state()
        stored.append(lane.check(*nobody(7000))['id'])
        assert wait(lambda: c.post.state()['queue']['waiting'] == 0, 60)
        assert [r[0] for r in c.sql('SELECT id FROM crossing ORDER BY seq')] == stored
        assert told(c, 'disk-%') == ['disk-full', 'disk-free'] and c.sql('SELECT count(*) FROM hit') == [['1']]
        # The list moves on, too.
        c.publish('Z00000001')
        assert wait(lambda: c.post.edition() == c.edition(), 30)


def test_a_limit_on_the_size_of_files():
    """Nothing can be written, from one moment to the next: neither is the program killed nor does it let anybody walk by."""
    with checkpoint() as c:
        assert wait(lambda: c.post.edition() == c.edition() > 0 and c.post.state()['online'], 30)
        lane = Lane(c.post, '1').sit('kh-primary')
        stored = [lane.check(*nobody(0))['id']]
        resource.prlimit(c.post.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        for _ in range(3):
            for page, result in ((nobody(1), 'pass'), (kim(), 'stop')):
                status, answer = lane.ask('POST', 'checks', {'mrz': '\n'.join(page)})
                assert status == 503 and answer['reason'] in ('outcome-unknown', 'storage-failed') and answer['check']['result'] == result, (status, answer)
        assert 'disk-full' in c.post.state()['trouble'] and c.post.process.poll() is None
        # Started again where there is room, nothing is missing that was said to be stored.
        c.post.stop()
        c.start()
        lane.sit('kh-primary')
        stored.append(lane.check(*kim())['id'])
        assert wait(lambda: c.post.state()['queue']['waiting'] == 0, 60)
        assert [r[0] for r in c.sql('SELECT id FROM crossing ORDER BY seq')] == stored
