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
import time
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BROWSER = os.path.join(ROOT, 'tests', 'browser', 'run.mjs')


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


def counted(command, env):
    run = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    return *summary(run.stdout, run), run.stdout


# What takes longest comes first, so that none is left running alone; few browsers at once.
LONGEST = ['console', 'test_matrix.py', 'hits', 'test_arrivals.py', 'portal', 'test_feed_nats.py', 'public', 'test_feed_urgent.py', 'test_torture.py',
           'arrivals', 'test_key_roll.py', 'posts', 'test_border.py', 'looks', 'test_routes.py', 'lane', 'test_torture_post.py']
AT_ONCE = 3 # each waits nearly half of its time, for clocks, lines and a browser
AGAIN_MAX = 3 # more failures of one file are no chance


def run_file(name, env):
    """One file of tests/e2e, or one of the browser's: its counts. A few that failed are tried again."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as cache:
        if name.endswith('.py'):
            command = ['/usr/bin/python3', '-m', 'pytest', '-q', '-rs', '-o', 'cache_dir=' + cache, os.path.join('tests', 'e2e', name)]
            again = ['-v', '--last-failed', '--last-failed-no-failures', 'none']
        else:
            command, again = ['node', BROWSER, name], []
        passed, failed, skipped, text = counted(command, env)
        if 0 < failed <= AGAIN_MAX:
            text += '\ntried again, for it failed the first time:\n'
            now_passed, now_failed, _, more = counted(command + again, env)
            passed, failed = (passed + now_passed, max(now_failed, failed - now_passed)) if again else (now_passed, now_failed)
            text += more
    print('%s, %.0f s\n%s' % (name, time.monotonic() - began, text), flush=True)
    return passed, failed, skipped


def end_to_end(env):
    """The counts of all files, some at once."""
    names = [os.path.basename(path) for path in glob.glob(os.path.join(ROOT, 'tests', 'e2e', 'test_*.py'))]
    names += subprocess.run(['node', BROWSER, '--list'], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout.split()
    names.sort(key=lambda name: (LONGEST.index(name) if name in LONGEST else len(LONGEST), name))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda name: run_file(name, env), names))


def main():
    build = os.path.abspath(sys.argv[1])
    env = dict(os.environ, CORDON=os.path.join(build, 'cordon'), CORDON_SOURCE=ROOT)
    totals = [meson_tests(build)]
    totals += end_to_end(env)
    passed, failed, skipped = (sum(t[i] for t in totals) for i in range(3))
    if skipped:
        print('%d skipped; each says above what it lacked' % skipped)
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(1 if failed else 0)


main()
