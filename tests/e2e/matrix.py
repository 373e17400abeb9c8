"""A hub with people of every role of three countries, whose sessions are put into the database before it starts."""
import hashlib
import json
import os
import secrets
import sqlite3
import struct
import subprocess
import time
import zlib

from hub import CORDON, Hub
from officer import Officer
from policy import ROLES, Thing, Who

COUNTRIES = ['kh', 'kr', 'th']
HOST = 'kh'
FRESH, STALE = 0, 600


class Asker:
    """Somebody who asks: what the policy knows of him, and how he shows himself."""

    def __init__(self, who, name, token=None, cookie=None):
        self.who, self.name, self.token, self.cookie, self.asking = who, name, token, cookie, None

    def officer(self, hub):
        if self.asking is None:
            self.asking = Officer(hub, self.token)
            self.asking.cookie, self.asking.purpose = self.cookie, self.who.purpose
        return self.asking


def add_session(db, person, strength, proved_s):
    token, now = secrets.token_urlsafe(32), int(time.time() * 1000)
    db.execute('INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms) VALUES (?,?,?,?,?,?,?)',
               (secrets.token_hex(16), hashlib.sha256(token.encode()).digest(), person, strength, now - proved_s * 1000, now,
                now - proved_s * 1000))
    return 'sid=' + token


def add_person(db, login, country, agency, roles):
    person, now = secrets.token_hex(16), int(time.time() * 1000)
    db.execute('INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by)'
               " VALUES (?,?,?,?,?,'','active',1,?,'test')", (person, country, agency, login, login, now))
    for role in roles:
        db.execute("INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES (?,?,'test',1)", (person, role))
    # A second factor stands already: enrolling another is a change.
    db.execute('INSERT INTO totp (person, id, secret, last_step, created_ms) VALUES (?,?,?,0,1)', (person, secrets.token_hex(16), os.urandom(20)))
    return person


def add_machine(db, country, roles):
    ident, token, now = secrets.token_hex(16), 'cordon_' + secrets.token_urlsafe(32), int(time.time() * 1000)
    db.execute("INSERT INTO machine (id, country, name, kind, secret, roles, created_ms, created_by, ends_ms) VALUES (?,?,?,'bearer',?,?,?,'test',?)",
               (ident, country, 'm', hashlib.sha256(token.encode()).digest(), ' '.join(roles), now, now + 3600000))
    return Asker(Who(ident, country, roles, 'token', FRESH, 'test'), f'machine {country} {roles}', token=token)


def add_hits(db):
    """A post, and one hit of an entry of each country, with a photograph."""
    post, hits, now = secrets.token_hex(16), [], int(time.time() * 1000)
    db.execute("INSERT INTO post (id, version, name, kind, point, desk, state, created_at, created_by) VALUES (?,1,'Matrix','air','both','1','expected',?,'test')",
               (post, now))
    for seq, owner in enumerate(COUNTRIES, 1):
        hit = secrets.token_hex(16)
        db.execute('INSERT INTO hit (id, version, post_id, seq, check_id, lane, officer, point, at, received_at, edition, result, act, quiet, traveller,'
                   ' candidates, caption, entry_id, grade, owner, handling, state, asked_at, answer_due, delete_at)'
                   " VALUES (?,1,?,?,?,'1',?,'entry',?,?,1,'refer','second-line',0,'{}','[]','Invented',?,'like',?,0,'open',?,?,?)",
                   (hit, post, seq, secrets.token_hex(16), secrets.token_hex(16), now, now, secrets.token_hex(16), owner, now, now + 43200000, now + 1000000000))
        db.execute("INSERT INTO hit_act (hit_id, number, at, received_at, officer, act, state, photo) VALUES (?,1,?,?,'x','note','open',?)",
                   (hit, now, now, b'\xff\xd8\xff'))
        hits.append((hit, Thing(owner), None))
    return post, hits


