import {verificationIntervals} from '../src/evaluate/intervals/verificationIntervals';
import {allPairsScores} from '../src/evaluate/verification/allPairsScores';
import {cosineTiles} from '../src/neighbours/cosineTiles';
import {UnitRows} from '../src/neighbours/unitRows';
import {type Bench, benchCase, type Case} from './harness';
import {evenDirections} from './support/evenDirections';
import {lfwData, lfwEmbeddings} from './support/lfwEmbeddings';

export const description =
  'all pairs of LFW, and ten billion synthetic pairs whose true rates a formula gives';

/** 141,422 images make 10¹⁰ pairs, of which ten impostors are accepted at FAR 1e-9. */
const people = 70_711;
const dimension = 32;
const imagesOfLfw = 13_233;

const pairsOf = (images: number) => (images * (images - 1)) / 2;
const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;

/** Prints the true accept rates with intervals, and what they should be where that is known. */
function print(
  all: Awaited<ReturnType<typeof allPairsScores>>,
  fars: number[],
  truth?: (far: number) => number,
): void {
  for (const {far, value, low, high, clopperPearson} of verificationIntervals(all, {fars}).tarAtFar) {
    const known = truth === undefined ? '' : `, by the formula ${percent(truth(far))}`;
    console.log(
      `TAR at FAR ${far}: ${percent(value)} (${percent(low)} to ${percent(high)} by people, ` +
        `${percent(clopperPearson.low)} to ${percent(clopperPearson.high)} by pairs)${known}`,
    );
  }
}

const lfw: Case[] = [
  benchCase<Awaited<ReturnType<typeof lfwEmbeddings>>>({
    name: 'all pairs of LFW',
    backend: 'wasm',
    memory: true,
    work: {amount: pairsOf(imagesOfLfw) / 1e6, unit: 'M pairs'},
    setup: () => lfwEmbeddings(1),
    async run({values, dimension, labels}) {
      await allPairsScores({values, dimension}, labels);
    },
    async dispose({values, dimension, labels}) {
      print(await allPairsScores({values, dimension}, labels), [1e-3, 1e-4, 1e-5, 1e-6]);
    },
  }),
  benchCase<Awaited<ReturnType<typeof lfwEmbeddings>>>({
    name: 'their products alone',
    backend: 'wasm',
    work: {amount: pairsOf(imagesOfLfw) / 1e6, unit: 'M pairs'},
    setup: () => lfwEmbeddings(1),
    async run({values, dimension}) {
      const units = new UnitRows({values, dimension});
      for await (const tile of cosineTiles(units, units)) void tile;
    },
  }),
];

const synthetic = benchCase<ReturnType<typeof evenDirections>>({
  name: 'ten billion pairs, 32-d',
  backend: 'wasm',
  work: {amount: pairsOf(2 * people) / 1e6, unit: 'M pairs'},
  setup: () => evenDirections(people, dimension, 1),
  async run({values, ids, tarAt}) {
    print(await allPairsScores({values, dimension}, ids), [1e-6, 1e-7, 1e-8, 1e-9], tarAt);
  },
});

export function bench(): Bench[] {
  return [
    ...(lfwData === undefined
      ? []
      : [
          {
            cases: lfw,
            rounds: 5,
            warmUp: 1,
            ratios: {'all pairs / products alone': [lfw[0].name, lfw[1].name] as [string, string]},
          },
        ]),
    {cases: [synthetic], rounds: 1, warmUp: 0},
  ];
}
