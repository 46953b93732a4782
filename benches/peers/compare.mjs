// Has every peer lay out every graph, counts crossings and lengths with one counter, and writes a table:
// `node compare.mjs GRAPHS PACKAGES SECONDS COMMAND TABLE`. The table is written anew after each graph.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [graphs, packages, seconds, command, table] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const limit = Number(seconds) * 1000;
const scratch = mkdtempSync(join(tmpdir(), 'peers-'));
const say = (words) => process.stderr.write(`${words}\n`);

/** How many pairs of straight lines between the same two columns cross, from the middles of the nodes. */
function crossings(graph, places) {
  const column = new Map(graph.nodes.map((node) => [node.id, node.column]));
  const between = new Map();
  for (const [a, b] of graph.edges) {
    const [left, right] = column.get(a) <= column.get(b) ? [a, b] : [b, a];
    const pair = `${column.get(left)} ${column.get(right)}`;
    (between.get(pair) ?? between.set(pair, []).get(pair)).push([places[left][1], places[right][1]]);
  }
  let total = 0;
  for (const lines of between.values()) {
    // Of lines that begin at one node none cross: ends ascend among them, so that none is counted.
    lines.sort(([a, b], [c, d]) => a - c || b - d);
    const ends = [...new Set(lines.map(([, end]) => end))].sort((a, b) => a - b);
    const rank = new Map(ends.map((end, at) => [end, at + 1]));
    const tree = new Array(ends.length + 1).fill(0);
    lines.forEach(([, end], before) => {
      let below = 0;
      for (let at = rank.get(end); at > 0; at -= at & -at) below += tree[at];
      total += before - below;
      for (let at = rank.get(end); at < tree.length; at += at & -at) tree[at]++;
    });
  }
  return total;
}

/** Total length of straight lines in heights of a card, with the columns where ours stand: only heights differ then. */
function length(graph, places) {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const height = graph.nodes.reduce((sum, node) => sum + node.h, 0) / graph.nodes.length;
  let total = 0;
  for (const [a, b] of graph.edges) {
    const [left, right] = nodes.get(a).x <= nodes.get(b).x ? [nodes.get(a), nodes.get(b)] : [nodes.get(b), nodes.get(a)];
    const across = Math.max(0, right.x - left.x - left.w);
    total += Math.hypot(across, places[left.id][1] - places[right.id][1]);
  }
  return total / height;
}

/** Whether every column stands on one line: the ranks that were asked for. */
function ranksKept(graph, places) {
  const lines = new Map();
  for (const node of graph.nodes) {
    const x = places[node.id][0];
    const seen = lines.get(node.column) ?? lines.set(node.column, [x, x]).get(node.column);
    seen[0] = Math.min(seen[0], x);
    seen[1] = Math.max(seen[1], x);
  }
  const spans = [...lines].sort(([a], [b]) => a - b).map(([, span]) => span);
  return spans.every(([, end], at) => at + 1 >= spans.length || end < spans[at + 1][0]);
}

function inNode(tool, file) {
  const done = spawnSync(
    process.execPath,
    ['--max-old-space-size=6000', '--stack-size=3900', join(here, 'lay_out.mjs'), tool, file, packages],
    { timeout: limit, killSignal: 'SIGKILL', maxBuffer: 1 << 30, encoding: 'utf8' },
  );
  if (done.error?.code === 'ETIMEDOUT') return { why: `> ${seconds} s` };
  if (done.status !== 0) {
    say(done.stderr.trim().split('\n').slice(-6).join('\n'));
    return { why: 'fails' };
  }
  return JSON.parse(done.stdout);
}

/** Debian's dot, as a process of its own; its start is taken off. */
function native(file) {
  const text = spawnSync(process.execPath, [join(here, 'lay_out.mjs'), 'dot-text', file, packages], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  }).stdout;
  const source = join(scratch, 'graph.dot');
  writeFileSync(source, text);
  const empty = join(scratch, 'empty.dot');
  writeFileSync(empty, 'digraph g { a }');
  const once = (path) => {
    const start = performance.now();
    const done = spawnSync('dot', ['-Tplain', path], {
      timeout: limit,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 30,
      encoding: 'utf8',
    });
    return { done, ms: performance.now() - start };
  };
  const starts = [1, 2, 3].map(() => once(empty).ms).sort((a, b) => a - b);
  const { done, ms } = once(source);
  if (done.error?.code === 'ETIMEDOUT') return { why: `> ${seconds} s` };
  if (done.status !== 0) {
    say(done.stderr.trim().split('\n').slice(-3).join('\n'));
    return { why: 'fails' };
  }
  const places = {};
  for (const line of done.stdout.split('\n')) {
    const words = line.split(' ');
    if (words[0] === 'node') places[words[1].slice(1)] = [Number(words[2]) * 72, -Number(words[3]) * 72];
  }
  return { version: '', ms: Math.max(0, ms - starts[1]), runs: 1, places };
}

