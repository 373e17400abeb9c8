"""`cordon user` and `cordon demo`: people without a browser."""
import os
import subprocess

from hub import CORDON, ROOT, Hub
from officer import Officer


def run(*arguments):
    done = subprocess.run([CORDON, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_demonstration(tmp_path):
    folder = str(tmp_path / 'demo')
    code, out, _ = run('demo', '--data', folder)
    accounts = {line.split()[0]: line.split() for line in out.splitlines() if line.startswith('  ')}
    with open(os.path.join(ROOT, 'data', 'demo', 'people.tsv'), encoding='utf-8') as f:
        people = [line for line in f if line.strip() and not line.startswith('#')][1:]
    assert code == 0 and len(accounts) == len(people)
    assert run('demo', '--data', folder)[1] == out
    hub = Hub(folder)
    try:
        liaison = Officer(hub)
        liaison.sign_in('kr-liaison', 'cordon demonstration', accounts['kr-liaison'][2])
        person = liaison.good('GET', '/api/v1/session')['person']
        assert (person['country'], person['roles']) == ('kr', ['liaison'])
        reviewer = Officer(hub)
        reviewer.good('POST', '/api/v1/session/password', {'login': 'kh-reviewer', 'password': 'cordon demonstration'})
        reviewer.good('POST', '/api/v1/session/totp', {'code': run('demo', '--code', 'kh-reviewer')[1]})
        assert not os.path.exists(folder + '/setup-code')
        # While the hub runs, the file is its own.
        assert run('user', '--data', folder, 'lock', 'kh-duty')[0] == 1
    finally:
        hub.stop()
    bearers = {role for row in accounts.values() for role in row[3:]}
    with open(os.path.join(ROOT, 'data', 'account', 'roles.tsv'), encoding='utf-8') as f:
        roles = {line.split('\t')[0] for line in f if not line.startswith(('#', 'role\t')) and line.split('\t')[2] != 'machine'}
    assert bearers == roles


def test_demonstration_touches_no_other_hub(tmp_path):
    folder = str(tmp_path / 'real')
    hub = Hub(folder)
    hub.stop()
    code, out, err = run('demo', '--data', folder)
    assert code == 1 and out == '' and 'no demonstration' in err
    assert run('user', '--data', folder, 'list')[1] == ''


def test_operator(tmp_path):
    folder = str(tmp_path / 'hub')
    Hub(folder).stop()
    user = ('user', '--data', folder)
    assert len(run(*user, 'code')[1]) == 29
    code, password, _ = run(*user, 'create', 'sok.dara', '--name', 'Sok Dara', '--agency', 'Ministry', '--roles', 'administrator')
    assert code == 0 and len(password) == 24
    assert run(*user, 'code')[0] == 1
    assert run(*user, 'lock', 'sok.dara') == (1, '', 'cordon user: the last administrator of the country stays')
    assert run(*user, 'create', 'kim', '--name', 'Kim', '--agency', 'Police', '--country', 'kr', '--roles', 'liaison')[0] == 0
    assert run(*user, 'create', 'kim', '--name', 'Kim', '--agency', 'Police')[0] == 1
    assert run(*user, 'roles', 'kim', 'administrator decider')[0] == 1
    assert run(*user, 'lock', 'kim')[0] == 0 and 'kr locked' in run(*user, 'list', '--country', 'kr')[1]
    assert run(*user, 'unlock', 'nobody')[0] == 1
    for wrong in ([], ['dance'], ['lock'], ['create', 'x'], ['list', 'x'], ['--frob']):
        assert run(*user, *wrong)[0] == 2
    first = run(*user, 'reset', 'sok.dara')[1]
    hub = Hub.__new__(Hub)
    hub.process = subprocess.Popen([CORDON, 'hub', '--data', folder, '--port', '0'], stdout=subprocess.PIPE, text=True)
    hub.port = int(hub.process.stdout.readline().rsplit(':', 1)[1].strip().strip('/'))
    try:
        officer = Officer(hub)
        assert officer.ask('POST', '/api/v1/session/password', {'login': 'sok.dara', 'password': password})[0] == 401
        officer.sign_in('sok.dara', first)
        assert officer.good('GET', '/api/v1/people')['total'] == 1
    finally:
        hub.stop()
