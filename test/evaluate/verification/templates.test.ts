import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {raceReport} from '../../../src/evaluate/verification/raceReport';
import {roc} from '../../../src/evaluate/verification/roc';
import {tarAtFar} from '../../../src/evaluate/verification/tarAtFar';
import {templateScores} from '../../../src/evaluate/verification/templateScores';
import {verificationAccuracy} from '../../../src/evaluate/verification/verificationAccuracy';
import {parseFacePoints, parseTemplateImages, parseTemplatePairs} from '../../../src/formats/parseIjbMeta';
import {testRandom} from '../../support/random';

describe('templateScores', () => {
  it('pools media, then templates, of embeddings weighed by the detector', () => {
    const random = testRandom(1);
    const dimension = 5;
    const images = Array.from({length: 40}, (_, i) => ({
      template: 100 + random.integer(9),
      medium: random.integer(6),
      score: random.uniform(0.5, 1),
      embedding: Array.from({length: dimension}, () => random.normal()),
      i,
    }));
    const present = [...new Set(images.map(({template}) => template))];
    const pairs = {
      a: Array.from({length: 30}, () => present[random.integer(present.length)]),
      b: Array.from({length: 30}, () => present[random.integer(present.length)]),
      same: Array.from({length: 30}, (_, i) => i % 2),
    };
    for (const normalize of [false, true]) {
      const pooled = (template: number) => {
        const own = images.filter(image => image.template === template);
        const sum = new Array<number>(dimension).fill(0);
        for (const medium of new Set(own.map(image => image.medium))) {
          const frames = own.filter(image => image.medium === medium);
          for (const {embedding, score} of frames) {
            const length = normalize ? Math.hypot(...embedding) : 1;
            embedding.forEach((value, d) => {
              sum[d] += (value * score) / length / frames.length;
            });
          }
        }
        return sum.map(value => value / Math.hypot(...sum));
      };
      const found = templateScores({
        embeddings: {values: images.flatMap(({embedding}) => embedding), dimension},
        templates: images.map(({template}) => template),
        media: images.map(({medium}) => medium),
        detectorScores: images.map(({score}) => score),
        normalize,
        pairs,
      });
      found.scores.forEach((score, i) => {
        const [x, y] = [pooled(pairs.a[i]), pooled(pairs.b[i])];
        expect(score).toBeCloseTo(
          x.reduce((sum, value, d) => sum + value * y[d], 0),
          6,
        );
      });
      expect(found.same).toBe(pairs.same);
    }
  });

  it('gives the scores and rates of InsightFace’s procedure on files of the published form', () => {
    const path = new URL('../../fixtures/evaluate/templates.json', import.meta.url);
    const golden = JSON.parse(readFileSync(path, 'utf8'));
    const bytes = (name: string) => new TextEncoder().encode(golden.meta[name]);
    const images = parseTemplateImages(bytes('face_tid_mid'), 'tid_mid');
    const faces = parseFacePoints(bytes('name_5pts_score'), '5pts');
    expect(faces.images).toEqual(images.images);
    const scored = templateScores({
      embeddings: {values: golden.embeddings, dimension: golden.dimension},
      templates: images.templates,
      media: images.media,
      detectorScores: faces.scores,
      pairs: parseTemplatePairs(bytes('template_pair_label'), 'pairs'),
    });
    scored.scores.forEach((score, i) => {
      expect(Math.abs(score - golden.scores[i])).toBeLessThan(1e-6);
    });
    expect(tarAtFar(scored, golden.fars).map(({tar}) => tar)).toEqual(golden.rates);
  });

  it('names a template that has no image', () => {
    const pairs = {a: [1], b: [3], same: [1]};
    const options = {embeddings: {values: [1, 0], dimension: 2}, templates: [1], media: [1], pairs};
    expect(() => templateScores(options)).toThrow(
      'templateScores: pairs.b[0] must be a template with an image, but 3 has none.',
    );
    expect(() => templateScores({...options, detectorScores: []})).toThrow(
      'detectorScores must have one value for each of 1 embeddings, but has 0.',
    );
  });
});

describe('scores in typed arrays', () => {
  it('give the same curve in float32 as in float64', () => {
    const random = testRandom(2);
    const scores = Float32Array.from({length: 2000}, () => Math.fround(random.uniform(-1, 1)));
    const same = Uint8Array.from({length: 2000}, () => random.integer(2));
    for (const dropIntermediate of [true, false]) {
      expect(roc({scores, same}, {dropIntermediate})).toEqual(
        roc({scores: [...scores], same: [...same]}, {dropIntermediate}),
      );
    }
  });
});

describe('raceReport', () => {
  it('has the accuracy of each race and the gaps between them', () => {
    const random = testRandom(3);
    const race = (apart: number) => {
      const same = Array.from({length: 600}, (_, i) => i % 2);
      return {scores: same.map(one => Math.max(-1, Math.min(1, apart * one + 0.2 * random.normal()))), same};
    };
    const races = {African: race(0.3), Asian: race(0.4), Caucasian: race(0.8), Indian: race(0.5)};
    const report = raceReport(races, {fars: [0.01]});
    const accuracies = Object.values(races).map(pairs => verificationAccuracy(pairs).accuracy);
    expect(Object.values(report.races).map(({accuracy}) => accuracy.accuracy)).toEqual(accuracies);
    expect(report.races.Asian.tarAtFar).toEqual(tarAtFar(races.Asian, [0.01]));
    const [highest, lowest] = [Math.max(...accuracies), Math.min(...accuracies)];
    expect(report.gap).toBe(highest - lowest);
    expect(report.errorRatio).toBeCloseTo((1 - lowest) / (1 - highest), 12);
    expect(report.mean).toBeCloseTo(accuracies.reduce((a, b) => a + b) / 4, 12);
    expect(report.deviation).toBeCloseTo(
      Math.sqrt(accuracies.reduce((sum, each) => sum + (each - report.mean) ** 2, 0) / 4),
      12,
    );
    expect(report.common.gap.tar).toBeGreaterThan(0);
    expect(() => raceReport({Asian: races.Asian})).toThrow(
      'raceReport: races must be two or more, but are 1.',
    );
  });
});
