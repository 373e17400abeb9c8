"""A post and what it told, put into the database of a hub as taking its records leaves it: for tests of what officers see of it."""
import json
import secrets
import time

HOUR = 3600000


def now():
    return int(time.time() * 1000)


def add_post(hub, name):
    post = secrets.token_hex(16)
    hub.sql("INSERT INTO post (id, version, name, kind, point, desk, state, created_at, created_by)"
            " VALUES ($1, 1, $2, 'air', 'both', '+855 23 000 000', 'expected', $3, 'test')", post, name, now())
    return post


def add_hit(hub, post, entry, owner, seq=1, state='open', at=None, name='KIM MINSU'):
    """Told now; the outbox says so, as the hub's own act would."""
    hit, at, at_hub = secrets.token_hex(16), at or now(), now()
    traveller = {'schema': 'Person', 'properties': {'name': [name], 'birthDate': ['1990-03-07'], 'nationality': ['kr'], 'passportNumber': ['M12345678']}}
    candidates = [{'entry': entry, 'grade': 'identity', 'score': 980000, 'evidence': 31500, 'act': 'second-line',
                   'explanations': [{'property': 'document', 'rule': 'document-equal', 'score': 1000000, 'bits': 31500}]}]
    hub.sql('INSERT INTO hit (id, version, post_id, seq, check_id, lane, officer, point, at, clock_offset, received_at, edition, result, act, quiet,'
            ' traveller, candidates, caption, entry_id, grade, owner, handling, state, asked_at, answer_due, delete_at)'
            " VALUES ($1, 1, $2, $3, $4, '2', $5, 'entry', $6, -1200, $7, 1, 'stop', 'second-line', 0, $8, $9, $10, $11, 'identity', $12, 0, $13, $7, $14, $15)",
            hit, post, seq, secrets.token_hex(16), secrets.token_hex(16), at, at_hub, json.dumps(traveller), json.dumps(candidates), name, entry, owner,
            state, at_hub + 12 * HOUR, at_hub + 1000 * 24 * HOUR)
    hub.sql("INSERT INTO hit_act (hit_id, number, at, received_at, post_id, seq, officer, act, state, note, fields, photo)"
            " VALUES ($1, 1, $2, $2, $3, $4, $5, 'ask', $6, 'scar on the left hand?', $7, $8)",
            hit, at, post, seq + 1000, secrets.token_hex(16), state, '{"marks":"scar"}', b'\xff\xd8\xff')
    tell(hub, 'hit', hit)
    return hit


def tell(hub, kind, subject):
    hub.sql('INSERT INTO outbox (kind, subject, at) VALUES ($1, $2, $3)', kind, subject, now())


def add_past(hub, entry, post):
    hub.sql("INSERT INTO past_crossing (entry_id, crossing_id, by_what, point, result, at, post_id, found_at)"
            " VALUES ($1, $2, 'document', 'entry', 'pass', $3, $4, $3)", entry, secrets.token_hex(16), now(), post)


def add_drill(hub, post):
    drill = secrets.token_hex(16)
    hub.sql("INSERT INTO drill (id, version, post_id, lane, traveller, ordered_by, ordered_at, until, state)"
            " VALUES ($1, 1, $2, '2', $3, 'x', $4, $5, 'ordered')", drill, post, '{"entry":"x","name":"kim minsu"}', now(), now() + HOUR)
    return drill
