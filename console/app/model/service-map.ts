import { graphlib, layout } from '@dagrejs/dagre';

const WIDTH = 190;
const HEIGHT = 64;
const GAP = 70;

type Point = { readonly x: number; readonly y: number };

export type PlacedNode = { readonly name: string; readonly x: number; readonly y: number };
export type PlacedEdge = { readonly from: string; readonly to: string; readonly points: readonly Point[] };
export type ServiceMap = {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
};

export const NODE_SIZE = { width: WIDTH, height: HEIGHT } as const;

type Calls = { readonly from: string; readonly to: string };

/** Places services so that calls lead from left to right. */
export const placeServices = (names: readonly string[], calls: readonly Calls[]): ServiceMap => {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: GAP, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) graph.setNode(name, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of calls) if (names.includes(from) && names.includes(to)) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: names.map((name) => {
      const { x, y } = graph.node(name) as Point;
      return { name, x, y };
    }),
    edges: graph.edges().map(({ v, w }) => {
      const { points } = graph.edge(v, w) as { points: readonly Point[] };
      return { from: v, to: w, points };
    }),
  };
};
