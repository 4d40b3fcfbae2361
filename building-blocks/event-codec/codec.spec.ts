import { expect } from 'chai';
import { z } from 'zod';
import type { Message } from '@lego-moc/kernel/message';
import { codecFor } from './codec.ts';

type MocBuilt = Message<'Built', { title: string; pieces: number }>;
type MocScrapped = Message<'Scrapped', { because: string }>;

const first = z.object({ name: z.string() });
const second = z.object({ title: z.string() });

const codec = codecFor<MocBuilt | MocScrapped>('workshop', {
  Built: [
    { schema: first, upcast: ({ name }: z.infer<typeof first>) => ({ title: name }) },
    { schema: second, upcast: (form: z.infer<typeof second>) => ({ ...form, pieces: 0 }) },
    { schema: z.object({ title: z.string(), pieces: z.int() }) },
  ],
  Scrapped: [{ schema: z.object({ because: z.string() }) }],
});

describe('codecFor', () => {
  it('writes the newest form under its name', () => {
    const event: MocBuilt = { type: 'Built', data: { title: 'Crane', pieces: 12 } };
    expect(codec.encode(event)).to.deep.equal({ type: 'workshop.Built.v3', data: event.data });
    expect(codec.encode({ type: 'Scrapped', data: { because: 'dust' } }).type).to.equal('workshop.Scrapped');
  });

  it('reads each form as the newest', () => {
    const crane = { type: 'Built', data: { title: 'Crane', pieces: 0 } };
    expect(codec.decode('workshop.Built', { name: 'Crane' })).to.deep.equal(crane);
    expect(codec.decode('workshop.Built.v2', { title: 'Crane' })).to.deep.equal(crane);
    expect(codec.decode('workshop.Built.v3', { title: 'Crane', pieces: 0 })).to.deep.equal(crane);
  });

  it('returns undefined for names that it does not know', () => {
    expect(codec.decode('workshop.Painted', {})).to.equal(undefined);
    expect(codec.decode('workshop.Built.v4', {})).to.equal(undefined);
  });

  it('throws ZodError on a known event of another shape', () => {
    expect(() => codec.decode('workshop.Built.v3', { title: 'Crane' })).to.throw(z.ZodError);
  });
});
