import { STEP_COSTS, STEPS_MAX, type Relation, type RelationStep } from './tolerance.ts';

/** Two parts of the catalogue of which either may stand in for the other. */
export type PartRelation = { readonly relation: Relation; readonly part: string; readonly otherPart: string };

export type RelationGraph = ReadonlyMap<string, readonly RelationStep[]>;

/** The way to a relative with the fewest differences. */
export type Relative = { readonly part: string; readonly path: readonly RelationStep[]; readonly cost: number };

/** A head has thousands of prints; a part with more relatives than that has some at hand that are nearer. */
export const RELATIVES_MAX = 5_000;

/** Indexes relations in both directions: the catalogue's direction says which came first, not which fits. */
export const relationGraph = (partRelations: Iterable<PartRelation>): RelationGraph => {
  const graph = new Map<string, RelationStep[]>();
  const add = (from: string, step: RelationStep) => {
    const steps = graph.get(from);
    if (steps === undefined) graph.set(from, [step]);
    else steps.push(step);
  };
  for (const { relation, part, otherPart } of partRelations) {
    if (part === otherPart) continue;
    add(part, { relation, part: otherPart });
    add(otherPart, { relation, part });
  }
  return graph;
};

/** The best ways that end one step further, for parts that have no better one yet. */
const extend = (
  graph: RelationGraph,
  ends: Iterable<Relative>,
  relations: readonly Relation[],
  best: Map<string, Relative>,
): ReadonlyMap<string, Relative> => {
  const next = new Map<string, Relative>();
  for (const { part: from, path, cost } of ends)
    for (const step of graph.get(from) ?? []) {
      if (!relations.includes(step.relation)) continue;
      const relative = { part: step.part, path: [...path, step], cost: cost + STEP_COSTS[step.relation] };
      const knownRelative = best.get(step.part);
      if (knownRelative === undefined ? best.size >= RELATIVES_MAX : knownRelative.cost <= relative.cost) continue;
      best.set(step.part, relative);
      next.set(step.part, relative);
    }
  return next;
};

/**
 * The part itself and all parts that lead to it by the permitted relations in at most `STEPS_MAX` steps, each by its
 * best way. The catalogue lists pairs only: that a mould replaces one that replaced a third follows by closure.
 */
export const relativesOf = (
  graph: RelationGraph,
  part: string,
  relations: readonly Relation[],
): ReadonlyMap<string, Relative> => {
  const best = new Map<string, Relative>([[part, { part, path: [], cost: 0 }]]);
  let ends: ReadonlyMap<string, Relative> = best;
  for (let steps = 0; steps < STEPS_MAX && ends.size > 0 && relations.length > 0; steps += 1)
    ends = extend(graph, [...ends.values()], relations, best);
  return best;
};