const number = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',');
const time = (ms) => (ms < 10 ? `${ms.toFixed(2)} ms` : ms < 10000 ? `${number(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

const TOOLS = [
  ['dot (Debian)', native],
  ['dot (WebAssembly)', (file) => inNode('graphviz', file)],
  ['ELK layered', (file) => inNode('elk', file)],
  ['dagre', (file) => inNode('dagre', file)],
];
const rows = [];
const versions = {};
const unfinished = [];
const native_version = spawnSync('dot', ['-V'], { encoding: 'utf8' }).stderr.trim().replace('dot - graphviz version ', '');
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GB`;
const heads = ['graph', 'size', 'layout by', 'time', 'of ours', 'crossings', 'length', 'columns kept'];
const text = () => [
  `| ${heads.join(' | ')} |`,
  '|---|---|---|--:|--:|--:|--:|---|',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
  'Time: warm, in the process of the layout; of Debian’s dot the whole process less one that draws a single node. Ours',
  'routes its lines as well. Crossings: pairs of straight lines between the same two columns, counted by one counter over',
  'the places that each tool returns. Length: all straight lines together in heights of a card, with the columns where ours',
  'stand. All groups leave their order to the layout. dot has the columns as ranks and all groups as clusters. ELK has the',
  'columns as layers and no groups: boxes in boxes and layers exclude each other there. dagre knows neither; its ranks follow',
  'from the edges. Without groups there is more to choose from, and so there are fewer crossings: the row of ours without',
  'groups is the one beside ELK and dagre, the one with groups that beside dot, which may also turn the order of groups.',
  '',
  `Graphviz ${native_version} (Debian) and ${versions['dot (WebAssembly)'] ?? '?'} (WebAssembly), elkjs ${versions['ELK layered'] ?? '?'}, ` +
    `dagre ${versions.dagre ?? '?'}, Node.js ${process.version}; ${machine}; no answer after ${seconds} s counts as none; who gave none is not asked for more.`,
  `Command: \`${command}\`.`,
];
function write() {
  writeFileSync(table, `${text().join('\n')}\n`);
}

for (const name of readdirSync(graphs).filter((name) => name.endsWith('.json')).sort()) {
  const file = join(graphs, name);
  const graph = JSON.parse(readFileSync(file, 'utf8'));
  const own = Object.fromEntries(graph.nodes.map((node) => [node.id, [node.x + node.w / 2, node.y + node.h / 2]]));
  const counted = crossings(graph, own);
  if (counted !== graph.ours.crossings) say(`${graph.name}: ours counts ${graph.ours.crossings} crossings, this ${counted}`);
  const size = `${number(graph.nodes.length)} nodes, ${number(graph.edges.length)} edges`;
  rows.push([graph.name, size, '**VPC Atlas**', time(graph.ours.ms), '', number(counted), number(length(graph, own)), 'yes']);
  rows.push([
    '', '', '**VPC Atlas**, no groups', time(graph.flat.ms), '', number(crossings(graph, graph.flat.places)),
    number(length(graph, graph.flat.places)), 'yes',
  ]);
  for (const [tool, lay] of TOOLS) {
    const isBeyond = (other) =>
      other.tool === tool && other.nodes <= graph.nodes.length && other.edges <= graph.edges.length;
    if (unfinished.some(isBeyond)) {
      rows.push(['', '', tool, 'not tried', '', '', '', '']);
      continue;
    }
    say(`${graph.name}: ${tool}`);
    const done = lay(file);
    if (done.why) {
      unfinished.push({ tool, nodes: graph.nodes.length, edges: graph.edges.length });
      rows.push(['', '', tool, done.why, '', '', '', '']);
      continue;
    }
    versions[tool] = done.version || versions[tool];
    const ratio = done.ms / graph.ours.ms;
    // The start of a process is known to a few milliseconds only.
    const isTold = lay !== native || done.ms >= 5;
    rows.push([
      '',
      '',
      tool,
      isTold ? time(done.ms) : '< 5 ms',
      isTold ? `${ratio < 10 ? ratio.toFixed(1) : number(ratio)} ×` : '',
      number(crossings(graph, done.places)),
      number(length(graph, done.places)),
      ranksKept(graph, done.places) ? 'yes' : 'no',
    ]);
  }
  write();
}
