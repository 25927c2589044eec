import {
  arcFace,
  aSoftmax,
  combinedMargin,
  cosFace,
  logitCurve,
  type MarginHead,
  normFace,
  suggestScale,
} from 'face-margins';
import {logitCurves} from 'face-margins/plot';
import {parseHTML} from 'linkedom';
import {type AngleSeries, angleChart} from '../../src/plot/charts/angleChart';
import {categoryColors} from '../../src/plot/charts/pictureColors';
import {circlePictures} from './circlePictures';
import {faceNetCurve} from './faceNetCurve';

const {document} = parseHTML('<html></html>');
const points = 361;

/** Every head at scale 1, so that margins alone differ. */
const plain = {classes: 2, scale: 1};

const curvesOf = (heads: Record<string, MarginHead>) =>
  Promise.all(
    Object.entries(heads).map(async ([name, head]) => ({name, ...(await logitCurve(head, points))})),
  );

/** The margins of the papers beside each other. */
const margins = async () =>
  logitCurves({
    title: 'Target logit of the additive margins',
    subtitle: 'scale 1; the distance to the dashed line is the margin at that angle',
    curves: await curvesOf({
      'CosFace, m = 0.35': cosFace(plain),
      'ArcFace, m = 0.5': arcFace(plain),
      'combined (1, 0.3, 0.2)': combinedMargin(plain),
      'combined (0.9, 0.4, 0.15)': combinedMargin({...plain, m1: 0.9, m2: 0.4, m3: 0.15}),
    }),
    document,
  });

/** ArcFace where the angle with its margin passes π. */
const beyondPi = async () =>
  logitCurves({
    title: 'ArcFace where θ + m passes 180°',
    subtitle: 'm = 0.5, scale 1; the seam is at 151.4°, that of easy at 90°',
    curves: await curvesOf({
      'easy: true': arcFace({...plain, easy: true}),
      "beyondPi: 'none'": arcFace({...plain, beyondPi: 'none'}),
      "beyondPi: 'continuous'": arcFace({...plain, beyondPi: 'continuous'}),
      "beyondPi: 'hard'": arcFace(plain),
    }),
    document,
  });

/** How λ hardens the multiplicative margin. */
const annealing = async () =>
  logitCurves({
    title: 'A-Softmax as λ falls',
    subtitle: 'm = 4, embedding of length 1; beside it cos 1.5θ, continued beyond 120°',
    height: 480,
    curves: await curvesOf({
      'λ = 100': aSoftmax({classes: 2, lambda: 100}),
      'λ = 10': aSoftmax({classes: 2, lambda: 10}),
      'λ = 5': aSoftmax({classes: 2, lambda: 5}),
      'λ = 0': aSoftmax({classes: 2, lambda: 0}),
      'cos 1.5θ': combinedMargin({...plain, m1: 1.5, m2: 0, m3: 0, beyondPi: 'continuous'}),
    }),
    document,
  });

/** How sure the softmax is of the target, over the angle to it, when all the others stand at a right angle. */
async function probability() {
  const others = 9_999;
  const least = suggestScale(others + 1);
  const heads: Record<string, MarginHead> = {
    [`s = ${least.toFixed(1)}, no margin`]: normFace({classes: 2, scale: least}),
    's = 20, no margin': normFace({classes: 2, scale: 20}),
    's = 64, no margin': normFace({classes: 2, scale: 64}),
    's = 64, ArcFace m = 0.5': arcFace({classes: 2, scale: 64}),
  };
  const curves = await curvesOf(heads);
  const series = curves.map(({name, angles, target}, i): AngleSeries => {
    const values = target.map(logit => 1 / (1 + others * Math.exp(-logit)));
    return {name, angles, values, color: categoryColors[[0, 2, 1, 4][i]]};
  });
  return angleChart({
    series,
    valueName: 'probability of the target',
    title: 'Where a scale stops pulling an example',
    subtitle: '10,000 classes, the 9,999 others at 90°; where the line is flat at 1, nothing pulls any more',
    width: 640,
    height: 440,
    document,
  });
}

/** The pictures of the documentation: file name and how it is made. */
export const pictures: Record<string, () => string | Promise<string>> = {
  ...circlePictures,
  margins,
  'beyond-pi': beyondPi,
  annealing,
  probability,
  facenet: faceNetCurve,
};
