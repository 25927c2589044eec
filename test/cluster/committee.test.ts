import {
  type CommitteeMember,
  clusterScores,
  consensusPropagation,
  Mediator,
  type MediatorData,
  nearestNeighbours,
  trainMediator,
} from 'face-margins/cluster';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {MediatorNetwork} from '../../src/cluster/committee/mediatorNetwork';
import {PairFeatures} from '../../src/cluster/committee/pairFeatures';
import {testRandom} from '../support/random';
import {golden, goldenMediator} from './golden';

beforeAll(() => useBackend('cpu'));

const {parts, k, cases, features} = golden.propagation;
const committee = (): Promise<CommitteeMember[]> =>
  Promise.all(
    parts.map(async embeddings => ({embeddings, neighbours: await nearestNeighbours(embeddings, k)})),
  );

describe('consensusPropagation', () => {
  it.each(cases)(
    'at $threshold with $accept votes, at most $largest, by steps of $step, is the rule of the paper',
    async ({labels, ...options}) => {
      const found = await consensusPropagation(await committee(), options);
      expect([...found.labels]).toEqual(labels);
      expect(found.count).toBe(Math.max(...labels) + 1);
    },
  );

  it('refuses committees that are none, and votes that cannot be', async () => {
    const members = await committee();
    const [first] = members;
    await expect(consensusPropagation([], {threshold: 0.5})).rejects.toThrow(
      'members must be one or more {neighbours, embeddings}, the base first, but are none.',
    );
    await expect(consensusPropagation(members, {threshold: 0.5, accept: 3})).rejects.toThrow(
      'accept must be a number from 0 to 2, but is 3.',
    );
    await expect(consensusPropagation(members, {threshold: 0.5, accept: 0.5})).rejects.toThrow(
      'accept must be a whole number of 1 or more, but is 0.5.',
    );
    const fewer = {
      neighbours: {
        ...first.neighbours,
        indices: Int32Array.of(0, 0, 0, 0, 0, 0),
        cosines: new Float32Array(6),
      },
    };
    await expect(consensusPropagation([first, fewer], {threshold: 0.5})).rejects.toThrow(
      'members must have the same images, but members[1] has 1 and members[0] 40.',
    );
  });
});

describe('what a mediator is told of a pair', () => {
  it('are the numbers of the paper: who knows it, how near, and how many neighbors are shared', async () => {
    const pairs = new PairFeatures(await committee(), ['relationship', 'affinity', 'structure']);
    expect(pairs.width).toBe(8);
    const rows = new Float64Array(k * 8);
    features.forEach((expected, pair) => {
      if (pair % k === 0) pairs.write(pair / k, rows);
      expected.forEach((value, c) => {
        expect(Math.abs(rows[(pair % k) * 8 + c] - value)).toBeLessThan(1e-6);
      });
    });
  });
});

