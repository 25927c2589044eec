import type {Embeddings} from '../../base/embeddings';
import type {Neighbours} from '../../neighbours/nearestNeighbours';
import {unitValues} from '../unitValues';
import type {CommitteeMember} from './committeeMember';

/** A kind of what a mediator is told of a pair (i, j): numbers in the order of the members. */
export type PairFeature = 'relationship' | 'affinity' | 'structure';

/** How many numbers the features of a pair are. */
export function pairFeatureCount(features: readonly PairFeature[], members: number): number {
  return features.reduce((sum, feature) => sum + (feature === 'relationship' ? members - 1 : members), 0);
}

/** What a committee says of pairs of the base. */
export class PairFeatures {
  /** How many numbers a pair has. */
  readonly width: number;
  private readonly base: Neighbours;
  private readonly units: Embeddings[];
  private readonly marks: Int32Array;

  constructor(
    private readonly members: readonly CommitteeMember[],
    private readonly features: readonly PairFeature[],
  ) {
    this.width = pairFeatureCount(features, members.length);
    this.base = members[0].neighbours;
    this.marks = new Int32Array(this.base.indices.length / this.base.k).fill(-1);
    const needsUnits = features.includes('affinity');
    this.units = members.map(({embeddings}) => {
      const {values, dimension} = embeddings as Embeddings;
      return {values: needsUnits ? unitValues({values, dimension}) : [], dimension};
    });
  }

  /**
   * Writes the numbers of the pairs of one image.
   *
   * @param target `[k, width]`.
   */
  write(i: number, target: Float64Array): void {
    const {base, members, features} = this;
    const {k} = base;
    let column = 0;
    for (const feature of features) {
      members.forEach((_, m) => {
        if (feature === 'relationship' && m === 0) return;
        if (feature !== 'affinity') this.mark(i, m);
        for (let n = 0; n < k; n++) target[n * this.width + column] = this.of(feature, m, i, i * k + n);
        column++;
      });
    }
  }

  /** Marks the neighbors that a member names. */
  private mark(i: number, m: number): void {
    const {indices, k} = this.members[m].neighbours;
    const mark = i * this.members.length + m;
    for (let at = i * k; at < (i + 1) * k; at++) this.marks[indices[at]] = mark;
  }

  private of(feature: PairFeature, m: number, i: number, at: number): number {
    const j = this.base.indices[at];
    if (feature === 'affinity') return m === 0 ? this.base.cosines[at] : this.cosine(m, i, j);
    const mark = i * this.members.length + m;
    if (feature === 'relationship') return this.marks[j] === mark ? 1 : 0;
    const {indices, k} = this.members[m].neighbours;
    let common = 0;
    for (let other = j * k; other < (j + 1) * k; other++) if (this.marks[indices[other]] === mark) common++;
    return common;
  }

  private cosine(m: number, i: number, j: number): number {
    const {values, dimension} = this.units[m];
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += values[i * dimension + d] * values[j * dimension + d];
    return sum;
  }
}
