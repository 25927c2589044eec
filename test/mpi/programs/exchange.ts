import {openCollective} from 'face-margins/distributed';
import {tell} from './tell';

/* Every method of a collective, with numbers that tell the ranks apart. */
const collective = await openCollective();
const {rank, size} = collective;
const of = (...values: number[]) => Float32Array.from(values);
const refused = (call: () => unknown) => {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
};
const list = (values: ArrayLike<number>) => Array.from(values);
const told = {
  rank,
  size,
  sum: list(collective.allReduce(of(1, rank), 'sum')),
  max: list(collective.allReduce(Int32Array.of(rank, -rank), 'max')),
  min: list(collective.allReduce(Float64Array.of(rank + 0.1, -rank), 'min')),
  gathered: list(collective.allGather(of(rank, rank + 0.5), new Float32Array(2 * size))),
  scattered: list(
    collective.reduceScatter(
      Float32Array.from({length: 2 * size}, (_, i) => i + rank),
      new Float32Array(2),
      'sum',
    ),
  ),
  broadcast: list(collective.broadcast(Int32Array.of(rank, 7 * rank), size - 1)),
  short: size > 1 ? refused(() => collective.allGather(of(1, 2), new Float32Array(3))) : '',
};
collective.barrier();
await collective.close();
const closed = size > 1 && refused(() => collective.barrier());
const {UCX_MEM_EVENTS, UCX_HANDLE_ERRORS} = process.env;
tell(collective, {...told, closed, ucx: [UCX_MEM_EVENTS, UCX_HANDLE_ERRORS]});
