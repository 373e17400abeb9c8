"""Starts a hub over the demonstration list and a small list of publicly sanctioned people, runs the client's own live
tests and ours against it, and closes with `N passed, N failed`. usage: run.py FOLDER_OF_THE_CLIENT'S_SOURCE
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'e2e'))
from hub import DEMO, Hub  # noqa: E402

# It asks a fixed public address and not the service under test.
ELSEWHERE = ['--deselect', 'tests/test_live.py::test_programs_catalog_parses']


def tests(folder, arguments, env):
    run = subprocess.run([sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', *arguments], cwd=folder, env=env,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(run.stdout)
    counts = {word: int(n) for n, word in re.findall(r'(\d+) (passed|failed|errors?)\b', run.stdout.splitlines()[-1])}
    failed = counts.get('failed', 0) + counts.get('error', 0) + counts.get('errors', 0)
    return counts.get('passed', 0), failed or (run.returncode != 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(os.path.join(folder, 'data'), [DEMO, os.path.join(HERE, 'sanctions.ftm.jsonl')])
        env = dict(os.environ, OPENSANCTIONS_API_KEY='any', YENTE_BASE_URL=f'http://127.0.0.1:{hub.port}',
                   CORDON_HUB=f'http://127.0.0.1:{hub.port}')
        totals = [tests(sys.argv[1], ['-m', 'live', *ELSEWHERE, 'tests/test_live.py'], env), tests(HERE, ['.'], env)]
        stopped = hub.stop()
    passed, failed = (sum(t[i] for t in totals) for i in range(2))
    print(f'{passed} passed, {failed + (stopped != 0)} failed')
    sys.exit(1 if failed or stopped else 0)


main()
