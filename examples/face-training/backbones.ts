import type {LayersModel} from '@tensorflow/tfjs-layers';
import {faceResNet, irResNet, mobileFaceNet} from 'face-margins';

/** A network of a given embedding size; the usual one where none is given. */
type Backbone = (embeddingSize?: number) => LayersModel;

/** The networks `--backbone` chooses from, whose weights files can be imported. */
export const backbones: Record<string, Backbone> = {
  mobilefacenet: embeddingSize => mobileFaceNet({embeddingSize}),
  mbf: embeddingSize => mobileFaceNet({variant: 'insightface', embeddingSize}),
  'ir-18': embeddingSize => irResNet({depth: 18, embeddingSize}),
  'ir-34': embeddingSize => irResNet({depth: 34, embeddingSize}),
  'ir-50': embeddingSize => irResNet({depth: 50, embeddingSize}),
  'ir-se-50': embeddingSize => irResNet({depth: 50, se: true, embeddingSize}),
  'ir-100': embeddingSize => irResNet({depth: 100, embeddingSize}),
  'face-resnet': embeddingSize => faceResNet({embeddingSize}),
};
