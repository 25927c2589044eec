import {describe, expect, it} from 'vitest';
import {caseName, type GoldenCase, type GoldenMining, goldenCases} from '../support/fixtures';
import {type ArcFaceOptions, arcFace} from './arcFace';
import {type ASoftmaxOptions, aSoftmax} from './aSoftmax';
import {centerLoss, updateCenters} from './centerLoss';
import {relativeError} from './centralDifference';
import {classContrastive, classTriplet} from './classAgents';
import {coco} from './coco';
import {type CombinedMargin, combined} from './combinedMargin';
import {type ContrastiveOptions, contrastive} from './contrastive';
import {cosFace} from './cosFace';
import {distanceMatrix} from './distances';
import {distanceWeights} from './distanceWeighted';
import {correctlyClassified, featureIncay} from './featureIncay';
import {l2Softmax} from './l2Softmax';
import {lSoftmax} from './lSoftmax';
import {batchHard, marginTriplets, semiHard} from './mining';
import type {MultiplicativeMargin} from './multiplicativeMargin';
import {normFace} from './normFace';
import {softmaxHead} from './softmaxHead';
import type {HeadInputs, HeadResult} from './softmaxLoss';
import {subCenterArcFace} from './subCenterArcFace';
import {crossEntropy, focal} from './targetLosses';
import {meanOver, type TermsResult} from './termsLoss';
import {type TripletOptions, triplet} from './triplet';
import {normalized} from './vectors';

/** The peers use no epsilon that shows at these sizes: F.normalize only divides by max(‖x‖, 1e-12). */
const tolerance = 1e-9;

const close = (actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]) =>
  expect(relativeError(actual, expected)).toBeLessThan(tolerance);

describe('heads', () => {
  type HeadOptions = ArcFaceOptions & CombinedMargin & ASoftmaxOptions & {subCenters: number};
  const heads: Record<string, (inputs: HeadInputs, options: HeadOptions) => HeadResult> = {
    softmax: softmaxHead,
    l2Softmax,
    normFace,
    coco,
    cosFace,
    arcFace,
    combined,
    lSoftmax: (inputs, options: MultiplicativeMargin & {scale?: number}) => lSoftmax(inputs, options),
    aSoftmax,
    subCenterArcFace,
  };
  const {inputs, cases} = goldenCases<GoldenCase<HeadOptions>>('heads');

  it.each(cases.map(golden => [caseName(golden), golden] as const))('%s', (_, golden) => {
    const targetLoss = golden.targetLoss ? focal(golden.targetLoss.gamma) : crossEntropy;
    const result = heads[golden.loss]({...inputs[golden.inputs], targetLoss}, golden.options);
    close([result.losses], [golden.losses]);
    close(result.gradients.embeddings, golden.gradients.embeddings);
    close(result.gradients.weights, golden.gradients.weights ?? []);
    if (golden.gradients.scale !== undefined) close([[result.gradients.scale]], [[golden.gradients.scale]]);
  });
});

describe('pairs and triplets', () => {
  const {inputs, cases} = goldenCases<GoldenCase<ContrastiveOptions & TripletOptions>>('terms');
  const named = (loss: string) =>
    cases.filter(golden => golden.loss === loss).map(golden => [caseName(golden), golden] as const);

  it.each(named('contrastive'))('%s', (_, golden) => {
    const pairs = (golden.terms ?? []).map(([first, second, same]) => ({
      first: Number(first),
      second: Number(second),
      same: same === true,
    }));
    const {embeddings} = inputs[golden.inputs];
    const lossOf = (upstream?: number[]) => contrastive({embeddings, pairs, upstream}, golden.options);
    expectTerms(golden, lossOf);
    if (golden.reduced) {
      // The peer's scalar: the mean of the positive terms above zero plus that of the negative ones, every
      // pair both ways round.
      const {losses} = lossOf();
      const part = (same: boolean) =>
        meanOver(
          losses.map((loss, t) => (pairs[t].same === same ? loss : 0)),
          'active',
        );
      const [positive, negative] = [part(true), part(false)];
      const upstream = positive.upstream.map((weight, t) => weight + negative.upstream[t]);
      close([[positive.loss + negative.loss]], [[golden.reduced.loss]]);
      close(lossOf(upstream).gradients.embeddings, golden.reduced.gradients.embeddings);
    }
  });

  const asTriplets = (terms: GoldenCase<unknown>['terms'] = []) =>
    terms.map(([anchor, positive, negative]) => ({
      anchor: Number(anchor),
      positive: Number(positive),
      negative: Number(negative),
    }));

  it.each(named('triplet'))('%s', (_, golden) => {
    const triplets = asTriplets(golden.terms);
    const {embeddings, labels} = inputs[golden.inputs];
    expect(triplets).toEqual(marginTriplets(distanceMatrix(embeddings, 'squared'), labels, 1e9, 'all'));
    const lossOf = (upstream?: number[]) => triplet({embeddings, triplets, upstream}, golden.options);
    expectTerms(golden, lossOf);
    // The peer's scalar is the mean over triplets above zero: with the soft margin, over all of them.
    const {loss, upstream} = meanOver(lossOf().losses, 'active');
    close([[loss]], [[golden.reduced?.loss ?? Number.NaN]]);
    close(lossOf(upstream).gradients.embeddings, golden.reduced?.gradients.embeddings ?? []);
  });

  it.each(named('semiHardTriplet'))('%s', (_, golden) => {
    const {embeddings, labels} = inputs[golden.inputs];
    const points = golden.options.normalize ? embeddings.map(normalized) : embeddings;
    const triplets = semiHard(distanceMatrix(points, golden.options.distance ?? 'squared'), labels);
    expect(triplets).toEqual(asTriplets(golden.terms));
    const {losses} = triplet({embeddings, triplets}, golden.options);
    const {loss, upstream} = meanOver(losses, 'all');
    close([losses], [golden.losses]);
    close([[loss]], [[golden.reduced?.loss ?? Number.NaN]]);
    const {gradients} = triplet({embeddings, triplets, upstream}, golden.options);
    close(gradients.embeddings, golden.reduced?.gradients.embeddings ?? []);
  });

  function expectTerms(golden: GoldenCase<unknown>, lossOf: (upstream?: number[]) => TermsResult) {
    const {losses, gradients} = lossOf(golden.upstream);
    close([losses], [golden.losses]);
    close(gradients.embeddings, golden.gradients.embeddings);
  }
});

