import {arcFace, logitCurve, useBackend} from 'face-margins';
import {categoryColors} from 'face-margins/plot';
import {describe, expect, it} from 'vitest';
import {digitPlane} from '../../examples/mnist-2d/digitPlane';

const degree = Math.PI / 180;
const unit = (degrees: number, length = 1) => [
  length * Math.cos(degrees * degree),
  length * Math.sin(degrees * degree),
];
const offsets = Array.from({length: 101}, (_, i) => (i - 50) / 10);
/** Ten digits 36° apart, digit d within d + 1 times 5°. */
const plane = {
  title: 'ArcFace',
  subtitle: 'm < 1',
  embeddings: Array.from({length: 10}, (_, d) =>
    offsets.flatMap(offset => unit(36 * d + offset * (d === 9 ? 2 : 1), 7)),
  ).flat(),
  labels: Array.from({length: 10}, (_, d) => offsets.map(() => d)).flat(),
  classWeights: Array.from({length: 10}, (_, d) => unit(36 * d)).flat(),
};

/** The angles in degrees at which the arc of a path begins and ends. */
function arcOf(path: string): number[] {
  const [, x1, y1, x2, y2] = (/M([\d.]+),([\d.]+)A[\d.,]+ 0 \d 0 ([\d.]+),([\d.]+)/.exec(path) ?? []).map(
    Number,
  );
  return [
    [x1, y1],
    [x2, y2],
  ].map(([x, y]) => Math.atan2(318 - y, x - 240) / degree);
}

describe('digitPlane', () => {
  it('draws every image once, on or within the circle', () => {
    const places = [...digitPlane(plane).matchAll(/M([\d.]+),([\d.]+)h0/g)];
    expect(places).toHaveLength(1010);
    for (const [, x, y] of places) expect(Math.hypot(Number(x) - 240, Number(y) - 318)).toBeLessThan(198.2);
  });

  it('draws a wedge of nine tenths of the images of each digit, in its color', () => {
    const svg = digitPlane(plane);
    const wedge = (digit: number) =>
      arcOf(
        new RegExp(`<path d="([^"]*)" fill="none" stroke="${categoryColors[digit]}" stroke-width="9"`).exec(
          svg,
        )?.[1] ?? '',
      );
    expect(wedge(0)[0]).toBeCloseTo(-4.5, 1);
    expect(wedge(0)[1]).toBeCloseTo(4.5, 1);
    expect(wedge(9)[1] - wedge(9)[0]).toBeCloseTo(18, 0);
  });

  it('shades the margin between neighbors, where a head has one', async () => {
    await useBackend('cpu');
    const shades = (svg: string) =>
      [...svg.matchAll(/<path d="([^"]*)" fill="url\(#stripes\)"/g)].map(([, path]) => arcOf(path));
    expect(shades(digitPlane(plane))).toEqual([]);
    const shaded = shades(
      digitPlane({...plane, curve: await logitCurve(arcFace({classes: 10, scale: 20, margin: 0.3}))}),
    );
    expect(shaded).toHaveLength(10);
    const around = shaded.find(([from]) => from > 0 && from < 18) ?? [];
    expect(around[0]).toBeCloseTo(18 - 0.15 / degree, 0);
    expect(around[1]).toBeCloseTo(18 + 0.15 / degree, 0);
  });

  it('says how narrow digits are, and escapes what it is given as text', () => {
    const svg = digitPlane(plane);
    // Nine digits have a mean of 2.52°, the last of 5.05°.
    expect(svg).toContain('>2.8°</text>');
    expect(svg).toContain('m &lt; 1');
  });
});
