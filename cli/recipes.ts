import {adagrad, type EmbeddingLoss, type Optimizer, tripletLoss} from 'face-margins';
import type {IdentitySampling} from 'face-margins/data';
import type {recipeNames} from './names';

/** What a recipe is made with. */
export interface RecipeOptions {
  /** Images of a batch. */
  batch: number;
  /** Images of each identity in a batch. */
  imagesPerIdentity: number;
  margin?: number;
}

/** A published way to train, in place of a head. */
interface Recipe {
  /** Its loss in words. */
  describe(options: RecipeOptions): string;
  loss(options: RecipeOptions): EmbeddingLoss;
  optimizer(): Optimizer;
  sample(options: RecipeOptions): IdentitySampling;
}

/** FaceNet's margin between squared distances of embeddings of length 1. */
const faceNetMargin = 0.2;

/** The recipes `--recipe` chooses from. What they have for usual is in `facesOptions.ts`. */
export const recipes: Record<(typeof recipeNames)[number], Recipe> = {
  facenet: {
    describe: ({batch, imagesPerIdentity, margin = faceNetMargin}) =>
      `semi-hard triplets of ${Math.floor(batch / imagesPerIdentity)}×${imagesPerIdentity} images, m = ${margin}, Adagrad`,
    loss: ({margin = faceNetMargin}) => tripletLoss({mining: 'semi-hard', margin}),
    optimizer: () => adagrad(),
    sample: ({batch, imagesPerIdentity}) => ({
      identities: Math.floor(batch / imagesPerIdentity),
      images: imagesPerIdentity,
    }),
  },
};
