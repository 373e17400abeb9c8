"""Passports read from pictures: how many in which light, what is sure and wrong (nothing), and what hostile pictures cost (nothing)."""
import collections
import http.client
import json
import os
import struct
import subprocess
import time
import zlib

import pytest

from hub import CORDON
from post import Lane, frontier, wait

HERE = os.path.dirname(os.path.abspath(__file__))
READER = os.path.join(os.path.dirname(CORDON), 'cordon-read-zone')
DRAWER = os.path.join(HERE, '..', 'lib', 'zone_pictures.py')
pytestmark = pytest.mark.skipif(not os.path.exists(READER), reason='cordon-read-zone was not built')


def draw(folder, *words):
    subprocess.run(['/usr/bin/python3', DRAWER, str(folder), *words], check=True, timeout=600)
    return [json.loads(line) for line in open(folder / 'truth.jsonl', encoding='utf-8')]


def read(picture):
    """Lines and marks, or the reason, as the program tells it."""
    done = subprocess.run([READER], input=picture, capture_output=True, timeout=120)
    assert done.returncode == 0, (done.returncode, done.stderr)
    lines = done.stdout.decode('ascii').splitlines()
    return lines[0][1:] if lines[0].startswith('!') else (lines[0::2], lines[1::2])


def score(folder, truth):
    counts, took = collections.defaultdict(collections.Counter), []
    for one in truth:
        begun = time.monotonic()
        answer = read((folder / one['file']).read_bytes())
        took.append(time.monotonic() - begun)
        count = counts[one['condition']]
        count['all'] += 1
        if isinstance(answer, str):
            count['none'] += 1
            continue
        right, sure = answer[0] == one['lines'], '?' not in ''.join(answer[1])
        count['whole'] += right
        count['sure'] += right and sure
        count['wrong and sure'] += not right and sure
    took.sort()
    for condition, count in counts.items():
        print(f'# {condition}: {dict(count)}')
    print(f'# p50 {took[len(took) // 2]:.2f} s, p95 {took[len(took) * 95 // 100]:.2f} s')
    return counts


def test_ocr_b_in_eleven_lights(tmp_path):
    each = int(os.environ.get('CORDON_PICTURES', '2'))
    counts = score(tmp_path, draw(tmp_path, '--each', str(each)))
    every = sum(counts.values(), collections.Counter())
    assert every['wrong and sure'] == 0, counts
    assert every['whole'] >= 0.9 * every['all'], counts


def test_a_print_that_is_not_ocr_b_is_never_sure_and_wrong(tmp_path):
    counts = score(tmp_path, draw(tmp_path, '--each', '1', '--font', '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf'))
    assert sum(counts.values(), collections.Counter())['wrong and sure'] == 0, counts


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(wide, high, packed, more=b''):
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', wide, high, 8, 0, 0, 0, 0)) + more + chunk(b'IDAT', packed) +
            chunk(b'IEND', b''))


def hostile(good):
    """Name, picture, the reasons that may be given."""
    bomb = zlib.compress(bytes(300 << 20), 9)
    none = {'picture-unreadable', 'zone-none'}
    yield 'empty', b'', none
    yield 'text', b'P<KORKIM<<MINSU', none
    yield '30,000 by 30,000', png(30000, 30000, zlib.compress(bytes(1000))), {'picture-large'}
    yield '2^31 by 2^31', png(0x7fffffff, 0x7fffffff, b''), {'picture-large', 'picture-unreadable'}
    yield 'no pixels', png(0, 10, b''), none
    yield 'more rows than it says', png(10, 10, bomb), none
    yield 'a text that unpacks to 300 MB', png(60, 60, zlib.compress(bytes(61 * 60)), chunk(b'zTXt', b'a\0\0' + bomb)), none
    yield 'a profile that unpacks to 300 MB', png(60, 60, zlib.compress(bytes(61 * 60)), chunk(b'iCCP', b'a\0\0' + bomb)), none
    yield 'JPEG of 65,500 by 65,500', b'\xff\xd8\xff\xc0\x00\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\x00\xff\xd9', {'picture-large', 'picture-unreadable'}
    yield 'too many bytes', b'\xff\xd8\xff' + bytes(9 << 20), {'picture-large'}
    yield 'TIFF', b'II*\0' + bytes(100), none
    for part in (20, 200, 1000, len(good) // 2):
        yield f'cut at {part}', good[:part], none
    for at in range(30, 600, 95):
        yield f'altered at {at}', good[:at] + bytes([good[at] ^ 0xff]) + good[at + 1:], None


def test_hostile_pictures(tmp_path):
    truth = draw(tmp_path, '--each', '1')
    good = (tmp_path / truth[0]['file']).read_bytes()
    for name, picture, reasons in hostile(good):
        begun = time.process_time()
        answer = read(picture)
        assert reasons is None or answer in reasons, (name, answer)
        assert time.process_time() - begun < 20, name


def ask(lane, picture, **more):
    connection = http.client.HTTPConnection('127.0.0.1', lane.post.port, timeout=60)
    headers = {'X-Cordon': '1', 'Accept-Language': 'en', 'Content-Type': 'image/jpeg', 'Cookie': '; '.join(f'{k}={v}' for k, v in lane.cookies.items())}
    connection.request('POST', '/post/v1/reading', picture, {**headers, **more})
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    if not content.startswith('event: '):
        return answer.status, json.loads(content)
    kind, data = content.strip().split('\n')
    return kind.removeprefix('event: '), json.loads(data.removeprefix('data: '))


def test_at_a_post(tmp_path):
    truth = draw(tmp_path, '--each', '1')
    picture = (tmp_path / truth[0]['file']).read_bytes()
    with frontier() as (_, post):
        assert wait(lambda: post.edition() >= 1 and post.state()['online'])
        lane = Lane(post, '1')
        assert ask(lane, picture)[0] == 401
        lane.sit('kh-primary')
        kind, zone = ask(lane, picture)
        assert kind == 'zone' and zone['lines'] == truth[0]['lines'] and zone['doubtful'] == [[] for _ in zone['lines']], zone
        check = lane.good('POST', 'checks', {'mrz': '\n'.join(zone['lines']), 'camera': True})
        assert check['reading']['camera'] is True and check['reading']['good'] is True, check
        for name, bad, reasons in hostile(picture):
            if len(bad) > (8 << 20):
                assert ask(lane, bad)[0] == 413
            elif reasons:
                kind, problem = ask(lane, bad)
                assert problem['reason'] in reasons, (name, kind, problem)
        # And the lane goes on.
        assert lane.check(*zone['lines'])['result'] == 'pass'
