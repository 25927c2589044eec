import type {VerificationPair} from '../../formats/verificationPair';
import type {ImageList} from '../sources/imageList';

/** A verification protocol: pairs of images in folds, as in `pairs.txt` and InsightFace's `.bin` files. */
export interface VerificationProtocol {
  /** The pairs, in the order of the protocol. */
  pairs: VerificationPair[];
  /** The number of folds. */
  folds: number;
  /** The images of the pairs, each once, decoded on demand. */
  images: ImageList;
}
