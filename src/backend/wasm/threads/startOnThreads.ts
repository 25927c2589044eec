import * as tf from '@tensorflow/tfjs-core';
import {coresOfRank} from '../../coresOfRank';
import {warnOnMachine} from '../../warnOnMachine';
import {heapOf} from '../heap';
import {hearEmscripten} from '../hearEmscripten';
import {isShared, simdModuleFor} from '../simdModule';
import {startSharedInNode} from './startSharedInNode';
import {ThreadPool} from './threadPool';
import {startWorkers, type WorkerThread} from './workerThread';

/** Threads that are used without being asked for at most: the largest share of a step that is not in parallel wants no more. */
const MOST_THREADS = 16;

const inNode = () => tf.env().getBool('IS_NODE');

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** How many cores there are for this process, at most {@link MOST_THREADS}. */
async function availableThreads(): Promise<number> {
  const cores = inNode() ? await coresOfRank() : (globalThis.navigator?.hardwareConcurrency ?? 1);
  return Math.min(MOST_THREADS, cores);
}

/** Whether this platform lets threads share memory: Node does, a page if it is isolated. */
const sharesMemory = () =>
  typeof SharedArrayBuffer !== 'undefined' && (inNode() || globalThis.crossOriginIsolated === true);

/** The pool of a backend that computes on several threads. */
const pools = new WeakMap<tf.KernelBackend, ThreadPool>();

/** How many threads the wasm backend in use computes on. */
const threadsInUse = (): number => heapOf(tf.backend())?.threads ?? 1;

/** Lets the running backend compute on these workers and the program's own thread, and on no others; its end is theirs too. */
async function computeOn(workers: WorkerThread[]): Promise<void> {
  const backend = tf.backend();
  const heap = heapOf(backend);
  const module = heap && simdModuleFor(heap.memory);
  if (heap === undefined || module === undefined || !isShared(heap.memory)) {
    throw new Error('the memory of the backend that runs is not shared');
  }
  const pool = new ThreadPool(heap.simd, workers);
  await pool.start(module, heap.memory);
  heap.runOn(pool);
  const before = pools.get(backend);
  before?.end();
  pools.set(backend, pool);
  if (before !== undefined) return;
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    pools.get(backend)?.end();
    dispose();
  };
}

/** Starts the backend. Gives nothing, or why it did not start. */
type Start = () => Promise<string | undefined>;

/** Starts workers, then the backend on shared memory. Gives nothing, or why that failed. */
async function startShared(threads: number, start: Start): Promise<string | undefined> {
  let workers: WorkerThread[] = [];
  try {
    workers = await startWorkers(threads - 1);
    const failure = await (inNode() ? startSharedInNode(start) : start());
    if (failure !== undefined) throw new Error(failure || 'the threaded build did not start');
    await tf.ready();
    await computeOn(workers);
    return undefined;
  } catch (error) {
    for (const worker of workers) worker.end();
    // The package would start its own workers, and wait for them for ever where none may start.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    return messageOf(error);
  }
}

/** Runs a start. What Emscripten prints meanwhile is printed only if that succeeds: else another start follows. */
async function withoutLines(start: Start): Promise<string | undefined> {
  const {result, lines} = await hearEmscripten(start);
  if (result === undefined) for (const line of lines) warnOnMachine(line);
  return result;
}

/** Gives a backend that runs another number of threads. */
async function changeThreads(threads: number): Promise<void> {
  const workers = await startWorkers(threads - 1);
  await computeOn(workers).catch(error => {
    for (const worker of workers) worker.end();
    throw new Error(
      `threads must be ${threadsInUse()}, as at the start of the backend, but is ${threads}: ${messageOf(error)}`,
    );
  });
}

/**
 * Selects the wasm backend, on `threads` threads: by default all cores where memory can be shared. Where threads were to be had and do not
 * start, it runs on one core and says so.
 *
 * @returns Nothing, or why it did not start.
 */
export async function startOnThreads(threads: number | undefined, start: Start): Promise<string | undefined> {
  if ('wasm' in tf.engine().registry) {
    const failure = await start();
    const change = failure === undefined && threads !== undefined && threads !== threadsInUse();
    if (change) await changeThreads(threads);
    return failure;
  }
  const wanted = threads ?? (sharesMemory() ? await availableThreads() : 1);
  if (wanted === 1) return start();
  const reason = sharesMemory()
    ? await withoutLines(() => startShared(wanted, start))
    : 'the page is not cross-origin isolated, so threads cannot share memory';
  if (reason === undefined) return undefined;
  const failure = await start();
  if (failure === undefined) warnOnMachine(`useBackend: the wasm backend runs on one core: ${reason}.`);
  return failure;
}
