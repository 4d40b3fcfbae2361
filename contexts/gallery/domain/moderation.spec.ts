import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ImageDetails, ImageEvent, ImageFile, ImageId, ReviewDecision, Visibility } from './image-events.ts';
import { imageDecider } from './image.ts';

const imageId = 'image-1' as ImageId;
const [ada, bob, cleo] = ['ada', 'bob', 'cleo'] as UserId[] as [UserId, UserId, UserId];
const [mona, milo] = ['mona', 'milo'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const until = '2026-01-01T12:15:00.000Z' as Instant;
const late = '2026-01-01T12:15:00.001Z' as Instant;

const details: ImageDetails = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc-by-4.0' };
const file: ImageFile = { name: 'crane.webp', mediaType: 'image/webp', sizeBytes: 10, sha256: 'ab' };
const uploaded = (visibility: Visibility = 'public'): ImageEvent => ({
  type: 'ImageUploaded',
  data: { imageId, owner: ada, file, ...details, visibility, uploadedAt: noon },
});
const flagged = (flagger = bob, trusted = false): ImageEvent => ({
  type: 'ImageFlagged',
  data: { imageId, flagger, reason: 'spam', words: '', trusted, flaggedAt: noon },
});
const hidden: ImageEvent = { type: 'ImageHidden', data: { imageId, hiddenAt: noon } };
const claimed = (moderator = mona): ImageEvent => ({
  type: 'ReviewClaimed',
  data: { imageId, moderator, claimedAt: noon, until },
});
const decided = (decision: ReviewDecision = 'hide', moderator = mona): ImageEvent => ({
  type: 'ReviewDecided',
  data: { imageId, moderator, decision, rule: 'no-advertising', reason: 'A shop.', decidedAt: noon },
});
const appealed: ImageEvent = { type: 'DecisionAppealed', data: { imageId, words: 'Mine.', appealedAt: noon } };
const reversed: ImageEvent = {
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
const underReview = [uploaded(), flagged(), hidden, claimed()] as const;
const underAppeal = [...underReview, decided(), appealed] as const;

describe('flagging an image', () => {
  it('hides it at the number of flags that the setting names', () => {
    image(uploaded()).when(flag()).then(flagged(), hidden);
    image(uploaded())
      .when(flag(bob, { hidesAt: 2 }))
      .then(flagged());
    image(uploaded(), flagged())
      .when(flag(cleo, { hidesAt: 2 }))
      .then(flagged(cleo), hidden);
  });
  it('hides it with one trusted flag', () => {
    image(uploaded())
      .when(flag(bob, { trusted: true, hidesAt: 9 }))
      .then(flagged(bob, true), hidden);
  });
  it('counts once per user, also after a decision', () => {
    image(uploaded(), flagged()).when(flag()).thenNothing();
    image(...underReview, decided('dismiss'))
      .when(flag())
      .thenNothing();
  });
  it('counts flags of others after a decision anew', () => {
    image(...underReview, decided('dismiss'))
      .when(flag(cleo, { hidesAt: 2 }))
      .then(flagged(cleo));
    image(...underReview, decided('dismiss'))
      .when(flag(cleo))
      .then(flagged(cleo), hidden);
  });
  it('rejects a private image of somebody else, and one that is not there', () => {
    image(uploaded('private')).when(flag()).thenRejected('image-not-found');
    image().when(flag()).thenRejected('image-not-found');
  });
});

describe('claiming a review', () => {
  it('gives it to one moderator until the claim lapses', () => {
    image(uploaded(), flagged()).when(claim()).then(claimed());
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
    image(uploaded()).when(claim()).thenRejected('nothing-to-review');
    image(...underReview, decided('dismiss'))
      .when(claim())
      .thenRejected('nothing-to-review');
  });
  it('rejects an appeal against one’s own decision', () => {
    image(...underAppeal)
      .when(claim(mona))
      .thenRejected('own-decision');
    image(...underAppeal)
      .when(claim(milo))
      .then(claimed(milo));
  });
});

describe('deciding a review', () => {
  for (const decision of ['dismiss', 'warn', 'hide', 'remove'] as const)
    it(`records ${decision} once`, () => {
      image(...underReview)
        .when(decide(decision))
        .then(decided(decision));
      image(...underReview, decided(decision))
        .when(decide(decision))
        .thenNothing();
    });
  it('rejects whoever does not hold the claim, and a claim that has lapsed', () => {
    image(uploaded(), flagged()).when(decide()).thenRejected('review-not-claimed');
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
    image(...underReview, decided('dismiss'))
      .when(revise)
      .thenRejected('not-the-owner');
    image(...underReview, decided('warn'))
      .when(revise)
      .thenRejected('not-the-owner');
    image(...underReview, decided('remove'))
      .when(revise)
      .thenRejected('image-not-found');
  });
});

describe('appealing a decision', () => {
  it('is open to the owner, once', () => {
    image(...underReview, decided())
      .when(appeal())
      .then(appealed);
    image(...underAppeal)
      .when(appeal())
      .thenNothing();
    image(...underReview, decided('hide'))
      .when(appeal(bob))
      .thenRejected('image-not-found');
    image(...underReview, decided('warn'))
      .when(appeal(bob))
      .thenRejected('not-the-owner');
  });
  it('rejects an appeal when nothing was decided against the image', () => {
    image(...underReview)
      .when(appeal())
      .thenRejected('nothing-to-appeal');
    image(...underReview, decided('dismiss'))
      .when(appeal())
      .thenRejected('nothing-to-appeal');
  });
  it('is granted by whoever holds the claim, and then all is as before', () => {
    image(...underAppeal)
      .when(reverse())
      .thenRejected('review-not-claimed');
    image(...underAppeal, claimed(milo))
      .when(reverse())
      .then(reversed);
    image(...underAppeal, claimed(milo))
      .when(reverse(milo, late))
      .thenRejected('review-not-claimed');
    const restored = [...underAppeal, claimed(milo), reversed];
    image(...restored)
      .when(reverse())
      .thenNothing();
    image(...restored)
      .when(appeal())
      .thenRejected('nothing-to-appeal');
    image(...restored)
      .when(claim())
      .thenRejected('nothing-to-review');
  });
  it('rejects a reversal that nobody asked for', () => {
    image(...underReview, decided())
      .when(reverse())
      .thenRejected('nothing-to-review');
  });
  it('may be decided as before', () => {
    image(...underAppeal, claimed(milo))
      .when(decide('hide', milo))
      .then(decided('hide', milo));
  });
});

describe('forgetting a flagger', () => {
  const forget = { type: 'ForgetFlagger', data: { imageId, flagger: bob } } as const;
  const forgotten: ImageEvent = { type: 'FlaggerForgotten', data: { imageId, flagger: bob } };
  it('is recorded once, and the flag counts on', () => {
    image(uploaded(), flagged()).when(forget).then(forgotten);
    image(uploaded(), flagged(), forgotten).when(forget).thenNothing();
    image(uploaded(), flagged(), forgotten).when(claim()).then(claimed());
  });
});
