// The types of dagre.js, for `make types`: what of dagre the layout of a graph uses.

export interface Node {
    width: number;
    height: number;
}

export interface Placed extends Node {
    x: number;
    y: number;
}

export interface Line {
    points: { x: number; y: number }[];
    x?: number;
    y?: number;
}

export class Graph {
    constructor(options?: { multigraph?: boolean; compound?: boolean });
    setGraph(label: Record<string, unknown>): this;
    graph(): { width: number; height: number };
    setNode(name: string, node: Node): this;
    node(name: string): Placed;
    setEdge(from: string, to: string, label: Record<string, unknown>, name?: string): this;
    edge(from: string, to: string, name?: string): Line;
}

export function layout(graph: Graph): void;
