import type {Command, News, OwnNetwork} from './messages';

/** The part of a Worker that a pool uses. */
export interface FaceWorker {
  postMessage(command: Command): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<News>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A photograph to look into. */
export interface Job {
  file: Blob;
  /** Whether the whole picture is one face. */
  cropped: boolean;
}

/** What became of a job; stopped is one that no worker had begun. */
export type JobResult =
  | Extract<News, {type: 'found'} | {type: 'unreadable'}>
  | {type: 'stopped'; job: number};

/** How a pool starts and whom it tells. */
export interface PoolOptions {
  workers: number;
  newWorker: () => FaceWorker;
  modelFolder: string;
  network?: OwnNetwork;
  onReady: (news: Extract<News, {type: 'ready'}>) => void;
  /** No worker could start. */
  onFailed: (message: string) => void;
}

/** Workers that look into photographs, one each at a time. A worker that crashes costs its photograph, and is replaced. */
export class WorkerPool {
  private readonly idle: FaceWorker[] = [];
  private readonly all = new Set<FaceWorker>();
  private readonly waiting: number[] = [];
  private readonly jobs = new Map<number, {job: Job; done: (result: JobResult) => void}>();
  private next = 0;
  private ready = false;
  private ended = false;
  /** Why no worker could start. */
  private failure: string | undefined;

  constructor(private readonly options: PoolOptions) {
    this.add();
  }

  /** Looks into a photograph; earlier ones come first, unless this one is urgent. Never rejects. */
  find(job: Job, urgent = false): Promise<JobResult> {
    const number = this.next++;
    if (this.failure !== undefined) {
      return Promise.resolve({type: 'unreadable', job: number, message: this.failure});
    }
    return new Promise(done => {
      this.jobs.set(number, {job, done});
      if (urgent) this.waiting.unshift(number);
      else this.waiting.push(number);
      this.assign();
    });
  }

  /** Forgets the photographs that no worker has begun. */
  cancelWaiting(): void {
    for (const job of this.waiting.splice(0)) this.finish({type: 'stopped', job});
  }

  /** Ends all workers. */
  dispose(): void {
    this.ended = true;
    for (const worker of this.all) worker.terminate();
    this.all.clear();
    this.cancelWaiting();
  }

  private add(): void {
    const worker = this.options.newWorker();
    this.all.add(worker);
    let current: number | undefined;
    const crash = (message: string) => {
      this.remove(worker);
      if (current !== undefined) this.finish({type: 'unreadable', job: current, message});
      if (!this.ready) this.fail(message);
      else if (!this.ended) this.add();
    };
    worker.onerror = event => crash(event.message || 'A worker crashed.');
    worker.onmessage = ({data}) => {
      if (data.type === 'failed') return crash(data.message);
      if (data.type === 'ready') this.begun(data);
      else {
        current = undefined;
        this.finish(data);
      }
      this.idle.push(worker);
      this.assign();
    };
    const post = worker.postMessage.bind(worker);
    worker.postMessage = command => {
      if (command.type === 'find') current = command.job;
      post(command);
    };
    const {modelFolder, network} = this.options;
    worker.postMessage({type: 'start', modelFolder, network});
  }

  /** The others start when the first has shown that it works: then the weights lie in the browser's cache. */
  private begun(news: Extract<News, {type: 'ready'}>): void {
    if (this.ready) return;
    this.ready = true;
    this.options.onReady(news);
    while (this.all.size < this.options.workers) this.add();
  }

  /** Nothing that waits will be looked into. */
  private fail(message: string): void {
    this.failure = message;
    for (const job of this.waiting.splice(0)) this.finish({type: 'unreadable', job, message});
    this.options.onFailed(message);
  }

  private remove(worker: FaceWorker): void {
    this.all.delete(worker);
    const place = this.idle.indexOf(worker);
    if (place >= 0) this.idle.splice(place, 1);
    worker.terminate();
  }

  private assign(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const [worker, number] = [this.idle.pop(), this.waiting.shift()];
      const entry = number === undefined ? undefined : this.jobs.get(number);
      if (worker && number !== undefined && entry)
        worker.postMessage({type: 'find', job: number, ...entry.job});
    }
  }

  private finish(result: JobResult): void {
    this.jobs.get(result.job)?.done(result);
    this.jobs.delete(result.job);
  }
}
