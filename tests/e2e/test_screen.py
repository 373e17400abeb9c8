"""`cordon screen` and `cordon import` as contracted, run as a user runs them."""
import json
import os
import subprocess

from carrier import passenger, paxlst

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORDON = os.environ.get('CORDON', os.path.join(ROOT, 'build', 'cordon'))
DEMO = os.path.join(ROOT, 'data', 'demo', 'demo.ftm.jsonl')
ZONE = ['P<KORKIM<<MIN<SOO<<<<<<<<<<<<<<<<<<<<<<<<<<<', 'M123456788KOR9003071M3001019<<<<<<<<<<<<<<08']


def screen(text, *options, lists=(DEMO,)):
    command = [CORDON, 'screen']
    for path in lists:
        command += ['--list', path]
    return subprocess.run([*command, *options], input=text, capture_output=True, text=True)


def answers(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_every_line_is_answered_in_order_whatever_the_threads():
    lines = [json.dumps({'id': f'q{i}', 'properties': {'name': [n]}})
             for i, n in enumerate(['KIM MINSU', '김민수', '金敏洙', 'SOK DARA', 'Ким Мин Су'] * 300)]
    one = screen('\n'.join(lines), '--threads', '1')
    two = screen('\n'.join(lines), '--threads', '2')
    assert one.returncode == two.returncode == 0
    strip = [dict(a, took_us=0) for a in answers(one)]
    assert [a['id'] for a in strip] == [f'q{i}' for i in range(1500)]
    assert strip == [dict(a, took_us=0) for a in answers(two)]
    best = strip[0]['results'][0]
    assert best['caption'] == '김민수' and best['match'] and not best['alert']
    assert {'id', 'caption', 'schema', 'datasets', 'score', 'evidence', 'match', 'alert', 'explanations'} <= set(best)


def test_a_bad_line_is_an_error_object_and_the_run_goes_on():
    short = {'id': 'q3', 'mrz': [ZONE[0][:-1], ZONE[1]]}
    run = screen('\n'.join(['not json', json.dumps({'id': 'q2', 'mrz': ZONE}), json.dumps(short),
                            json.dumps({'id': 'q4', 'properties': {'birthDate': ['7 March']}})]))
    got = answers(run)
    assert run.returncode == 3
    assert got[0]['error']['code'] == 'malformed'
    assert got[1]['results'][0]['alert'] is True
    assert got[2]['id'] == 'q3' and got[2]['error']['field'] == 'mrz' and got[2]['error']['position'] > 0
    assert got[3]['error']['field'] == 'birthDate'


def test_csv_and_zones_are_queries_too():
    run = screen('id,name,birthDate,nationality\nc1,KIM MIN SOO,1990-03-07,kr\nc2,"SOK, Dara",,\n')
    got = answers(run)
    assert run.returncode == 0 and [a['id'] for a in got] == ['c1', 'c2']
    assert got[0]['results'][0]['alert'] is True
    run = screen('\n'.join(ZONE) + '\n')
    assert run.returncode == 0 and answers(run)[0]['results'][0]['caption'] == '김민수'


def test_a_passenger_list_is_queries_too(tmp_path):
    listed, stranger = passenger(1, 'KIM', 'MIN SOO', '900307', 'KOR', 'M12345678'), passenger(2, 'TAN', 'WEI')
    nobody = [line for line in passenger(3, '', '') if not line.startswith('DOC')]
    text = paxlst([listed, stranger], 'T1')
    asked = [json.dumps({'id': 'row-1', 'properties': {'name': ['KIM MIN SOO'], 'birthDate': ['1990-03-07'], 'nationality': ['kr'], 'gender': ['male'],
                                                       'passportNumber': ['M12345678'], 'firstName': ['MIN SOO'], 'lastName': ['KIM'], 'x-issuer': ['kr']}})]
    for given in (text, "UNA:+.? '\n" + text, '\n' + text, text.replace('\n', '')):
        run = screen(given)
        got = answers(run)
        assert run.returncode == 0 and [a['id'] for a in got] == ['row-1', 'row-2'], (run.returncode, got, run.stderr)
        assert got[0]['results'][0]['alert'] is True and got[1]['results'] == []
        assert dict(got[0], took_us=0) == dict(answers(screen('\n'.join(asked)))[0], took_us=0)
    # Other separators, from a file; two lists count through, and nobody in one is an error of its own.
    assert answers(screen(text.translate(str.maketrans(":+'", '\x1f\x1d\x1c')).replace('UNOA', 'UNOB')))[0]['results'][0]['alert'] is True
    other = "UNA=*.? '" + text.translate(str.maketrans(':+', '=*'))
    (tmp_path / 'list.edi').write_text(other)
    run = screen('', str(tmp_path / 'list.edi'))
    assert run.returncode == 0 and answers(run)[0]['results'][0]['alert'] is True
    run = screen(paxlst([nobody, listed], 'T2'))
    got = answers(run)
    assert run.returncode == 3 and got[0]['id'] == 'row-1' and got[0]['error']['code'] == 'malformed' and got[0]['error']['position'] > 0
    assert got[1]['id'] == 'row-2' and got[1]['results'][0]['alert'] is True
    # Cut off it is no list, and nobody of it is answered; a line of CSV is none by its name.
    run = screen(text[:-60])
    assert run.returncode == 1 and run.stdout == '' and 'byte' in run.stderr
    assert answers(screen('UNBORN,name\nx,KIM MINSU\n'))[0]['results']


def test_limits_of_what_is_printed():
    query = json.dumps({'id': 'q', 'properties': {'name': ['KIM']}})
    assert len(answers(screen(query, '--cutoff', '0', '--limit', '2'))[0]['results']) <= 2
    for a in answers(screen(query, '--cutoff', '0.9'))[0]['results']:
        assert a['score'] >= 0.9


def test_wrong_usage_and_missing_files():
    assert subprocess.run([CORDON, 'screen'], capture_output=True).returncode == 2
    assert screen('', '--threshold', 'high').returncode == 2
    missing = screen('', lists=('/nowhere/list.jsonl',))
    assert missing.returncode == 1 and '/nowhere/list.jsonl' in missing.stderr


def test_import_leaves_the_old_file_when_a_new_one_is_damaged(tmp_path):
    out, good, bad = tmp_path / 'out.ftm.jsonl', tmp_path / 'list.csv', tmp_path / 'un.xml'
    good.write_text('id,name,birth_date,passport_number,passport_country\n1,Sok Dara|Sok Da,circa 1980,N0011223,kh\n')
    bad.write_text('<?xml version="1.0"?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>')
    assert subprocess.run([CORDON, 'import', '-o', out, good], capture_output=True).returncode == 0
    before = out.read_text()
    first = json.loads(before.splitlines()[0])
    assert first['properties']['birthDate'] == ['1980'] and len(before.splitlines()) == 2
    run = subprocess.run([CORDON, 'import', '-o', out, bad], capture_output=True, text=True)
    assert run.returncode == 1 and 'line' in run.stderr
    assert out.read_text() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ['list.csv', 'out.ftm.jsonl', 'un.xml']


def test_an_index_file_answers_as_its_lists_do(tmp_path):
    index = str(tmp_path / 'demo.idx')
    assert subprocess.run([CORDON, 'import', '--index', index, DEMO]).returncode == 0
    lines = '\n'.join(json.dumps({'id': n, 'properties': {'name': [n]}}) for n in ['KIM MINSU', '김민수', 'SOK DARA'])
    mapped = subprocess.run([CORDON, 'screen', '--index', index], input=lines, capture_output=True, text=True)
    assert mapped.returncode == 0
    assert [dict(a, took_us=0) for a in answers(mapped)] == [dict(a, took_us=0) for a in answers(screen(lines))]
    # A list that cannot be read leaves the index as it was; a damaged or foreign file is refused and named.
    before = open(index, 'rb').read()
    bad = tmp_path / 'bad.xml'
    bad.write_text('<?xml version="1.0"?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL>')
    assert subprocess.run([CORDON, 'import', '--index', index, str(bad)], capture_output=True).returncode == 1
    assert open(index, 'rb').read() == before and sorted(os.listdir(tmp_path)) == ['bad.xml', 'demo.idx']
    for content in (before[:-9], before[:5000] + bytes([before[5000] ^ 1]) + before[5001:], b'id,name\n', b''):
        (tmp_path / 'demo.idx').write_bytes(content)
        run = subprocess.run([CORDON, 'screen', '--index', index], input=lines, capture_output=True, text=True)
        assert run.returncode == 1 and run.stdout == '' and 'demo.idx' in run.stderr
    assert subprocess.run([CORDON, 'screen', '--index', index, '--list', DEMO], capture_output=True).returncode == 2
