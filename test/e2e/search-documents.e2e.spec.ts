import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { searchPage, suggestions, type SearchPage } from '@lego-moc/search/contracts/http-api';
import { apiAs } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

/** Letters only: words with digits are never taken for misspelt. */
const newWord = (): string => randomUUID().replace(/[\d-]/gu, '').padEnd(8, 'q');

describe('documents of other contexts, searched through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;

  const find = async (query: string): Promise<SearchPage['items']> =>
    (await (await platform.signedInAs('visitor')).get(`/api/search?${query}`, searchPage)).items;

  before(async () => {
    platform = await sharedPlatform();
  });

  it('finds a part of the catalogue first by its number', async () => {
    const parts = await pollUntil(
      'it is loaded',
      () => find('q=3001&type=set,part'),
      ({ length }) => length > 0,
    );
    expect(parts[0]).to.deep.include({ type: 'part', partNumber: '3001', title: 'Brick 2 x 4', category: 'Bricks' });
    expect(await find('q=part%203001&type=moc,part')).to.have.length(1);
  });

  it('pages through parts', async () => {
    const visitor = await platform.signedInAs('visitor');
    const path = '/api/search?q=technic%20beam&type=part&limit=2';
    const { items: first, nextCursor } = await visitor.get(path, searchPage);
    const { items: second } = await visitor.get(`${path}&cursor=${nextCursor ?? ''}`, searchPage);
    const numbers = [...first, ...second].map((part) => 'partNumber' in part && part.partNumber);
    expect(new Set(numbers).size).to.equal(4);
  });

  it('finds a builder by name while there is a profile, and not once the user is erased', async () => {
    const [user, word] = [`found-${randomUUID()}`, newWord()];
    const me = apiAs(platform, user);
    await me('GET', '/api/users/me');
    const { status } = await me('PATCH', '/api/users/me', { displayName: `Ivy ${word}`, bio: 'Cranes, mostly' });
    expect(status).to.equal(200);
    const findBuilder = () => find(`q=${word}&type=builder`);
    const [builder] = await pollUntil('the builder is found', findBuilder, ({ length }) => length > 0);
    const profile = { userId: devUserId(user), title: `Ivy ${word}`, description: 'Cranes, mostly', avatar: null };
    expect(builder).to.deep.include({ type: 'builder', ...profile });
    const { suggestions: completions } = await (
      await platform.signedInAs('visitor')
    ).get(`/api/search/suggestions?q=${word.slice(0, 7)}`, suggestions);
    expect(completions).to.deep.include({ kind: 'builder', text: `Ivy ${word}`, userId: devUserId(user) });

    expect((await me('DELETE', '/api/users/me')).status).to.equal(204);
    await pollUntil('the builder is gone', findBuilder, ({ length }) => length === 0);
  });
});
