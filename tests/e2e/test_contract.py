"""The field's screening contract (data/api/openapi.json, docs/decisions/yente.md), over HTTP."""
import json
import os
import re
import urllib.parse

import pytest

from hub import DEMO, ROOT, Hub


# Invented: one owner of three companies.
EDGES = [('edge-owner', 'Person', {'name': ['Invented Owner']})]
for number, date in ((1, '2021'), (2, '2019'), (3, '2020')):
    EDGES.append((f'edge-company-{number}', 'Company', {'name': [f'Invented Company {number}']}))
    EDGES.append((f'edge-{number}', 'Ownership', {'owner': ['edge-owner'], 'asset': [f'edge-company-{number}'],
                                                   'startDate': [date]}))


@pytest.fixture(scope='module')
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp('hub')
    with open(folder / 'edges.ftm.jsonl', 'w', encoding='utf-8') as f:
        for id, schema, properties in EDGES:
            f.write(json.dumps({'id': id, 'schema': schema, 'properties': properties}) + '\n')
    hub = Hub(str(folder / 'data'),
              [DEMO, os.path.join(ROOT, 'tests', 'interop', 'sanctions.ftm.jsonl'), folder / 'edges.ftm.jsonl'])
    yield hub
    assert hub.stop() == 0


def search(hub, q=None, dataset='default', **more):
    query = urllib.parse.urlencode({**({} if q is None else {'q': q}), **more}, doseq=True)
    return hub.json('GET', f'/search/{dataset}?{query}')


def ids(answer):
    return [r['id'] for r in answer['results']]


ZAKHAROV, ROTENBERG = 'interop-zakharov', 'interop-rotenberg'


@pytest.mark.parametrize('q, expected', [
    ('zakharov', [ZAKHAROV]),
    ('ЗАХАРОВ', [ZAKHAROV]),
    ('김민수', ['demo-kr-minsu']),
    ('Vjačeslavovič', [ZAKHAROV]),
    ('vjaceslavovic', [ZAKHAROV]),
    ('alexander zakharov', [ZAKHAROV]),
    ('alexander rotenberg', []),
    ('alexander OR rotenberg AND arkady', [ROTENBERG, ZAKHAROV]),
    ('(zakharov OR rotenberg) -arkady', [ZAKHAROV]),
    ('(zakharov || rotenberg) && !arkady', [ZAKHAROV]),
    ('"romanovich rotenberg"', [ROTENBERG]),
    ('"rotenberg romanovich"', []),
    ('roten*', [ROTENBERG]),
    ('*tenberg', [ROTENBERG]),
    ('r?tenberg', [ROTENBERG]),
    ('rotenburg~1', [ROTENBERG]),
    ('rotenburg', []),
    ('rotenburg~', []),
    ('caption:rotenberg', [ROTENBERG]),
    ('names:rotenberg^2', [ROTENBERG]),
    ('properties.birthDate:1965-09-21', [ZAKHAROV]),
    ('properties.birthDate:[1951-12 TO 1951-12] AND topics:sanction', [ROTENBERG]),
    ('properties.birthDate:>=1952 topics:sanction', [ZAKHAROV]),
    ('id:interop-zakharov', [ZAKHAROV]),
    ('_exists_:properties.firstName AND datasets:sanctions', [ZAKHAROV]),
    ('nowhere:zakharov', []),
    ('zakharov\\/', [ZAKHAROV]),
])
def test_the_text_of_a_search(hub, q, expected):
    status, answer = search(hub, q)
    assert status == 200 and sorted(ids(answer)) == sorted(expected)
    assert answer['total'] == {'value': len(expected), 'relation': 'eq'}


@pytest.mark.parametrize('q', ['invalid/query', '(a', 'a)', '"a', 'a AND', 'properties.birthDate:[1 2]', 'a^b', 'NOT', ':a',
                               '(' * 40 + 'a' + ')' * 40, ' '.join(['a'] * 300), '*a ' * 17])
def test_what_cannot_be_read_is_said_and_the_simple_form_takes_it(hub, q):
    status, answer = search(hub, q)
    assert status == 400 and answer['detail']
    status, answer = search(hub, q, simple='true')
    assert status == (400 if len(q.split()) > 8 else 200)  # limits stay limits


