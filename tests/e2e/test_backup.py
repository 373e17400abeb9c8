"""cordon backup, restore, export --all and doctor beside a hub that runs, on both databases."""
import contextlib
import json
import os
import subprocess

import pytest

import hub
import office
import pg


def cordon(*arguments):
    return subprocess.run([hub.CORDON, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope='module', params=pg.kinds)
def o(request):
    with office.office(request.param) as made:
        made.kind = request.param
        made.stage('R-1', 'published')
        yield made


def manifest_of(done):
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[1].split()[1]


def test_a_backup_beside_the_hub_comes_back_in_either_kind(o, tmp_path):
    file, folder = str(tmp_path / 'b.tar.gz'), str(tmp_path / 'all')
    manifest = manifest_of(cordon('backup', '--db', o.url, file))
    assert os.stat(file).st_mode & 0o777 == 0o600
    assert manifest_of(cordon('backup', '--check', file)) == manifest
    for kind in pg.kinds:
        with pg.fresh(kind) as url:
            assert cordon('restore', '--db', url, '--manifest', 64 * '0', file).returncode == 1
            assert manifest_of(cordon('restore', '--db', url, '--manifest', manifest, file)) == manifest
            assert office.run(url, 'SELECT reference, state FROM entry') == [['R-1', 'published']]
            if kind == 'postgresql': # at once, not when the server comes to it
                assert pg.psql(url, "SELECT reltuples FROM pg_class WHERE oid = 'entry'::regclass") == [['1']]
            assert cordon('verify', 'ledger', '--data', o.folder.name, '--db', url).returncode == 0
            assert cordon('restore', '--db', url, file).returncode == 1, 'not empty'
            # the same rows, the same bytes
            manifest_of(cordon('export', '--all', '--db', url, folder + kind))
    one, other = (json.load(open(f'{folder}{kind}/manifest.json')) for kind in pg.kinds)
    assert one['members'] == other['members'] and one['logs'] == other['logs'] and one['tables'] == other['tables']
    assert subprocess.run(['sha256sum', '-c', '--quiet', 'manifest.sha256'], cwd=folder + 'sqlite').returncode == 0


def test_what_is_damaged_is_refused_in_words(o, tmp_path):
    file = tmp_path / 'b.tar.gz'
    manifest_of(cordon('backup', '--db', o.url, str(file)))
    whole = file.read_bytes()
    for data in (whole[:-40], whole[:len(whole) // 2], b'', b'no backup', whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:]):
        file.write_bytes(data)
        with pg.fresh('sqlite') as url:
            for done in (cordon('backup', '--check', str(file)), cordon('restore', '--db', url, str(file))):
                assert done.returncode == 1 and (str(file) in done.stderr or 'manifest says' in done.stderr), done
            assert not os.path.exists(url[7:]), 'something was put in'


def sound(o, file, stack):
    """Where the server of the tests syncs nothing the doctor finds that: then a server as in earnest."""
    if 'BAD   fsync = off' not in cordon('doctor', '--db', o.url).stdout:
        return o.url
    cluster = pg.Cluster()
    stack.callback(cluster.stop)
    url = stack.enter_context(pg.fresh(o.kind, cluster.url))
    manifest_of(cordon('restore', '--db', url, file))
    return url


def doctor(o, url, file):
    done = cordon('doctor', '--db', url, '--backup', file)
    assert done.returncode == 0, done.stdout
    assert 'as this program has them' in done.stdout and '0 hours old' in done.stdout and 'BAD' not in done.stdout
    assert ('every page and index is sound' if o.kind == 'sqlite' else 'fsync = on') in done.stdout
    assert cordon('doctor', '--db', url, '--backup', file, '--backup-hours', '0').returncode == 1


def test_doctor(o, tmp_path):
    file = str(tmp_path / 'b.tar.gz')
    manifest_of(cordon('backup', '--db', o.url, file))
    with contextlib.ExitStack() as stack:
        doctor(o, sound(o, file, stack), file)
    assert cordon('doctor', '--db', 'sqlite:/nowhere/x.db').returncode == 1


def test_doctor_finds_what_is_wrong(tmp_path):
    with office.office('sqlite') as o:
        o.stage('R-1', 'published')
        path = o.url[7:]
        os.chmod(path, 0o644)
        assert 'others can read it' in cordon('doctor', '--db', o.url).stdout
        os.chmod(path, 0o600)
        o.stop()
        office.run(o.url, "PRAGMA foreign_keys = OFF; DELETE FROM ledger_leaf WHERE id IN (SELECT leaf_id FROM entry_event LIMIT 1)")
        done = cordon('doctor', '--db', o.url)
        assert done.returncode == 1 and 'refers to none of ledger_leaf' in done.stdout
        size = os.path.getsize(path)
        with open(path, 'r+b') as f:
            f.seek(size // 2)
            f.write(b'\x55' * 8192)
        done = cordon('doctor', '--db', o.url)
        assert done.returncode == 1 and 'damage' in done.stdout


@pytest.mark.parametrize('arguments', [('backup',), ('backup', 'x'), ('backup', '--db', 'sqlite:x'), ('backup', '--db', 'sqlite:x', '--check', 'y'),
                                       ('restore', 'x'), ('restore', '--db', 'sqlite:x'), ('export', '--all', 'x'), ('doctor',),
                                       ('doctor', '--db', 'x', 'y'), ('doctor', '--db', 'x', '--backup-hours', 'many')])
def test_wrong_usage(arguments):
    done = cordon(*arguments)
    assert done.returncode == 2 and 'usage:' in done.stderr
