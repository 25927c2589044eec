import {spread} from '../mnist-2d/geometry';
import {showCard} from './card';
import {choices, plain} from './choices';
import {element, show} from './element';
import type {Picture, Side} from './messages';
import type {Plane} from './plane';
import {sides} from './recording';

/** What both networks make of the test images: the figures under the planes, and the image that is pointed at. */
export class Findings {
  /** The test images, `[N, 28, 28]`, once they have loaded. */
  pixels?: Uint8Array;
  private readonly latest: Partial<Record<Side, Picture>> = {};
  private pointed?: {plane: Plane; image: number};

  /** @param head Gives the name of the head beside softmax. */
  constructor(
    private readonly labels: Uint8Array,
    private readonly planes: Record<Side, Plane>,
    private readonly head: () => string,
  ) {}

  get marked(): number | undefined {
    return this.pointed?.image;
  }

  /** Takes a new picture of a plane. */
  update(side: Side, picture: Picture): void {
    const {labels, latest, pointed} = this;
    latest[side] = picture;
    const {within, between} = spread(picture.points, labels);
    const right = labels.reduce((sum, label, i) => sum + Number(label === picture.found[i]), 0);
    show(`${side}-within`, `${within.toFixed(1)}°`);
    show(`${side}-between`, `${between.toFixed(1)}°`);
    show(`${side}-accuracy`, `${((100 * right) / labels.length).toFixed(1)} %`);
    if (side === 'margin') show('drawn', this.reading());
    // The image has moved, and may be taken for another digit now.
    if (pointed) this.mark(pointed.plane, pointed.image);
  }

  /** Shows the image that is pointed at in a plane, and where both planes have it. */
  mark(plane: Plane, image?: number): void {
    const {labels, latest, pixels} = this;
    this.pointed = image === undefined ? undefined : {plane, image};
    for (const side of sides) this.planes[side].mark(image);
    const card = element('card');
    if (image === undefined || !latest.plain || !latest.margin) {
      showCard(card, plane);
      return;
    }
    showCard(card, plane, image, {
      pixels: pixels?.subarray(image * 784, (image + 1) * 784),
      label: labels[image],
      found: {plain: latest.plain.found[image], margin: latest.margin.found[image]},
      head: this.head(),
    });
  }

  /** What both networks take the drawing for. */
  private reading(): string {
    const [left, right] = [this.latest.plain?.drawn?.digit, this.latest.margin?.drawn?.digit];
    if (left === undefined || right === undefined) return 'The star shows where it lands in both planes.';
    if (left === right) return `Both networks read a ${left}.`;
    return `${choices[plain].title} reads a ${left}, ${choices[this.head()].title} a ${right}.`;
  }
}
