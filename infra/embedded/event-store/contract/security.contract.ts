import { randomUUID } from 'node:crypto';
import {
  AccessDeniedError,
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type Credentials,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { consume } from './consumer.ts';
import { bricksSorted, freshStream, readAll, readStream, rejectionOf } from './events.ts';
import { listenTo } from './listener.ts';
import type { SecuredTarget } from './secured-target.ts';

const settings = persistentSubscriptionToStreamSettingsFromDefaults();

/** Registers what a server that knows users must refuse and allow. */
export const securityContract = (name: string, target: SecuredTarget): void => {
  let anonymous: EventStoreDBClient;
  let admin: Credentials;
  let ops: Credentials;
  let asAdmin: EventStoreDBClient;

  const refused = async (attempt: Promise<unknown>) =>
    expect(await rejectionOf(attempt)).to.be.instanceOf(AccessDeniedError);

  describe(`${name} with users and access lists`, () => {
    before(async function () {
      this.timeout(60_000);
      const started = await target.start();
      ({ admin, ops } = started);
      anonymous = EventStoreDBClient.connectionString(started.url);
      const { username, password } = admin;
      asAdmin = EventStoreDBClient.connectionString(started.url.replace('esdb://', `esdb://${username}:${password}@`));
    });
    after(async function () {
      this.timeout(60_000);
      await Promise.all([anonymous.dispose(), asAdmin.dispose()]);
      await target.stop();
    });

    const describeUsers = () => {
      it('lets users append and read', async () => {
        const stream = freshStream();
        await asAdmin.appendToStream(stream, bricksSorted(1));
        await anonymous.appendToStream(stream, bricksSorted(1), { credentials: ops });
        expect(await readStream(anonymous, stream, { credentials: ops })).to.have.length(2);
        expect(await readStream(asAdmin, stream)).to.have.length(2);
      });

      it('rejects every call without credentials', async () => {
        const stream = freshStream();
        await asAdmin.appendToStream(stream, bricksSorted(1));
        await refused(readStream(anonymous, stream));
        await refused(anonymous.appendToStream(stream, bricksSorted(1)));
        await refused(anonymous.deleteStream(stream));
        await refused(anonymous.setStreamMetadata(stream, { maxCount: 1 }));
        await refused(readAll(anonymous, { maxCount: 1 }));
        expect(await listenTo(anonymous.subscribeToStream(stream)).waitForError()).to.be.instanceOf(AccessDeniedError);
        expect(await readStream(asAdmin, stream)).to.have.length(1);
      });

      it('rejects wrong passwords and unknown users', async () => {
        const stream = freshStream();
        await asAdmin.appendToStream(stream, bricksSorted(1));
        for (const credentials of [
          { username: admin.username, password: 'guessed' },
          { username: 'nobody', password: admin.password },
        ]) {
          await refused(readStream(anonymous, stream, { credentials }));
          await refused(anonymous.appendToStream(stream, bricksSorted(1), { credentials }));
        }
      });

      it('restricts system streams to administrators', async () => {
        const stream = `$hall-${randomUUID()}`;
        await asAdmin.appendToStream(stream, bricksSorted(1));
        expect(await readStream(asAdmin, stream)).to.have.length(1);
        await refused(anonymous.appendToStream(stream, bricksSorted(1), { credentials: ops }));
        await refused(readStream(anonymous, stream, { credentials: ops }));
      });

      it('lets operators read $all and manage groups', async () => {
        const stream = freshStream();
        const group = randomUUID();
        await anonymous.createPersistentSubscriptionToStream(stream, group, settings, { credentials: ops });
        const info = await anonymous.getPersistentSubscriptionToStreamInfo(stream, group, { credentials: ops });
        expect(info.groupName).to.equal(group);
        expect(await readAll(anonymous, { maxCount: 1, credentials: ops })).to.have.length(1);
        await anonymous.deletePersistentSubscriptionToStream(stream, group, { credentials: ops });
      });

      it('rejects group management without credentials', async () => {
        const stream = freshStream();
        await refused(anonymous.createPersistentSubscriptionToStream(stream, 'any', settings));
        await refused(anonymous.listAllPersistentSubscriptions());
        await asAdmin.createPersistentSubscriptionToStream(stream, 'any', settings);
        const stranger = consume(anonymous.subscribeToPersistentSubscriptionToStream(stream, 'any'));
        expect(await stranger.failed()).to.be.instanceOf(AccessDeniedError);
      });
    };

    const describeLists = () => {
      const reserved = async (acl: Parameters<EventStoreDBClient['setStreamMetadata']>[1]['acl']) => {
        const stream = freshStream('reserved');
        await asAdmin.appendToStream(stream, bricksSorted(1));
        await asAdmin.setStreamMetadata(stream, { ...(acl && { acl }) });
        return stream;
      };
      const asOps = () => ({ credentials: ops });

      it('restricts reading', async () => {
        const stream = await reserved({ readRoles: ['$admins'] });
        await refused(readStream(anonymous, stream, asOps()));
        await anonymous.appendToStream(stream, bricksSorted(1), asOps());
        expect(await readStream(asAdmin, stream)).to.have.length(2);
      });

      it('restricts writing', async () => {
        const stream = await reserved({ writeRoles: ['$admins'] });
        await refused(anonymous.appendToStream(stream, bricksSorted(1), asOps()));
        expect(await readStream(anonymous, stream, asOps())).to.have.length(1);
      });

      it('restricts deleting', async () => {
        const stream = await reserved({ deleteRoles: ['$admins'] });
        await refused(anonymous.deleteStream(stream, asOps()));
        await refused(anonymous.tombstoneStream(stream, asOps()));
        await asAdmin.deleteStream(stream);
      });

      it('restricts metadata', async () => {
        const stream = await reserved({ metaReadRoles: ['$admins'], metaWriteRoles: ['$admins'] });
        await refused(anonymous.getStreamMetadata(stream, asOps()));
        await refused(anonymous.setStreamMetadata(stream, {}, asOps()));
        expect((await asAdmin.getStreamMetadata(stream)).metadata?.acl).to.have.property('metaReadRoles');
      });

      it('admits the users and groups that it names', async () => {
        const stream = await reserved({ readRoles: ['ops'], writeRoles: ['$ops'], metaReadRoles: ['ops'] });
        await anonymous.appendToStream(stream, bricksSorted(1), asOps());
        expect(await readStream(anonymous, stream, asOps())).to.have.length(2);
        await refused(readStream(anonymous, stream));
      });
    };

    describe('users', describeUsers);
    describe('access lists', describeLists);
  });
};
