import type {Collective, CollectiveArray} from 'face-margins/distributed';

/** A collective that counts the bytes which this process gives it. */
export interface CountedCollective extends Collective {
  /** The bytes since it was asked last. */
  take(): number;
}

/** Counts what a process sends; alone it sends nothing. */
export function counted(collective: Collective): CountedCollective {
  let bytes = 0;
  const count = <T extends CollectiveArray>(values: T): T => {
    if (collective.size > 1) bytes += values.byteLength;
    return values;
  };
  const {rank, size} = collective;
  return {
    rank,
    size,
    allReduce: (values, reduction) => collective.allReduce(count(values), reduction),
    allGather: (values, into) => collective.allGather(count(values), into),
    reduceScatter: (values, into, reduction) => collective.reduceScatter(count(values), into, reduction),
    broadcast: (values, root) => collective.broadcast(rank === root ? count(values) : values, root),
    barrier: () => collective.barrier(),
    abort: code => collective.abort(code),
    close: () => collective.close(),
    take() {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}
