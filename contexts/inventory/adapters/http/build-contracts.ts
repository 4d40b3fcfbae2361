import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  buildLotsQuery,
  buildLotsReply,
  buildParams,
  buildReply,
  buildRequest,
  buildSectionsReply,
  buildsQuery,
  buildsReply,
  disassemblyRequest,
  invitationReply,
  invitationRequest,
  memberParams,
  membershipRequest,
  operationsQuery,
  operationsReply,
  operationsRequest,
} from '../../contracts/builds-api.ts';
import { sectionsQuery } from '../../contracts/sections-api.ts';

const tags = ['Builds'];
const BUILDS = '/v1/inventory/builds';
const BUILD = `${BUILDS}/:buildId`;
const NOT_FOUND = { 404: { description: 'build-not-found: you have no such build' } };
const reply = { 200: { description: 'The build', schema: buildReply }, ...NOT_FOUND };

export const beginBuild = defineRoute({
  ...{ method: 'post', path: BUILDS, tags, body: buildRequest },
  summary: 'Begin to build something',
  replies: { 201: { description: 'The build', schema: buildReply } },
});

export const listBuilds = defineRoute({
  ...{ method: 'get', path: BUILDS, tags, query: buildsQuery },
  summary: "List the caller's builds, the latest change first",
  replies: { 200: { description: 'The page', schema: buildsReply } },
});

export const readBuild = defineRoute({
  ...{ method: 'get', path: BUILD, tags, params: buildParams },
  summary: 'Read what is reserved, placed, damaged and lost',
  replies: reply,
});

export const readBuildLots = defineRoute({
  ...{ method: 'get', path: `${BUILD}/lots`, tags, params: buildParams, query: buildLotsQuery },
  summary: 'List the pieces of a build by lot, with the account that they are on',
  replies: { 200: { description: 'The page', schema: buildLotsReply }, ...NOT_FOUND },
});

export const readBuildSections = defineRoute({
  ...{ method: 'get', path: `${BUILD}/sections`, tags, params: buildParams, query: sectionsQuery },
  summary: 'Say what is placed, missing, damaged and lost for each bag and step of a build',
  replies: { 200: { description: 'The page', schema: buildSectionsReply }, ...NOT_FOUND },
});

export const recordOperations = defineRoute({
  ...{ method: 'post', path: `${BUILD}/operations`, tags, params: buildParams, body: operationsRequest },
  summary: 'Merge the operations of a device, each once',
  replies: {
    ...reply,
    403: { description: 'not-a-builder: you may watch only' },
    409: { description: 'operation-id-reused: an id has other content here; too-many-operations' },
    422: { description: 'way-not-possible: pieces cannot go from that account to that one at once; too-many-lots' },
  },
});

export const readOperations = defineRoute({
  ...{ method: 'get', path: `${BUILD}/operations`, tags, params: buildParams, query: operationsQuery },
  summary: 'List the operations of a build in the order in which they became known',
  replies: { 200: { description: 'The page', schema: operationsReply }, ...NOT_FOUND },
});

export const watchOperations = defineRoute({
  ...{ method: 'get', path: `${BUILD}/events`, tags, params: buildParams },
  summary: 'Watch operations as they become known, as server-sent events',
  description: 'Opened again with Last-Event-ID it goes on where it ended. A stream ends by itself after some seconds.',
  replies: {
    200: { description: 'Events `operations`, each with the revision as its id', mediaType: 'text/event-stream' },
    ...NOT_FOUND,
    429: { description: 'too-many-event-streams' },
  },
});

export const takeApart = defineRoute({
  ...{ method: 'post', path: `${BUILD}/disassembly`, tags, params: buildParams, body: disassemblyRequest },
  summary: 'Take the model apart: what is placed or reserved comes back into the stock',
  replies: reply,
});

export const inviteToBuild = defineRoute({
  ...{ method: 'post', path: `${BUILD}/invitations`, tags, params: buildParams, body: invitationRequest },
  summary: 'Issue a code with which one other user joins as viewer or builder',
  replies: {
    201: { description: 'The code', schema: invitationReply },
    ...NOT_FOUND,
    409: { description: 'too-many-members: remove some, or wait until invitations are used' },
  },
});

export const joinBuild = defineRoute({
  ...{ method: 'put', path: `${BUILD}/membership`, tags, params: buildParams, body: membershipRequest },
  summary: 'Join a build by the code of its owner',
  replies: {
    200: { description: 'The build', schema: buildReply },
    404: { description: 'build-not-found: there is no such build, or the code is wrong or used' },
    409: { description: 'too-many-members' },
  },
});

export const leaveBuild = defineRoute({
  ...{ method: 'delete', path: `${BUILD}/members/:memberId`, tags, params: memberParams },
  summary: 'Remove a member, or leave a build',
  replies: { 204: { description: 'Not a member now' }, 404: { description: 'build-not-found or member-not-found' } },
});

/** The public routes about builds. */
export const BUILD_CONTRACTS: readonly RouteContract[] = [
  beginBuild,
  listBuilds,
  readBuild,
  readBuildLots,
  readBuildSections,
  recordOperations,
  readOperations,
  watchOperations,
  takeApart,
  inviteToBuild,
  joinBuild,
  leaveBuild,
];
