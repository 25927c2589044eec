import type {Album} from '../people/album';
import {moveFaces} from '../people/editPeople';
import {nearestFaces} from '../people/nearestFaces';
import type {Person} from '../people/person';
import {byId} from './byId';
import {choosePerson} from './choosePerson';
import {counted} from './counted';
import {FacesGrid} from './facesGrid';
import {openDialog} from './openDialog';

/** How many faces a search shows. */
const shown = 200;

/** What the page does for a face that was found. */
export interface FoundDialogActions {
  open: (person: Person) => void;
  edit: (what: string, change: Parameters<Album['edit']>[1]) => void;
}

/** What is looked for. */
export interface Query {
  embedding: ArrayLike<number>;
  /** The address of its picture. */
  url: string;
  /** The face of the album that it is. */
  face?: number;
}

/** The faces of the album that are most like one, with the person and the cosine of each. */
export class FoundDialog {
  private readonly grid: FacesGrid;
  private query: Query | undefined;

  constructor(
    private readonly album: Album,
    private readonly actions: FoundDialogActions,
  ) {
    const scroller = byId('found').querySelector<HTMLElement>('.scroll');
    if (!scroller) throw new Error('The dialog has nothing that scrolls.');
    this.grid = new FacesGrid(byId('found-faces'), scroller, () => this.showActions());
    byId('found-open').addEventListener('click', () => {
      const person = this.album.personOf([...this.grid.chosen][0]);
      if (!person) return;
      byId<HTMLDialogElement>('found').close();
      this.actions.open(person);
    });
    byId('found-give').addEventListener('click', () => this.give());
  }

  open(query: Query): void {
    this.query = query;
    this.grid.chosen.clear();
    openDialog('found', () => {
      this.query = undefined;
    });
    this.show();
    this.grid.focusFirst();
  }

  /** Shows what is found in the album as it is now. */
  show(): void {
    if (!this.query) return;
    const {embedding, url, face} = this.query;
    const leftOut = new Set(this.album.edits.value.removed);
    if (face !== undefined) leftOut.add(face);
    const found = nearestFaces(this.album.embeddings.rows, embedding, shown, leftOut);
    const names = this.namesOfFaces();
    const alike = found.filter(({cosine}) => cosine >= this.album.threshold).length;
    byId<HTMLImageElement>('found-face').src = url;
    byId('found-count').textContent =
      `${counted(alike, 'face')} at ${this.album.threshold.toFixed(3)} or above, the most alike first`;
    this.grid.show(
      found.map(({face: each, cosine}) => ({
        face: each,
        url: this.album.faces[each].url,
        caption: [names.get(each), cosine.toFixed(3)].filter(Boolean).join(' · '),
      })),
    );
    this.showActions();
  }

  private namesOfFaces(): Map<number, string> {
    const names = new Map<number, string>();
    for (const {name, faces} of this.album.people)
      if (name !== '') for (const face of faces) names.set(face, name);
    return names;
  }

  private give(): void {
    const faces = [...this.grid.chosen];
    choosePerson(this.album, {title: 'Whose are they?', faces}, to => {
      this.grid.chosen.clear();
      this.actions.edit(`the move of ${counted(faces.length, 'face')}`, edits =>
        moveFaces(edits, faces, to, this.album.people),
      );
    });
  }

  private showActions(): void {
    const chosen = this.grid.chosen.size;
    byId<HTMLButtonElement>('found-open').disabled = chosen !== 1;
    byId<HTMLButtonElement>('found-give').disabled = chosen === 0;
  }
}
