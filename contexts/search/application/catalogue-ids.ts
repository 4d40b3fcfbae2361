import type { CatalogueItem } from '@lego-moc/file-processing/contracts/catalogue-items-api';

/** The id of an item's document. */
export const catalogueIdOf = ({ kind, number }: Pick<CatalogueItem, 'kind' | 'number'>): string => `${kind}:${number}`;

/** The number in such an id. */
export const catalogueNumberIn = (id: string): string => id.slice(id.indexOf(':') + 1);
