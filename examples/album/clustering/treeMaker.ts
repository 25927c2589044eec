import {Dendrogram} from 'face-margins/cluster';
import type {ClusterNews, ClusterRequest} from './messages';

/** Makes trees in a worker, one at a time. */
export class TreeMaker {
  private readonly worker = new Worker(new URL('./clusterWorker.ts', import.meta.url), {type: 'module'});
  private pending: Promise<Dendrogram> | undefined;

  /** Whether a tree is being made. */
  get busy(): boolean {
    return this.pending !== undefined;
  }

  /** The tree of some embeddings, whose values are handed over. */
  async make(request: ClusterRequest): Promise<Dendrogram> {
    await this.pending?.catch(() => undefined);
    this.pending = new Promise<Dendrogram>((resolve, reject) => {
      this.worker.onmessage = ({data}: MessageEvent<ClusterNews>) => {
        if (data.type === 'failed') reject(new Error(data.message));
        else resolve(new Dendrogram(data.count, data.merges, data.cosines));
      };
      this.worker.onerror = event => reject(new Error(event.message));
      this.worker.postMessage(request, [request.values.buffer]);
    }).finally(() => {
      this.pending = undefined;
    });
    return this.pending;
  }
}
