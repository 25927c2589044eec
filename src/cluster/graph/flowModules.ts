import {nextTask} from '../../base/nextTask';
import {seededRandom, shuffle} from '../../base/random';
import type {FlowGraph} from './flowGraph';

/** Nodes between two turns of the event loop. */
const AT_ONCE = 2 ** 15;

/** Passes over the nodes; far more than graphs of faces need, so that rounding cannot keep two nodes changing places. */
const PASSES = 100;

/** Bits that a move has to save, above what rounding makes of a move that saves nothing. */
const LEAST_GAIN = 1e-12;

const plogp = (p: number): number => (p > 0 ? p * Math.log2(p) : 0);

/** A partition of a graph into modules, and what a walker's path costs by it. */
export class FlowModules {
  private readonly visits: Float64Array;
  private readonly exits: Float64Array;
  private exit = 0;

  /** @param labels The module of each node, from 0 to N − 1; moves change it. `[N]`. */
  constructor(
    private readonly graph: FlowGraph,
    readonly labels: Int32Array,
  ) {
    const {starts, ends, flows} = graph;
    this.visits = new Float64Array(labels.length);
    this.exits = new Float64Array(labels.length);
    labels.forEach((label, i) => {
      this.visits[label] += graph.visits[i];
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        if (labels[ends[at]] !== label) this.exits[label] += flows[at];
      }
    });
    for (const exit of this.exits) this.exit += exit;
  }

  /** Bits that one step of the walker costs, but for the entropy of the nodes themselves, which no partition changes. */
  get moduleBits(): number {
    let bits = plogp(this.exit);
    for (let m = 0; m < this.exits.length; m++) {
      bits += plogp(this.exits[m] + this.visits[m]) - 2 * plogp(this.exits[m]);
    }
    return bits;
  }

  /**
   * Moves nodes, in an order drawn by the seed, to the neighboring modules where they save most, until none saves anything.
   *
   * @param onPass Called with the part of the nodes that a pass left where they were.
   * @returns Whether any node was moved.
   */
  async improve(seed: number, onPass?: (stayed: number) => void): Promise<boolean> {
    const count = this.labels.length;
    const order = Int32Array.from(this.labels, (_, i) => i);
    const toModule = new Float64Array(count);
    let isMoved = false;
    for (let pass = 0; pass < PASSES; pass++) {
      shuffle(order, seededRandom(seed, pass));
      let moves = 0;
      for (let first = 0; first < count; first += AT_ONCE) {
        for (const i of order.subarray(first, first + AT_ONCE)) if (this.moveNode(i, toModule)) moves++;
        await nextTask();
      }
      onPass?.(1 - moves / count);
      if (moves === 0) break;
      isMoved = true;
    }
    return isMoved;
  }

  /**
   * Moves one node to the module where it saves most.
   *
   * @param toModule Zeros, `[N]`, which they are again afterwards.
   */
  private moveNode(i: number, toModule: Float64Array): boolean {
    const {starts, ends, flows, visits, leaving} = this.graph;
    const [start, end] = [starts[i], starts[i + 1]];
    for (let at = start; at < end; at++) toModule[this.labels[ends[at]]] += flows[at];
    const from = this.labels[i];
    const fromExit = Math.max(0, this.exits[from] - leaving[i] + 2 * toModule[from]);
    const fromVisits = Math.max(0, this.visits[from] - visits[i]);
    const exitWithout = this.exit - this.exits[from] + fromExit;
    const removed = this.cost(fromExit, fromVisits) - this.cost(this.exits[from], this.visits[from]);
    let [to, toExit, least] = [from, 0, -LEAST_GAIN];
    for (let at = start; at < end; at++) {
      const other = this.labels[ends[at]];
      const flow = toModule[other];
      // Zero where another link has led here already.
      if (flow === 0) continue;
      toModule[other] = 0;
      if (other === from) continue;
      const exit = Math.max(0, this.exits[other] + leaving[i] - 2 * flow);
      const change =
        plogp(exitWithout - this.exits[other] + exit) -
        plogp(this.exit) +
        removed +
        this.cost(exit, this.visits[other] + visits[i]) -
        this.cost(this.exits[other], this.visits[other]);
      if (change < least) [to, toExit, least] = [other, exit, change];
    }
    if (to === from) return false;
    this.exit = exitWithout - this.exits[to] + toExit;
    this.exits[from] = fromExit;
    this.exits[to] = toExit;
    this.visits[from] = fromVisits;
    this.visits[to] += visits[i];
    this.labels[i] = to;
    return true;
  }

  private cost(exit: number, visits: number): number {
    return plogp(exit + visits) - 2 * plogp(exit);
  }
}
