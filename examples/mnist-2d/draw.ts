import {logitCurve} from 'face-margins';
import {digitPlane} from './digitPlane';
import {heads} from './heads';
import type {Outcome} from './job';
import {svgToPng} from './svgToPng';

/** Draws the test images as a head's network embeds them, with the directions of the class weights. */
export async function draw(
  name: string,
  {accuracy, embeddings, weights}: Outcome,
  labels: Uint8Array,
): Promise<{svg: string; png: Uint8Array}> {
  const {title, settings, fixedMargin, make} = heads[name];
  const right = `${(100 * accuracy).toFixed(1)} % right`;
  const svg = digitPlane({
    title,
    subtitle: [settings, right].filter(Boolean).join(' · '),
    embeddings,
    labels,
    classWeights: weights.classWeights,
    curve: fixedMargin && (await logitCurve(make(1))),
  });
  return {svg, png: svgToPng(svg)};
}
