#!/usr/bin/env python3
"""Run every test of a build and close with one line `N passed, N failed`.

usage: test.py BUILD_DIR

Counted are: meson's tests (each subtest of a TAP program is one), pytest under tests/e2e, and the browser tests
under tests/browser. What is skipped says why, and is counted in a line of its own before. A test of whole programs that failed
beside all others is tried once more, which is told: one that then passes is still a fault of somebody's, to be looked into.
The exit status is 0 only if nothing failed.
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def meson_tests(build):
    run = subprocess.run(['meson', 'test', '-C', build, '--no-rebuild', '--num-processes', '2', '--print-errorlogs'],
                         cwd=ROOT, stdin=subprocess.DEVNULL)
    passed = failed = skipped = 0
    log = os.path.join(build, 'meson-logs', 'testlog.junit.xml')
    if not os.path.exists(log):
        return 0, 1, 0
    for case in ET.parse(log).getroot().iter('testcase'):
        if case.find('failure') is not None or case.find('error') is not None:
            failed += 1
        elif case.find('skipped') is not None:
            skipped += 1
            why = case.find('skipped').get('message') or ''
            print('skipped: %s %s' % (case.get('name'), why))
        else:
            passed += 1
    if run.returncode and not failed:
        failed = 1
    return passed, failed, skipped


def summary(text, run):
    """The numbers of a closing line such as '3 passed, 1 failed, 2 skipped in 1 s'."""
    counts = {k: 0 for k in ('passed', 'failed', 'skipped', 'error', 'errors')}
    for line in text.splitlines()[-5:]:
        for n, word in re.findall(r'(\d+) (passed|failed|skipped|errors?)', line):
            counts[word] = int(n)
    failed = counts['failed'] + counts['error'] + counts['errors']
    if run.returncode not in (0, 5) and not failed:
        failed = 1
    return counts['passed'], failed, counts['skipped']


def other_tests(command, env):
    run = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    print(run.stdout)
    return summary(run.stdout, run)


AGAIN_MAX = 3 # more than so many failures are no chance


def pytest_tests(files, cache, env):
    command = ['/usr/bin/python3', '-m', 'pytest', '-q', '-rs', '--durations=12', '-o', 'cache_dir=' + cache, *files]
    passed, failed, skipped = other_tests(command, env)
    if not 0 < failed <= AGAIN_MAX:
        return passed, failed, skipped
    print('tried again, for they failed the first time:', flush=True)
    again = other_tests([*command, '-v', '--last-failed', '--last-failed-no-failures', 'none'], env)
    return passed + again[0], max(again[1], failed - again[0]), skipped


# Tests that mostly wait, for clocks and lines: they run beside the others.
WAITING = re.compile('test_(arrivals|border|chip|feed_.*|full_disk|poison|posts?|put_back|reading|torture_post)[.]py')


# The browser's tests in three parts of like length: two by name, and all others.
BROWSER = [['page', 'live', 'passkey', 'looks', 'posts'], ['console']]


def end_to_end(env, browser):
    """Three at a time, for nearly half of the time each waits; told when done: the tests of whole programs in two parts, the browser's in three."""
    files = [os.path.relpath(path, ROOT) for path in sorted(glob.glob(os.path.join(ROOT, 'tests', 'e2e', 'test_*.py')))]
    parts = [[path for path in files if bool(WAITING.fullmatch(os.path.basename(path))) == waits] for waits in (False, True)]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(pytest_tests, part, os.path.join(folder, str(i)), env) for i, part in enumerate(parts)]
        runs += [pool.submit(other_tests, ['node', browser, *which], env) for which in (['--not', *sum(BROWSER, [])], *BROWSER)]
        return [run.result() for run in runs]


def main():
    build = os.path.abspath(sys.argv[1])
    env = dict(os.environ, CORDON=os.path.join(build, 'cordon'), CORDON_SOURCE=ROOT)
    totals = [meson_tests(build)]
    totals += end_to_end(env, os.path.join(ROOT, 'tests', 'browser', 'run.mjs'))
    passed, failed, skipped = (sum(t[i] for t in totals) for i in range(3))
    if skipped:
        print('%d skipped; each says above what it lacked' % skipped)
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(1 if failed else 0)


main()
