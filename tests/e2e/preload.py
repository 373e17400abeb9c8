"""C of tools/ that is preloaded into programs under test: made where it is wanted."""
import os
import subprocess

import pg


def library(name, folder):
    """The path of it, in `folder`."""
    path = os.path.join(folder, name + '.so')
    if not os.path.exists(path):
        subprocess.run(['cc', '-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', path, os.path.join(pg.ROOT, 'tools', name + '.c'), '-ldl'], check=True)
    return path