def test_search_fuzzy_asks_the_engine(hub):
    assert ids(search(hub, 'KIM MIN SOO')[1]) == []
    assert ids(search(hub, 'KIM MIN SOO', fuzzy='true')[1])[0] == 'demo-kr-minsu'
    assert ids(search(hub, 'KIM MIN SOO', fuzzy='true', countries='ru')[1]) == []
    assert ids(search(hub, 'rotenburg~', fuzzy='true')[1])[0] == ROTENBERG


def test_search_filters(hub):
    both = {'datasets': 'sanctions', 'schema': 'Person'}
    assert sorted(ids(search(hub, **both)[1])) == [ROTENBERG, ZAKHAROV]
    assert ids(search(hub, 'zakharov', countries=['kh', 'ru'])[1]) == [ZAKHAROV]
    assert ids(search(hub, 'zakharov', countries=['kh', 'ru'], filter_op='AND')[1]) == []
    assert ids(search(hub, 'zakharov', topics='role.pep')[1]) == []
    assert ids(search(hub, filter='properties.birthDate:1951-12-15', **both)[1]) == [ROTENBERG]
    assert ids(search(hub, filter=['properties.birthDate:1951-12-15', 'properties.lastName:zakharov'], **both)[1]) == []
    assert ids(search(hub, filter='properties.birthDate:1972-01-26§')[1]) == []
    assert ids(search(hub, 'zakharov', changed_since='2026-04-25')[1]) == []
    assert ids(search(hub, 'zakharov', changed_since='2026-04-24')[1]) == [ZAKHAROV]
    assert ids(search(hub, 'zakharov', exclude_schema='Person')[1]) == []
    assert ids(search(hub, 'zakharov', schema='LegalEntity')[1]) == [ZAKHAROV]
    assert ids(search(hub, 'zakharov', schema='Vessel')[1]) == []
    assert ids(search(hub, 'zakharov', 'demo')[1]) == []
    assert ids(search(hub, 'zakharov', include_dataset='sanctions', exclude_dataset='sanctions')[1]) == []
    assert ids(search(hub, 'zakharov', target='true')[1]) == [ZAKHAROV]
    assert ids(search(hub, 'zakharov', target='false')[1]) == []


def test_search_pages_and_order(hub):
    _, everything = search(hub, limit=500)
    _, first = search(hub, limit=10)
    _, second = search(hub, limit=10, offset=10)
    assert ids(everything)[:20] == ids(first) + ids(second) and second['offset'] == 10
    assert search(hub, limit=0)[1]['results'] == []
    _, answer = search(hub, sort='properties.birthDate:desc', schema='Person', limit=500)
    dates = [max(r['properties'].get('birthDate', [''])) for r in answer['results']]
    assert dates == sorted(dates, reverse=True)
    _, answer = search(hub, sort='last_change:desc', datasets='sanctions', schema='Person')
    assert ids(answer) == [ZAKHAROV, ROTENBERG]


def test_search_counts(hub):
    _, answer = search(hub, dataset='sanctions', schema='Person')
    assert answer['facets'] == {
        'countries': {'label': 'Countries', 'values': [{'name': 'ru', 'label': 'Russia', 'count': 2}]},
        'topics': {'label': 'Topics', 'values': [{'name': 'sanction', 'label': 'Sanctioned', 'count': 2}]},
        'datasets': {'label': 'Data sources', 'values': [{'name': 'sanctions', 'label': 'sanctions', 'count': 2}]}}
    _, answer = search(hub, dataset='demo', facets=['schema', 'genders'])
    assert list(answer['facets']) == ['schema', 'genders']
    with open(DEMO, encoding='utf-8') as f:
        companies = sum(json.loads(line)['schema'] == 'Company' for line in f)
    assert {'name': 'Company', 'label': 'Companies', 'count': companies} in answer['facets']['schema']['values']


