"""The short form of `make torture`: a hub killed again and again under load, on each kind of database."""
import os
import subprocess
import sys

import pytest

import pg


@pytest.mark.parametrize('kind', pg.kinds)
def test_a_hub_that_is_killed_loses_and_doubles_nothing(kind):
    done = subprocess.run([sys.executable, os.path.join(pg.ROOT, 'tools', 'torture.py'), '--kills', '20', '--seed', '7', kind],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:]
    assert 'nothing lost, nothing doubled' in done.stdout
