import type { SealedValueId } from '../domain/webhook-events.ts';
import type { SealedValues } from '../application/ports/sealed-values.ts';

/** Values in memory; all of them count as old. */
export const memorySealedValues = () => {
  const values = new Map<SealedValueId, { readonly owner: string; readonly value: string }>();
  const store: SealedValues = {
    put: (owner, id, value) => {
      const entry = values.get(id) ?? { owner, value };
      values.set(id, entry);
      return Promise.resolve(entry.value);
    },
    find: (owner, id) => {
      const entry = values.get(id);
      return Promise.resolve(entry?.owner === owner ? entry.value : undefined);
    },
    remove: (ids) => {
      for (const id of ids) values.delete(id);
      return Promise.resolve();
    },
    removeAllOf: (owner) => {
      for (const [id, entry] of values) if (entry.owner === owner) values.delete(id);
      return Promise.resolve();
    },
    old: (limit, after) => {
      const ids = [...values.keys()].sort().filter((id) => after === undefined || id > after);
      return Promise.resolve(ids.slice(0, limit).map((id) => ({ id, owner: values.get(id)!.owner as never })));
    },
  };
  return { ...store, ids: () => [...values.keys()] };
};
