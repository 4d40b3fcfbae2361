import { MatchersV3 } from '@pact-foundation/pact';
import { nothingYet, problem, type Contract, type Expectation, type State } from './expectation.ts';

const { integer, iso8601DateTimeWithMillis, regex, string, uuid } = MatchersV3;

/** The file of the states. */
export const KNOWN_FILE = '0190d1c5-6f00-4000-8000-000000000051';
/** A file that does not exist. */
export const UNKNOWN_FILE = '0190d1c5-6f00-4000-8000-000000000052';
/** The id of a file that is made. */
export const NEW_FILE = '0190d1c5-6f00-4000-8000-000000000053';
export const COPY = '0190d1c5-6f00-4000-8000-000000000054';

const PARTS_LIST = Buffer.from('Part,Color,Quantity\n3001,4,2\n');
const OCTETS = 'application/octet-stream';

const A_FILE = 'a parts list of bob';
const NO_FILES = 'no files';

const storedFile = {
  fileId: uuid(NEW_FILE),
  owner: string('ada'),
  purpose: regex('instruction|parts-list|thumbnail|gallery-image', 'parts-list'),
  name: string('crane.csv'),
  sha256: regex('^[0-9a-f]{64}$', 'a'.repeat(64)),
  size: integer(PARTS_LIST.length),
  mediaType: string('text/csv'),
  storedAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
};

const expectations: readonly Expectation[] = [
  {
    // Pact compares content by what it takes it for: that of a whole file is sent by the states.
    ...{ state: NO_FILES, name: 'an empty parts list to store', method: 'POST', path: '/internal/v1/upload' },
    query: { fileId: NEW_FILE, owner: 'ada', purpose: 'parts-list', name: 'crane.csv', roles: 'builder' },
    ...{ status: 422, reply: problem('empty-file', 422) },
  },
  {
    ...{ state: A_FILE, name: 'a question what a file is', method: 'GET' },
    ...{ path: `/internal/v1/files/${KNOWN_FILE}`, status: 200, reply: storedFile },
  },
  {
    ...{ state: NO_FILES, name: 'a question what a file is that does not exist', method: 'GET' },
    ...{ path: `/internal/v1/files/${UNKNOWN_FILE}`, status: 404, reply: problem('file-not-found', 404) },
  },
  {
    ...{ state: A_FILE, name: 'a copy for somebody else', method: 'POST', path: '/internal/v1/copy' },
    query: { fileId: COPY, source: KNOWN_FILE, owner: 'ada', sourceOwner: 'bob', roles: 'builder' },
    ...{ status: 201, reply: storedFile },
  },
  {
    ...{ state: A_FILE, name: 'a question where a file can be downloaded', method: 'GET' },
    ...{ path: '/internal/v1/signed-url', query: { fileId: KNOWN_FILE, downloadName: 'crane.csv' }, status: 200 },
    reply: {
      url: regex('^https?://.+', 'http://127.0.0.1:9300/files/crane'),
      expiresAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
    },
  },
  {
    ...{ state: A_FILE, name: 'the end of a file', method: 'DELETE' },
    ...{ path: `/internal/v1/files/${KNOWN_FILE}`, status: 204 },
  },
];

const storeFile: State = async ({ sendAsConsumer, newResourceId }) => {
  const file = { fileId: newResourceId, owner: 'bob', purpose: 'parts-list', name: 'crane.csv' };
  await sendAsConsumer('POST', `/internal/v1/upload?${String(new URLSearchParams(file))}`, PARTS_LIST, OCTETS);
  return newResourceId;
};

/** The expectations of MOC management on file storage. */
export const storageContract: Contract = {
  ...{ consumer: 'moc-management', provider: 'file-storage', expectations, knownId: KNOWN_FILE },
  onOwnAccount: true,
  states: { [NO_FILES]: nothingYet, [A_FILE]: storeFile },
};
