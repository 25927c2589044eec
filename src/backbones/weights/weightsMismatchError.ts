import {shownName} from './shownName';

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

/** Where a file and a network part, and why. */
export interface MismatchExplanation {
  /** The first tensor in which they differ, in words. */
  place: string;
  /** What would make the network fit, such as `depth: 100`; nothing if no option alone explains the differences. */
  change?: string;
}

/** The most names in a message; the error has all of them. */
const mostNames = 12;

/** How many names of each list a message has, such that a short list is whole and long ones share what it leaves. */
function sharesOf(lengths: number[]): number[] {
  const shares = lengths.map(() => 0);
  for (let left = mostNames; left > 0 && lengths.some((length, i) => shares[i] < length); ) {
    for (const [i, length] of lengths.entries()) {
      if (left === 0 || shares[i] === length) continue;
      shares[i]++;
      left--;
    }
  }
  return shares;
}

function listed(what: string, items: string[], share: number): string[] {
  if (items.length === 0) return [];
  const rest = items.length > share ? `, and ${items.length - share} more` : '';
  return [`${items.length} ${what}: ${items.slice(0, share).map(shownName).join(', ')}${rest}`];
}

function messageOf(file: string, target: string, mismatch: WeightsMismatch, reason?: MismatchExplanation) {
  const {missing, surplus, misshapen} = mismatch;
  const shapes = misshapen.map(({name, expected, found}) => `${name} is ${found}, must be ${expected}`);
  const lists = [missing, surplus, shapes];
  const shares = sharesOf(lists.map(({length}) => length));
  const kinds = ['missing', 'surplus', 'of another shape'];
  const differences = lists.flatMap((items, i) => listed(kinds[i], items, shares[i]));
  return [
    `importWeights: ${file} does not fit ${target}.`,
    ...(reason === undefined ? [] : [`They part at ${reason.place}.`]),
    ...(reason?.change === undefined ? [] : [`The file fits a network with ${reason.change}.`]),
    `${differences.join('; ')}.`,
  ].join(' ');
}

/**
 * A sound file of weights that do not fit the network. No weight has changed.
 *
 * The message says where the two part, what option would explain it, how many tensors differ, and the names of a dozen; the error has
 * all of them.
 */
export class WeightsMismatchError extends Error implements WeightsMismatch {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'WeightsMismatchError';
  readonly missing: string[];
  readonly surplus: string[];
  readonly misshapen: MisshapenTensor[];
  /** What would make the network fit, such as `depth: 100`; nothing if no option alone explains the differences. */
  readonly change: string | undefined;

  constructor(file: string, target: string, mismatch: WeightsMismatch, reason?: MismatchExplanation) {
    super(messageOf(file, target, mismatch, reason));
    this.missing = mismatch.missing;
    this.surplus = mismatch.surplus;
    this.misshapen = mismatch.misshapen;
    this.change = reason?.change;
  }

  /**
   * Throws if there is any difference.
   *
   * @param explain Finds where the two part, and why.
   */
  static throwIfAny(
    file: string,
    target: string,
    mismatch: WeightsMismatch,
    explain?: () => MismatchExplanation,
  ): void {
    const {missing, surplus, misshapen} = mismatch;
    if (missing.length + surplus.length + misshapen.length > 0) {
      throw new WeightsMismatchError(file, target, mismatch, explain?.());
    }
  }
}
