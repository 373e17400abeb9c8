"""`cordon lists`: downloading published lists from a real server on loopback, with all that can go wrong."""
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from list_server import (CORDON, ROOT, Publisher, certificate_make, chunked_cut, cut, ftm_list, packed, redirect,
                         stalled, tagged, un_list, unannounced)

NATIVE = os.path.join(os.environ.get('CORDON_SHARED', os.path.join(ROOT, '..', 'shared')), 'data', 'real_lists', 'native')
COLUMNS = ('name', 'title', 'publisher', 'format', 'standard', 'files', 'addresses', 'terms', 'source')


class Desk:
    """A folder of lists, a publisher, and a table of sources that points at it."""

    def __init__(self, folder):
        self.lists = os.path.join(folder, 'lists')
        self.table = os.path.join(folder, 'sources.tsv')
        os.makedirs(self.lists)
        self.publisher = Publisher()
        self.rows = []
        self.add('un', 'un-xml', 'un.xml', '/un', standard='y')

    def add(self, name, kind, files, paths, standard='n', base=None):
        base = self.publisher.base if base is None else base
        addresses = ' '.join(base + p for p in paths.split())
        self.rows.append((name, f'Title of {name}', 'Tester', kind, standard, files, addresses, 'free', 'this test'))
        with open(self.table, 'w', encoding='utf-8') as f:
            for row in (COLUMNS, *self.rows):
                f.write('\t'.join(row) + '\n')

    def run(self, *args, **more):
        return subprocess.run([CORDON, 'lists', *args, '--into', self.lists, '--sources', self.table],
                              capture_output=True, text=True, timeout=60, **more)

    def fetch(self, *args, **more):
        return self.run('fetch', *args, **more)

    def path(self, name='un.xml'):
        return os.path.join(self.lists, name)

    def content(self, name='un.xml'):
        with open(self.path(name), 'rb') as f:
            return f.read()

    def row(self, name='un'):
        return next(line for line in self.run().stdout.splitlines() if line.startswith(name + ' '))

    def parts(self):
        return [f for f in os.listdir(self.lists) if f.endswith('.part')]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(str(tmp_path))
    yield desk
    desk.publisher.close()


@pytest.fixture
def held(desk):
    """A desk that holds a good list of 40."""
    desk.good = un_list(40)
    desk.publisher.pages['/un'] = tagged(desk.good)
    assert desk.fetch().returncode == 0
    return desk


def refused(desk, run, reason):
    """It failed for that reason, what was held stayed, and nothing is left lying about."""
    assert run.returncode == 1 and reason in run.stderr, run.stderr
    assert 'what is held stays in force' in run.stderr
    assert desk.content() == desk.good and desk.parts() == []
    assert 'failing' in desk.row() and ' 40 ' in desk.row()


def test_the_built_in_table_is_whole_and_only_https(tmp_path):
    run = subprocess.run([CORDON, 'lists', '--long', '--into', str(tmp_path / 'none')], capture_output=True, text=True,
                         check=True)
    for name in ('un-sc', 'ofac-sdn', 'ofac-sdn-csv', 'ofac-consolidated', 'eu-fsf', 'uk-sl', 'ca-sema', 'ftm-catalogue'):
        assert re.search(rf'^{name} +not fetched', run.stdout, re.M), name
    addresses = re.findall(r'^    \S+ from (\S+)$', run.stdout, re.M)
    assert len(addresses) == 11 and all(a.startswith('https://') for a in addresses)
    for file in ('sdn.csv', 'alt.csv', 'add.csv', 'sdn_comments.csv'):
        assert f'    {file} from ' in run.stdout


def test_a_list_is_fetched_checked_and_told(desk):
    body = un_list(40)
    desk.publisher.pages['/un'] = tagged(body)
    run = desk.fetch()
    assert run.returncode == 0 and run.stderr == ''
    assert run.stdout == f'un: new, 40 listed, sha256 {hashlib.sha256(body).hexdigest()}\n'
    assert desk.content() == body and desk.parts() == []
    # The file's time is the list's own date.
    assert re.match(r'un +current +40 +2026-02-26 +0 min +Title of un \(Tester\)', desk.row())
    assert os.stat(desk.path()).st_mtime == 1772100000
    assert re.search(r'un\.xml: \d+ bytes, sha256 ' + hashlib.sha256(body).hexdigest(), desk.run('--long').stdout)


