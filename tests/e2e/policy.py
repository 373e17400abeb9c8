"""The decision point once more, from data/account/policy.tsv alone: what the matrix of routes is compared with."""
import os

ROOT = os.environ.get('CORDON_SOURCE') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STRENGTHS = ['none', 'password', 'token', 'totp', 'passkey']


def table(*path):
    with open(os.path.join(ROOT, 'data', *path), encoding='utf-8') as f:
        rows = [line.rstrip('\n').split('\t') for line in f if line.strip() and not line.startswith('#')]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


RULES = {}
for rule in table('account', 'policy.tsv'):
    RULES.setdefault(rule['action'], []).append(rule)
ROLES = [row['role'] for row in table('account', 'roles.tsv')]


class Thing:
    """`owner` a country; `author` and `subject` ids of people; `released` countries beside owner and host."""

    def __init__(self, owner, author='', subject='', released=(), handling=0):
        self.owner, self.author, self.subject, self.released, self.handling = owner, author, subject, released, handling


class Who:
    """`proved_s`: seconds since he proved who he is."""

    def __init__(self, id='', country='', roles=(), strength='none', proved_s=0, purpose=''):
        self.id, self.country, self.roles, self.strength, self.proved_s, self.purpose = id, country, roles, strength, proved_s, purpose

    @property
    def complete(self):
        return self.id != '' and STRENGTHS.index(self.strength) >= STRENGTHS.index('token')


def bears(who, rule):
    if rule['role'] == 'anyone':
        return True
    return who.complete and (rule['role'] == 'member' or rule['role'] in who.roles)


def reaches(who, rule, thing, host):
    """Whether the thing lies in the rule's scope for him; without a thing: whether some thing could."""
    scope = rule['scope']
    if thing is None:
        return scope != 'hub' or who.country == host
    own = thing.owner == who.country
    free = thing.handling <= int(rule['handling'])
    return {'any': True, 'self': thing.subject == who.id, 'own': own,
            'shared': own or (who.country in thing.released and who.country != host and (free or thing.handling == 3)),
            'hub': who.country == host and (own or free)}[scope]


def decide(who, action, thing, host):
    """'allowed', or the reason of the refusal."""
    rules = [rule for rule in RULES.get(action, []) if bears(who, rule)]
    if not rules:
        return 'denied' if who.complete or action not in RULES else 'sign-in'
    rules = [rule for rule in rules if reaches(who, rule, thing, host)]
    if not rules:
        seen = [r for r in RULES.get(action.split('.')[0] + '.read', []) if bears(who, r)]
        known = thing is None or any(reaches(who, r, thing, host) for r in seen)
        return 'denied' if known else 'not-found'
    best = ['allowed', 'sign-in', 'prove-anew', 'purpose-missing', 'denied']
    return min((weigh(who, rule, thing) for rule in rules), key=best.index)


def weigh(who, rule, thing):
    if STRENGTHS.index(who.strength) < STRENGTHS.index(rule['strength']):
        return 'sign-in'
    if rule['second'] == 'y' and thing and who.id and who.id in (thing.author, thing.subject):
        return 'denied'
    if rule['anew'] == 'y' and who.proved_s > 300:
        return 'prove-anew'
    if rule['purpose'] == 'y' and not who.purpose:
        return 'purpose-missing'
    return 'allowed'