@pytest.mark.parametrize('path, status, where', [
    ('/search/banana', 404, 'No such dataset.'),
    ('/search/default?schema=Banana', 400, 'Invalid schema'),
    ('/search/default?filter=x', 400, "Invalid filter: 'x'"),
    ('/search/default?sort=banana', 400, 'No such field to sort by: banana'),
    ('/search/default?' + '&countries=kr' * 101, 400, 'More than 100 filters'),
    ('/search/default?limit=501', 422, 'limit'),
    ('/search/default?offset=9500', 422, 'offset'),
    ('/search/default?facets=banana', 422, 'facets'),
    ('/search/default?filter_op=XOR', 422, 'filter_op'),
    ('/search/default?fuzzy=maybe', 422, 'fuzzy'),
    ('/search/default?changed_since=today', 422, 'changed_since'),
    ('/reconcile/banana', 404, 'No such dataset.'),
    ('/reconcile/default/suggest/entity?prefix=' + 'a+' * 33, 400, 'The prefix asks for too much at once.'),
    ('/reconcile/default/extend/property?type=Banana', 400, 'Invalid type: Banana'),
])
def test_refusals(hub, path, status, where):
    got, answer = hub.json('GET', path)
    assert got == status
    assert (answer['detail'][0]['loc'] == ['query', where]) if status == 422 else (answer['detail'] == where)


def test_neighbours_are_nested_and_in_order(hub):
    status, page = hub.json('GET', '/entities/edge-owner/adjacent/ownershipOwner?sort=properties.startDate:desc')
    assert status == 200 and ids(page) == ['edge-1', 'edge-3', 'edge-2'] and page['total']['value'] == 3
    assert page['results'][0]['properties']['asset'][0]['caption'] == 'Invented Company 1'
    assert page['results'][0]['properties']['owner'] == ['edge-owner']
    _, whole = hub.json('GET', '/entities/edge-owner/adjacent?limit=1&offset=1&sort=properties.startDate')
    assert ids(whole['adjacent']['ownershipOwner']) == ['edge-3']
    assert hub.json('GET', '/entities/edge-owner/adjacent?sort=banana')[0] == 400
    _, entity = hub.json('GET', '/entities/edge-owner')
    assert sorted(e['properties']['asset'][0]['id'] for e in entity['properties']['ownershipOwner']) == [
        'edge-company-1', 'edge-company-2', 'edge-company-3']


def match(hub, query, path='/match/default', **more):
    return hub.json('POST', path, {'queries': {'q': query}, **more})


def test_match_echoes_the_id_and_makes_a_name_of_its_parts(hub):
    query = {'schema': 'Person', 'properties': {'firstName': 'Aleksandr', 'lastName': 'Zakharov', 'birthDate': '1965'}}
    answer = match(hub, query)[1]['responses']['q']
    assert answer['query']['id'] is None and answer['query']['properties']['name'] == ['Aleksandr Zakharov']
    assert answer['results'][0]['id'] == ZAKHAROV
    assert match(hub, {**query, 'id': 'traveller-17'})[1]['responses']['q']['query']['id'] == 'traveller-17'


def test_match_cleans_what_it_is_asked(hub):
    dirty = {'name': 'Alexander ZAKHAROV', 'birthDate': ['21 September 1965', 'soon'], 'country': 'Russia', 'gender': ['M', 'x'],
             'nationality': ['RU', 'ru'], 'banana': ['x'], 'height': [180, {'a': 1}]}
    status, answer = match(hub, {'schema': 'Person', 'properties': dirty})
    answer = answer['responses']['q']
    echo = answer['query']['properties']
    assert status == 200 and answer['results'][0]['id'] == ZAKHAROV
    assert (echo['birthDate'], echo['country'], echo['gender'], echo['nationality']) == (['1965-09-21'], ['ru'], ['male'], ['ru'])
    assert 'banana' not in echo and '180' in echo['height']


@pytest.mark.parametrize('query, more, loc', [
    ({'id': 5, 'schema': 'Person', 'properties': {}}, {}, ['body', 'queries', 'q', 'id']),
    ({'properties': {}}, {}, ['body', 'queries', 'q', 'schema']),
    ({'schema': 'Person'}, {}, ['body', 'queries', 'q', 'properties']),
    ({'schema': 'Person', 'properties': {'name': 5}}, {}, ['body', 'queries', 'q', 'properties', 'name', 'str']),
    (None, {}, ['body', 'queries', 'q']),
    ({'schema': 'Person', 'properties': {}}, {'weights': {'a': 'b'}}, ['body', 'weights']),
    ({'schema': 'Person', 'properties': {}}, {'config': {'a': []}}, ['body', 'config']),
])
def test_match_shapes(hub, query, more, loc):
    status, answer = match(hub, query, **more)
    assert status == 422 and answer['detail'][0]['loc'] == loc


