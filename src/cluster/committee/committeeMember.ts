import type {Embeddings} from '../../base/embeddings';
import type {Neighbours} from '../../neighbours/nearestNeighbours';

/** What one network says about the images: all members of a committee have the same images in the same order. */
export interface CommitteeMember {
  /** Each image's neighbors, from {@link nearestNeighbours}; those of the first member are the pairs that are judged. */
  neighbours: Neighbours;
  /** The embeddings of the network, of any dimension. Needed by a {@link Mediator}, not for a vote. */
  embeddings?: Embeddings;
}