def add_reversal(db):
    """Somebody announced, of whom the carrier was to be told."""
    arrival, person, reversal, now = secrets.token_hex(16), secrets.token_hex(16), secrets.token_hex(16), int(time.time() * 1000)
    db.execute('INSERT INTO arrival (id, kind, carrier, flight, place, expected_at, received_at, sender, transaction_id, function, request_sha256, delete_at)'
               " VALUES (?,'carrier','ZZ','ZZ1','PNH',?,?,'nobody','T1','','x',?)", (arrival, now + 3600000, now, now + 90000000))
    db.execute('INSERT INTO arrival_person (id, arrival_id, number, person, locator, reference, result, board, edition, screened_at)'
               " VALUES (?,?,1,?,'L','1','pass',1,999999,?)", (person, arrival, '{"schema":"Person","properties":{"name":["Invented"]}}', now))
    db.execute("INSERT INTO reversal (id, arrival_person_id, board, message, reference, created_at, call_at) VALUES (?,?,1,x'41','R1',?,?)",
               (reversal, person, now, now + 300000))
    return arrival, reversal


def add_rescues(db):
    """Calls for help: one of the hub and Korea, one of the hub and Thailand."""
    rescues, now = [], int(time.time() * 1000)
    for number, partner in enumerate((c for c in COUNTRIES if c != HOST), 1):
        rescue, item = secrets.token_hex(16), secrets.token_hex(16)
        db.execute("INSERT INTO inbox_item (id, kind, received_at, state) VALUES (?,2,?,'taken')", (item, now))
        db.execute('INSERT INTO rescue (id, version, number, item_id, sent_at, received_at, language, relation, host, partner, state, missing, content, said_at)'
                   " VALUES (?,1,?,?,?,?,'en','self',?,?,'received','','{}',?)", (rescue, number, item, now, now, HOST, partner, now))
        for country in (HOST, partner):
            db.execute("INSERT INTO rescue_desk (rescue_id, country, desk, second, rung_at, due_at) VALUES (?,?,'duty','supervisor',?,?)",
                       (rescue, country, now, now + 300000))
        rescues.append((rescue, Thing(HOST, released=(partner,)), None))
    return rescues


def add_referrals(db):
    """Reports that were given to Korea and to Thailand, and taken back by whoever sent them."""
    referrals, now = [], int(time.time() * 1000)
    sender = add_person(db, 'kh-sender', HOST, db.execute('SELECT id FROM agency WHERE country = ? LIMIT 1', (HOST,)).fetchone()[0], ['analyst'])
    for number, country in enumerate((c for c in COUNTRIES if c != HOST), 1):
        referral, report, item = (secrets.token_hex(16) for _ in range(3))
        db.execute("INSERT INTO inbox_item (id, kind, received_at, state) VALUES (?,1,?,'taken')", (item, now))
        db.execute("INSERT INTO report (id, version, item_id, reported_at, received_at, language, speed, priority, state, details, grams, cluster_id)"
                   " VALUES (?,1,?,?,?,'en','tip',3,'withdrawn','{}',0,?)", (report, item, now, now, report))
        db.execute('INSERT INTO referral (id, version, number, report_id, country, authority, sent_by, sent_at, withdrawn_at, due_at)'
                   ' VALUES (?,1,?,?,?,4,?,?,?,?)', (referral, number, report, country, sender, now, now, now + 86400000))
        referrals.append((referral, Thing(country), None))
    return referrals


def add_report(db, marker):
    """A report with a file that `marker` has restricted."""
    report, item, now = secrets.token_hex(16), secrets.token_hex(16), int(time.time() * 1000)
    db.execute("INSERT INTO inbox_item (id, kind, received_at, state) VALUES (?,1,?,'taken')", (item, now))
    db.execute("INSERT INTO report (id, version, item_id, reported_at, received_at, language, speed, priority, state, details, grams, cluster_id)"
               " VALUES (?,1,?,?,?,'en','tip',3,'received','{}',0,?)", (report, item, now, now, report))
    db.execute('INSERT INTO evidence (subject_id, number, upload, size, sha256, restricted, restricted_by, restricted_at) VALUES (?,1,?,1,?,?,?,?)',
               (report, secrets.token_hex(16), '0' * 64, 'child', marker, now))
    return [(report, Thing(HOST, author=marker), None)]


