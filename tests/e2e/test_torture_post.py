"""The short form of `make torture` for a post and its hub, and 72 hours without a line."""
import os
import subprocess
import sys

import pg


def tool(name, *arguments):
    done = subprocess.run([sys.executable, os.path.join(pg.ROOT, 'tools', name), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def test_a_post_that_is_killed_loses_and_doubles_nothing():
    assert 'nothing lost, nothing doubled' in tool('torture_post.py', '--kills', '10', '--seed', '7')


def test_seventy_two_hours_without_a_line():
    assert 'all told once, in order' in tool('cable_cut.py', '--checks', '300')
