import type {VerificationProtocol} from 'face-margins/data';
import {imageFolder, verificationPairs} from 'face-margins/node';
import {drawnPairs} from './drawnPairs';
import type {VerifyOptions} from './verifyOptions';

/** Opens the pairs that the options name, or draws them among the people of a folder. */
export async function openPairs(
  {pairs, images, groups}: Pick<VerifyOptions, 'pairs' | 'images' | 'groups'>,
  size: [height: number, width: number],
): Promise<VerificationProtocol> {
  // Each image is decoded once.
  if (pairs !== undefined) return verificationPairs(pairs, {images, size, keepDecoded: 0});
  if (images === undefined) {
    throw new Error(
      '--pairs names a list of pairs, and --images alone a folder of people to draw pairs of; give one of the two.',
    );
  }
  // A broken photograph must not stop a verification, and which pairs are drawn must not depend on when it is found.
  const people = await (await imageFolder(images, {size, groups})).readAll();
  const drawn = drawnPairs(people, 1);
  if (drawn !== undefined) return drawn;
  throw new Error(
    `--images: the people of ${images} have one image each, of which no pair of one person can be made.`,
  );
}