def add_alarm(db):
    """A portal of the host's, and what it told of itself."""
    portal, alarm, now = secrets.token_hex(16), secrets.token_hex(16), int(time.time() * 1000)
    db.execute("INSERT INTO portal (id, key, name, added_by, added_at) VALUES (?,?,'Matrix','test',?)", (portal, secrets.token_hex(32), now))
    db.execute('INSERT INTO portal_alarm (id, version, portal_id, alarm, day, hour_at, checks, networks, raised_at)'
               " VALUES (?,1,?,'network',?,?,10000,1,?)", (alarm, portal, now // 86400000, now - now % 3600000, now))
    return [(alarm, Thing(HOST), None)]


def fill(folder):
    """Everybody who will ask; `makers` make and move the things, and are nobody of them."""
    subprocess.run([CORDON, 'demo', '--data', folder], check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(os.path.join(folder, 'cordon.db'))
    askers, makers, targets = [Asker(Who(), 'nobody')], {}, {}
    for country in COUNTRIES:
        agency = db.execute('SELECT id FROM agency WHERE country = ? LIMIT 1', (country,)).fetchone()[0]
        for role in [r for r in ROLES if r != 'machine'] + ['']:
            name = f'{country}-m-{role or "none"}'
            person = add_person(db, name, country, agency, [role] if role else [])
            # What wants a fresh proof or a reason does so whatever the country: asked of the host's people alone.
            for proved, purpose in ((FRESH, 'test'), (FRESH, ''), (STALE, 'test'))[:3 if country == HOST else 1]:
                who = Who(person, country, [role] if role else [], 'totp', proved, purpose)
                askers.append(Asker(who, f'{name} {proved} {purpose!r}', cookie=add_session(db, person, 3, proved)))
            if role == 'liaison':
                askers.append(Asker(Who(person, country, [role], 'password', FRESH, 'test'), f'{name} half', cookie=add_session(db, person, 1, FRESH)))
        askers += [add_machine(db, country, roles) for roles in (['machine'], ['machine', 'liaison'], ['carrier'])]
        targets[country] = add_person(db, f'{country}-target', country, agency, ['primary'])
        for part, role in (('maker', 'liaison'), ('maker', 'reviewer'), ('mover', 'reviewer')):
            person = add_person(db, f'{country}-{part}-{role}', country, agency, [role])
            makers[country, part, role] = Asker(Who(person, country, [role], 'totp'), 'maker', cookie=add_session(db, person, 3, FRESH))
    post, hits = add_hits(db)
    arrival, reversal = add_reversal(db)
    rescues, referrals, alarms = add_rescues(db), add_referrals(db), add_alarm(db)
    reports = add_report(db, next(asker.who.id for asker in askers if asker.name.startswith(f'{HOST}-m-supervisor')))
    db.commit()
    db.close()
    things = {'hit': hits, 'post': [(post, Thing(HOST), None)], 'arrival': [(arrival, Thing(HOST), None)], 'reversal': [(reversal, Thing(HOST), None)],
              'rescue': rescues, 'referral': referrals, 'report': reports, 'alarm': alarms}
    return askers, makers, targets, things


def nomination(reference, country):
    return {'reference': reference, 'inflow': 'deported' if country == HOST else 'nominated', 'offence': 'fraud', 'purpose': 'refuse entry',
            'law': 'Criminal Act', 'article': '347', 'maximumPenaltyMonths': 120, 'handling': 0,
            'person': {'schema': 'Person', 'properties': {'name': ['Invented ' + reference], 'birthDate': ['1990-03-07'], 'nationality': ['la']}},
            'documents': [{'kind': 'passport', 'number': 'P' + reference[-7:], 'country': 'la'}],
            'measures': [{'kind': 'refuse-entry', 'basis': 'decision', 'number': 'D-1', 'expiresAt': '2027-06-01'}]}


class World:
    def __init__(self, folder):
        self.folder, self.begun_ms, self.freshened = folder, int(time.time() * 1000), time.monotonic()
        self.askers, self.makers, targets, things = fill(folder)
        self.hub = Hub(folder)
        self.things = {'attachment': [], 'submission': [], 'person': [(targets[c], Thing(c, subject=targets[c]), None) for c in COUNTRIES], 'entry': [],
                       **things}
        try:
            self.make()
        except BaseException:
            self.stop()
            raise

    def freshen(self):
        """The proofs that were fresh at the start are fresh again, and nobody was idle: on a busy machine the tests take longer than either lasts."""
        if time.monotonic() - self.freshened < 60:
            return
        self.freshened, now = time.monotonic(), int(time.time() * 1000)
        db = sqlite3.connect(os.path.join(self.folder, 'cordon.db'), timeout=30)
        with db:
            db.execute('UPDATE session SET used_ms = ?, proved_ms = CASE WHEN opened_ms >= ? THEN ? ELSE proved_ms END', (now, self.begun_ms, now))
        db.close()

    def make(self):
        for country in COUNTRIES:
            for state in ('submitted', 'in-review', 'returned'):
                self.things['entry'].append(self.entry(country, state))
            self.attach(country)
            self.submit(country)

    def entry(self, country, state):
        role = 'reviewer' if country == HOST else 'liaison'
        maker, mover = self.makers[country, 'maker', role], self.makers[HOST, 'mover', 'reviewer'].officer(self.hub)
        entry = maker.officer(self.hub).good('POST', '/api/v1/entries', nomination(f'{country}-{state}', country))
        for act, body in (('take', {}), ('return', {'reason': 'identity-unclear', 'text': 'Which passport?'})):
            if entry['state'] != state:
                entry = mover.good('POST', f'/api/v1/entries/{entry["id"]}/acts/{act}', body, {'If-Match': f'"{entry["version"]}"'})
        assert entry['state'] == state, entry
        return entry['id'], Thing(country, author=maker.who.id), state

    def attach(self, country):
        maker = self.makers[country, 'maker', 'reviewer' if country == HOST else 'liaison'].officer(self.hub)
        entry = next(i for i, thing, state in self.things['entry'] if thing.owner == country and state == 'submitted')
        made = maker.good('POST', f'/api/v1/entries/{entry}/attachments?name=a.png&kind=other', picture(), {'Content-Type': 'image/png'})
        self.things['attachment'].append((made['id'], Thing(country), None))

    def submit(self, country):
        line = json.dumps({'reference': 'S-' + country, 'name': 'Invented Somebody'})
        made = self.makers[country, 'maker', 'liaison'].officer(self.hub).good(
            'POST', '/api/v1/submissions?name=a.jsonl', line, {'Content-Type': 'application/x-ndjson', 'Idempotency-Key': 'matrix-' + country})
        self.things['submission'].append((made['id'], Thing(country), None))

    def audit_rows(self):
        db = sqlite3.connect(f'file:{self.folder}/cordon.db?mode=ro', uri=True)
        rows = db.execute('SELECT actor, action, outcome FROM audit').fetchall()
        db.close()
        return rows

    def stop(self):
        return self.hub.stop()


def body_of(operation, number, country):
    """A body that is read without a fault, where one is needed to come as far as the decision."""
    if operation in ('entry_create', 'entry_change'):
        return nomination(f'matrix-{number}', country)
    if operation == 'search_run':
        return {'schema': 'Person', 'properties': {'name': ['Invented Nobody']}}
    return {'pin': '264813'} if operation == 'pin_change' else {}


def picture():
    """The smallest PNG there is."""
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(b'\0\0')) +
            chunk(b'IEND', b''))


def dump(value):
    return json.dumps(value, ensure_ascii=False)[:300]