@pytest.mark.parametrize('query, more, detail', [
    ({'schema': 'xxx', 'properties': {}}, {}, "Cannot parse example entity: Unknown schema: 'xxx'"),
    ({'schema': 'Address', 'properties': {}}, {}, 'Cannot parse example entity: Non-matchable schema for query: Address'),
    ({'schema': 'Person', 'properties': {'name': ['x']}}, {'config': {'k': 1}},
     'Invalid configuration parameter: k for algorithm logic-v2'),
])
def test_match_refuses_by_name(hub, query, more, detail):
    assert match(hub, query, **more) == (400, {'detail': detail})


def test_match_drops_what_only_reaches_the_cutoff(hub):
    query = {'schema': 'Person', 'properties': {'name': ['Arkady Romanovich ROTENBERG'], 'birthDate': ['1951-12-15']}}
    result = match(hub, query)[1]['responses']['q']['results'][0]
    at = match(hub, query, f'/match/default?threshold={result["score"]}&cutoff={result["score"]}')[1]['responses']['q']
    assert result['id'] == ROTENBERG and at['results'] == [] and at['total']['value'] == 0
    below = match(hub, query, f'/match/default?cutoff={result["score"] - 0.01}')[1]['responses']['q']
    assert below['results'][0]['id'] == ROTENBERG
    none = match(hub, query, '/match/default?limit=0')[1]
    assert none['limit'] == 0 and none['responses']['q']['results'] == [] and none['responses']['q']['total']['value'] == 1


def test_algorithms_say_what_they_take(hub):
    _, answer = hub.json('GET', '/algorithms')
    assert answer['best'] == 'logic-v2' and answer['default'] == 'best'
    for algorithm in answer['algorithms']:
        query = {'schema': 'Person', 'properties': {'name': ['Arkady Romanovich ROTENBERG']}}
        config = {name: setting['default'] for name, setting in algorithm['docs']['config'].items()}
        status, got = match(hub, query, '/match/default?algorithm=' + algorithm['name'].upper(), config=config)
        assert status == 200 and got['responses']['q']['results'][0]['id'] == ROTENBERG and config


def test_catalogue_is_revalidated(hub):
    _, _, headers = hub.ask('GET', '/catalog')
    assert headers['Cache-Control'] == 'public, max-age=300'
    for known in (headers['ETag'], '*', f'"x", W/{headers["ETag"]}'):
        assert hub.ask('GET', '/catalog', headers={'If-None-Match': known})[0] == 304
    assert hub.ask('GET', '/catalog', headers={'If-None-Match': '"x"'})[0] == 200


def reconcile(hub, **form):
    headers = {'Content-Type': 'application/x-www-form-urlencoded'}
    body = urllib.parse.urlencode({k: json.dumps(v) for k, v in form.items()})
    status, text, _ = hub.ask('POST', '/reconcile/default', body, headers)
    return status, json.loads(text)


def test_reconcile_manifest(hub):
    status, manifest = hub.json('GET', '/reconcile/sanctions?api_key=x')
    assert status == 200 and manifest['versions'] == ['0.2'] and manifest['batchSize'] == 3
    assert {'Person', 'LegalEntity', 'Thing'} <= {t['id'] for t in manifest['defaultTypes']}
    for name in ('entity', 'property', 'type'):
        service = manifest['suggest'][name]
        assert service == {'service_url': f'http://127.0.0.1:{hub.port}/reconcile/sanctions',
                           'service_path': f'/suggest/{name}?api_key=x'}
    address = manifest['view']['url'].replace('{{id}}', ZAKHAROV)
    assert hub.ask('GET', urllib.parse.urlsplit(address).path)[0] == 200