def test_what_has_not_changed_is_asked_for_and_not_sent(held):
    before = os.stat(held.path())
    run = held.fetch()
    assert run.returncode == 0 and run.stdout.startswith('un: current, 40 listed')
    headers = held.publisher.asked[-1][1]
    assert headers['If-None-Match'] == '"v1"' and headers['If-Modified-Since'] == 'Thu, 26 Feb 2026 10:00:00 GMT'
    assert os.stat(held.path()).st_ino == before.st_ino
    # The same bytes without a tag change nothing either: a hub has nothing to take up.
    held.publisher.pages['/un'] = held.good
    assert held.fetch().stdout.startswith('un: current')
    assert os.stat(held.path()).st_ino == before.st_ino
    held.publisher.pages['/un'] = un_list(41)
    assert held.fetch().stdout.startswith('un: new, 41 listed')


@pytest.mark.parametrize('change', ['altered', 'removed'])
def test_a_file_that_somebody_touched_is_fetched_whole(held, change):
    if change == 'removed':
        os.unlink(held.path())
    else:
        with open(held.path(), 'ab') as f:
            f.write(b'<!-- -->')
    assert ('missing' if change == 'removed' else 'changed') in held.row()
    held.publisher.pages['/un'] = un_list(19)
    assert 'fewer than half of the 40 that are held' in held.fetch().stderr
    held.publisher.pages['/un'] = tagged(held.good)
    assert held.fetch().stdout.startswith('un: new, 40 listed')
    assert 'If-None-Match' not in held.publisher.asked[-1][1]
    assert held.content() == held.good and 'current' in held.row()


def test_redirections_are_followed_a_few_times_only(held):
    pages = held.publisher.pages
    pages['/un'], pages['/1'], pages['/2'] = redirect('/1', 301), redirect(held.publisher.base + '/2', 307), un_list(45)
    assert held.fetch().stdout.startswith('un: new, 45 listed')
    held.good = held.content()
    pages['/1'] = redirect('/un')
    asked = len(held.publisher.asked)
    run = held.fetch()
    assert run.returncode == 1 and 'more than 5 redirections' in run.stderr
    assert len(held.publisher.asked) - asked == 6 and held.content() == held.good
    for to in ('http://192.0.2.1/un', 'file:///etc/passwd', 'ftp://127.0.0.1/un'):
        pages['/un'] = redirect(to)
        run = held.fetch()
        assert run.returncode == 1 and 'not https' in run.stderr, run.stderr


def test_https_wants_a_trusted_certificate_and_never_leads_down_to_http(held, tmp_path):
    certificate = certificate_make(str(tmp_path))
    secure = Publisher(certificate)
    held.add('safe', 'un-xml', 'safe.xml', '/un', base=secure.base)
    secure.pages['/un'] = un_list(3)
    run = held.fetch('safe')
    assert run.returncode == 1 and 'certificate not trusted' in run.stderr and secure.asked == []
    assert held.fetch('safe', '--ca', certificate + '.crt').returncode == 0
    secure.pages['/un'] = redirect(held.publisher.base + '/un')
    asked = len(held.publisher.asked)
    run = held.fetch('safe', '--ca', certificate + '.crt')
    secure.close()
    assert run.returncode == 1 and 'not https' in run.stderr and len(held.publisher.asked) == asked


