#!/usr/bin/env python3
"""Measures private checks against a real cordon-portal over HTTP: how many in a second, how late, and whether the time of an answer tells
a number that is listed from one that is not.

usage: bench_portal.py BUILD [--identifiers N] [--seconds N] [--queries N]
BUILD holds cordon-portal, tests/portal/bulletin_tool and tests/figure/release_tool (-Dtests=true); wrk makes the load, on the same processors. Each question comes from
another address, as a proxy tells them, so that the limit for one network is not what is measured.
"""
import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QUESTIONS = 4000
ASKERS = 10 # of each question, so that none asks more often than the limit for one network
LISTED = 2000
LUA = '''
local requests, at = {}, 0
-- All of them are made beforehand: what the load costs is taken from what it measures.
init = function()
  for line in io.lines("%s") do
    local body = line:gsub("..", function(two) return string.char(tonumber(two, 16)) end)
    for i = 1, %d do
      local from = string.format("10.%%d.%%d.%%d", math.random(0, 255), math.random(0, 255), math.random(0, 255))
      requests[#requests + 1] = wrk.format("POST", "/check", {["X-Forwarded-For"] = from}, body)
    end
  end
end
request = function()
  at = at %% #requests + 1
  return requests[at]
end
done = function(summary, latency)
  local errors = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("wrk %%f %%f %%f %%d\\n", summary.requests / summary.duration * 1e6, latency:percentile(95) / 1000, latency:percentile(99) / 1000, errors))
end
'''


def phone(number):
    return f'phone|8558{number:08}'


def used(pid):
    """Seconds of a processor that it has had."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as f:
        fields = f.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def load(portal, folder, seconds):
    from asker import Question
    bodies, lua = os.path.join(folder, 'bodies'), os.path.join(folder, 'check.lua')
    with open(bodies, 'w', encoding='ascii') as f:
        f.writelines(Question(phone(number)).body.hex() + '\n' for number in random.sample(range(10 ** 8), QUESTIONS))
    with open(lua, 'w', encoding='ascii') as f:
        f.write(LUA % (bodies, ASKERS))
    before = sum(map(used, portal.processes()))
    run = subprocess.run(['wrk', '-t1', '-c32', f'-d{seconds}s', '-s', lua, f'http://127.0.0.1:{portal.port}'], stdout=subprocess.PIPE, text=True, check=True)
    rate, p95, p99, errors = re.search(r'^wrk ([\d.]+) ([\d.]+) ([\d.]+) (\d+)$', run.stdout, re.M).groups()
    if int(errors):
        sys.exit(f'bench_portal.py: {errors} questions failed')
    return float(rate), float(p95), float(p99), 1e6 * (sum(map(used, portal.processes())) - before) / (float(rate) * seconds)


def times(portal, hub, queries):
    """[(was listed, seconds)] in the order of a coin, over one connection; sizes of the answers."""
    from asker import Asker, Question
    asker, seen, sizes = Asker(portal.port, hub.key), [], set()
    for turn in range(queries):
        hit = random.getrandbits(1) == 1
        question = Question(phone(random.randrange(LISTED) if hit else random.randrange(LISTED, 10 ** 8)))
        asker.headers = {'X-Forwarded-For': f'10.1.{turn >> 8 & 255}.{turn & 255}'}
        began = time.perf_counter()
        status, answer, _ = asker.get('POST', '/check', question.body)
        took = time.perf_counter() - began
        if status != 200:
            sys.exit(f'bench_portal.py: status {status}')
        sizes.add(len(answer))
        seen.append((hit, took))
    asker.close()
    return seen, sizes


def guessed(seen):
    """How often one threshold of time, the best for the first half, is right about the other half."""
    half = len(seen) // 2
    train, test = seen[:half], seen[half:]
    ordered = sorted(train, key=lambda one: one[1])
    best, edge, above = 0, 0.0, True
    # Right at a threshold, listed being slower: misses below it and hits above it.
    right = sum(hit for hit, _ in ordered)
    for hit, took in ordered:
        right += -1 if hit else 1
        for score, slower in ((right, True), (half - right, False)):
            if score > best:
                best, edge, above = score, took, slower
    return sum((took > edge) == (hit if above else not hit) for hit, took in test) / len(test)


def run(build, tell, options):
    os.environ['CORDON'] = os.path.join(build, 'cordon')
    sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))
    from portal import Portal, PublicHub
    with tempfile.TemporaryDirectory() as folder:
        hub = PublicHub(os.path.join(folder, 'hub'))
        portal = Portal(os.path.join(folder, 'portal'), hub, options=['--proxied'])
        rows = [(phone(number), 2, 0, 82, 'kh') for number in range(LISTED)] + [('-', 2, 0, 82, 'kh')] * (options.identifiers - LISTED)
        hub.publish(portal.name, checks=rows)
        portal.start().until(1, 120)
        try:
            rate, p95, p99, cost = load(portal, folder, options.seconds)
            seen, sizes = times(portal, hub, options.queries)
        finally:
            portal.stop()
    print(f'cordon-portal: {options.identifiers} identifiers, answers of {", ".join(map(str, sizes))} bytes, 32 connections kept alive, the load on the same processors')
    print(f'  of a processor for each check: {cost:.0f} us, without wrk')
    tell('private checks over HTTP', rate, 'per s', 5000, 5000, True)
    tell('private checks over HTTP, p95', p95, 'ms', 20, 10)
    tell('private checks over HTTP, p99', p99, 'ms', 50, 20)
    tell(f'listed or not, guessed by time of {options.queries} answers', 100 * guessed(seen), '%', 52, 51)
    if len(sizes) != 1:
        sys.exit('bench_portal.py: answers differ in length')


def options_of(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build')
    parser.add_argument('--identifiers', type=int, default=1000000)
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--queries', type=int, default=10000)
    return parser.parse_args(words)


if __name__ == '__main__':
    given = options_of(sys.argv[1:])
    run(given.build, lambda what, value, unit, must, aim, more=False: print(f'{what}: {value:.1f} {unit} (must {must})'), given)
