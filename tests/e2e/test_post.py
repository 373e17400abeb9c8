"""A checkpoint and its hub, whole: enrolled, told the list, a listed traveller stopped, the partner asked, everything heard once."""
import contextlib
import os
import shutil
import signal
import sqlite3

from post import Lane, POST, frontier, officer, run, wait, withdraw, zone



def kim(number='M12345678', birth='900307'):
    return zone('KIM<<MINSU', number, 'KOR', birth)


def test_from_the_lane_to_the_partner_and_back():
    with frontier() as (hub, post):
        assert wait(lambda: post.edition() >= 1 and post.state()['list']['listings'] >= 5)
        assert wait(lambda: post.state()['online'])
        lane = Lane(post, '1').sit('kh-primary')
        # A namesake of another age passes; the listed one is stopped by his passport.
        passed = lane.check(*kim('M99988877', '751124'))
        assert (passed['result'], passed['hit']) == ('pass', None), passed
        stopped = lane.check(*kim())
        assert stopped['result'] == 'stop' and stopped['act'] == 'hold' and stopped['hit'], stopped
        assert stopped['tookUs'] < 1_000_000
        lane.good('POST', f"checks/{stopped['id']}/answer", {'key': 'noted'})
        # It is in the hub within seconds, and the partner is asked.
        liaison = officer(hub, 'kr-liaison')
        hit = wait(lambda: next(iter(liaison.good('GET', '/api/v1/hits')['items']), None))
        assert hit and hit['id'] == stopped['hit'] and hit['state'] == 'open', hit
        # The second line compares, confirms and takes custody, for there is a warrant.
        second = Lane(post, '2').sit('kh-secondary')
        shown = second.good('GET', 'hits/' + stopped['hit'])
        assert shown['candidates'][0]['grade'] == 'identity' and 'detain' in {m['kind'] for m in shown['candidates'][0]['measures']}
        assert any('김민수' == name['text'] for name in shown['candidates'][0]['names'])
        assert second.act(stopped['hit'], 'confirm', pin='264813', note='the scar is there')['state'] == 'confirmed'
        assert second.act(stopped['hit'], 'custody', pin='264813')['state'] == 'custody'
        assert wait(lambda: liaison.good('GET', '/api/v1/hits/' + hit['id'])['state'] == 'custody')
        # The partner answers; the post hears it.
        status, _, headers = liaison.ask('GET', '/api/v1/hits/' + hit['id'])
        assert status == 200
        liaison.good('POST', f"/api/v1/hits/{hit['id']}/acts/answer", {'is': 'same', 'text': 'his scar'}, {'If-Match': headers['ETag']})
        assert wait(lambda: (second.good('GET', 'hits/' + stopped['hit'])['partner'] or {}).get('is') == 'same')
        # Nothing is left to send, and a nobody left no name behind.
        assert wait(lambda: post.state()['queue']['waiting'] == 0)
        supervisor = officer(hub, 'kh-supervisor')
        posts = {p['name']: p for p in supervisor.good('GET', '/api/v1/posts')['items']}
        assert posts['Phnom Penh airport']['edition'] == post.edition() and posts['Bavet']['state'] == 'expected'
        assert supervisor.good('GET', '/api/v1/posts/board')['percent'] == 100


def test_killed_and_started_again():
    """Nothing that was shown is lost, and the list is there before the hub is asked."""
    with frontier() as (hub, post):
        assert wait(lambda: post.edition() >= 1 and post.state()['online'], 60)
        lane = Lane(post, '1').sit('kh-primary')
        lane.check(*kim())
        hub.stop()
        lane.check(*kim('M99988877', '751124'))
        edition = post.edition()
        post.stop(signal.SIGKILL)
        post.start()
        assert wait(lambda: post.edition() == edition)
        assert post.state()['queue']['waiting'] >= 1
        lane = Lane(post, '1').sit('kh-primary')
        assert lane.check(*kim())['result'] == 'stop'
        # The line is back: all that happened meanwhile is heard, once.
        hub.start(['--port', str(hub.port)])
        assert wait(lambda: post.state()['queue']['waiting'] == 0, 40)
        supervisor = officer(hub, 'kh-supervisor')
        assert len(supervisor.good('GET', '/api/v1/hits')['items']) == 2


