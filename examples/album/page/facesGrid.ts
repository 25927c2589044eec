import {element} from './element';
import {VirtualGrid} from './virtualGrid';

/** A face in a grid, and what is written below it. */
export interface ShownFace {
  face: number;
  url: string;
  caption: string;
}

/** Faces to choose from: a click or Space chooses, Shift with a click as far as there. */
export class FacesGrid {
  /** The faces that are chosen. */
  readonly chosen = new Set<number>();
  private readonly grid: VirtualGrid<ShownFace>;
  private faces: readonly ShownFace[] = [];
  private last = 0;

  /** @param onChoose The choice is another. */
  constructor(
    container: HTMLElement,
    scroller: HTMLElement,
    private readonly onChoose: () => void,
  ) {
    this.grid = new VirtualGrid({
      container,
      scroller,
      gap: 12,
      minWidth: width => (width < 520 ? 100 : 168),
      height: width => width + 26,
      keyOf: ({face}) => String(face),
      make: () => this.cell(),
      update: (cell, face) => this.fill(cell, face),
    });
    container.addEventListener('keydown', event => {
      if (!(event.key === 'a' && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      for (const {face} of this.faces) this.chosen.add(face);
      this.changed();
    });
  }

  /** Shows other faces; those that are chosen stay so while they are among them. */
  show(faces: readonly ShownFace[]): void {
    this.faces = faces;
    const here = new Set(faces.map(({face}) => face));
    for (const face of this.chosen) if (!here.has(face)) this.chosen.delete(face);
    this.grid.show(faces);
  }

  clear(): void {
    this.chosen.clear();
    this.changed();
  }

  focusFirst(): void {
    this.grid.focus(this.faces[0] && String(this.faces[0].face));
  }

  private changed(): void {
    this.grid.show(this.faces);
    this.onChoose();
  }

  private cell(): HTMLLIElement {
    const button = element(
      'button',
      {type: 'button', className: 'face', dataset: {main: ''}},
      element('img', {alt: '', decoding: 'async', draggable: false}),
      element('span', {className: 'tick'}),
    );
    const cell = element('li', {className: 'face-cell'}, button, element('span', {className: 'caption'}));
    button.addEventListener('click', event => this.choose(Number(cell.dataset.key), event.shiftKey));
    return cell;
  }

  private choose(face: number, upTo: boolean): void {
    const place = this.faces.findIndex(each => each.face === face);
    if (upTo) {
      const [from, to] = [Math.min(this.last, place), Math.max(this.last, place)];
      for (const each of this.faces.slice(from, to + 1)) this.chosen.add(each.face);
    } else if (!this.chosen.delete(face)) {
      this.chosen.add(face);
    }
    this.last = place;
    this.changed();
  }

  private fill(cell: HTMLElement, {face, url, caption}: ShownFace): void {
    const [button, picture, text] = [
      cell.querySelector('button'),
      cell.querySelector('img'),
      cell.querySelector('.caption'),
    ];
    if (!button || !picture || !text) return;
    if (picture.getAttribute('src') !== url) picture.src = url;
    button.setAttribute('aria-pressed', String(this.chosen.has(face)));
    button.setAttribute('aria-label', `Face from ${caption}`);
    text.textContent = caption;
    cell.title = caption;
  }
}
