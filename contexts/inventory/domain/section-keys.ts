import type { Brand } from '@lego-moc/kernel/message';
import type { Section } from './inventory-item-events.ts';

/** A bag or a step without its lots. */
export type SectionName = Pick<Section, 'kind' | 'name'>;

/** `bag:3` is the bag that is called 3. */
export type SectionKey = Brand<string, 'SectionKey'>;

/** Kinds have no colon, so that a name may have some. */
export const sectionKeyOf = ({ kind, name }: SectionName): SectionKey => `${kind}:${name}` as SectionKey;

/** The bag or step that a key stands for. */
export const sectionNameOf = (section: SectionKey): SectionName => {
  const colon = section.indexOf(':');
  return { kind: section.slice(0, colon) as Section['kind'], name: section.slice(colon + 1) };
};
