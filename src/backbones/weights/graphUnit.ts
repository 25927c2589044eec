/** A batch normalization, by the tensors it has. */
export interface Norm<T> {
  gamma?: T;
  beta?: T;
  mean: T;
  variance: T;
  epsilon: number;
}

/** An operation of a network, with its weights. */
export interface GraphUnit<T> {
  /**
   * `linear` for a convolution or a fully connected layer, `norm` for a batch normalization that follows neither, `prelu`; of an
   * operation without weights, its name.
   */
  kind: string;
  /** What messages call it. */
  name: string;
  /** Stride and padding of a convolution, as text. */
  geometry?: string;
  weight?: T;
  bias?: T;
  /** Of a batch normalization, or of the one that follows directly. */
  norm?: Norm<T>;
  /** Of a PReLU. */
  slope?: T;
}

/** An operation in its graph. */
export interface GraphStep<T> {
  unit: GraphUnit<T>;
  /** The steps it reads. */
  inputs: GraphStep<T>[];
}

/** All tensors of an operation. */
export function tensorsOf<T>({weight, bias, norm, slope}: GraphUnit<T>): T[] {
  const all = [weight, bias, norm?.gamma, norm?.beta, norm?.mean, norm?.variance, slope];
  return all.filter(tensor => tensor !== undefined);
}

/** How many convolutions and fully connected layers lie on the longest way to each step. */
function depths<T>(steps: GraphStep<T>[]): Map<GraphStep<T>, number> {
  const depth = new Map<GraphStep<T>, number>();
  for (const step of steps) {
    const before = step.inputs.reduce((most, input) => Math.max(most, depth.get(input) ?? 0), 0);
    depth.set(step, before + (step.unit.kind === 'linear' ? 1 : 0));
  }
  return depth;
}

/**
 * The steps that lead to the last one, in an order that depends on nothing but the graph: each after what it reads, and of two
 * branches the longer one first, whichever way round a sum was written.
 *
 * @param steps In an order in which each reads only earlier ones.
 */
export function canonicalOrder<T>(steps: GraphStep<T>[], last: GraphStep<T>): GraphStep<T>[] {
  const depth = depths(steps);
  const depthOf = (step: GraphStep<T>) => depth.get(step) ?? 0;
  const done = new Set<GraphStep<T>>();
  const open = [last];
  // An explicit stack: a stranger's graph may be deeper than the call stack.
  for (let step = open.at(-1); step !== undefined; step = open.at(-1)) {
    const waiting = [...step.inputs].sort((a, b) => depthOf(b) - depthOf(a)).find(input => !done.has(input));
    if (waiting !== undefined) {
      open.push(waiting);
    } else {
      done.add(step);
      open.pop();
    }
  }
  return [...done];
}

/** The units on the way to the last one that has weights, a batch normalization being part of what it follows. */
export function unitsTo<T>(steps: GraphStep<T>[], last: GraphStep<T>): GraphUnit<T>[] {
  const units: GraphUnit<T>[] = [];
  let weighted = 0;
  for (const {unit, inputs} of canonicalOrder(steps, last)) {
    const before = inputs[0]?.unit;
    if (unit.kind === 'norm' && before?.kind === 'linear' && before.norm === undefined) {
      before.norm = unit.norm;
      continue;
    }
    if (unit.kind !== 'input') units.push(unit);
    if (tensorsOf(unit).length > 0) weighted = units.length;
  }
  return units.slice(0, weighted);
}
