import type {VerificationPair} from '../../formats/verificationPair';
import type {ImageList} from '../sources/imageList';

/** A verification protocol: pairs of images, in folds. What `pairs.txt` and InsightFace's `.bin` files say. */
export interface VerificationPairs {
  /** The pairs, in the order of the protocol. */
  pairs: VerificationPair[];
  /** How many folds there are. */
  folds: number;
  /** The images that the pairs name, each once; encoded until asked for. */
  images: ImageList;
}
