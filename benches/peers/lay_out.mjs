// Lays one graph out with one peer and writes what came of it as JSON: `node lay_out.mjs TOOL GRAPH PACKAGES`.
//
// Times are taken in this process, after warm-up on a small graph of the same shape and, where there is time, on the
// graph itself; the middle one of several runs counts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [tool, file, packages] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(packages, 'index.js')));
const graph = JSON.parse(readFileSync(file, 'utf8'));
const GAP = 12;
const RANK_GAP = 120;

/** A small graph of the same shape, for warm-up. */
const small = () => {
  const nodes = [];
  const edges = [];
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 8; row++) {
      nodes.push({ id: column * 8 + row, column, band: 0, group: column, boxed: column === 1, w: 200, h: 48 });
      if (column > 0) edges.push([(column - 1) * 8 + row, column * 8 + ((row * 3) % 8)]);
    }
  }
  return { nodes, edges };
};

// An edge runs from left to right for every tool.
const columns = (graph) => new Map(graph.nodes.map((node) => [node.id, node.column]));
const rightward = (graph) => {
  const at = columns(graph);
  return graph.edges.map(([from, to]) => (at.get(from) <= at.get(to) ? [from, to] : [to, from]));
};

/** DOT: columns as ranks, groups as clusters in the cluster of their band. */
function dot(graph) {
  const lines = [
    'digraph g { graph [rankdir=LR, newrank=true, splines=line, ' +
      `nodesep=${GAP / 72}, ranksep=${RANK_GAP / 72}];`,
    'node [shape=box, fixedsize=true, label=""]; edge [arrowhead=none];',
  ];
  const bands = new Map();
  for (const node of graph.nodes) {
    const groups = bands.get(node.band) ?? bands.set(node.band, new Map()).get(node.band);
    (groups.get(node.group) ?? groups.set(node.group, []).get(node.group)).push(node);
  }
  for (const [band, groups] of bands) {
    if (band !== null) lines.push(`subgraph cluster_band_${band} {`);
    for (const [group, nodes] of groups) {
      const boxed = nodes[0].boxed;
      if (boxed) lines.push(`subgraph cluster_group_${group} {`);
      for (const node of nodes) lines.push(`n${node.id} [width=${node.w / 72}, height=${node.h / 72}];`);
      if (boxed) lines.push('}');
    }
    if (band !== null) lines.push('}');
  }
  const ranks = new Map();
  for (const node of graph.nodes) (ranks.get(node.column) ?? ranks.set(node.column, []).get(node.column)).push(`n${node.id}`);
  for (const ids of ranks.values()) lines.push(`{ rank=same; ${ids.join('; ')} }`);
  const at = columns(graph);
  for (const [from, to] of rightward(graph)) lines.push(`n${from} -> n${to} [minlen=${at.get(to) - at.get(from)}];`);
  lines.push('}');
  return lines.join('\n');
}

/** Reads what Graphviz writes as `plain`: inches, the origin below. */
export function plain(text) {
  const places = {};
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    if (words[0] === 'node') places[words[1].slice(1)] = [Number(words[2]) * 72, -Number(words[3]) * 72];
  }
  return places;
}

const tools = {
  async graphviz() {
    const { Graphviz } = await import(pathToFileURL(join(packages, 'node_modules/@hpcc-js/wasm-graphviz/dist/index.js')));
    const graphviz = await Graphviz.load();
    return {
      version: graphviz.version(),
      prepare: dot,
      run: async (text) => plain(graphviz.layout(text, 'plain', 'dot')),
    };
  },
  async elk() {
    const ELK = require('elkjs/lib/elk.bundled.js');
    const elk = new ELK();
    return {
      version: require('elkjs/package.json').version,
      // Layers come from the x that each node has beforehand; boxes in boxes would undo them, so there are none.
      prepare: (graph) => ({
        id: 'root',
        layoutOptions: {
          'elk.algorithm': 'layered',
          'elk.direction': 'RIGHT',
          'elk.layered.layering.strategy': 'INTERACTIVE',
          'elk.layered.cycleBreaking.strategy': 'INTERACTIVE',
          'elk.spacing.nodeNode': `${GAP}`,
          'elk.layered.spacing.nodeNodeBetweenLayers': `${RANK_GAP}`,
          'elk.separateConnectedComponents': 'false',
        },
        children: graph.nodes.map((node) => ({ id: `n${node.id}`, width: node.w, height: node.h, x: node.column * 1000, y: 0 })),
        edges: rightward(graph).map(([from, to], at) => ({ id: `e${at}`, sources: [`n${from}`], targets: [`n${to}`] })),
      }),
      run: async (input) => {
        const done = await elk.layout(structuredClone(input));
        return Object.fromEntries(
          done.children.map((node) => [node.id.slice(1), [node.x + node.width / 2, node.y + node.height / 2]]),
        );
      },
    };
  },
  async dagre() {
    const dagre = require('@dagrejs/dagre');
    return {
      version: require('@dagrejs/dagre/package.json').version,
      // Ranks follow from the edges, which lead from column to column; an edge over a column asks for two.
      prepare: (graph) => graph,
      run: async (graph) => {
        const at = columns(graph);
        const made = new dagre.graphlib.Graph();
        made.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: RANK_GAP, edgesep: 0 });
        made.setDefaultEdgeLabel(() => ({}));
        for (const node of graph.nodes) made.setNode(`n${node.id}`, { width: node.w, height: node.h });
        for (const [from, to] of rightward(graph)) made.setEdge(`n${from}`, `n${to}`, { minlen: at.get(to) - at.get(from) });
        dagre.layout(made);
        return Object.fromEntries(made.nodes().map((id) => [id.slice(1), [made.node(id).x, made.node(id).y]]));
      },
    };
  },
};

if (tool === 'dot-text') {
  process.stdout.write(dot(graph));
} else {
  const { version, prepare, run } = await tools[tool]();
  const warm = prepare(small());
  for (let i = 0; i < 30; i++) await run(warm);
  const input = prepare(graph);
  const times = [];
  let places;
  const begin = performance.now();
  do {
    const start = performance.now();
    places = await run(input);
    times.push(performance.now() - start);
    // The first run of several is warm-up; of one that takes long there is but one.
  } while (times.length < 50 && performance.now() - begin + times.at(-1) < 4000);
  const counted = times.length > 2 ? times.slice(1) : times;
  counted.sort((a, b) => a - b);
  const ms = counted[Math.floor(counted.length / 2)];
  process.stdout.write(JSON.stringify({ version, ms, runs: counted.length, places }));
}
