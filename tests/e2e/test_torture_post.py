"""The short form of `make torture` for a post and its hub, and 72 hours without a line."""
import os
import subprocess
import sys
import tempfile

import pg


def tool(name, *arguments):
    """Into a file, not a pipe: whoever a tool that failed left behind would hold it open."""
    with tempfile.TemporaryFile('w+') as said:
        done = subprocess.run([sys.executable, os.path.join(pg.ROOT, 'tools', name), *arguments], stdin=subprocess.DEVNULL, stdout=said,
                              stderr=subprocess.STDOUT, timeout=600)
        said.seek(0)
        text = said.read()
    assert done.returncode == 0, text[-6000:]
    return text


def test_a_post_that_is_killed_loses_and_doubles_nothing():
    assert 'nothing lost, nothing doubled' in tool('torture_post.py', '--kills', '10', '--seed', '7')


def test_seventy_two_hours_without_a_line():
    assert 'all told once, in order' in tool('cable_cut.py', '--checks', '300')