describe('miners', () => {
  const {inputs, cases} = goldenCases<GoldenMining>('miners');
  const named = (miner: string) =>
    cases
      .filter(golden => golden.miner === miner)
      .map(golden => [`${golden.peer} on ${golden.inputs}`, golden] as const);
  const given = (golden: GoldenMining) => {
    const {embeddings, labels} = inputs[golden.inputs];
    const distances = distanceMatrix(embeddings.map(normalized), 'euclidean');
    return {distances, labels, dimension: embeddings[0].length};
  };
  const numbers = (triplets: {anchor: number; positive: number; negative: number}[]) =>
    triplets.map(({anchor, positive, negative}) => [anchor, positive, negative]);

  it.each(named('marginTriplets'))('%s', (_, golden) => {
    const {distances, labels} = given(golden);
    const {margin = 0, which = 'all'} = golden.options;
    expect(numbers(marginTriplets(distances, labels, margin, which))).toEqual(golden.triplets);
  });

  it.each(named('batchHard'))('%s', (_, golden) => {
    const {distances, labels} = given(golden);
    expect(numbers(batchHard(distances, labels))).toEqual(golden.triplets);
  });

  // The peer takes one positive an anchor and drops the anchor where no negative is farther; this rule takes
  // every positive, and then the farthest negative. What the peer finds has to be among what this one finds.
  it.each(named('semiHardOf'))('%s', (_, golden) => {
    const {distances, labels} = given(golden);
    const found = numbers(semiHard(distances, labels));
    expect(golden.triplets?.length).toBeGreaterThan(0);
    for (const one of golden.triplets ?? []) expect(found).toContainEqual(one);
  });

  // The peer divides 0 by 0 for an anchor without a negative in range (null in the file); here that row is
  // zeros.
  it.each(named('distanceWeights'))('%s', (_, golden) => {
    const {distances, labels, dimension} = given(golden);
    const expected = (golden.weights ?? []).map(row => row.map(weight => weight ?? 0));
    close(distanceWeights(distances, labels, dimension), expected);
  });
});

describe('centers, class agents and incay', () => {
  type Options = {alpha: number; epsilon: number} & Parameters<typeof classContrastive>[1] &
    Parameters<typeof classTriplet>[1];
  const {inputs, cases} = goldenCases<GoldenCase<Options>>('embedding');
  const losses: Record<string, (golden: GoldenCase<Options>) => Partial<GoldenCase<Options>>> = {
    centerLoss: golden => centerLoss({...inputs[golden.inputs], centers: inputs[golden.inputs].weights}),
    updateCenters: golden => ({
      losses: [],
      centers: updateCenters(
        {...inputs[golden.inputs], centers: inputs[golden.inputs].weights},
        golden.options.alpha,
      ),
    }),
    classContrastive: golden => classContrastive(inputs[golden.inputs], golden.options),
    classTriplet: golden => classTriplet(inputs[golden.inputs], golden.options),
    featureIncay: golden => {
      const {labels} = inputs[golden.inputs];
      const {logits} = softmaxHead(inputs[golden.inputs]);
      return featureIncay(
        {...inputs[golden.inputs], correct: correctlyClassified(logits, labels)},
        golden.options,
      );
    },
  };

  it.each(cases.map(golden => [caseName(golden), golden] as const))('%s', (_, golden) => {
    const result = losses[golden.loss](golden);
    close([result.losses ?? []], [golden.losses]);
    close(result.centers ?? [], golden.centers ?? []);
    for (const part of ['embeddings', 'weights', 'centers'] as const) {
      close(result.gradients?.[part] ?? [], golden.gradients?.[part] ?? []);
    }
  });
});
