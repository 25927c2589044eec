import type {FoundFace} from './messages';
import type {Job, JobResult} from './workerPool';

/** A photograph of the album. */
export interface PhotographFile {
  name: string;
  file: Blob;
}

/** A picture that gave no face, or not all of its faces, and why. */
export interface Problem {
  name: string;
  message: string;
}

/** What an importer does with a photograph. */
export type Find = (job: Job) => Promise<JobResult>;

/** Whom an importer tells. */
export interface ImporterEvents {
  /** A photograph gave a face. */
  onFace: (face: FoundFace, photograph: number) => void;
  /** A photograph is done, in one way or another. */
  onProgress: () => void;
}

/** Takes photographs in, counts them, and keeps what went wrong: one photograph never stops the others. */
export class Importer {
  readonly photographs: PhotographFile[] = [];
  readonly problems: Problem[] = [];
  /** Photographs of this run that are done, and all of it. A run ends when all are done. */
  done = 0;
  of = 0;
  /** Tensors that a worker held at last, which shows whether one leaks. */
  tensors = 0;
  private started = 0;

  constructor(
    private readonly find: Find,
    private readonly events: ImporterEvents,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get running(): boolean {
    return this.done < this.of;
  }

  /** Since the run began. */
  get seconds(): number {
    return (this.now() - this.started) / 1000;
  }

  /** Adds photographs to the run, or begins one. Resolves when they are done. */
  async add(files: readonly PhotographFile[], cropped: boolean): Promise<void> {
    if (!this.running) [this.done, this.of, this.started] = [0, 0, this.now()];
    this.of += files.length;
    await Promise.all(files.map(file => this.take(file, cropped)));
  }

  private async take(file: PhotographFile, cropped: boolean): Promise<void> {
    const number = this.photographs.push(file) - 1;
    const result = await this.find({file: file.file, cropped});
    this.done++;
    if (result.type === 'unreadable') {
      this.problems.push({name: file.name, message: result.message});
    } else if (result.type === 'found') {
      this.tensors = result.tensors;
      for (const message of result.notes) this.problems.push({name: file.name, message});
      for (const face of result.faces) this.events.onFace(face, number);
    }
    this.events.onProgress();
  }
}
