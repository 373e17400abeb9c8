#!/usr/bin/env python3
"""Pull a post's cable for 72 hours of a moved clock, and see what it does meanwhile and what comes of it.

usage: cable_cut.py [--checks N]

N checks (4,000 unless told) and three hits are made at two lanes while there is no line; the clock of post and hub goes on hour by hour.
An entry ends in the second night: it must count up to its minute and not after. The list's age is shown: amber from 24 hours on. In the
hub the list changes meanwhile. Then the line is back: all must be in the hub once, in order, as of when it was, within ten minutes, and
the list current within five. At last the post's own clock is put forward and back while the line is up. Exit status: 0 all was so.
"""
import argparse
import datetime
import os
import random
import secrets
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))
import checkpoint  # noqa: E402
from post import Lane, wait  # noqa: E402
from test_post import kim, zone  # noqa: E402

HOURS = 72
ENDS_AT = 40 * 3600  # of the entry that ends, in seconds after the cut


class Failure(Exception):
    pass


def must(good, what):
    if not good:
        raise Failure(str(what))


def listed(passport):
    return zone('PARK<<' + passport, passport, 'KOR', '900307')


def nobody():
    return zone('DUPONT<<' + ''.join(random.choice('BCDFGLMNPRT') + random.choice('AEIOU') for _ in range(4)), 'X' + secrets.token_hex(4).upper(), 'FRA',
                '620213')


