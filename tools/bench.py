#!/usr/bin/env python3
"""Measures the engine on generated lists, prints a table and writes bench/results/latest.json.

usage: bench.py BUILD PERSONS [options of bench_border.py]

The last rows run the real programs: `cordon screen` with two threads, and `cordon hub` with wrk beside it, on a list a tenth
as long; then the ledger, private checks (bench_portal.py), and the blacklist with as many entries; then checkpoints (bench_border.py, which runs alone as well).
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import bench_border
import bench_portal
import bench_registry

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The engine's own rows: key -> what it is, must, aim. Less is better.
ROWS = {
    'build': ('build the index, 2 threads', 60, 15),
    'open': ('open a built index', 200, 50),
    'memory': ('index memory for each person', 1200, 600),
    'person-p50': ('screen one person, name and birth date, p50', 200, 50),
    'person-p99': ('screen one person, name and birth date, p99', 2000, 500),
    'delta': ('apply one delta of 100 changes, readers not waiting', 50, 5),
    'document-p99': ('document number with its 64 variants, whole query, p99', 5, 1),
}
THROUGHPUT_QUERIES = 60000
HTTP_SECONDS = 15
table = bench_border.Table()
tell = table.tell


def engine(bench, persons):
    with subprocess.Popen([bench, 'rows', root, str(persons)], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            key, value, unit = line.rstrip('\n').split('\t')
            if key in ROWS:
                name, must, aim = ROWS[key]
                tell(name, float(value), unit, must, aim)
            else:
                print(f'{persons} persons, {float(value):.0f} {unit}')
    if process.returncode:
        sys.exit(f'bench.py: engine_bench ended with {process.returncode}')


def write(bench, what, count, path):
    with open(path, 'wb') as out:
        subprocess.run([bench, what, root, str(count)], stdout=out, check=True)


def throughput(cordon, bench, persons, folder):
    people, queries = os.path.join(folder, 'people.jsonl'), os.path.join(folder, 'queries.jsonl')
    write(bench, 'list', persons, people)
    write(bench, 'queries', THROUGHPUT_QUERIES, queries)
    run = subprocess.run([cordon, 'screen', '--list', people, '--threads', '2', '--report', queries], stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True, check=True)
    report = re.search(r'loaded in ([\d.]+) s; (\d+) queries in ([\d.]+) s, 0 with errors', run.stderr)
    print(f'cordon screen: {persons} persons read and built in {report[1]} s')
    tell('cordon screen --threads 2', int(report[2]) / float(report[3]), 'per s', 8000, 30000, True)


LUA = '''
local bodies, at = {}, 0
for line in io.lines("%s") do
  local q = line:match('"properties":(%%b{})')
  bodies[#bodies + 1] = wrk.format("POST", "/match/default", {["Content-Type"] = "application/json"},
    '{"queries":{"q":{"schema":"Person","properties":' .. q .. '}}}')
end
request = function()
  at = at %% #bodies + 1
  return bodies[at]
end
done = function(summary, latency)
  local errors = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("wrk %%f %%f %%d\\n", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, errors))
end
'''


def http(cordon, bench, persons, folder):
    data, queries, lua = os.path.join(folder, 'data'), os.path.join(folder, 'some.jsonl'), os.path.join(folder, 'match.lua')
    os.makedirs(os.path.join(data, 'lists'))
    write(bench, 'list', persons, os.path.join(data, 'lists', 'people.jsonl'))
    write(bench, 'queries', 5000, queries)
    with open(lua, 'w', encoding='utf-8') as f:
        f.write(LUA % queries)
    with subprocess.Popen([cordon, 'hub', '--data', data, '--port', '0'], stdout=subprocess.PIPE, text=True) as hub:
        try:
            ready = next(line for line in hub.stdout if line.startswith('ready: '))
            address = ready.split()[1].rstrip('/')
            run = subprocess.run(['wrk', '-t1', '-c16', f'-d{HTTP_SECONDS}s', '-s', lua, address], stdout=subprocess.PIPE,
                                 text=True, check=True)
        finally:
            hub.send_signal(signal.SIGTERM)
    rate, p99, errors = re.search(r'^wrk ([\d.]+) ([\d.]+) (\d+)$', run.stdout, re.M).groups()
    if int(errors):
        sys.exit(f'bench.py: {errors} requests failed')
    print(f'cordon hub: {persons} persons, 16 connections kept alive, the load generator on the same 2 cores')
    tell('HTTP /match', float(rate), 'per s', 4000, 15000, True)
    tell('HTTP /match, p99', float(p99), 'ms', 20, 20)


def ledger(bench, folder):
    run = subprocess.run([bench, folder], stdout=subprocess.PIPE, text=True, check=True)
    values = {key: float(value) for key, value, _ in (line.split('\t') for line in run.stdout.splitlines())}
    tell('ledger append, SQLite, durable, 32 threads', values['append'], 'per s', 500, 5000, True)
    tell('inclusion proof check, 1,000,000 leaves', values['check'], 'us', 50, 10)


def private_checks(bench):
    run = subprocess.run([bench], stdout=subprocess.PIPE, text=True, check=True)
    values = {key: float(value) for key, value, _ in (line.split('\t') for line in run.stdout.splitlines())}
    print(f'private checks: 1,000,000 identifiers, answers of {values["answer"]:.0f} bytes, without HTTP')
    tell('private checks, evaluated and proved, 2 threads', values['checks'], 'per s', 5000, 10000, True)
    tell('private checks, one core', values['core'], 'per s', 2500, 5000, True)
    tell('table of 1,000,000 built from kept outputs', values['build'], 's', 60, 5)
    tell('one output of a table, first time', values['output'], 'us', 100, 60)


def main():
    build, persons = sys.argv[1], int(sys.argv[2])
    bench, cordon = os.path.join(build, 'engine_bench'), os.path.join(build, 'cordon')
    folder = os.path.join(root, 'bench', 'results')
    os.makedirs(folder, exist_ok=True)
    engine(bench, persons)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        throughput(cordon, bench, persons, scratch)
        http(cordon, bench, max(persons // 10, 1), scratch)
        ledger(os.path.join(build, 'ledger_bench'), scratch)
        private_checks(os.path.join(build, 'oprf_bench'))
        bench_portal.run(build, tell, bench_portal.options_of([build, '--identifiers', str(persons)]))
        bench_registry.run(build, root, scratch, max(persons // 10, 110), tell)
        options = bench_border.options_of([build, '--entries', str(max(persons // 10, 1000)), *sys.argv[3:]])
        bench_border.run(build, scratch, table, options)
    with open(os.path.join(folder, 'latest.json'), 'w', encoding='utf-8') as f:
        json.dump(table.rows, f, indent=1)


main()
