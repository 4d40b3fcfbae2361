import { expect } from 'chai';
import { courseOf, shadeOf, totalsOf } from './traffic-course.ts';

const VIEW = {
  ...{ since: '2026-11-30T11:00:00.000Z', from: '2026-11-30T12:00:00.000Z', stepSeconds: 60, steps: 3, starts: [] },
  series: [
    { name: 'gallery', cells: [{ step: 1, count: 60, errors: 6, p95: 0.25 }] },
    {
      name: 'search',
      cells: [
        { step: 0, count: 120, errors: 0, p95: 0.01 },
        { step: 1, count: 60, errors: 0, p95: null },
      ],
    },
  ],
};

describe('the course of traffic on screen', () => {
  it('has the busiest first, with its share and its worst p95', () => {
    expect(totalsOf(VIEW)).to.deep.equal([
      { name: 'search', count: 180, share: 0.75, errorShare: 0, worstP95: null },
      { name: 'gallery', count: 60, share: 0.25, errorShare: 0.1, worstP95: 0.25 },
    ]);
  });

  it('adds up services in each step, and has a step without requests', () => {
    const { times, requests, errors } = courseOf(VIEW);
    expect(requests).to.deep.equal([2, 2, 0]);
    expect(errors).to.deep.equal([0, 0.1, 0]);
    expect(times.map((time) => time - (times[0] ?? 0))).to.deep.equal([0, 60, 120]);
  });

  it('knows nothing of the time before anybody counted', () => {
    expect(courseOf({ ...VIEW, since: '2026-11-30T12:01:30.000Z' }).requests).to.deep.equal([null, 2, 0]);
    expect(courseOf({ ...VIEW, since: null }).errors).to.deep.equal([null, null, null]);
  });

  it('is darkest beyond a second, and where no bound is known', () => {
    expect([0.001, 0.025, 0.5, 1, 2.5, null].map(shadeOf)).to.deep.equal([0, 0, 3, 4, 5, 5]);
  });
});