class Cut:
    def __init__(self, c):
        self.c, self.lanes, self.done, self.took, self.hits = c, [], [], [], []

    def sit(self):
        """A sitting ends after twelve hours."""
        if not self.lanes:
            self.lanes = [Lane(self.c.post, name) for name in '12']
        for lane, login in zip(self.lanes, ('kh-primary', 'kh-supervisor')):
            lane.sit(login)

    def check(self, page, lane=0):
        begun, clock = time.monotonic(), self.c.post_clock.now_ms()
        check = self.lanes[lane].check(*page)
        self.took.append((time.monotonic() - begun) * 1000)
        self.done.append((check['id'], clock, self.c.post_clock.now_ms(), check['result']))
        if check['hit']:
            self.hits.append(check['hit'])
        return check

    def move(self, seconds):
        self.c.post_clock.move(seconds)
        self.c.hub_clock.move(seconds)

    def state(self):
        return self.c.post.state()

    # ---- without a line ----

    def to(self, seconds):
        """So long after the cut, and never back."""
        self.move(max(self.c.post_clock.ahead, self.cut_at + seconds - time.time()))

    def hours(self, checks):
        for hour in range(HOURS):
            if hour * 3600 == ENDS_AT:
                self.at_the_minute()
            self.to(hour * 3600 + 1)
            if hour % 11 == 0:
                self.sit()
            for i in range(checks * hour // HOURS, checks * (hour + 1) // HOURS):
                must(self.check(nobody(), i % 2)['result'] == 'pass', 'nobody in particular is not let through')
            if hour in (5, 30, 70):
                must(self.check(kim())['result'] == 'stop', 'a listed traveller is not stopped')
            if hour in (20, 50):
                self.c.sign_in()
                self.c.publish(f'H{hour:08}')
            self.colour(hour)
        self.to(HOURS * 3600)

    def colour(self, hour):
        """As the post says it, and with each check."""
        shown = self.check(nobody())['list']
        for said in (self.state()['list'], shown):
            must(said['colour'] == ('green' if hour < 24 else 'amber') and abs(said['ageMs'] - hour * 3600000) < 180000, (hour, said))
        must(not self.state()['online'], 'online without a line')

    def at_the_minute(self):
        self.to(ENDS_AT - 30)
        self.sit()
        before = self.check(listed('E00000001'))
        self.to(ENDS_AT + 0.05)
        after = self.check(listed('E00000001'))
        must(before['result'] != 'pass' and after['result'] == 'pass',
             f"30 s before its end {before['result']}, at its end {after['result']}")

    # ---- the line is back ----

    def back(self):
        newest, begun = self.c.edition(), time.monotonic()
        self.c.line.cut = False
        told = current = None
        while told is None or current is None:
            state, at = self.state(), time.monotonic() - begun
            told = told or (at if state['queue']['waiting'] == 0 else None)
            current = current or (at if state['list']['number'] >= newest and state['list']['colour'] == 'green' else None)
            must(at < 600, f'not yet: {state}')
            time.sleep(0.1)
        must(current < 300, f'the list is current after {current:.0f} s only')
        return told, current

    def in_the_hub(self):
        rows = self.c.sql('SELECT id, seq, at - coalesce(clock_offset, 0), clock_offset, at, result FROM crossing ORDER BY seq')
        must([r[0] for r in rows] == [d[0] for d in self.done], f'{len(rows)} checks in the hub, {len(self.done)} were made, or in another order')
        for (id, _, at, offset, _, result), (_, begun, ended, was) in zip(rows, self.done):
            must(result == was and offset != 'None' and abs(int(offset)) < 5000, (id, result, was, offset))
            must(begun is None or begun - 20 <= int(at) <= ended + 20, f'check {id} of {begun} to {ended} stands as of {at}')
        kept = [h for h, in self.c.sql('SELECT id FROM hit ORDER BY seq')]
        must(kept == self.hits, f'hits {kept}, made {self.hits}')
        times = self.c.sql('SELECT h.at, c.at, h.clock_offset FROM hit h JOIN crossing c ON c.id = h.check_id')
        must(len(times) == len(kept) and all(a == b and o != 'None' for a, b, o in times), f'times of hits: {times}')
        must(self.c.sql("SELECT count(*) FROM post_event WHERE what NOT IN ('started', 'stopped')") == [['0']], 'events')

    # ---- clocks ----

    def jumps(self):
        """The post's own clock put wrong while there is a line: an entry counts until its hour all the same, and what is told bears the true time."""
        c, base = self.c, self.c.post_clock.ahead
        hour = c.hub_clock.now_ms() + 6 * 3600000
        c.sign_in()
        id = c.publish('E00000002', hour)
        must(wait(lambda: c.post.edition() == c.edition(), 30), 'the new entry does not come')
        for jump in (10 * 86400, 0, -2 * 86400, 0, -3650 * 86400, 3650 * 86400, 0):
            c.post_clock.move(base + jump)
            must(wait(lambda: abs(self.believed()) < 5000, 40), f'{jump / 86400:+.0f} days: the post believes {self.believed() / 1000:.0f} s more')
            must(wait(lambda: self.state()['online'] and self.state()['list']['colour'] == 'green', 90), (jump, self.state()))
            self.sit()
            check = self.lanes[0].check(*listed('E00000002'))
            must(check['result'] != 'pass', f'{jump / 86400:+.0f} days: an entry has ended before its hour')
            must(wait(lambda: c.sql(f"SELECT count(*) FROM crossing WHERE id = '{check['id']}'") == [['1']], 60), (jump, self.state()))
            at, = c.sql(f"SELECT at FROM crossing WHERE id = '{check['id']}'")[0]
            must(abs(int(at) - c.hub_clock.now_ms()) < 60000, f"{jump / 86400:+.0f} days: a check of now stands {(int(at) - c.hub_clock.now_ms()) / 1000:.0f} s off")
        c.sign_in()
        c.withdraw(id)
        must(wait(lambda: self.check(listed('E00000002'))['result'] == 'pass', 30, 1), 'a removal does not come')

    def believed(self):
        """How far off the post's time is, as a check shows it."""
        answer = self.lanes[0].ask('POST', 'checks', {'mrz': '\n'.join(nobody())})
        if answer[0] == 401 or answer[0] == 403:
            self.sit()
            return self.believed()
        must(answer[0] == 201, answer)
        return parse(answer[1]['at']) - self.c.hub_clock.now_ms()

    def run(self, checks):
        c = self.c
        must(wait(lambda: self.state()['online'] and self.state()['list']['colour'] == 'green', 40), self.state())
        ends = c.hub_clock.now_ms() + (ENDS_AT + 60) * 1000
        c.publish('E00000001', ends)
        must(wait(lambda: c.post.edition() == c.edition() and self.state()['clock']['offsetMs'] is not None, 40), self.state())
        c.line.cut = True
        self.cut_at = ends / 1000 - ENDS_AT
        must(wait(lambda: not self.state()['online'], 30), 'online without a line')
        self.to(0)
        self.hours(checks)
        told, current = self.back()
        self.in_the_hub()
        took = sorted(self.took)
        print(f'{HOURS} h without a line: {len(self.done)} checks and {len(self.hits)} hits, answered within {took[len(took) // 2]:.0f} ms (median), '
              f'{took[len(took) * 99 // 100]:.0f} ms (99 %), {took[-1]:.0f} ms (all); amber from hour 24; an entry ended at its minute; with the line '
              f'back all told once, in order, as of when it was, after {told:.1f} s, the list current after {current:.1f} s', flush=True)
        self.jumps()
        print('clock put 10 days forward, 2 days and 10 years back and 10 years forward: no entry ended before its hour, times true', flush=True)


def parse(moment):
    return datetime.datetime.fromisoformat(moment.replace('Z', '+00:00')).timestamp() * 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--checks', type=int, default=4000)
    arguments = parser.parse_args()
    with checkpoint.checkpoint(moved=True) as c:
        try:
            Cut(c).run(arguments.checks)
        except Failure as e:
            with open(c.post.folder + '.log', encoding='utf-8') as f:
                sys.exit(f'cable_cut.py: {e}\nthe post said last:\n' + f.read()[-2000:])


if __name__ == '__main__':
    main()
