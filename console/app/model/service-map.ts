import { graphlib, layout } from '@dagrejs/dagre';

const WIDTH = 190;
const HEIGHT = 64;
const GAP = 70;
/** Around all, for lines and their labels. */
const MARGIN = 16;

type Point = { readonly x: number; readonly y: number };

export type PlacedNode = { readonly name: string; readonly x: number; readonly y: number };
export type PlacedEdge = { readonly from: string; readonly to: string; readonly points: readonly Point[] };
export type ServiceMap = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
};

export const NODE_SIZE = { width: WIDTH, height: HEIGHT } as const;

type Calls = { readonly from: string; readonly to: string };

/** What is drawn, edges that lead around nodes as well: the layout's own size is that of the nodes. */
const frameOf = (nodes: readonly PlacedNode[], edges: readonly PlacedEdge[]): Omit<ServiceMap, 'nodes' | 'edges'> => {
  const points = edges.flatMap((edge) => edge.points);
  const xs = [...nodes.flatMap(({ x }) => [x - WIDTH / 2, x + WIDTH / 2]), ...points.map(({ x }) => x)];
  const ys = [...nodes.flatMap(({ y }) => [y - HEIGHT / 2, y + HEIGHT / 2]), ...points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  return { left, top, width: Math.max(...xs) + MARGIN - left, height: Math.max(...ys) + MARGIN - top };
};

/** Places services so that calls lead from left to right. */
export const placeServices = (names: readonly string[], calls: readonly Calls[]): ServiceMap => {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) graph.setNode(name, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of calls) if (names.includes(from) && names.includes(to)) graph.setEdge(from, to);
  layout(graph);
  const nodes = names.map((name) => {
    const { x, y } = graph.node(name) as Point;
    return { name, x, y };
  });
  const edges = graph.edges().map(({ v, w }) => {
    const { points } = graph.edge(v, w) as { points: readonly Point[] };
    return { from: v, to: w, points };
  });
  return { ...frameOf(nodes, edges), nodes, edges };
};
