"""Urgent entries do not wait for a list that comes slowly: they are in force beside the old one, and go with it."""
import time

import pytest

import pg
from post import Lane, POST, frontier, officer, run, wait, zone
from slow_line import Line

YUNA = zone('SHIN<<YUNA', 'M34920071', 'KOR', '970516', 'F')
MINSOO = zone('KIM<<MINSOO', 'M27711390', 'KOR', '880719')
MINSU = zone('KIM<<MINSU', 'M12345678', 'KOR', '900307')


@pytest.fixture(params=pg.kinds)
def place(request):
    with frontier(started=False, kind=request.param) as (hub, post):
        line = Line(hub.port, 7)
        try:
            run(POST, 'enrol', '--hub', f'http://127.0.0.1:{line.port}', '--code', hub.post_code, '--data', post.folder)
            post.start()
            yield hub, line, post
        finally:
            post.stop()
            line.close()


def act(hub, login, reference, act, **body):
    by = officer(hub, login)
    entry = next(e for e in by.good('GET', '/api/v1/entries?limit=100')['items'] if e['reference'] == reference)
    _, _, headers = by.ask('GET', '/api/v1/entries/' + entry['id'])
    by.good('POST', f"/api/v1/entries/{entry['id']}/acts/{act}", body, {'If-Match': headers['ETag']})


def urgent(hub, reference):
    act(hub, 'kh-duty', reference, 'urgent', text='he stands at the gate')
    act(hub, 'kh-decider', reference, 'urgent-confirm')
    return time.monotonic()


def test_urgent_before_the_list(place):
    hub, line, post = place
    assert wait(lambda: post.edition() >= 1 and post.state()['online'])
    lane = Lane(post, '1').sit('kh-primary')
    assert [lane.check(*one)['result'] for one in (YUNA, MINSOO, MINSU)] == ['pass', 'pass', 'stop']
    had, listings = post.edition(), post.state()['list']['listings']
    # From here on no list comes through. Two urgent entries do, the second while the download of the first one's list still stands.
    line.free.clear()
    told = urgent(hub, 'KNPA-2026-0156')
    assert wait(lambda: lane.check(*YUNA)['result'] == 'refer', 15, 0.3)
    took = [time.monotonic() - told]
    told = urgent(hub, 'KNPA-2026-0155')
    assert wait(lambda: lane.check(*MINSOO)['result'] == 'refer', 15, 0.3)
    took.append(time.monotonic() - told)
    print('urgent entries in force after', took)
    assert (post.edition(), post.state()['list']['listings']) == (had, listings + 2)
    assert lane.check(*MINSU)['result'] == 'stop'
    assert f'/feed/editions/{had + 1}/urgent' in line.asked
    # Started anew without its hub it still has them.
    post.stop()
    line.free.set()
    line.free.clear()
    post.start()
    assert post.edition() == had
    lane = Lane(post, '1').sit('kh-primary')
    assert [lane.check(*one)['result'] for one in (YUNA, MINSOO, MINSU)] == ['refer', 'refer', 'stop']
    # One is withdrawn: the next urgent file does not have him, and neither has the list, which comes at last.
    act(hub, 'kr-liaison', 'KNPA-2026-0156', 'withdraw', reason='other', text='not she')
    assert wait(lambda: lane.check(*YUNA)['result'] == 'pass', 70, 0.5)
    assert post.edition() == had and lane.check(*MINSOO)['result'] == 'refer'
    line.free.set()
    assert wait(lambda: post.edition() == had + 3, 70), (post.edition(), post.state()['trouble'])
    assert [lane.check(*one)['result'] for one in (YUNA, MINSOO, MINSU)] == ['pass', 'refer', 'stop']
    assert post.state()['list']['listings'] == listings + 1 and post.state()['trouble'] == []


@pytest.mark.parametrize('place', ['sqlite'], indirect=True)  # the line is what is thin
def test_over_a_thin_line(place):
    """Six urgent entries, one after the other, while a list comes for minutes."""
    hub, line, post = place
    assert wait(lambda: post.edition() >= 1 and post.state()['online'])
    had, listings = post.edition(), post.state()['list']['listings']
    for login in ('kh-duty', 'kh-decider'):
        officer(hub, login)
    line.thin = True
    line.free.clear()
    took = []
    for reference in ('KNPA-2026-0155', 'KNPA-2026-0156', 'KNPA-2026-0157', 'KNPA-2026-0143', 'RTP-2569-045', 'GDI-2026-0033'):
        listings += 1
        told = urgent(hub, reference)
        assert wait(lambda wanted=listings: post.state()['list']['listings'] == wanted, 60, 0.1), (took, line.asked[-12:])
        took.append(time.monotonic() - told)
        time.sleep(line.luck.uniform(0, 8))
    print('urgent entries in force after', [round(s, 1) for s in took])
    assert post.edition() == had
    assert sum(s <= 15 for s in took) >= 4, took  # what is lost and what stalls is luck
    line.thin = False
    line.free.set()
    assert wait(lambda: post.edition() == had + 6, 70), (post.edition(), post.state()['trouble'])
    assert post.state()['list']['listings'] == listings
