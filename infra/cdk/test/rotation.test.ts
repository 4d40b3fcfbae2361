import { expect } from 'chai';
import { rotate, STEPS, type ServiceSecret, type Stage } from '../access/rotation.ts';

/** A secret and the logins of a database, in memory. */
const world = () => {
  const versions = new Map<Stage, ServiceSecret>([
    ['AWSCURRENT', { username: 'gallery_a', password: 'first', signingKey: 'kept' }],
  ]);
  const passwords = new Map([['gallery_a', 'first']]);
  let restarts = 0;
  return {
    passwords,
    current: () => versions.get('AWSCURRENT')!,
    restarts: () => restarts,
    rotation: {
      schema: 'gallery',
      versions: {
        read: async (stage: Stage) => versions.get(stage),
        writePending: async (secret: ServiceSecret) => void versions.set('AWSPENDING', secret),
        promote: async () => void versions.set('AWSCURRENT', versions.get('AWSPENDING') ?? versions.get('AWSCURRENT')!),
      },
      logins: {
        ensure: async ({ name, password }: { name: string; password: string }) => void passwords.set(name, password),
        check: async ({ name, password }: { name: string; password: string }) => {
          if (passwords.get(name) !== password) throw new Error('password authentication failed');
        },
      },
      restartService: async () => void (restarts += 1),
    },
  };
};

describe('the rotation of a database password', () => {
  it('changes to the other login and leaves the one that tasks still use', async () => {
    const { rotation, passwords, current, restarts } = world();
    for (const step of STEPS) await rotate(step, rotation);
    expect(current().username).to.equal('gallery_b');
    expect(passwords.get('gallery_b')).to.equal(current().password);
    expect(passwords.get('gallery_a')).to.equal('first');
    expect(restarts()).to.equal(1);
  });

  it('keeps the other fields of the secret', async () => {
    const { rotation, current } = world();
    for (const step of STEPS) await rotate(step, rotation);
    expect(current()['signingKey']).to.equal('kept');
  });

  it('ends with one working password when every step is repeated', async () => {
    const { rotation, passwords, current } = world();
    for (const step of STEPS) {
      await rotate(step, rotation);
      await rotate(step, rotation);
    }
    expect(passwords.get(current().username)).to.equal(current().password);
  });

  it('refuses to promote a password that does not work', async () => {
    const { rotation, passwords, current } = world();
    await rotate('createSecret', rotation);
    await rotate('setSecret', rotation);
    passwords.set('gallery_b', 'another');
    const failure = await rotate('testSecret', rotation).catch((error: unknown) => error);
    expect(failure).to.be.an('error');
    expect(current().username).to.equal('gallery_a');
  });
});
