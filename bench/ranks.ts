import {type Bench, benchCase, type Case} from './harness';
import {PythonPeer, peersPython} from './support/pythonPeer';
import {hasOpenMpi, RanksPeer, type RanksQuestion} from './support/ranksPeer';

export const description =
  'training steps in one process and in two that Open MPI joins, a thread each; partial FC; beside PyTorch and gloo';

const DIMENSION = 512;

const thousands = (count: number) => `${count / 1000}k`;

function ranksCase(name: string, ranks: number, question: RanksQuestion): Case {
  return benchCase<RanksPeer>({
    name,
    work: {amount: ranks * question.batch, unit: 'img'},
    setup: () => new RanksPeer(ranks, question),
    run: peer => peer.ask(),
    dispose: peer => peer.close(),
  });
}

/** Two processes at once that have nothing to do with one another: what the machine itself leaves of the speed of one. */
function apartCase(name: string, question: RanksQuestion): Case {
  return benchCase<RanksPeer[]>({
    name,
    work: {amount: 2 * question.batch, unit: 'img'},
    setup: () => [new RanksPeer(1, question), new RanksPeer(1, question)],
    run: async peers => {
      const [one, other] = await Promise.all(peers.map(peer => peer.ask()));
      return one.milliseconds > other.milliseconds ? one : other;
    },
    dispose: peers => {
      for (const peer of peers) peer.close();
    },
  });
}

/** Heads of PyTorch to measure beside, by name: one written from the paper, and arcface_torch's where ARCFACE_TORCH names its folder. */
const torchHeads: Record<string, {arcfaceTorch?: string}> = {
  ...(peersPython !== undefined && {pytorch: {}}),
  ...(peersPython !== undefined &&
    process.env.ARCFACE_TORCH !== undefined && {arcface_torch: {arcfaceTorch: process.env.ARCFACE_TORCH}}),
};

function torchCase(
  name: string,
  ranks: number,
  {classes, sample, batch, steps}: RanksQuestion,
  which: {arcfaceTorch?: string},
): Case {
  return benchCase<PythonPeer>({
    name,
    work: {amount: ranks * batch, unit: 'img'},
    setup: () => new PythonPeer('partial_fc_peer.py'),
    run: peer =>
      peer.ask({ranks, classes, batch, steps, dimension: DIMENSION, ...which, ...(sample && {sample})}),
    dispose: peer => peer.close(),
  });
}

/** Time of a step of N ranks, which has N times the images. */
function networkBench(classes: number): Bench {
  const question: RanksQuestion = {network: 'mobileFaceNet', classes, batch: 32, steps: 2};
  const names = [1, 2].map(ranks => `mobileFaceNet, ${thousands(classes)} classes, ${ranks} ranks`);
  const apart = `mobileFaceNet, ${thousands(classes)} classes, 2 processes apart`;
  return {
    cases: [...names.map((name, i) => ranksCase(name, i + 1, question)), apartCase(apart, question)],
    // A step of two ranks has twice the images.
    rateRatios: {
      [`images a second: ${thousands(classes)} classes, 2 ranks / 1`]: [names[1], names[0]],
      [`images a second: ${thousands(classes)} classes, 2 processes apart / 1`]: [apart, names[0]],
    },
    rounds: 5,
    warmUp: 1,
  };
}

/** The head alone, whose classes two ranks divide. */
function headBench(classes: number): Bench {
  const size = thousands(classes);
  const dense: RanksQuestion = {network: 'linear', classes, batch: 64, steps: 2};
  const ways: Record<string, RanksQuestion> = {
    dense,
    ...(classes >= 100_000 && {'partial FC, r = 0.1': {...dense, sample: 0.1}}),
  };
  const bench = {cases: [] as Case[], ratios: {}, rateRatios: {}, memoryRatios: {}, rounds: 4, warmUp: 1};
  for (const [way, question] of Object.entries(ways)) {
    const [one, two] = [1, 2].map(ranks => `head of ${size}, ${way}, ${ranks} ranks`);
    bench.cases.push(ranksCase(one, 1, question), ranksCase(two, 2, question));
    Object.assign(bench.rateRatios, {[`images a second: head of ${size}, ${way}, 2 ranks / 1`]: [two, one]});
    if (way === 'dense') {
      Object.assign(bench.memoryRatios, {[`memory a rank: head of ${size}, 2 ranks / 1`]: [two, one]});
    } else {
      for (const ranks of [1, 2]) {
        const [over, under] = [way, 'dense'].map(each => `head of ${size}, ${each}, ${ranks} ranks`);
        Object.assign(bench.ratios, {[`head of ${size}: ${way} / dense, ${ranks} ranks`]: [over, under]});
      }
    }
    for (const [i, ours] of [one, two].entries()) {
      for (const [name, which] of Object.entries(torchHeads)) {
        const theirs = `${name} ${ours}`;
        bench.cases.push(torchCase(theirs, i + 1, question, which));
        Object.assign(bench.ratios, {[`${ours} / ${name}`]: [ours, theirs]});
      }
    }
  }
  return bench;
}

export function bench(): Bench[] {
  if (!hasOpenMpi) {
    throw new Error('Two processes need Open MPI: apt-get install -y --no-install-recommends openmpi-bin.');
  }
  return [networkBench(10_000), networkBench(100_000), headBench(10_000), headBench(100_000)];
}
