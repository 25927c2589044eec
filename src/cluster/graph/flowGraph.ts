import type {LinkGraph} from './linkGraph';

/** The paths of a walker who takes a node's links by their cosines. All flows together are 1. */
export interface FlowGraph {
  /** The links of node i are from `starts[i]` to before `starts[i + 1]`. `[N + 1]`. */
  starts: Int32Array;
  /** The other ends. */
  ends: Int32Array;
  /** How often a step takes the link. */
  flows: Float32Array;
  /** How often the walker is at each node. `[N]`. */
  visits: Float64Array;
  /** How often a step leaves each node for another. `[N]`. */
  leaving: Float64Array;
}

/** The flow over the links of a graph, whose cosines become the flows: the graph is used up. */
export function flowGraph({starts, ends, cosines: flows}: LinkGraph): FlowGraph {
  let total = 0;
  for (const cosine of flows) total += cosine;
  for (let at = 0; at < flows.length; at++) flows[at] /= total;
  const visits = new Float64Array(starts.length - 1);
  for (let i = 0; i < visits.length; i++) {
    for (let at = starts[i]; at < starts[i + 1]; at++) visits[i] += flows[at];
  }
  return {starts, ends, flows, visits, leaving: visits};
}

/**
 * The flow between modules, each as one node.
 *
 * @param labels The module of each node, from 0. `[N]`.
 * @param modules The number of modules.
 */
export function moduleFlow(graph: FlowGraph, labels: Int32Array, modules: number): FlowGraph {
  const members = new Int32Array(modules + 1);
  let crossing = 0;
  for (let i = 0; i < labels.length; i++) {
    members[labels[i] + 1]++;
    for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
      if (labels[graph.ends[at]] !== labels[i]) crossing++;
    }
  }
  for (let m = 0; m < modules; m++) members[m + 1] += members[m];
  const order = new Int32Array(labels.length);
  const next = members.slice();
  for (let i = 0; i < labels.length; i++) order[next[labels[i]]++] = i;

  const starts = new Int32Array(modules + 1);
  const ends = new Int32Array(crossing);
  const flows = new Float32Array(crossing);
  const visits = new Float64Array(modules);
  const leaving = new Float64Array(modules);
  const place = new Int32Array(modules).fill(-1);
  let links = 0;
  for (let m = 0; m < modules; m++) {
    for (const i of order.subarray(members[m], members[m + 1])) {
      visits[m] += graph.visits[i];
      for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
        const other = labels[graph.ends[at]];
        if (other === m) continue;
        if (place[other] < starts[m]) {
          place[other] = links;
          ends[links++] = other;
        }
        flows[place[other]] += graph.flows[at];
      }
    }
    for (let at = starts[m]; at < links; at++) leaving[m] += flows[at];
    starts[m + 1] = links;
  }
  return {starts, ends: ends.slice(0, links), flows: flows.slice(0, links), visits, leaving};
}