def test_enrolment_counts_once():
    with frontier(started=False) as (hub, post):
        address = f'http://127.0.0.1:{hub.port}'
        wrong = hub.post_code[:-1] + ('A' if hub.post_code[-1] != 'A' else 'B')
        refused = run(POST, 'enrol', '--hub', address, '--code', wrong, '--data', post.folder + '-x', check=False)
        assert refused.returncode == 1 and 'post-code' in refused.stderr
        run(POST, 'enrol', '--hub', address, '--code', hub.post_code, '--data', post.folder)
        again = run(POST, 'enrol', '--hub', address, '--code', hub.post_code, '--data', post.folder + '-y', check=False)
        assert again.returncode == 1 and 'post-code' in again.stderr
        # Without its secret the folder is of no use.
        shutil.move(post.folder + '.secret', post.folder + '.away')
        assert 'post-secret' in run(POST, 'status', '--data', post.folder, check=False).stderr
        with open(post.folder + '.secret', 'wb') as f:
            f.write(os.urandom(32))
        os.chmod(post.folder + '.secret', 0o600)
        assert 'post-altered' in run(POST, 'status', '--data', post.folder, check=False).stderr
        shutil.move(post.folder + '.away', post.folder + '.secret')
        assert 'edition 0' in run(POST, 'status', '--data', post.folder).stdout


def test_revoked():
    with frontier() as (hub, post):
        assert wait(lambda: post.edition() >= 1)
        operator = officer(hub, 'kh-operator')
        one = next(p for p in operator.good('GET', '/api/v1/posts')['items'] if p['state'] == 'enrolled')
        operator.good('POST', f"/api/v1/posts/{one['id']}/acts/revoke", {'reason': 'stolen'}, {'If-Match': f'"{one["version"]}"'})
        assert wait(lambda: post.state()['list']['colour'] == 'none', 20)
        assert 'post-revoked' in post.state()['trouble']
        assert wait(lambda: not {'image', 'list-a', 'list-b', 'feed-keys'} & set(os.listdir(post.folder))), os.listdir(post.folder)
        lane = Lane(post, '1').sit('kh-primary')
        assert lane.ask('POST', 'checks', {'mrz': '\n'.join(kim())})[1]['reason'] == 'no-list'
        # And so it stays.
        post.stop()
        post.start()
        assert post.state()['list']['colour'] == 'none'


def test_a_stolen_program_holds_no_hub():
    """No registry, task force, ledger writing or PostgreSQL is in it."""
    symbols = run('nm', POST).stdout
    for word in ('registry_', 'ledger_append', 'accounts_', 'office_', 'edition_build', 'border_', 'PQexec', 'driver_postgres'):
        assert f' {word}' not in symbols, word
    assert 'libpq' not in run('ldd', POST).stdout


def missed(hub, post, known):
    """The post misses three editions, of which none is 1, 2, 4... back; whether the hub makes it a delta when it has `known` that it was away."""
    assert wait(lambda: post.edition() >= 1)
    had = post.edition()
    supervisor, operator = officer(hub, 'kh-supervisor'), officer(hub, 'kh-operator')
    assert wait(lambda: any(p.get('edition') == had for p in supervisor.good('GET', '/api/v1/posts')['items']))
    post.stop()
    if not known:
        with contextlib.closing(sqlite3.connect(os.path.join(hub.folder, 'cordon.db'))) as database:
            database.execute('UPDATE post SET edition = NULL')
            database.commit()
    number = withdraw(hub, 3)
    assert number == had + 3
    made = operator.ask('GET', f'/api/v1/editions/{number}/file?from={had}')[0] == 200
    post.start()
    assert wait(lambda: post.edition() == number, 20), (post.edition(), post.state()['trouble'])
    return made


def test_it_missed_some_editions():
    """Deltas are from 1, 2, 4, 8... editions ago, and from those that posts have."""
    with frontier() as (hub, post):
        assert missed(hub, post, True)


def test_it_missed_more_editions_than_there_are_deltas_for():
    """Whoever has another one takes the whole list."""
    with frontier() as (hub, post):
        assert not missed(hub, post, False)
