import type {Ranks} from '../../src/base/ranks';

type Values = Float32Array | Float64Array | Int32Array;

/**
 * What each of several ranks gets from a call that exchanges numbers, one rank after the other: each first tells what it sends,
 * then all run again and receive it. A call may send nothing that depends on what it received.
 */
export async function inRanks<Result>(
  size: number,
  call: (ranks: Ranks) => Promise<Result>,
): Promise<Result[]> {
  const sent: Values[][] = [];
  for (let rank = 0; rank < size; rank++) {
    const values: Values[] = [];
    sent.push(values);
    await call({
      rank,
      size,
      allReduce: own => {
        values.push(own.slice());
        return own;
      },
      allGather: (own, into) => {
        values.push(own.slice());
        for (let from = 0; from < size; from++) into.set(own, from * own.length);
        return into;
      },
    });
  }
  const results: Result[] = [];
  for (let rank = 0; rank < size; rank++) {
    let place = 0;
    results.push(
      await call({
        rank,
        size,
        allReduce: (own, reduction) => {
          const all = sent.map(values => values[place]);
          place++;
          const combine = {
            sum: (a: number, b: number) => a + b,
            max: Math.max,
            min: Math.min,
          }[reduction];
          own.forEach((_, i) => {
            own[i] = all.map(values => values[i]).reduce((a, b) => combine(a, b));
          });
          return own;
        },
        allGather: (own, into) => {
          sent.forEach((values, from) => {
            into.set(values[place], from * own.length);
          });
          place++;
          return into;
        },
      }),
    );
  }
  return results;
}
