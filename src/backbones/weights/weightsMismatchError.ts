/** A tensor that is in the file and in the network, but not alike. */
export interface MisshapenTensor {
  /** The name it has in the network. */
  name: string;
  /** What the network needs, such as `[512, 25088]`. */
  expected: string;
  /** What the file holds. */
  found: string;
}

/** Everything in which a file and a network differ. */
export interface WeightsMismatch {
  /** What the network needs and the file lacks: names, with shapes. */
  missing: string[];
  /** What the file holds and the network has no place for: names, with shapes. */
  surplus: string[];
  /** What both have, in different shapes. */
  misshapen: MisshapenTensor[];
}

const listed = (count: number, what: string, items: string[]) =>
  count === 0 ? [] : [`${count} ${what}: ${items.join(', ')}`];

/** A sound file of weights that do not fit the network; lists every difference. No weight has changed. */
export class WeightsMismatchError extends Error implements WeightsMismatch {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'WeightsMismatchError';
  readonly missing: string[];
  readonly surplus: string[];
  readonly misshapen: MisshapenTensor[];

  constructor(file: string, target: string, {missing, surplus, misshapen}: WeightsMismatch) {
    const shapes = misshapen.map(({name, expected, found}) => `${name} is ${found}, must be ${expected}`);
    const differences = [
      ...listed(missing.length, 'missing', missing),
      ...listed(surplus.length, 'surplus', surplus),
      ...listed(misshapen.length, 'of another shape', shapes),
    ];
    super(`importWeights: ${file} does not fit ${target}. ${differences.join('; ')}.`);
    this.missing = missing;
    this.surplus = surplus;
    this.misshapen = misshapen;
  }

  /** Throws if there is any difference. */
  static throwIfAny(file: string, target: string, mismatch: WeightsMismatch): void {
    const {missing, surplus, misshapen} = mismatch;
    if (missing.length + surplus.length + misshapen.length > 0) {
      throw new WeightsMismatchError(file, target, mismatch);
    }
  }
}
