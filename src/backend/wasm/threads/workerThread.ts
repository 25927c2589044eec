import * as tf from '@tensorflow/tfjs-core';
import {nodeModule} from '../../nodeModule';
import {workerSource} from './workerSource';

/** A worker of this platform. */
export interface WorkerThread {
  send(message: object): void;
  /** Waits for its next message; rejects if it fails first. */
  answer(): Promise<void>;
  /** Calls `report` if it fails or ends from now on; it no longer keeps the program alive. */
  release(report: (reason: string) => void): void;
  end(): void;
}

/** What is used of a worker of Node. */
interface NodeWorker {
  postMessage(message: object): void;
  once(event: 'message', handler: () => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
  on(event: 'exit', handler: (code: number) => void): void;
  removeAllListeners(): void;
  unref(): void;
  terminate(): Promise<number>;
}

/** What is used of Node's module of workers. */
interface NodeWorkers {
  Worker: new (source: string, options: object) => NodeWorker;
}

/** Its own options keep away what the program was started with: loaders, inspectors, conditions. */
const nodeOptions = {eval: true, execArgv: [], env: {}};

// In a page nobody runs it: `load` keeps whoever looks for imports in the package from finding one.
const nodeSource = `
const load = require;
const {parentPort} = load('node:worker_threads');
const listen = handler => parentPort.once('message', handler);
const answer = message => parentPort.postMessage(message);
${workerSource}`;

function startInNode({Worker}: NodeWorkers): WorkerThread {
  const worker = new Worker(nodeSource, nodeOptions);
  return {
    send: message => worker.postMessage(message),
    answer: () =>
      new Promise((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.on('error', reject);
        worker.on('exit', code => reject(new Error(`it ended with code ${code}`)));
      }),
    release: report => {
      worker.removeAllListeners();
      worker.on('error', error => report(error.message));
      worker.on('exit', code => report(`it ended with code ${code}`));
      worker.unref();
    },
    end: () => {
      worker.removeAllListeners();
      void worker.terminate();
    },
  };
}

const pageSource = `
const listen = handler => { onmessage = ({data}) => handler(data); };
const answer = message => postMessage(message);
${workerSource}`;

function startInPage(): WorkerThread {
  const url = URL.createObjectURL(new Blob([pageSource], {type: 'text/javascript'}));
  const worker = new Worker(url);
  const reasonOf = (event: ErrorEvent) =>
    event.message || 'the page lets no worker start (a Content-Security-Policy needs worker-src blob:)';
  return {
    send: message => worker.postMessage(message),
    answer: () =>
      new Promise((resolve, reject) => {
        worker.onmessage = () => {
          URL.revokeObjectURL(url);
          resolve();
        };
        worker.onerror = event => reject(new Error(reasonOf(event)));
      }),
    release: report => {
      worker.onerror = event => report(reasonOf(event));
    },
    end: () => worker.terminate(),
  };
}

/**
 * Starts workers and waits until they run.
 *
 * @throws If the platform does not let one start, as under a Content-Security-Policy without `worker-src blob:`.
 */
export async function startWorkers(count: number): Promise<WorkerThread[]> {
  const node = tf.env().getBool('IS_NODE') ? await nodeModule<NodeWorkers>('node:worker_threads') : undefined;
  const workers: WorkerThread[] = [];
  try {
    for (let i = 0; i < count; i++) workers.push(node ? startInNode(node) : startInPage());
    await Promise.all(workers.map(worker => worker.answer()));
    return workers;
  } catch (error) {
    for (const worker of workers) worker.end();
    throw error;
  }
}
