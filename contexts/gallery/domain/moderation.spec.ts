import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ReviewDecision } from '@lego-moc/kernel/moderation';
import type { ImageDetails, ImageEvent, ImageFile, ImageId, Visibility } from './image-events.ts';
import { imageDecider } from './image.ts';

const imageId = 'image-1' as ImageId;
const [ada, bob, cleo] = ['ada', 'bob', 'cleo'] as UserId[] as [UserId, UserId, UserId];
const [mona, milo] = ['mona', 'milo'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const until = '2026-01-01T12:15:00.000Z' as Instant;
const late = '2026-01-01T12:15:00.001Z' as Instant;

const details: ImageDetails = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc-by-4.0' };
const file: ImageFile = { name: 'crane.webp', mediaType: 'image/webp', sizeBytes: 10, sha256: 'ab' };
const upload = (visibility: Visibility = 'public'): ImageEvent => ({
  type: 'ImageUploaded',
  data: { imageId, owner: ada, file, ...details, visibility, uploadedAt: noon },
});
const flagBy = (flagger = bob, isTrusted = false): ImageEvent => ({
  type: 'ImageFlagged',
  data: { imageId, flagger, reason: 'spam', words: '', trusted: isTrusted, flaggedAt: noon },
});
const hiding: ImageEvent = { type: 'ImageHidden', data: { imageId, hiddenAt: noon } };
const claimBy = (moderator = mona): ImageEvent => ({
  type: 'ReviewClaimed',
  data: { imageId, moderator, claimedAt: noon, until },
});
const decisionBy = (decision: ReviewDecision = 'hide', moderator = mona): ImageEvent => ({
  type: 'ReviewDecided',
  data: { imageId, moderator, decision, rule: 'no-advertising', reason: 'A shop.', decidedAt: noon },
});
const appealEvent: ImageEvent = { type: 'DecisionAppealed', data: { imageId, words: 'Mine.', appealedAt: noon } };
const reversal: ImageEvent = {
  type: 'DecisionReversed',
  data: { imageId, moderator: milo, reason: 'A creation.', reversedAt: noon },
};

const flag = (by = bob, { trusted = false, hidesAt = 1 } = {}) =>
  ({ type: 'FlagImage', data: { imageId, by, reason: 'spam', words: '', trusted, hidesAt, at: noon } }) as const;
const claim = (by = mona, at = noon) => ({ type: 'ClaimReview', data: { imageId, by, at, until } }) as const;
const decide = (decision: ReviewDecision = 'hide', by = mona, at = noon) => {
  const data = { imageId, by, decision, rule: 'no-advertising', reason: 'A shop.', at };
  return { type: 'DecideReview', data } as const;
};
const appeal = (by = ada) => ({ type: 'AppealDecision', data: { imageId, by, words: 'Mine.', at: noon } }) as const;
const reverse = (by = milo, at = noon) =>
  ({ type: 'ReverseDecision', data: { imageId, by, reason: 'A creation.', at } }) as const;

const image = given(imageDecider);
const underReview = [upload(), flagBy(), hiding, claimBy()] as const;
const underAppeal = [...underReview, decisionBy(), appealEvent] as const;

describe('flagging an image', () => {
  it('hides it at the number of flags that the setting names', () => {
    image(upload()).when(flag()).then(flagBy(), hiding);
    image(upload())
      .when(flag(bob, { hidesAt: 2 }))
      .then(flagBy());
    image(upload(), flagBy())
      .when(flag(cleo, { hidesAt: 2 }))
      .then(flagBy(cleo), hiding);
  });
  it('hides it with one trusted flag', () => {
    image(upload())
      .when(flag(bob, { trusted: true, hidesAt: 9 }))
      .then(flagBy(bob, true), hiding);
  });
  it('takes a flag of the owner as any other', () => {
    image(upload())
      .when(flag(ada, { hidesAt: 2 }))
      .then(flagBy(ada));
  });
  it('counts once per user, also after a decision', () => {
    image(upload(), flagBy()).when(flag()).thenNothing();
    image(...underReview, decisionBy('dismiss'))
      .when(flag())
      .thenNothing();
  });
  it('counts flags of others after a decision anew', () => {
    image(...underReview, decisionBy('dismiss'))
      .when(flag(cleo, { hidesAt: 2 }))
      .then(flagBy(cleo));
    image(...underReview, decisionBy('dismiss'))
      .when(flag(cleo))
      .then(flagBy(cleo), hiding);
  });
  it('rejects a private image of somebody else, and one that is not there', () => {
    image(upload('private')).when(flag()).thenRejected('image-not-found');
    image().when(flag()).thenRejected('image-not-found');
  });
});

describe('claiming a review', () => {
  it('gives it to one moderator until the claim lapses', () => {
    image(upload(), flagBy()).when(claim()).then(claimBy());
    image(...underReview)
      .when(claim())
      .thenNothing();
    image(...underReview)
      .when(claim(milo))
      .thenRejected('review-claimed');
    image(...underReview)
      .when(claim(milo, late))
      .then({ type: 'ReviewClaimed', data: { imageId, moderator: milo, claimedAt: late, until } });
  });
  it('rejects an image that nobody flagged since the last decision', () => {
    image(upload()).when(claim()).thenRejected('nothing-to-review');
    image(...underReview, decisionBy('dismiss'))
      .when(claim())
      .thenRejected('nothing-to-review');
  });
  it('rejects an appeal against one’s own decision', () => {
    image(...underAppeal)
      .when(claim(mona))
      .thenRejected('own-decision');
    image(...underAppeal)
      .when(claim(milo))
      .then(claimBy(milo));
  });
});

describe('deciding a review', () => {
  for (const decision of ['dismiss', 'warn', 'hide', 'remove'] as const)
    it(`records ${decision} once`, () => {
      image(...underReview)
        .when(decide(decision))
        .then(decisionBy(decision));
      image(...underReview, decisionBy(decision))
        .when(decide(decision))
        .thenNothing();
    });
  it('rejects whoever does not hold the claim, and a claim that has lapsed', () => {
    image(upload(), flagBy()).when(decide()).thenRejected('review-not-claimed');
    image(...underReview)
      .when(decide('hide', milo))
      .thenRejected('review-not-claimed');
    image(...underReview)
      .when(decide('hide', mona, late))
      .thenRejected('review-not-claimed');
  });
  it('shows a dismissed image again, and hides one that is decided against, from others', () => {
    const revise = { type: 'ReviseImage', data: { imageId, by: cleo, details: { title: 'Mine' } } } as const;
    image(...underReview)
      .when(revise)
      .thenRejected('image-not-found');
    image(...underReview, decisionBy('dismiss'))
      .when(revise)
      .thenRejected('not-the-owner');
    image(...underReview, decisionBy('warn'))
      .when(revise)
      .thenRejected('not-the-owner');
    image(...underReview, decisionBy('remove'))
      .when(revise)
      .thenRejected('image-not-found');
  });
});

describe('appealing a decision', () => {
  it('is open to the owner, once', () => {
    image(...underReview, decisionBy())
      .when(appeal())
      .then(appealEvent);
    image(...underAppeal)
      .when(appeal())
      .thenNothing();
    image(...underReview, decisionBy('hide'))
      .when(appeal(bob))
      .thenRejected('image-not-found');
    image(...underReview, decisionBy('warn'))
      .when(appeal(bob))
      .thenRejected('not-the-owner');
  });
  it('rejects an appeal when nothing was decided against the image', () => {
    image(...underReview)
      .when(appeal())
      .thenRejected('nothing-to-appeal');
    image(...underReview, decisionBy('dismiss'))
      .when(appeal())
      .thenRejected('nothing-to-appeal');
  });
  it('is granted by whoever holds the claim, and then all is as before', () => {
    image(...underAppeal)
      .when(reverse())
      .thenRejected('review-not-claimed');
    image(...underAppeal, claimBy(milo))
      .when(reverse())
      .then(reversal);
    image(...underAppeal, claimBy(milo))
      .when(reverse(milo, late))
      .thenRejected('review-not-claimed');
    const restoredHistory = [...underAppeal, claimBy(milo), reversal];
    image(...restoredHistory)
      .when(reverse())
      .thenNothing();
    image(...restoredHistory)
      .when(appeal())
      .thenRejected('nothing-to-appeal');
    image(...restoredHistory)
      .when(claim())
      .thenRejected('nothing-to-review');
  });
  it('rejects a reversal that nobody asked for', () => {
    image(...underReview, decisionBy())
      .when(reverse())
      .thenRejected('nothing-to-review');
  });
  it('may be decided as before', () => {
    image(...underAppeal, claimBy(milo))
      .when(decide('hide', milo))
      .then(decisionBy('hide', milo));
  });
});

describe('forgetting a flagger', () => {
  const forget = { type: 'ForgetFlagger', data: { imageId, flagger: bob } } as const;
  const forgetting: ImageEvent = { type: 'FlaggerForgotten', data: { imageId, flagger: bob } };
  it('is recorded once, and the flag counts on', () => {
    image(upload(), flagBy()).when(forget).then(forgetting);
    image(upload(), flagBy(), forgetting).when(forget).thenNothing();
    image(upload(), flagBy(), forgetting).when(claim()).then(claimBy());
  });
});
