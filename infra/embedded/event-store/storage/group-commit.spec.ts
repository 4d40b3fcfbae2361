import { expect } from 'chai';
import { groupCommit } from './group-commit.ts';

const noTrouble = () => Promise.reject(new Error('No commit fails here'));

describe('committing in groups', () => {
  it('writes waiting intents together, in order, and answers each', async () => {
    const groups: (readonly number[])[] = [];
    const { submit } = groupCommit<number, string>({
      commit: async (intents) => {
        groups.push(intents);
        return intents.map((intent) => `done ${String(intent)}`);
      },
      recover: noTrouble,
      bytesOf: () => 1,
    });
    expect(await Promise.all([1, 2, 3].map(submit))).to.deep.equal(['done 1', 'done 2', 'done 3']);
    expect(groups).to.deep.equal([[1, 2, 3]]);
  });

  it('starts another group when one grows too heavy', async () => {
    const sizes: number[] = [];
    const { submit } = groupCommit<number, number>({
      commit: async (intents) => {
        sizes.push(intents.length);
        return intents;
      },
      recover: noTrouble,
      bytesOf: () => 10 * 1024 * 1024,
    });
    await Promise.all([1, 2, 3].map(submit));
    expect(sizes).to.deep.equal([1, 1, 1]);
  });

  it('fails the whole group when it could not be written, and goes on afterwards', async () => {
    let isBroken = true;
    const { submit } = groupCommit<number, number>({
      commit: async (intents) => {
        if (isBroken) throw new Error('disk');
        return intents;
      },
      recover: () => {
        isBroken = false;
        return Promise.resolve(new Error('recovered'));
      },
      bytesOf: () => 1,
    });
    const outcomes = await Promise.allSettled([submit(1), submit(2)]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(await submit(3)).to.equal(3);
  });

  it('fails only the intent that is at fault', async () => {
    const { submit } = groupCommit<number, number>({
      commit: async (intents) => intents.map((intent) => (intent === 2 ? new Error('damaged') : intent)),
      recover: noTrouble,
      bytesOf: () => 1,
    });
    const outcomes = await Promise.allSettled([submit(1), submit(2), submit(3)]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is idle once everything is answered', async () => {
    let commitCount = 0;
    const { submit, idle } = groupCommit<number, number>({
      commit: async (intents) => {
        commitCount += intents.length;
        return intents;
      },
      recover: noTrouble,
      bytesOf: () => 1,
    });
    const answers = [submit(1), submit(2)];
    await idle();
    expect(commitCount).to.equal(2);
    await Promise.all(answers);
  });
});
