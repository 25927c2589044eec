import type {Collective, CollectiveArray, Reduction} from '../../src/base/collective';

const combined: Record<Reduction, (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

/** What a rank has sent so far, exchange after exchange. */
type Sent = CollectiveArray[];

const isSame = (one: Sent, other: Sent): boolean =>
  one.length === other.length &&
  one.every(
    (values, i) => values.length === other[i].length && values.every((v, j) => Object.is(v, other[i][j])),
  );

/**
 * One rank, which receives what all sent in the round before; of its own numbers, if they have not come so far.
 *
 * @param before What each rank sent in the round before.
 * @param sent Where to note what this one sends.
 */
function rankOf(rank: number, before: Sent[], sent: Sent): Collective {
  const exchange = <T extends CollectiveArray>(values: T): T[] => {
    const place = sent.push(values.slice()) - 1;
    return before.map(of => (of[place]?.length === values.length ? of[place] : values.slice()) as T);
  };
  const reduce = (all: CollectiveArray[], at: number, reduction: Reduction) =>
    all.map(values => values[at]).reduce((a, b) => combined[reduction](a, b));
  return {
    rank,
    size: before.length,
    allReduce: (values, reduction) => {
      const all = exchange(values);
      for (const i of values.keys()) values[i] = reduce(all, i, reduction);
      return values;
    },
    allGather: (values, into) => {
      if (into.length !== values.length * before.length)
        throw new Error(
          `must gather ${before.length} times ${values.length} numbers, but into ${into.length}.`,
        );
      for (const [from, own] of exchange(values).entries()) into.set(own, from * values.length);
      return into;
    },
    reduceScatter: (values, into, reduction) => {
      if (values.length !== into.length * before.length)
        throw new Error(`must scatter ${before.length} times ${into.length} numbers, but ${values.length}.`);
      const all = exchange(values);
      for (const i of into.keys()) into[i] = reduce(all, rank * into.length + i, reduction);
      return into;
    },
    broadcast: (values, root) => {
      values.set(exchange(values)[root]);
      return values;
    },
    barrier: () => {},
    abort: code => {
      throw new Error(`rank ${rank} ended all with code ${code}.`);
    },
    close: async () => {},
  };
}

/** More rounds than any call exchanges numbers, each of which may follow from those before. */
const mostRounds = 100;

/**
 * What each of several ranks gets from a call that exchanges numbers, in one process: all run one after the other, again and again with
 * what they sent the time before, until they send the same again. The call begins anew each time, and draws nothing without a seed.
 */
export async function inRanks<Result>(
  size: number,
  call: (ranks: Collective) => Promise<Result> | Result,
): Promise<Result[]> {
  let before: Sent[] = Array.from({length: size}, () => []);
  for (let round = 0; round < mostRounds; round++) {
    const sent: Sent[] = [];
    const results: Result[] = [];
    for (let rank = 0; rank < size; rank++) {
      sent.push([]);
      results.push(await call(rankOf(rank, before, sent[rank])));
    }
    if (sent.every((values, rank) => isSame(values, before[rank]))) return results;
    before = sent;
  }
  throw new Error(`inRanks: ranks must come to send the same, but do not in ${mostRounds} rounds.`);
}
