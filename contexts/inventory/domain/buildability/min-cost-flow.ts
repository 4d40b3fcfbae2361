/**
 * A network whose arcs carry whole units at a cost each. `maximise` adds as much flow as fits, always by the cheapest
 * ways that are left. Flow that entered by an arc of the source stays there: more flow may lead it elsewhere, never
 * drive it out.
 */
export type FlowNetwork = {
  /** The arc's number. Costs are whole and not negative. */
  readonly addArc: (from: number, to: number, capacity: number, cost: number) => number;
  readonly flowOf: (arc: number) => number;
  readonly maximise: () => void;
};

type Network = {
  readonly source: number;
  readonly sink: number;
  readonly to: number[];
  /** What the arc could still carry. The arc back is its neighbour: its residue is the flow. */
  readonly residue: number[];
  readonly cost: number[];
  readonly leaving: readonly number[][];
};

/** The element at an index that exists. */
const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;
const arcsFrom = ({ leaving }: Network, node: number): readonly number[] => leaving[node] ?? [];

/** The cost of the cheapest way to each node: Bellman and Ford's algorithm with a queue, as costs back are negative. */
const cheapestCosts = (network: Network): Float64Array => {
  const { source, to, residue, cost, leaving } = network;
  const costs = new Float64Array(leaving.length).fill(Infinity);
  const isQueued = new Uint8Array(leaving.length);
  costs[source] = 0;
  const queue = [source];
  for (const node of queue) {
    isQueued[node] = 0;
    for (const arc of arcsFrom(network, node)) {
      const next = at(to, arc);
      const sum = at(costs, node) + at(cost, arc);
      if (next === source || residue[arc] === 0 || sum >= at(costs, next)) continue;
      costs[next] = sum;
      if (isQueued[next] === 1) continue;
      isQueued[next] = 1;
      queue.push(next);
    }
  }
  return costs;
};

type IsOpen = (node: number, arc: number) => boolean;

/** Whether an arc lies on a cheapest way and can carry more. */
const openArcs =
  ({ to, residue, cost }: Network, costs: Float64Array): IsOpen =>
  (node, arc) =>
    at(residue, arc) > 0 && at(costs, node) + at(cost, arc) === at(costs, at(to, arc));

/** The number of arcs from the source to each node; -1 where no way leads. */
const levelsOf = (network: Network, isOpen: IsOpen): Int32Array => {
  const levels = new Int32Array(network.leaving.length).fill(-1);
  levels[network.source] = 0;
  const queue = [network.source];
  for (const node of queue)
    for (const arc of arcsFrom(network, node)) {
      const next = at(network.to, arc);
      if (levels[next] !== -1 || !isOpen(node, arc)) continue;
      levels[next] = at(levels, node) + 1;
      queue.push(next);
    }
  return levels;
};

/** A step of Dinic's algorithm among the cheapest ways: whether it added any flow. */
const fillCheapest = (network: Network, costs: Float64Array): boolean => {
  const { source, sink, to, residue, leaving } = network;
  const isOpen = openArcs(network, costs);
  const levels = levelsOf(network, isOpen);
  if (levels[sink] === -1) return false;

  const position = new Int32Array(leaving.length);
  const push = (node: number, limit: number): number => {
    if (node === sink) return limit;
    const arcs = arcsFrom(network, node);
    for (; at(position, node) < arcs.length; position[node] = at(position, node) + 1) {
      const arc = at(arcs, at(position, node));
      const next = at(to, arc);
      if (levels[next] !== at(levels, node) + 1 || !isOpen(node, arc)) continue;
      const flow = push(next, Math.min(limit, at(residue, arc)));
      if (flow === 0) continue;
      residue[arc] = at(residue, arc) - flow;
      residue[arc ^ 1] = at(residue, arc ^ 1) + flow;
      return flow;
    }
    return 0;
  };
  while (push(source, Infinity) > 0);
  return true;
};

/** A network of so many nodes, numbered from 0, without arcs. */
export const flowNetwork = (nodes: number, source: number, sink: number): FlowNetwork => {
  const leaving = Array.from({ length: nodes }, (): number[] => []);
  const network: Network = { source, sink, to: [], residue: [], cost: [], leaving };
  const { to, residue, cost } = network;
  return {
    addArc: (from, target, capacity, costEach) => {
      const arc = to.length;
      to.push(target, from);
      residue.push(capacity, 0);
      cost.push(costEach, -costEach);
      leaving[from]?.push(arc);
      leaving[target]?.push(arc + 1);
      return arc;
    },
    flowOf: (arc) => at(residue, arc + 1),
    maximise: () => {
      // Each round uses up all ways of one cost, so that there are as many rounds as costs, not as units.
      for (;;) {
        const costs = cheapestCosts(network);
        if (costs[sink] === Infinity) return;
        while (fillCheapest(network, costs));
      }
    },
  };
};