def test_reconcile_queries(hub):
    queries = {'q0': {'query': 'Alexander ZAKHAROV', 'type': 'Person', 'limit': 3,
                      'properties': [{'pid': 'Person:birthDate', 'v': '1965'}, {'pid': 'nonsense', 'v': 'x'}]},
               'q1': {'query': '김민수'}}
    status, answer = reconcile(hub, queries=queries)
    best = answer['q0']['result'][0]
    assert status == 200 and (best['id'], best['match']) == (ZAKHAROV, True) and 0.7 < best['score'] <= 1
    assert best['type'][0]['id'] == 'Person' and best['type'][0]['name'] == 'People' and best['description'] == 'Person'
    assert answer['q1']['result'][0]['id'] == 'demo-kr-minsu'
    query = urllib.parse.urlencode({'queries': json.dumps(queries)})
    assert hub.json('GET', '/reconcile/default?' + query) == (200, answer)
    assert reconcile(hub, queries={'q': {'query': 'x', 'type': 'Banana'}}) == (400, {'detail': "Unknown schema: 'Banana'"})
    assert reconcile(hub, queries={str(i): {'query': 'x'} for i in range(101)})[0] == 400
    for wrong in ([], 5, {'q': 5}):
        assert reconcile(hub, queries=wrong)[0] == 400
    assert hub.ask('POST', '/reconcile/default', 'queries={', {'Content-Type': 'application/x-www-form-urlencoded'})[0] == 400
    assert reconcile(hub)[0] == 400


def test_reconcile_suggests(hub):
    def suggest(what, prefix=None):
        query = '' if prefix is None else '?' + urllib.parse.urlencode({'prefix': prefix})
        status, answer = hub.json('GET', f'/reconcile/default/suggest/{what}{query}')
        assert status == 200 and answer['code'] == '/api/status/ok' and answer['status'] == '200 OK'
        return [r['id'] for r in answer['result']]
    assert suggest('entity') == suggest('property') == suggest('type') == []
    assert suggest('entity', 'alexander zakh') == [ZAKHAROV] and suggest('entity', 'banana man') == []
    assert {'Thing:country', 'LegalEntity:mainCountry'} <= set(suggest('property', 'country'))
    assert suggest('type', 'organ') == ['Organization'] and suggest('type', 'banana') == []
    _, answer = hub.json('GET', '/reconcile/default/extend/property?type=Person&limit=0')
    names = [p['name'] for p in answer['properties']]
    assert answer['type'] == 'Person' and names == sorted(names) and 'birthDate' in [p['id'] for p in answer['properties']]


def test_reconcile_extends(hub):
    status, answer = reconcile(hub, extend={'ids': [ZAKHAROV, 'nobody'], 'properties': [
        {'id': 'nationality'}, {'id': 'alias', 'settings': {'limit': 1}}, {'id': 'banana'}]})
    assert status == 200 and [m['id'] for m in answer['meta']] == ['nationality', 'alias']
    assert answer['rows'][ZAKHAROV]['nationality'] == [{'str': 'Russia'}] and len(answer['rows'][ZAKHAROV]['alias']) == 1
    assert answer['rows']['nobody'] == {}
    raw = {'ids': [ZAKHAROV], 'properties': [{'id': 'nationality', 'settings': {'render': 'raw'}}]}
    assert reconcile(hub, extend=raw)[1]['rows'][ZAKHAROV]['nationality'] == [{'str': 'ru'}]
    assert reconcile(hub, extend={'ids': ['interop-zakharov-former'], 'properties': []})[0] == 400
    assert reconcile(hub, extend={'ids': 5})[0] == 400


def test_the_document_describes_what_is_there(hub):
    status, document = hub.json('GET', '/openapi.json')
    with open(os.path.join(ROOT, 'data', 'api', 'openapi.json'), encoding='utf-8') as f:
        assert status == 200 and document == json.load(f)
    for path, operations in document['paths'].items():
        for method, operation in operations.items():
            there = re.sub(r'{dataset}', 'default', path).replace('{id}', ZAKHAROV).replace('{property}', 'sanctions')
            got = hub.ask(method.upper(), there, '' if method == 'post' else None)[0]
            assert str(got) in operation['responses'], (method, path, got)
