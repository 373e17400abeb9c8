"""A hub that is put back from an older copy: its post goes on telling, what it still has comes again, what is missing is said."""
import os
import shutil

from checkpoint import checkpoint
from post import Lane, PIN, wait
from test_post import kim, zone


def nobody(i):
    return zone('DUPONT<<MARIE', f'F{i:08}', 'FRA', '620213')


def test_put_back():
    with checkpoint() as c:
        assert wait(lambda: c.post.edition() == c.edition() > 0 and c.post.state()['online'], 30)
        lane, second = Lane(c.post, '1').sit('kh-primary'), Lane(c.post, '2').sit('kh-secondary')
        kept = [lane.check(*nobody(i))['id'] for i in range(5)]

        def told():
            return c.post.state()['queue']['waiting'] == 0

        assert wait(told, 40)
        c.hub.stop()
        shutil.copytree(c.data, c.data + '-copy')
        c.hub.start(['--port', str(c.hub.port)])
        # What only the hub has then, and what the post keeps as well.
        lost = [lane.check(*nobody(10 + i))['id'] for i in range(7)]
        stopped = lane.check(*kim())
        lost.append(stopped['id'])
        for act in ('confirm', 'custody'):
            second.act(stopped['hit'], act, pin=PIN)
        assert wait(told, 90)
        assert len(c.sql('SELECT id FROM crossing')) == 13
        c.hub.stop()
        shutil.rmtree(c.data)
        os.rename(c.data + '-copy', c.data)
        c.hub.start(['--port', str(c.hub.port)])
        assert c.sql('SELECT id FROM hit') == []
        kept.append(lane.check(*nobody(20))['id'])
        assert wait(lambda: told() and c.sql('SELECT count(*) FROM hit') == [['1']], 90), c.post.state()
        assert [r[0] for r in c.sql('SELECT id FROM crossing ORDER BY seq')] == kept
        assert c.sql('SELECT id, state FROM hit') == [[stopped['hit'], 'custody']]
        gap, = c.sql("SELECT detail FROM post_event WHERE what = 'spool-gap'")
        first, last = map(int, gap[0].split('-'))
        assert last - first + 1 == len(lost), gap
        assert c.sql("SELECT detail FROM audit WHERE action = 'post.sync' AND outcome = 'flagged'") == [[f'{{"missing":"{first}-{last}"}}']]
        # Told once: from then on all is as it was.
        kept.append(lane.check(*nobody(21))['id'])
        assert wait(lambda: told() and len(c.sql('SELECT id FROM crossing')) == len(kept), 60)
        assert c.sql("SELECT count(*) FROM post_event WHERE what = 'spool-gap'") == [['1']]
