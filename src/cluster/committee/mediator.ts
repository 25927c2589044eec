import {nextTask} from '../../base/nextTask';
import {checkCommittee} from './checkCommittee';
import type {CommitteeMember} from './committeeMember';
import {MediatorNetwork} from './mediatorNetwork';
import {type PairFeature, PairFeatures, pairFeatureCount} from './pairFeatures';

/** A {@link Mediator} as plain data, which JSON keeps. */
export interface MediatorData {
  /** Tells it from other files. */
  format: 'face-margins mediator 1';
  /** What it is told of a pair. */
  features: PairFeature[];
  /** The number of members of the committee, the base among them. */
  members: number;
  /** What is subtracted from each input. */
  means: number[];
  /** What each input is divided by. */
  deviations: number[];
  /** Its layers from the input on: weights `[outputs, inputs]`, row-major, and biases `[outputs]`. */
  layers: {
    /** The weights of one layer. */
    weights: number[];
    /** The biases of one layer. */
    biases: number[];
  }[];
}

/** Judges from what a committee says of a pair whether it shows one person. {@link trainMediator} makes it. */
export class Mediator {
  /** What it is told of a pair. */
  readonly features: readonly PairFeature[];
  /** The number of members of its committee, the base among them. */
  readonly members: number;
  private readonly means: Float64Array;
  private readonly deviations: Float64Array;

  private constructor(
    {features, members, means, deviations}: MediatorData,
    private readonly network: MediatorNetwork,
  ) {
    this.features = [...features];
    this.members = members;
    this.means = Float64Array.from(means);
    this.deviations = Float64Array.from(deviations);
  }

  /**
   * The probability of each pair of the base that it shows one person, `[N, k]`, in the order of the base's neighbors.
   *
   * @param members What each network says, the base first, as in training.
   * @param onProgress Called with the part of the images done so far, from 0 to 1.
   * @throws If the committee has another number of members than in training, or lacks embeddings.
   */
  async probabilities(
    members: readonly CommitteeMember[],
    onProgress?: (part: number) => void,
  ): Promise<Float32Array> {
    const count = checkCommittee('probabilities', members, true);
    if (members.length !== this.members) {
      throw new Error(
        `probabilities: members must be ${this.members}, as in training, but are ${members.length}.`,
      );
    }
    const {k} = members[0].neighbours;
    const pairs = new PairFeatures(members, this.features);
    const {width} = pairs;
    const rows = new Float64Array(k * width);
    const probabilities = new Float32Array(count * k);
    for (let i = 0; i < count; i++) {
      pairs.write(i, rows);
      for (let n = 0; n < k; n++) {
        const own = rows.subarray(n * width, (n + 1) * width);
        this.standardize(own);
        probabilities[i * k + n] = this.network.probability(own);
      }
      if (i % 1024 < 1023) continue;
      onProgress?.(i / count);
      await nextTask();
    }
    onProgress?.(1);
    return probabilities;
  }

  /** Plain data, for a file or a worker. */
  toJSON(): MediatorData {
    return {
      format: 'face-margins mediator 1',
      features: [...this.features],
      members: this.members,
      means: [...this.means],
      deviations: [...this.deviations],
      layers: this.network.layers.map(({weights, biases}) => ({weights: [...weights], biases: [...biases]})),
    };
  }

  /**
   * The mediator that {@link Mediator.toJSON} gave.
   *
   * @throws If the data is not that of a mediator.
   */
  static fromJSON(data: MediatorData): Mediator {
    const refuse = (what: string) => new Error(`Mediator.fromJSON: data must ${what}.`);
    if (data?.format !== 'face-margins mediator 1') {
      throw refuse(`have the format face-margins mediator 1, but has ${String(data?.format)}`);
    }
    const known: readonly string[] = ['relationship', 'affinity', 'structure'];
    const {features, members, means, deviations, layers} = data;
    if (!Array.isArray(features) || features.length === 0 || features.some(name => !known.includes(name))) {
      throw refuse(`have features of ${known.join(', ')}`);
    }
    if (!(Number.isInteger(members) && members >= 1)) throw refuse('have one member or more');
    const width = pairFeatureCount(features, members);
    const sizes = [width, 3 * width, 3 * width, 2];
    const fits = (values: unknown, length: number): values is number[] =>
      Array.isArray(values) && values.length === length && values.every(value => Number.isFinite(value));
    if (!fits(means, width) || !fits(deviations, width) || deviations.some(value => value <= 0)) {
      throw refuse(`have ${width} finite means and as many deviations above 0`);
    }
    if (!Array.isArray(layers) || layers.length !== 3) throw refuse('have 3 layers');
    const made = layers.map(({weights, biases}, at) => {
      const [inputs, outputs] = [sizes[at], sizes[at + 1]];
      if (!fits(weights, inputs * outputs) || !fits(biases, outputs)) {
        throw refuse(`have ${inputs * outputs} finite weights and ${outputs} biases in layer ${at}`);
      }
      return {inputs, outputs, weights: Float64Array.from(weights), biases: Float64Array.from(biases)};
    });
    return new Mediator(data, new MediatorNetwork(made));
  }

  private standardize(row: Float64Array): void {
    for (let c = 0; c < row.length; c++) row[c] = (row[c] - this.means[c]) / this.deviations[c];
  }
}
