/** The people nearest to each of some probes, each person once, with the best template of each. */
export class BestPeople {
  /** `[P, k]`, the nearest first; −1 where nobody has been offered yet. */
  readonly people: Int32Array;
  /** The best template of each. `[P, k]`. */
  readonly templates: Int32Array;
  /** `[P, k]`. */
  readonly cosines: Float64Array;
  /** What is below it need not be offered. `[P]`. */
  readonly least: Float64Array;

  constructor(
    readonly probes: number,
    readonly k: number,
    threshold: number,
  ) {
    this.people = new Int32Array(probes * k).fill(-1);
    this.templates = new Int32Array(probes * k).fill(-1);
    this.cosines = new Float64Array(probes * k).fill(-Infinity);
    this.least = new Float64Array(probes).fill(threshold);
  }

  /** Keeps a person for a probe if among the nearest. */
  offer(probe: number, person: number, template: number, cosine: number): void {
    const {people, templates, cosines, k} = this;
    const [first, last] = [probe * k, (probe + 1) * k - 1];
    let at = first;
    while (at < last && people[at] !== person && people[at] >= 0) at++;
    if (people[at] === person ? cosine <= cosines[at] : people[at] >= 0 && cosine <= cosines[at]) return;
    for (; at > first && cosine > cosines[at - 1]; at--) {
      people[at] = people[at - 1];
      templates[at] = templates[at - 1];
      cosines[at] = cosines[at - 1];
    }
    people[at] = person;
    templates[at] = template;
    cosines[at] = cosine;
    if (people[last] >= 0) this.least[probe] = Math.max(this.least[probe], cosines[last]);
  }
}
