import { createHash } from 'node:crypto';
import type { ReadModel } from './read-model-store.ts';

/** A digest of columns and indexes: tells whether stored rows still have the form that the code expects. */
export const shapeOf = ({ columns, indexes }: Pick<ReadModel, 'columns' | 'indexes'>): string =>
  createHash('sha256')
    .update(JSON.stringify([columns, indexes]))
    .digest('hex');
