"""`cordon hub` over HTTP: the page, the API, reloading while requests run, and a clean stop."""
import json
import os
import threading
import time
import urllib.parse

import pytest

from hub import DEMO, Hub


@pytest.fixture(scope='module')
def hub(tmp_path_factory):
    hub = Hub(str(tmp_path_factory.mktemp('hub') / 'data'))
    yield hub
    assert hub.stop() == 0


def person(name, **more):
    return {'schema': 'Person', 'properties': {'name': [name], **more}}


def test_health_and_catalogue(hub):
    assert hub.json('GET', '/healthz') == (200, {'status': 'ok'})
    assert hub.json('GET', '/readyz') == (200, {'status': 'ok'})
    status, catalogue = hub.json('GET', '/catalog')
    assert status == 200 and 'demo' in [d['name'] for d in catalogue['datasets']]
    status, algorithms = hub.json('GET', '/algorithms')
    assert algorithms['best'] == 'logic-v2' and algorithms['algorithms']


def test_match_finds_across_scripts(hub):
    queries = {'a': person('KIM MIN SOO', birthDate=['1990-03-07']), 'b': person('金敏洙'), 'c': person('Ким Мин Су')}
    status, answer = hub.json('POST', '/match/default', {'queries': queries})
    assert status == 200 and answer['limit'] == 5
    for key in queries:
        response = answer['responses'][key]
        assert response['status'] == 200
        assert response['results'][0]['id'] == 'demo-kr-minsu' and response['results'][0]['match'] is True
        assert response['total']['relation'] == 'eq' and response['query']['schema'] == 'Person'
    for field in ('id', 'caption', 'schema', 'properties', 'datasets', 'referents', 'target', 'score', 'explanations'):
        assert field in answer['responses']['a']['results'][0]


@pytest.mark.parametrize('path, body, status, detail', [
    ('/match/nowhere', {'queries': {'q': person('x')}}, 404, 'No such dataset.'),
    ('/match/default', {'queries': {}}, 400, 'No queries provided.'),
    ('/match/default', {'queries': {str(i): person('x') for i in range(101)}}, 400,
     'Too many queries in one batch (limit: 100)'),
    ('/match/default?algorithm=x', {'queries': {'q': person('x')}}, 400, 'Invalid algorithm: x'),
])
def test_match_refuses(hub, path, body, status, detail):
    got, answer = hub.json('POST', path, body)
    assert (got, answer['detail']) == (status, detail)


def test_match_validation_has_its_shape(hub):
    status, answer = hub.json('POST', '/match/default?limit=501', {'queries': {'q': person('x')}})
    assert status == 422 and answer['detail'][0]['loc'] == ['query', 'limit']


def test_a_hundred_queries_are_taken(hub):
    status, answer = hub.json('POST', '/match/default', {'queries': {str(i): person('KIM MINSU') for i in range(100)}})
    assert status == 200 and len(answer['responses']) == 100


def test_entities(hub):
    status, entity = hub.json('GET', '/entities/demo-kr-minsu')
    assert status == 200 and entity['caption'] == '김민수'
    status, answer = hub.json('GET', '/entities/nobody')
    assert (status, answer['detail']) == (404, 'No such entity!')


def test_adjacent_and_metrics(hub):
    with open(DEMO, encoding='utf-8') as f:
        neighbour = next(d for d in map(json.loads, f) if d['schema'] in ('Passport', 'Identification'))
    holder = neighbour['properties']['holder'][0]
    status, answer = hub.json('GET', f'/entities/{holder}/adjacent')
    assert status == 200 and answer['entity']['id'] == holder
    pages = answer['adjacent']
    name = next(k for k, v in pages.items() if neighbour['id'] in [r['id'] for r in v['results']])
    status, page = hub.json('GET', f'/entities/{holder}/adjacent/{name}?limit=1')
    assert status == 200 and len(page['results']) == 1 and page['total'] == pages[name]['total']
    assert hub.json('GET', f'/entities/{holder}/adjacent/banana') == (404, {'detail': 'No such property!'})
    assert hub.json('GET', '/entities/nobody/adjacent')[0] == 404
    assert hub.json('GET', f'/entities/{holder}/adjacent?limit=-1')[0] == 422
    status, text, headers = hub.ask('GET', '/metrics')
    assert status == 200 and headers['Content-Type'].startswith('text/plain; version=0.0.4')
    assert 'cordon_http_answers_total{status="4xx"}' in text and 'cordon_list_failures_total 0' in text


def test_limits_of_http(hub):
    status, text, _ = hub.ask('GET', '/healthz?x=' + 'a' * 60001)
    assert status == 414 and json.loads(text) == {'detail': 'Request URI too long'}
    assert hub.ask('GET', '/nowhere')[0] == 404
    assert hub.ask('DELETE', '/healthz')[0] == 405
    assert hub.ask('POST', '/match/default', '{"queries":')[0] == 422


