"""What can be found of a secret in a running process, in files, in a database."""
import base64
import os
import re
import subprocess

PIECE = 16 << 20


def forms(name, secret):
    """A secret of bytes as it might be kept: raw, in hexadecimal digits, in base64."""
    return {f'{name}, raw': secret, f'{name}, hex': secret.hex().encode(), f'{name}, HEX': secret.hex().upper().encode(),
            f'{name}, base64': base64.b64encode(secret).rstrip(b'=')[:-1]}


def in_bytes(content, wanted):
    return {name for name, secret in wanted.items() if secret in content}


def in_process(pid, wanted):
    """Names of `wanted` in any readable page of the process. Its memory is read as it stands, by whoever may (root; the same user)."""
    found, keep, total = set(), max(map(len, wanted.values())) - 1, 0
    with open(f'/proc/{pid}/maps', encoding='ascii') as f:
        ranges = [(int(m[1], 16), int(m[2], 16)) for m in (re.match(r'([0-9a-f]+)-([0-9a-f]+) r(?!.*\[v(?:var|syscall))', line) for line in f) if m]
    with open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for begin, end in ranges:
            before = b''
            for at in range(begin, end, PIECE):
                memory.seek(at)
                try:
                    piece = memory.read(min(PIECE, end - at))
                except OSError:  # a page of a file beyond its end
                    break
                found |= in_bytes(before + piece, wanted)
                before, total = piece[-keep:], total + len(piece)
    assert total > 1 << 20, f'process {pid}: {total} bytes could be read'
    return found


def in_folder(folder, wanted):
    found = set()
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), 'rb') as f:
                found |= in_bytes(f.read() + name.encode(), wanted)
    return found


def in_database(url, wanted):
    """Of a SQLite file: its bytes and those of its journal. Of a schema in PostgreSQL: all rows, as pg_dump writes them."""
    if url.startswith('sqlite:'):
        return in_folder(os.path.dirname(url[7:]), wanted)
    base, _, schema = url.partition('&options=-csearch_path%3D')
    content = subprocess.run(['pg_dump', '--data-only', '--inserts', '-n', schema, base], check=True, capture_output=True).stdout
    assert b'INSERT INTO' in content
    return in_bytes(content, {**wanted, **{f'{name}, bytea': secret.hex().encode() for name, secret in wanted.items()}})
