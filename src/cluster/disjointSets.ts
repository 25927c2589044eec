/** Sets of the numbers from 0 to N − 1, which are joined and never split (union by the lower root, halving of paths). */
export class DisjointSets {
  private readonly parents: Int32Array;

  constructor(count: number) {
    this.parents = Int32Array.from({length: count}, (_, i) => i);
  }

  /** The lowest number of a set. */
  root(i: number): number {
    const {parents} = this;
    let at = i;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  /** Joins the sets of two numbers. */
  join(i: number, j: number): void {
    const [one, other] = [this.root(i), this.root(j)];
    if (one < other) this.parents[other] = one;
    else this.parents[one] = other;
  }

  /** Makes a number a set of its own; the others of its set must be reset too. */
  reset(i: number): void {
    this.parents[i] = i;
  }
}
