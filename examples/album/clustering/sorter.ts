import type {Album, Tree} from '../people/album';
import type {ClusterRequest} from './messages';

/** How many new faces are worth a new tree while more are coming: a fifth, so that all trees together take a few times the last. */
const worthwhile = 0.2;

/** Makes trees of an album's faces: now and then while faces come, and of all at the end. */
export class Sorter {
  private running: Promise<void> | undefined;

  constructor(
    private readonly album: Album,
    private readonly makeTree: (request: ClusterRequest) => Promise<Tree>,
    private readonly onFailed: (message: string) => void,
  ) {}

  /** Faces have come; makes a tree if there are enough, or if no more will come. */
  async facesCame(last: boolean): Promise<void> {
    if (this.running) {
      if (!last) return;
      await this.running;
    }
    const {sorted, faces} = this.album;
    const fresh = faces.length - sorted;
    if (fresh === 0 || (!last && fresh < Math.max(4, worthwhile * sorted))) return;
    this.running = this.sort().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  private async sort(): Promise<void> {
    const {rows, dimension} = this.album.embeddings;
    try {
      this.album.takeTree(await this.makeTree({values: rows.slice(), dimension}));
    } catch (error) {
      this.onFailed(error instanceof Error ? error.message : String(error));
    }
  }
}
