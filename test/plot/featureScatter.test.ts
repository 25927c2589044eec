import {describe, expect, it} from 'vitest';
import {categoryColors} from '../../src/plot/charts/pictureColors';
import {featureScatter} from '../../src/plot/featureScatter';
import {emptyDocument, parseSvg} from '../support/charts';

const tiny = {
  embeddings: [4, 0, 2, 0.5, 0, 3, -0.5, 1],
  labels: [0, 0, 1, 1],
  classWeights: [2, 0, 0, 0.1, -3, -3],
  document: emptyDocument(),
};

/** The ends of the rays in pixels, relative to the origin of the plane, y upwards. */
function rays(svg: string): {x: number; y: number}[] {
  const paths = [...parseSvg(svg).querySelectorAll('[aria-label="link"] path')];
  return paths.map(path => {
    const [x1, y1, x2, y2] = (path.getAttribute('d') ?? '').match(/-?[\d.]+/g)?.map(Number) ?? [];
    return {x: x2 - x1, y: y1 - y2};
  });
}

/** The positions of the points drawn in a color. */
function points(svg: string, color: string): number[][] {
  const paths = [...parseSvg(svg).querySelectorAll(`g[stroke="${color}"] path`)];
  return paths.flatMap(path =>
    [...(path.getAttribute('d') ?? '').matchAll(/M([\d.]+),([\d.]+)h0/g)].map(([, x, y]) => [+x, +y]),
  );
}

describe('featureScatter', () => {
  it('draws a tiny picture as it has been drawn before', async () => {
    const svg = await featureScatter({...tiny, title: 'ArcFace', subtitle: 's = 20, m = 0.3'});
    await expect(svg).toMatchFileSnapshot('fixtures/featureScatter.svg');
  });

  it('draws every point once, in the color of its class', async () => {
    const svg = await featureScatter(tiny);
    expect(points(svg, categoryColors[0])).toHaveLength(2);
    expect(points(svg, categoryColors[1])).toHaveLength(2);
    expect(points(svg, categoryColors[2])).toHaveLength(0);
  });

  it('has one scale on both axes and the origin in the middle', async () => {
    const svg = await featureScatter({...tiny, embeddings: [4, 0, -4, 0, 0, 4, 0, -4], labels: [0, 0, 0, 0]});
    const [right, left, up, down] = points(svg, categoryColors[0]);
    expect(right[0] - left[0]).toBeCloseTo(down[1] - up[1], 1);
    expect(right[1]).toBeCloseTo((up[1] + down[1]) / 2, 0);
  });

  it('points a ray in the direction of each class weight, all of one length', async () => {
    const [right, up, diagonal] = rays(await featureScatter(tiny));
    expect(Math.atan2(right.y, right.x)).toBeCloseTo(0, 4);
    expect(Math.atan2(up.y, up.x)).toBeCloseTo(Math.PI / 2, 4);
    expect(Math.atan2(diagonal.y, diagonal.x)).toBeCloseTo((-3 * Math.PI) / 4, 4);
    expect(Math.hypot(up.x, up.y)).toBeCloseTo(Math.hypot(right.x, right.y), 1);
    expect(Math.hypot(diagonal.x, diagonal.y)).toBeCloseTo(Math.hypot(right.x, right.y), 1);
  });

  it('writes the name of each class at the end of its ray, its number unless told otherwise', async () => {
    const names = (svg: string) =>
      [...parseSvg(svg).querySelectorAll('[aria-label="text"] text')].map(text => text.textContent);
    expect(names(await featureScatter(tiny))).toEqual(['0', '1', '2']);
    expect(names(await featureScatter({...tiny, classNames: ['T-shirt', 'Bag', 'Boot']}))).toEqual([
      'T-shirt',
      'Bag',
      'Boot',
    ]);
  });

  it('draws no ray for a class weight of length zero', async () => {
    expect(rays(await featureScatter({...tiny, classWeights: [1, 0, 0, 0]}))).toHaveLength(1);
  });

  it('escapes what it is given as text', async () => {
    const svg = await featureScatter({...tiny, title: 'm < 1 & s > 2'});
    expect(svg).toContain('m &lt; 1 &amp; s &gt; 2');
  });

  it('keeps 10,000 points under 200 kB', async () => {
    const embeddings = Float32Array.from({length: 20_000}, (_, i) => 30 * Math.sin(i * 1.7) + Math.cos(i));
    const labels = Int32Array.from({length: 10_000}, (_, i) => i % 10);
    const svg = await featureScatter({embeddings, labels, document: emptyDocument()});
    expect(svg.length).toBeLessThan(200_000);
    expect(svg.match(/M[\d.]+,[\d.]+h0/g)).toHaveLength(10_000);
  });

  it('names what is wrong with its arguments', async () => {
    await expect(featureScatter({...tiny, labels: [0]})).rejects.toThrow(
      'embeddings must hold 2 values for each of 1 labels, but hold 8',
    );
    await expect(featureScatter({...tiny, classWeights: [1]})).rejects.toThrow(
      'classWeights must hold 2 values for each class, but hold 1',
    );
    await expect(featureScatter({...tiny, embeddings: [1, 2, Infinity, 4, 1, 1, 1, 1]})).rejects.toThrow(
      'embeddings[2] must be a finite number, but is Infinity',
    );
    await expect(featureScatter({...tiny, document: undefined})).rejects.toThrow(
      'document must be given outside a browser',
    );
  });
});
