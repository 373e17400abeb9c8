// A practice traveller for a post: at which lane, how long he waits, and like whom he is made.
import { Dialog } from '../../kit/dialog';
import { Choice, Field, Form } from '../../kit/form';
import { number, t } from '../../kit/i18n';
import { toast } from '../../kit/toast';
import { post as send } from '../api/client';
import type { Drill, List, Post } from '../api/types';
import { useData } from '../data';
import { mayDo } from '../session';
import { EntryPicker } from './entry_picker';

const minutes = [15, 30, 60, 240];

/** With `post` it is that one's. */
export function OrderDrill({ post, close }: { post?: string; close: () => void }) {
  const { data } = useData<List<Post>>('/posts', [], { limit: '500' });
  const posts = data?.items.filter((each) => each.state === 'enrolled') ?? [];

  return (
    <Dialog title={t('order_drill')} wide onClose={close}>
      <p class="quiet">{t('order_drill_what')}</p>
      <Form label={t('order_drill')} submit={t('order_drill_do')} onCancel={close} send={async (answers) => {
        const made = await send<Drill>('/drills', { post: answers['post'], minutes: Number(answers['minutes']),
          ...(answers['lane'] ? { lane: answers['lane'] } : {}), ...(answers['entry'] ? { entry: answers['entry'] } : {}) });
        toast(t('drill_ordered', { name: made.name ?? '', post: made.postName ?? '' }));
        close();
      }}>
        <Choice name="post" label={t('post')} required none={t('choose')} value={post} options={posts.map((each) => ({ value: each.id, text: each.name }))} />
        <div class="fields">
          <Field name="lane" label={t('lane')} hint={t('lane_hint')} maxLength={40} />
          <Choice name="minutes" label={t('drill_waits')} required value="30" options={minutes.map((each) => ({ value: String(each), text: t('n_minutes', { n: number(each) }) }))} />
        </div>
        {mayDo('entry.read') && <EntryPicker hint={t('drill_like_hint')} />}
      </Form>
    </Dialog>
  );
}