describe('a mediator', () => {
  it('learns step by step as in PyTorch', () => {
    const sizes = [3, 9, 9, 2];
    const network = new MediatorNetwork(
      goldenMediator.first.map(({weights, biases}, at) => ({
        inputs: sizes[at],
        outputs: sizes[at + 1],
        weights: Float64Array.from(weights),
        biases: Float64Array.from(biases),
      })),
    );
    const inputs = Float64Array.from(goldenMediator.inputs);
    const options = {learningRate: 0.3, momentum: 0.9, weightDecay: 1e-2};
    for (const loss of goldenMediator.losses) {
      expect(network.step(inputs, goldenMediator.targets, options)).toBeCloseTo(loss, 12);
    }
    goldenMediator.probabilities.forEach((probability, row) => {
      expect(network.probability(inputs.subarray(3 * row, 3 * row + 3))).toBeCloseTo(probability, 12);
    });
  });

  /** Two networks that see the same people differently, each with noise of its own. */
  async function twoViews(seed: number, people: number) {
    const random = testRandom(seed);
    const identities = Array.from({length: 6 * people}, (_, i) => i % people);
    const views = [0, 1, 2].map(() => {
      const centers = Float32Array.from({length: people * 8}, () => random.normal());
      const values = Float32Array.from({length: identities.length * 8}, (_, at) => {
        return centers[identities[Math.floor(at / 8)] * 8 + (at % 8)] + 0.6 * random.normal();
      });
      return {values, dimension: 8};
    });
    const members = await Promise.all(
      views.map(async embeddings => ({embeddings, neighbours: await nearestNeighbours(embeddings, 8)})),
    );
    return {identities, members};
  }

  it('finds people better than the base alone, on people it has not seen', async () => {
    const training = await twoViews(1, 40);
    const losses: number[] = [];
    const mediator = await trainMediator(training.members, training.identities, {
      epochs: 30,
      batchSize: 64,
      onEpoch: (_, loss) => losses.push(loss),
    });
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    const {members, identities} = await twoViews(2, 40);
    const scoreOf = async (options: {threshold: number; mediator?: Mediator}) =>
      clusterScores((await consensusPropagation(members, options)).labels, identities).bCubed.f;
    const alone = Math.max(
      ...(await Promise.all([0.6, 0.7, 0.8, 0.85].map(threshold => scoreOf({threshold})))),
    );
    expect(await scoreOf({mediator, threshold: 0.9})).toBeGreaterThan(alone + 0.05);
  });

  it('is the same for a seed, and after JSON', async () => {
    const {members, identities} = await twoViews(3, 10);
    const [one, again] = [await trainMediator(members, identities), await trainMediator(members, identities)];
    expect(one.toJSON()).toEqual(again.toJSON());
    const loaded = Mediator.fromJSON(JSON.parse(JSON.stringify(one)));
    expect(await loaded.probabilities(members)).toEqual(await one.probabilities(members));
  });

  it('refuses data that is none', async () => {
    const {members, identities} = await twoViews(3, 10);
    const data = (await trainMediator(members, identities)).toJSON();
    const bad: [Partial<Record<keyof MediatorData, unknown>>, string][] = [
      [{format: 'x'}, 'data must have the format face-margins mediator 1, but has x.'],
      [{features: ['age']}, 'data must have features of relationship, affinity, structure.'],
      [{members: 0}, 'data must have one member or more.'],
      [{members: 2}, 'data must have 5 finite means'],
      [{means: [...data.means.slice(1), Number.NaN]}, 'finite means'],
      [{deviations: data.deviations.map(() => 0)}, 'deviations above 0'],
      [{layers: data.layers.slice(1)}, 'data must have 3 layers.'],
      [{layers: [data.layers[1], ...data.layers.slice(1)]}, 'finite weights'],
    ];
    for (const [change, message] of bad) {
      expect(() => Mediator.fromJSON({...data, ...change} as MediatorData)).toThrow(message);
    }
  });

  it('refuses another committee, and people who cannot teach it', async () => {
    const {members, identities} = await twoViews(3, 10);
    const mediator = await trainMediator(members, identities);
    await expect(mediator.probabilities(members.slice(1))).rejects.toThrow(
      'probabilities: members must be 3, as in training, but are 2.',
    );
    await expect(consensusPropagation(members, {mediator, threshold: 0.9, accept: 1})).rejects.toThrow(
      'accept must be 0 with a mediator',
    );
    await expect(trainMediator(members, identities.slice(1))).rejects.toThrow(
      'identities must be one for each of 60 images, but are 59.',
    );
    await expect(
      trainMediator(
        members,
        identities.map(() => 1),
      ),
    ).rejects.toThrow('neighbors must show one person in some pairs and two in others');
    const [{neighbours}] = members;
    await expect(trainMediator([{neighbours}], identities)).rejects.toThrow(
      'members[0].embeddings must be there for a mediator, but is undefined.',
    );
  });
});
