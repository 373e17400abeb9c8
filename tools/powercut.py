"""What a power cut leaves of a program's folder: all that was made durable, and of the rest what chance wants.

    cut = Cut(folder)
    environment = cut.before()      # what is there now is durable; the program is to run with this environment
    ... the program is killed ...
    cut.fall(random)                # the folder is now as after a cut
    cut.environment()               # for whoever else writes there meanwhile

A file that was written since its last fsync keeps, sector by sector, what it held then, what was written, or rubbish where it was being written. A rename or
removal since its folder's last fsync happened or did not, each by itself. Drives that lie about what they wrote are not in it.
"""
import os
import shutil
import tempfile

from preload import library

SECTOR = 512
# Their content is of no use to whoever starts after a cut.
TRANSIENT = ('-shm', '.lock', '/lock', '/reserve')


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def rubbish(random, old, new):
    """Where a sector was being written; what stood before and behind in it stays (SQLite's "powersafe overwrite")."""
    first = len(os.path.commonprefix((old, new)))
    last = len(os.path.commonprefix((old[first:][::-1], new[first:][::-1]))) if len(old) == len(new) else 0
    return new[:first] + random.randbytes(len(new) - first - last) + new[len(new) - last:]


class Cut:
    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.keep = tempfile.mkdtemp(prefix='cordon-powercut-', dir=os.path.dirname(self.folder))  # of the same file system
        self.part = library('powercut', self.keep)
        self.lost, self.torn_last = 0, []  # files that were left other than the program had them; those of the last time

    def files(self):
        for base, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(base, name)
                if not path.endswith(TRANSIENT) and os.path.isfile(path):
                    yield path

    def before(self):
        for name in os.listdir(self.keep):
            if name[0] in 'fdlt':
                os.unlink(os.path.join(self.keep, name))
        for path in self.files():
            shutil.copyfile(path, os.path.join(self.keep, f'f{os.stat(path).st_ino}'))
        for base, _, names in os.walk(self.folder):
            with open(os.path.join(self.keep, f'd{os.stat(base).st_ino}'), 'w', encoding='utf-8') as f:
                for name in names:
                    os.link(os.path.join(base, name), os.path.join(self.keep, f'l{os.stat(os.path.join(base, name)).st_ino}'))
                    f.write(f'{os.stat(os.path.join(base, name)).st_ino} {name}\n')
        return self.environment()

    def environment(self):
        """For everybody who writes there: what one of them makes durable unseen would be missing after a cut."""
        return dict(os.environ, LD_PRELOAD=self.part, POWERCUT_KEEP=self.keep)

    def durable(self, inode):
        path = os.path.join(self.keep, f'f{inode}')
        return read(path) if os.path.exists(path) else None

    def torn(self, random, durable, now):
        """Between the two, as they say above."""
        if durable == now:
            return now
        how = random.random()
        if how < 0.25:
            return now
        if how < 0.5:
            return durable
        out, cut = bytearray(), random.random() if how < 0.75 else None
        for at in range(0, max(len(durable), len(now)), SECTOR):
            old, new = durable[at:at + SECTOR], now[at:at + SECTOR]
            if old == new:
                out += new
            elif cut is not None:  # what comes later in the file was not written
                out += new if at < cut * len(now) else old
            else:
                out += random.choice((old, new, rubbish(random, old, new)))
        return bytes(out)

    def fall(self, random):
        after, self.torn_last = {}, []
        for base, _, names in list(os.walk(self.folder)):
            now = {name: os.stat(os.path.join(base, name)).st_ino for name in names}
            listing = os.path.join(self.keep, f'd{os.stat(base).st_ino}')
            was = {}
            if os.path.exists(listing):
                with open(listing, encoding='utf-8') as f:
                    was = {name: int(inode) for inode, name in (line.rstrip('\n').split(' ', 1) for line in f)}
            content = {inode: read(os.path.join(base, name)) for name, inode in now.items()}
            for name in {**now, **was}:
                path = os.path.join(base, name)
                inode = random.choice((now.get(name), was.get(name)))
                if path.endswith(TRANSIENT):
                    after[path] = None if path.endswith('-shm') else ...
                elif inode is None:
                    after[path] = None
                else:
                    durable = self.durable(inode)
                    after[path] = self.torn(random, durable or b'', content[inode] if inode in content else durable or b'')
        for path, content in after.items():
            if content is ...:
                continue
            before = read(path) if os.path.exists(path) else None
            if content == before:
                continue
            if not path.endswith('-shm'):
                self.lost += 1
                self.torn_last.append(f'{os.path.relpath(path, self.folder)} {len(before or b"")} -> {len(content or b"")}')
            if before is not None:
                os.unlink(path)
            if content is not None:
                with open(path, 'wb') as f:
                    f.write(content)
                os.chmod(path, 0o600)

    def release(self):
        shutil.rmtree(self.keep)