def test_the_page_answers_in_four_languages_and_escapes(hub):
    for language, word in (('en', 'Refer to second line'), ('km', 'បញ្ជូនទៅជួរទីពីរ'), ('ko', '2차 심사 회부'), ('zh', '转二线查验')):
        query = urllib.parse.urlencode({'name': '<b>KIM MIN SOO', 'birthDate': '7.3.1990', 'lang': language})
        status, page, headers = hub.ask('GET', '/?' + query)
        assert status == 200 and f'<html lang="{language}">' in page
        assert word in page and '김민수' in page
        assert '<b>KIM' not in page and '&lt;b&gt;KIM' in page
        assert "default-src 'none'" in headers['Content-Security-Policy'] and 'style=' not in page


def test_the_page_reads_a_zone_with_a_confused_character(hub):
    zone = 'P<KORKIM<<MIN<SOO<<<<<<<<<<<<<<<<<<<<<<<<<<<\nM123456788KOR9003071M3001019<<<<<<<<<<<<<<08'
    status, page, _ = hub.ask('GET', '/?' + urllib.parse.urlencode({'name': zone, 'lang': 'en'}))
    assert status == 200 and '김민수' in page
    broken = urllib.parse.urlencode({'name': zone[:-1], 'lang': 'en'})
    status, page, _ = hub.ask('GET', '/?' + broken)
    assert status == 200 and 'This could not be asked' in page


def test_the_pages_of_entries_and_lists(hub):
    status, page, _ = hub.ask('GET', '/e/demo-kr-minsu?lang=en')
    assert status == 200 and 'INVENTED' in page
    assert hub.ask('GET', '/e/nobody')[0] == 404
    status, page, _ = hub.ask('GET', '/lists?lang=en')
    assert status == 200 and 'demo' in page
    asset = page.split('href="/assets/')[1].split('"')[0]
    status, _, headers = hub.ask('GET', '/assets/' + asset)
    assert status == 200 and headers['Content-Type'].startswith('text/css')
    assert hub.ask('GET', '/assets/../hub.c')[0] in (400, 404)


def test_lists_reload_while_requests_run(hub):
    failures, stop = [], threading.Event()

    def load():
        while not stop.is_set():
            try:
                status, answer = hub.json('POST', '/match/default', {'queries': {'q': person('KIM MINSU')}})
                if status != 200 or not answer['responses']['q']['results']:
                    failures.append(answer)
            except OSError as error:
                failures.append(error)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    added = os.path.join(hub.lists, 'more.ftm.jsonl')
    with open(added + '.part', 'w', encoding='utf-8') as f:
        f.write(json.dumps({'id': 'more-1', 'schema': 'Person', 'properties': {'name': ['Invented Newcomer']}}) + '\n')
    os.rename(added + '.part', added)
    found = False
    for _ in range(100):
        time.sleep(0.1)
        found = hub.ask('GET', '/entities/more-1')[0] == 200
        if found:
            break
    os.unlink(added)
    stop.set()
    for thread in threads:
        thread.join()
    assert found and not failures


def test_a_bad_list_is_named_and_its_last_good_content_stays(tmp_path):
    hub = Hub(str(tmp_path / 'data'))
    try:
        path = os.path.join(hub.lists, 'tips.csv')

        def put(text, entity):
            with open(path + '.part', 'w', encoding='utf-8') as f:
                f.write(text)
            os.rename(path + '.part', path)
            for _ in range(100):
                time.sleep(0.1)
                if hub.ask('GET', '/entities/' + entity)[0] == 200 and ('trouble' in hub.json('GET', '/readyz')[1]) == bad:
                    return
            raise AssertionError('not taken up')

        bad = False
        put('id,name\n1,Invented Tipped\n', 'tips-1')
        bad = True
        put('id,name\n1,Invented Tipped\n2', 'tips-1')
        status, ready = hub.json('GET', '/readyz')
        assert (status, ready['status']) == (200, 'ok')
        assert [t['list'] for t in ready['trouble']] == ['tips'] and ready['trouble'][0]['state'] == 'old'
        assert ready['trouble'][0]['reason'].startswith('tips.csv: row 3: the file is cut off')
        catalogue = hub.json('GET', '/catalog')[1]
        assert catalogue['outdated'] == ['tips'] and 'demo' in catalogue['current'] and catalogue['index_stale'] is True
        assert 'cordon_lists_troubled 1' in hub.ask('GET', '/metrics')[1]
        page = hub.ask('GET', '/lists?lang=en')[1]
        assert 'tips.csv: row 3: the file is cut off' in page and 'stays in force' in page
        status, answer = hub.json('POST', '/match/default', {'queries': {'q': person('Invented Tipped')}})
        assert answer['responses']['q']['results'][0]['id'] == 'tips-1'
        bad = False
        put('id,name\n1,Invented Tipped\n2,Invented Second\n', 'tips-2')
        assert hub.json('GET', '/readyz')[1] == {'status': 'ok'}
    finally:
        assert hub.stop() == 0
