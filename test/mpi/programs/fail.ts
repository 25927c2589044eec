import {openCollective} from 'face-margins/distributed';

/* Rank 1 fails in the way that the argument names, while rank 0 waits for it; all do where a library is named. */
const [way, library] = process.argv.slice(2);
const collective = await openCollective({...(library && {library})});
if (way === 'length') {
  collective.broadcast(new Float32Array(collective.rank === 0 ? 8 : 4), 0);
} else if (collective.rank === 1) {
  if (way === 'throw') throw new Error('rank 1 has had enough');
  if (way === 'kill') process.kill(process.pid, 'SIGKILL');
  if (way === 'abort') collective.abort(7);
}
collective.barrier();
console.log(`rank ${collective.rank} went on`);
await collective.close();
