"""Share images and posters of alerts: what is drawn is looked at with others' programs (poppler, zbar)."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTER = pathlib.Path(os.environ.get('CORDON', ROOT / 'build/cordon')).with_name('cordon-poster')
SITE = 'https://check.cordon.example'
LANGUAGES = ['en', 'km', 'ko', 'zh']

pytestmark = pytest.mark.skipif(not POSTER.exists() or not shutil.which('zbarimg') or not shutil.which('pdftoppm'),
                                reason='cordon-poster is not built, or zbar-tools and poppler-utils are missing')


def alerts(**item):
    root = json.loads((ROOT / 'tests/alert/data/alerts.json').read_text())
    root['items'] = [dict(root['items'][1], replaced='')]
    # A control character has no letter to be drawn with.
    root['items'][0]['text']['en'] = 'They say your account is blocked.'
    root['items'][0].update(item)
    return json.dumps(root).encode()


def draw(kind, language, data, number='2'):
    return subprocess.run([POSTER, kind, language, number], input=data, capture_output=True, timeout=60)


def code_size(page):
    """Millimetres of what is black at the left of the poster's foot, drawn at ten points a millimetre."""
    image = subprocess.run(['pdftoppm', '-r', '254', '-gray', '-singlefile', page], capture_output=True, check=True).stdout
    kind, width, height, _ = re.match(rb'(P5)\s+(\d+)\s+(\d+)\s+(\d+)\s', image).groups()
    width, height = int(width), int(height)
    pixels = image[-width * height:]
    across = [pixels[row * width:row * width + 500] for row in range(2350, height)]
    rows = [row for row in across if min(row) < 40]
    columns = [i for i in range(500) if any(row[i] < 40 for row in rows)]
    return (columns[-1] - columns[0] + 1) / 10, len(range(across.index(rows[0]), len(across) - across[::-1].index(rows[-1]))) / 10


@pytest.mark.parametrize('language', LANGUAGES)
def test_card(language):
    got = draw('card', language, alerts())
    assert got.returncode == 0, got.stderr
    assert got.stdout[:8] == b'\x89PNG\r\n\x1a\n' and len(got.stdout) <= 150 * 1024
    assert (int.from_bytes(got.stdout[16:20]), int.from_bytes(got.stdout[20:24])) == (1200, 630)
    assert draw('card', language, alerts()).stdout == got.stdout


@pytest.mark.parametrize('language', LANGUAGES)
def test_poster(language, tmp_path):
    got = draw('poster', language, alerts())
    assert got.returncode == 0, got.stderr
    assert len(got.stdout) <= 300 * 1024
    page = tmp_path / 'page.pdf'
    page.write_bytes(got.stdout)
    info = subprocess.run(['pdfinfo', page], capture_output=True, text=True, check=True).stdout
    assert 'Pages:           1' in info and '(A4)' in info
    fonts = subprocess.run(['pdffonts', page], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts and all(re.match(r'[A-Z]{6}\+', line) for line in fonts), 'subsets, all of them in the file'
    assert all('Noto' in line for line in fonts)
    subprocess.run(['pdftoppm', '-r', '254', '-png', '-singlefile', page, tmp_path / 'page'], check=True)
    xml = subprocess.run(['zbarimg', '-q', '--xml', '-Sdisable', '-Sqrcode.enable', tmp_path / 'page.png'], capture_output=True, text=True, check=True).stdout
    assert re.findall(r'<!\[CDATA\[(.*?)\]\]>', xml) == [SITE]
    assert code_size(page) == pytest.approx((30, 30), abs=0.4)
    text = subprocess.run(['pdftotext', page, '-'], capture_output=True, text=True, check=True).stdout
    assert 'check.cordon.example' in text and '117' in text


@pytest.mark.parametrize('language', LANGUAGES)
def test_longest(language, tmp_path):
    """The longest that an officer can write, every letter another one where there are so many."""
    def letters(count):
        first, many = {'en': (0x61, 26), 'km': (0x1780, 33), 'ko': (0xAC00, 3000), 'zh': (0x4E00, 3000)}[language]
        return ''.join(chr(first + i % many) + (' ' if i % 7 == 6 and language != 'zh' else '') for i in range(count))[:count]
    data = alerts(title={language: letters(160)}, text={language: letters(2000)}, advice={language: letters(1000)})
    for kind, most in (('card', 150), ('poster', 300)):
        got = draw(kind, language, data)
        # As large as is allowed, or said to be too large: never more.
        assert (got.returncode == 0 and 1000 < len(got.stdout) <= most * 1024) or (b'larger than' in got.stderr and not got.stdout)


@pytest.mark.parametrize('data, number, says', [
    (b'', '2', b'no JSON'), (b'{}', '2', b'site'), (None, '77', b'no alert 77'),
    (b'{"site":"https://a.example","sender":"a","items":[{"id":"2","time":"2026-11-26","title":{"en":"\\ue000\\ue001"}}]}', '2', b'letters of en are missing')])
def test_refuses(data, number, says):
    for kind in ('card', 'poster'):
        got = draw(kind, 'en', alerts() if data is None else data, number)
        assert got.returncode == 1 and says in got.stderr and got.stdout == b''


def test_usage():
    assert subprocess.run([POSTER, 'flyer', 'en', '1'], input=b'', capture_output=True).returncode == 2
