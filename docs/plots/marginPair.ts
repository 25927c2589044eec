import {readFile} from 'node:fs/promises';
import {choices, plain} from '../../examples/browser/choices';
import type {Side} from '../../examples/browser/messages';
import {readFrames, recordedWish} from '../../examples/browser/recording';
import {digitPlane} from '../../examples/mnist-2d/digitPlane';
import {sideBySide} from '../../examples/mnist-2d/sideBySide';
import {svgToPng} from '../../examples/mnist-2d/svgToPng';

const recording = new URL('../../examples/browser/recorded/frames.bin', import.meta.url);

/** The end of the demo's recording: the same digits from the same weights, trained without a margin and with one. */
export async function marginPair(): Promise<Uint8Array> {
  const file = await readFile(recording);
  const {labels, pictures, curve} = readFrames(Uint8Array.from(file).buffer);
  const panel = (side: Side, title: string, subtitle: string) => {
    const {points, weights} = pictures[side][pictures[side].length - 1];
    const shaded = side === 'margin' ? curve : undefined;
    return digitPlane({title, subtitle, embeddings: points, labels, classWeights: weights, curve: shaded});
  };
  const {title, margin} = choices[recordedWish.head];
  return svgToPng(
    sideBySide([
      panel('plain', choices[plain].title, 'no margin'),
      panel('margin', title, `a margin of ${recordedWish.margin}${margin?.unit}`),
    ]),
  );
}
