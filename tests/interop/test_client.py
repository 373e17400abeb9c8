"""The contract as yente-client sees it: every call of it, unchanged, against a hub (CORDON_HUB is its address)."""
import os

import httpx
import pytest
from yente_client import Client, NotFoundError
from yente_client.entities import Company, Person
from yente_client.exceptions import APIError

HUB = os.environ['CORDON_HUB']


@pytest.fixture(scope='module')
def client():
    with Client(api_key='any', base_url=HUB) as client:
        yield client


@pytest.fixture(scope='module')
def raw():
    with httpx.Client(base_url=HUB, timeout=30) as raw:
        yield raw


def test_health_datasets_algorithms(client):
    assert client.healthz().status == 'ok' and client.readyz().status == 'ok'
    first, again = client.datasets(), client.datasets()  # the second is revalidated: 304 by its ETag
    assert {'demo', 'sanctions'} <= {d.name for d in first.datasets}
    assert [d.name for d in again.datasets] == [d.name for d in first.datasets]
    algorithms = client.algorithms()
    assert algorithms.best in [a.name for a in algorithms.algorithms] and algorithms.default == 'best'


@pytest.mark.parametrize('name', ['KIM MIN SOO', '김민수', '金敏洙', 'Ким Мин Су'])
def test_match_finds_one_person_in_every_script(client, name):
    answer = client.match(Person(name=name, birthDate='1990-03-07'))
    assert answer.top.id == 'demo-kr-minsu' and answer.top.match and answer.top.score > 0.7
    assert answer.total.value >= 1 and answer.limit == 5


def test_match_takes_every_option(client):
    person = Person(firstName='Aleksandr', lastName='Zakharov', birthDate='1965', country='Russia')
    assert client.match(person, datasets=['sanctions'], topics=['sanction'], threshold=0.7, algorithm='logic-v2', limit=3,
                        weights={'name_match': 1.0}, config={'nm_number_mismatch': 0.3}).top.id == 'interop-zakharov'
    assert client.match(person, datasets=['demo']).top is None
    assert client.match(person, exclude_entities=['interop-zakharov-former'], datasets=['sanctions']).top is None
    assert client.match(person, exclude_schemata=['Person'], datasets=['sanctions']).top is None
    assert client.match(person, exclude_datasets=['sanctions']).top is None
    assert client.match(person, changed_since='2099-01-01').top is None
    assert client.match(Company(name='Aleksandr Zakharov'), datasets=['sanctions']).top is None


def test_errors_come_back_as_the_client_reads_them(client):
    with pytest.raises(NotFoundError) as error:
        client.match(Person(name='x'), datasets=['nowhere'])
    assert error.value.detail == 'No such dataset.'
    with pytest.raises(APIError) as error:
        client.match(Person(name='x'), algorithm='banana')
    assert (error.value.status_code, error.value.detail) == (400, 'Invalid algorithm: banana')
    with pytest.raises(APIError) as error:
        client.match(Person(name='x'), limit=501)
    assert error.value.status_code == 422
    with pytest.raises(NotFoundError):
        client.fetch('nobody')
    with pytest.raises(NotFoundError):
        client.statements(canonical_id='interop-zakharov')


def test_fetch_follows_a_former_id_and_nests(client):
    entity = client.fetch('interop-zakharov-former')
    assert entity.id == 'interop-zakharov'
    sanctions = entity.properties['sanctions']
    assert sanctions[0]['schema'] == 'Sanction' if isinstance(sanctions[0], dict) else sanctions[0].schema_ == 'Sanction'
    assert 'sanctions' not in client.fetch('interop-zakharov', nested=False).properties


def test_adjacent_whole_and_by_property(client):
    whole = client.adjacent('interop-zakharov')
    assert whole.adjacent['sanctions'].total.value == 1
    one = client.adjacent('interop-zakharov', prop='sanctions', limit=1, sort=['caption:asc'])
    assert one.results[0].id == 'interop-zakharov-sanction'
    with pytest.raises(NotFoundError):
        client.adjacent('interop-zakharov', prop='banana')


def test_a_hundred_at_once_and_no_more(raw):
    def ask(count):
        queries = {f'q{i}': {'schema': 'Person', 'properties': {'name': ['KIM MIN SOO']}} for i in range(count)}
        return raw.post('/match/default', json={'queries': queries})
    answer = ask(100)
    assert answer.status_code == 200 and len(answer.json()['responses']) == 100 and answer.headers['x-batch-size'] == '100'
    answer = ask(101)
    assert (answer.status_code, answer.json()) == (400, {'detail': 'Too many queries in one batch (limit: 100)'})


def test_search_with_facets_and_filters(client):
    answer = client.search('zakharov', datasets=['sanctions'], limit=3)
    assert [r.id for r in answer.results] == ['interop-zakharov'] and answer.total.value == 1 and answer.limit == 3
    assert {'countries', 'topics', 'datasets'} == set(answer.facets)
    assert [v.name for v in answer.facets['countries'].values] == ['ru']
    assert client.search('zakharov', countries=['kh']).total.value == 0
    assert client.search('zakharov', topics=['sanction'], schema='Person').total.value == 1
    assert client.search('zakharov', exclude_schemata=['Person']).total.value == 0
    assert client.search('', datasets=['sanctions'], filter=['properties.birthDate:1951-12-15']).results[0].id == \
        'interop-rotenberg'
    assert client.search('zakh*').total.value == 1 and client.search('zakharof~', fuzzy=True).total.value >= 1
    by_change = client.search('', datasets=['sanctions'], sort=['last_change:desc'], facets=['schema'])
    assert [r.id for r in by_change.results][:2] == ['interop-zakharov', 'interop-rotenberg']
    assert set(by_change.facets) == {'schema'}
    with pytest.raises(APIError) as error:
        client.search('(zakharov')
    assert error.value.status_code == 400


def test_match_iter_streams(client):
    pairs = [(str(i), Person(name='KIM MIN SOO', birthDate='1990-03-07')) for i in range(20)]
    answers = dict(client.match_iter(pairs, workers=4))
    assert len(answers) == 20 and all(a.top.id == 'demo-kr-minsu' for a in answers.values())


def test_reconciliation_as_a_spreadsheet_asks(raw):
    manifest = raw.get('/reconcile/sanctions').json()
    assert manifest['versions'] == ['0.2'] and manifest['suggest']['entity']['service_url'].startswith('http')
    query = '{"q0":{"query":"Alexander ZAKHAROV","type":["Person"],"properties":[{"pid":"Person:birthDate","v":"1965"}]}}'
    best = raw.post('/reconcile/sanctions', data={'queries': query}).json()['q0']['result'][0]
    assert best['id'] == 'interop-zakharov' and best['match'] is True
    suggest = manifest['suggest']['entity']
    answer = httpx.get(suggest['service_url'] + suggest['service_path'], params={'prefix': 'arkadii'}).json()
    assert [r['id'] for r in answer['result']] == ['interop-rotenberg']


def test_shapes_are_told_as_the_field_tells_them(raw):
    answer = raw.post('/match/default', json={'queries': {'q': {'properties': {}}}})
    assert answer.status_code == 422
    fault = answer.json()['detail'][0]
    assert (fault['type'], fault['loc'], fault['msg']) == ('missing', ['body', 'queries', 'q', 'schema'], 'Field required')
    body = '{"queries":{"q":{"schema":"Person","properties":{"name":["KIM MIN SOO"]}}}}'
    assert raw.post('/match/default', content=body).status_code == 200  # without a content type
    assert raw.get('/openapi.json').json()['openapi'].startswith('3.')