BAD = {
    'status 404': (lambda g: None, 'answers with status 404'),
    'status 500': (lambda g: lambda h: h.answer(500, b'no'), 'answers with status 500'),
    'status 403': (lambda g: lambda h: h.answer(403, b'no'), 'answers with status 403'),
    'status 204': (lambda g: lambda h: h.answer(204), 'answers with status 204'),
    'web page': (lambda g: lambda h: h.answer(200, b'<html><body>We are being maintained</body></html>'),
                    'is a web page, not a list'),
    'cut off': (lambda g: cut(g, len(g) // 2), 'cut the transfer off'),
    'cut off in a chunk': (lambda g: chunked_cut(g[:-20]), 'cut the transfer off'),
    'short without a length': (lambda g: unannounced(g[:-20]), 'row '),
    'other format': (lambda g: ftm_list(50), 'is of format ftm, not un-xml'),
    'rubbish': (lambda g: b'\x00\x01\x02' * 100, 'no list format that is known'),
    'nothing': (lambda g: b'', 'no list format that is known'),
    'nobody': (lambda g: un_list(0), 'lists nobody'),
    'shrunk': (lambda g: un_list(19), 'lists 19, fewer than half of the 40 that are held'),
    'too large': (lambda g: un_list(8000), 'more than 1048576 bytes'),
    'too large unannounced': (lambda g: unannounced(un_list(8000)), 'more than 1048576 bytes'),
    'too large unpacked': (lambda g: packed(un_list(8000)), 'more than 1048576 bytes'),
    'stalled': (lambda g: stalled(g, 200), 'sent too little for 1 s'),
}


@pytest.mark.parametrize('case', BAD)
def test_what_is_bad_leaves_the_last_good_list(held, case):
    make, reason = BAD[case]
    held.publisher.pages['/un'] = make(held.good)
    refused(held, held.fetch('--max-megabytes', '1', '--patience', '1'), reason)
    # And the next good one is taken.
    held.publisher.pages['/un'] = tagged(un_list(41), '"v2"')
    assert held.fetch().stdout.startswith('un: new, 41 listed') and 'current' in held.row()


def test_a_list_that_shrank_can_be_forced_and_a_packed_one_is_unpacked(held):
    held.publisher.pages['/un'] = un_list(19)
    assert held.fetch('--force').stdout.startswith('un: new, 19 listed')
    held.publisher.pages['/un'] = packed(un_list(30))
    assert held.fetch().stdout.startswith('un: new, 30 listed') and held.content() == un_list(30)


def test_a_file_put_there_by_hand_counts_as_the_last_good_one(desk):
    desk.good = un_list(40)
    with open(desk.path(), 'wb') as f:
        f.write(desk.good)
    assert re.search(r'^un\.xml +by hand', desk.run().stdout, re.M)
    desk.publisher.pages['/un'] = un_list(19)
    run = desk.fetch()
    assert run.returncode == 1 and 'fewer than half of the 40' in run.stderr and desk.content() == desk.good


def test_a_full_disk_leaves_the_last_good_list(held):
    held.publisher.pages['/un'] = un_list(4000)

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    refused(held, held.fetch(preexec_fn=small, restore_signals=False), 'cannot be written')


def test_killed_in_the_middle_the_last_good_list_stays_and_the_next_fetch_works(held):
    big, reached = un_list(4000), threading.Event()
    held.publisher.pages['/un'] = stalled(big, len(big) // 2, 20, reached)
    process = subprocess.Popen([CORDON, 'lists', 'fetch', '--into', held.lists, '--sources', held.table],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert reached.wait(10)
    for _ in range(100):
        if any(os.path.getsize(held.path(p)) for p in held.parts()):
            break
        time.sleep(0.05)
    # Meanwhile nobody else may fetch into the folder.
    run = held.fetch()
    assert run.returncode == 1 and 'being fetched by another process' in run.stderr
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert held.parts() and held.content() == held.good and 'current' in held.row()
    held.publisher.pages['/un'] = big
    assert held.fetch().stdout.startswith('un: new, 4000 listed')
    assert held.content() == big and held.parts() == []


def test_a_terminal_sees_how_far_it_is(held):
    big = un_list(4000)
    held.publisher.pages['/un'] = stalled(big, len(big) // 2, 1.5)
    ours, theirs = os.openpty()
    run = subprocess.run([CORDON, 'lists', 'fetch', '--into', held.lists, '--sources', held.table], stdout=subprocess.PIPE,
                         stderr=theirs, text=True, timeout=60)
    os.close(theirs)
    seen = os.read(ours, 100000).decode()
    os.close(ours)
    assert run.returncode == 0 and run.stdout.startswith('un: new, 4000 listed')
    assert re.search(r'\r\x1b\[Kun: 0\.3 of 0\.7 MB, (49|50) % ', seen), seen
    assert seen.endswith('\r\x1b[K')


def test_without_a_network_one_line_says_so(held):
    held.publisher.close()
    held.add('other', 'un-xml', 'other.xml', '/other', standard='y')
    run = held.fetch('un', 'other')
    assert run.returncode == 1 and run.stdout == ''
    assert run.stderr.startswith('cordon lists: no network: 127.0.0.1 cannot be reached; what is held stays in force')
    assert run.stderr.count('\n') == 1 and 'cordon import --as NAME FILE' in run.stderr
    assert held.content() == held.good


def test_some_fetched_and_some_not_is_status_3(held):
    held.add('second', 'un-xml', 'second.xml', '/second')
    run = held.fetch('un', 'second')
    assert run.returncode == 3 and run.stdout.startswith('un: current') and 'cordon lists: second: ' in run.stderr
    assert 'what is held' not in run.stderr and not os.path.exists(held.path('second.xml'))
    run = held.fetch('nowhere')
    assert run.returncode == 1 and 'cordon lists: nowhere: there is no such list' in run.stderr
    # What was never had is not fetched unless it is named.
    asked = len(held.publisher.asked)
    assert held.fetch().returncode == 0 and len(held.publisher.asked) == asked + 1


SDN = b'36,"INVENTED ONE","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1970."\r\n' \
      b'37,"INVENTED TWO","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
ALT = b'36,1,"aka","OTHERWISE ONE",-0- \r\n'
ADD = b'36,1,"Street 1","City","Nowhere",-0- \r\n'
COMMENTS = b'36,"; alt. DOB 1971."\r\n'


def test_a_set_of_files_is_one_list(desk):
    names = ('sdn.csv', 'alt.csv', 'add.csv', 'sdn_comments.csv')
    desk.add('sdn', 'ofac-csv', ' '.join(names), ' '.join('/' + n for n in names))
    for name, body in zip(names, (SDN, ALT, ADD, COMMENTS)):
        desk.publisher.pages['/' + name] = tagged(body, f'"{name}"')
    run = desk.fetch('sdn')
    assert run.returncode == 0 and run.stdout.startswith('sdn: new, 2 listed'), run.stderr
    # One file that cannot be had: nothing of the set is replaced.
    del desk.publisher.pages['/add.csv']
    desk.publisher.pages['/sdn.csv'] = SDN + SDN.replace(b'36,', b'38,').replace(b'37,', b'39,')
    desk.publisher.pages['/alt.csv'] = ALT.replace(b'OTHERWISE', b'DIFFERENTLY')
    assert desk.fetch('sdn').returncode == 1
    assert desk.content('sdn.csv') == SDN and desk.content('alt.csv') == ALT and desk.parts() == []
    # Only what changed is sent, all is put in place.
    desk.publisher.pages['/add.csv'] = tagged(ADD, '"add.csv"')
    assert desk.fetch('sdn').stdout.startswith('sdn: new, 4 listed')
    assert b'DIFFERENTLY' in desk.content('alt.csv') and desk.content('add.csv') == ADD
    # As a crash between two renames leaves it: mixed, so the next fetch makes it whole.
    with open(desk.path('alt.csv'), 'wb') as f:
        f.write(ALT)
    assert desk.fetch('sdn').stdout.startswith('sdn: new, 4 listed') and b'DIFFERENTLY' in desk.content('alt.csv')


@pytest.mark.skipif(not os.path.isdir(NATIVE), reason='the real lists are not here')
def test_real_lists_come_through_whole(desk):
    real = {'un-sc': ('un-xml', 'un-sc.xml', ['un_consolidated_2026-02-27.xml']),
            'ca-sema': ('canada-xml', 'ca-sema.xml', ['ca_sema_2025-05.xml']),
            'ofac-consolidated': ('ofac-xml', 'ofac-consolidated.xml', ['ofac_nonsdn_consolidated_2025-03-28.xml']),
            'ofac-sdn-csv': ('ofac-csv', 'sdn.csv alt.csv', ['ofac_sdn_2022-01-31/sdn.csv', 'ofac_sdn_2022-01-31/alt.csv'])}
    for name, (kind, files, sources) in real.items():
        desk.add(name, kind, files, ' '.join('/' + s for s in sources))
        for source in sources:
            with open(os.path.join(NATIVE, source), 'rb') as f:
                desk.publisher.pages['/' + source] = tagged(f.read())
    run = desk.fetch(*real)
    assert run.returncode == 0, run.stderr
    for name, (kind, files, sources) in real.items():
        report = json.loads(subprocess.run([CORDON, 'import', '--report', os.path.join(NATIVE, sources[0])],
                                           capture_output=True, text=True, check=True).stdout)
        assert report['format'] == kind and report['listed'] > 100
        assert f"{name}: new, {report['listed']} listed" in run.stdout
    assert desk.fetch().stdout.count(': current, ') == len(real)


def index_of(desk, body, name='xx_test', **wrong):
    resource_ = {'name': 'entities.ftm.json', 'url': desk.publisher.base + '/entities', 'size': len(body),
                 'checksum': hashlib.sha1(body).hexdigest(), **wrong}
    return json.dumps({'run_time': '2026-10-02T22:01:55', 'datasets': [
        {'name': name, 'title': 'Invented people', 'updated_at': '2026-10-02T20:10:05', 'thing_count': 7,
         'publisher': {'name': 'Tester'}, 'resources': [{'name': 'names.txt', 'url': 'x'}, resource_]},
        {'name': 'no_files', 'title': 'A collection', 'resources': []}]}).encode()


def test_the_catalogue_and_its_datasets(desk):
    body, pages = ftm_list(7), desk.publisher.pages
    desk.add('ftm-catalogue', 'ftm-catalogue', '.catalogue.json', '/index.json')
    pages['/index.json'], pages['/entities'] = index_of(desk, body), body
    run = desk.run('catalogue', 'invented')
    assert run.returncode == 0
    assert re.match(r'ftm:xx_test +7 +0\.0 MB  2026-10-02T20:10:05  Invented people\n$', run.stdout), run.stdout
    assert 'no such dataset' in desk.run('catalogue', 'elephant').stderr
    run = desk.fetch('ftm:xx_test')
    assert run.returncode == 0 and run.stdout.startswith('ftm:xx_test: new, 7 listed'), run.stderr
    assert desk.content('xx_test.ftm.jsonl') == body
    # Its checksum is in the catalogue: what is held already is not sent again. And it is among what the folder holds.
    asked = len(desk.publisher.asked)
    assert desk.fetch().stdout.startswith('ftm:xx_test: current, 7 listed')
    assert [path for path, _ in desk.publisher.asked[asked:]] == ['/index.json']
    for wrong, reason in (({'checksum': '0' * 40}, 'not the file whose checksum'), ({'size': 5, 'checksum': ''}, 'announces 5')):
        pages['/index.json'] = index_of(desk, body, **wrong)
        run = desk.fetch('ftm:xx_test')
        assert run.returncode == 1 and reason in run.stderr and desk.content('xx_test.ftm.jsonl') == body
    for name, reason in (('ftm:no_files', 'no dataset'), ('ftm:../x', 'no dataset')):
        run = desk.fetch(name)
        assert run.returncode == 1 and reason in run.stderr
    pages['/index.json'] = b'{"datasets": 3}'
    run = desk.run('catalogue')
    assert run.returncode == 3 and 'xx_test' in run.stdout and "has no array 'datasets'" in run.stderr
    assert re.search(r'^ftm-catalogue +failing +1 ', desk.run().stdout, re.M)


def test_a_file_that_was_brought_is_taken_with_the_same_checks(held, tmp_path):
    def take(name, *bodies, args=()):
        paths = []
        for i, body in enumerate(bodies):
            paths.append(str(tmp_path / f'brought{i}'))
            with open(paths[-1], 'wb') as f:
                f.write(body)
        return subprocess.run([CORDON, 'import', '--as', name, '--into', held.lists, '--sources', held.table, *args, *paths],
                              capture_output=True, text=True, timeout=60)
    run = take('un', un_list(50))
    assert run.returncode == 0 and run.stdout.startswith('un: new, 50 listed') and held.content() == un_list(50)
    assert re.match(r'un +brought +50 ', held.row())
    for bodies, reason in (((un_list(24),), 'fewer than half of the 50'), ((un_list(50)[:-30],), 'row '),
                           ((ftm_list(50),), 'is of format ftm'), ((un_list(50), b'x'), 'un has 1 files')):
        run = take('un', *bodies)
        assert run.returncode == 1 and reason in run.stderr and held.content() == un_list(50), run.stderr
    assert take('un', un_list(24), args=('--force',)).returncode == 0
    assert take('ftm:xx_test', ftm_list(3)).returncode == 0 and held.content('xx_test.ftm.jsonl') == ftm_list(3)
    for name in ('nowhere', 'ftm:../x'):
        assert take(name, un_list(3)).returncode == 1
    # A publisher takes over from there.
    assert held.fetch('un').stdout.startswith('un: new, 40 listed')


@pytest.mark.parametrize('row, reason', [
    (('a', 't', 'p', 'un-xml', 'y', 'a.xml', 'http://192.0.2.1/a', 'x', 's'), 'row 2: http://192.0.2.1/a: not an https address'),
    (('a', 't', 'p', 'un-xml', 'y', 'a.xml', 'http://127.example.org/a', 'x', 's'), 'not an https address'),
    (('a', 't', 'p', 'un-xml', 'y', 'a.xml', 'https://user:secret@example.org/a', 'x', 's'), 'a name or password'),
    (('a', 't', 'p', 'un-xml', 'y', 'a.xml', 'file:///etc/passwd', 'x', 's'), 'not an https'),
    (('a', 't', 'p', 'un-xml', 'y', '../a.xml', 'https://example.org/a', 'x', 's'), "'../a.xml' cannot be a file's name"),
    (('a', 't', 'p', 'un-xml', 'y', '.a.xml', 'https://example.org/a', 'x', 's'), "cannot be a file's name"),
    (('a', 't', 'p', 'un-xml', 'y', 'a.xml b.xml', 'https://example.org/a', 'x', 's'), 'one for each file'),
    (('A/b', 't', 'p', 'un-xml', 'y', 'a.xml', 'https://example.org/a', 'x', 's'), "'A/b' is not lower-case"),
    (('a', 't', 'p', 'un-xml', 'maybe', 'a.xml', 'https://example.org/a', 'x', 's'), 'neither y nor n'),
    (('a', 't', 'p'), 'the row has not 9 fields'),
])
def test_a_table_of_sources_is_checked_row_by_row(desk, row, reason):
    desk.rows = [row]
    with open(desk.table, 'w', encoding='utf-8') as f:
        f.write('\t'.join(COLUMNS) + '\n' + '\t'.join(row) + '\n')
    run = desk.run()
    assert run.returncode == 1 and reason in run.stderr and 'row 2' in run.stderr, run.stderr


def test_a_record_that_is_damaged_is_told_and_touches_nothing(held):
    with open(held.path('.lists.json'), 'r+', encoding='utf-8') as f:
        f.truncate(40)
    for run in (held.run(), held.fetch()):
        assert run.returncode == 1 and '.lists.json' in run.stderr
    assert held.content() == held.good


def test_wrong_usage_is_status_2(desk):
    for args in (('steal',), ('fetch', '--patience', '0'), ('fetch', '--max-megabytes', 'x'), ('--nothing',)):
        assert desk.run(*args).returncode == 2
    run = subprocess.run([CORDON, 'lists', '--help'], capture_output=True, text=True, check=True)
    assert run.stdout.startswith('usage: cordon lists') and 'exit status' in run.stdout
