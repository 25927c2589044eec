import {featureScatter} from 'face-margins/plot';
import {parseHTML} from 'linkedom';
import {heads} from './heads';
import type {Outcome} from './job';
import {svgToPng} from './svgToPng';

/** Draws the test images as a head's network embeds them, with the directions of the class weights. */
export async function draw(
  head: string,
  {accuracy, embeddings, weights}: Outcome,
  labels: Uint8Array,
): Promise<{svg: string; png: Uint8Array}> {
  const {title, settings} = heads[head];
  const svg = await featureScatter({
    embeddings,
    labels,
    classWeights: weights.classWeights,
    classNames: Array.from({length: weights.classWeights.length / 2}, (_, row) =>
      String(Math.floor((row * 20) / weights.classWeights.length)),
    ),
    title,
    subtitle: [settings, `${(100 * accuracy).toFixed(1)} % of the test images right`]
      .filter(Boolean)
      .join(' · '),
    document: parseHTML('<html></html>').document,
  });
  return {svg, png: svgToPng(svg)};
}
