import { defineRoute } from '@lego-moc/http/route-contract';
import {
  buildabilityReply,
  buildabilityRequest,
  buildableQuery,
  buildableReply,
  percentagesQuery,
  percentagesReply,
} from '../../contracts/buildability-api.ts';

const tags = ['Buildability'];

/** The reply when a user has more questions in flight than are answered at a time. */
export const TOO_MANY_QUESTIONS = {
  429: { description: 'too-many-questions: send it again after Retry-After' },
  503: {
    description:
      'temporarily-unavailable: not all that the answer needs could be read in time; what was read is there for the next question, after Retry-After',
  },
};

export const readBuildability = defineRoute({
  ...{ method: 'post', path: '/v1/buildability', tags, body: buildabilityRequest },
  summary: 'Say what of some MOCs can be built together from the own pieces, and why',
  description:
    'Nothing is changed. The ETag differs whenever the catalogue, the pieces or one of the MOCs do. Pieces of a tracked ' +
    'parts list or wish are reserved for it.',
  replies: {
    200: { description: 'Percentages and lots, by MOC', schema: buildabilityReply },
    404: { description: 'moc-not-found: there is no such MOC for you' },
    409: { description: 'parts-not-counted: a MOC has no list with lots' },
    422: { description: 'lot-not-found or too-many-lots' },
    ...TOO_MANY_QUESTIONS,
  },
});

export const listBuildable = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/buildable', tags, query: buildableQuery },
  summary: 'Say how much of each MOC of a page can be built from the own pieces',
  replies: { 200: { description: 'The MOCs, the most complete first', schema: buildableReply }, ...TOO_MANY_QUESTIONS },
});

export const readPercentages = defineRoute({
  ...{ method: 'get', path: '/v1/buildable-percentages', tags, access: 'service', query: percentagesQuery },
  summary: 'Say how much of some MOCs a user can build',
  replies: { 200: { description: 'The percentages, by MOC', schema: percentagesReply }, ...TOO_MANY_QUESTIONS },
});

export const BUILDABILITY_CONTRACTS = [readBuildability, listBuildable, readPercentages];
