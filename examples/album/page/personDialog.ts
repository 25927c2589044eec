import type {Album} from '../people/album';
import {mergePeople, moveFaces, namePerson, removeFaces, splitFaces} from '../people/editPeople';
import type {Person} from '../people/person';
import {byId} from './byId';
import {choosePerson} from './choosePerson';
import {counted} from './counted';
import {FacesGrid} from './facesGrid';
import {openDialog} from './openDialog';

/** What the page does for a person that is open. */
export interface PersonDialogActions {
  /** Faces of a person, the most typical first. */
  typicalFaces: (person: Person) => number[];
  /** The name of a face's photograph. */
  photographOf: (face: number) => string;
  edit: (what: string, change: Parameters<Album['edit']>[1]) => void;
  /** Faces most like one. */
  findLike: (face: number) => void;
  showPhotograph: (face: number) => void;
  /** The dialog is closed; the face that stood for the person. */
  closed: (face: number) => void;
}

/** One person with all faces: the place to name, to split, to move and to take out. */
export class PersonDialog {
  private readonly grid: FacesGrid;
  /** Stands for the person, whose key may change. */
  private anchor: number | undefined;

  constructor(
    private readonly album: Album,
    private readonly actions: PersonDialogActions,
  ) {
    const scroller = byId('person').querySelector<HTMLElement>('.scroll');
    if (!scroller) throw new Error('The dialog has nothing that scrolls.');
    this.grid = new FacesGrid(byId('person-faces'), scroller, () => this.showActions());
    const name = byId<HTMLInputElement>('person-name');
    name.addEventListener('change', () =>
      this.with(person => this.actions.edit('the name', edits => namePerson(edits, person, name.value))),
    );
    this.onClick('split', (person, faces) => this.split(person, faces));
    this.onClick('move', (person, faces) => this.move(person, faces));
    this.onClick('remove', (person, faces) => this.remove(person, faces));
    this.onClick('like-this', (_, [face]) => this.actions.findLike(face));
    this.onClick('show-photograph', (_, [face]) => this.actions.showPhotograph(face));
    this.onClick('merge-with', person => this.mergeWith(person));
  }

  open(person: Person): void {
    this.anchor = this.actions.typicalFaces(person)[0];
    this.grid.chosen.clear();
    // A dialog that opens gives the field the focus, and what is being written is left alone.
    byId<HTMLInputElement>('person-name').value = person.name;
    openDialog('person', () => {
      if (this.anchor !== undefined) this.actions.closed(this.anchor);
      this.anchor = undefined;
    });
    this.show();
    this.grid.focusFirst();
  }

  /** Shows the person as the album has it now. */
  show(): void {
    const person = this.person;
    const dialog = byId<HTMLDialogElement>('person');
    if (!person) {
      if (dialog.open) dialog.close();
      return;
    }
    const typical = this.actions.typicalFaces(person);
    const [face] = typical;
    byId<HTMLImageElement>('person-face').src = this.album.faces[face].url;
    const name = byId<HTMLInputElement>('person-name');
    if (document.activeElement !== name) name.value = person.name;
    byId('person-count').textContent = `${counted(person.faces.length, 'face')}, the most typical first`;
    this.grid.show(
      typical.map(each => ({
        face: each,
        url: this.album.faces[each].url,
        caption: this.actions.photographOf(each),
      })),
    );
    this.showActions();
  }

  private get person(): Person | undefined {
    return this.anchor === undefined ? undefined : this.album.personOf(this.anchor);
  }

  private with(act: (person: Person) => void): void {
    if (this.person) act(this.person);
  }

  private onClick(id: string, act: (person: Person, faces: number[]) => void): void {
    byId(id).addEventListener('click', () => this.with(person => act(person, [...this.grid.chosen])));
  }

  private split(person: Person, faces: number[]): void {
    // Who is looked at stays in view, though the face that stood for it may go.
    this.anchor = this.firstOfRest(person);
    this.grid.chosen.clear();
    this.actions.edit(`the split of ${counted(faces.length, 'face')}`, edits =>
      splitFaces(edits, person, faces),
    );
  }

  private move(person: Person, faces: number[]): void {
    choosePerson(
      this.album,
      {title: `Whose ${faces.length === 1 ? 'face is it' : 'faces are they'}?`, faces, leftOut: person.key},
      to => {
        this.anchor = this.firstOfRest(person) ?? to.faces[0];
        this.grid.chosen.clear();
        this.actions.edit(`the move of ${counted(faces.length, 'face')}`, edits =>
          moveFaces(edits, faces, to, this.album.people),
        );
      },
    );
  }

  private remove(person: Person, faces: number[]): void {
    this.anchor = this.firstOfRest(person);
    this.grid.chosen.clear();
    this.actions.edit(`${counted(faces.length, 'face')} taken out`, edits => removeFaces(edits, faces));
  }

  /** A face of a person that is not chosen, the most typical, or undefined. */
  private firstOfRest(person: Person): number | undefined {
    return this.actions.typicalFaces(person).find(face => !this.grid.chosen.has(face));
  }

  private mergeWith(person: Person): void {
    choosePerson(
      this.album,
      {title: 'Who is the same person?', faces: person.faces, leftOut: person.key},
      other => this.actions.edit('the merge', edits => mergePeople(edits, [person, other])),
    );
  }

  private showActions(): void {
    const chosen = this.grid.chosen.size;
    const all = chosen === this.person?.faces.length;
    const enabled: Record<string, boolean> = {
      split: chosen > 0 && !all,
      move: chosen > 0,
      remove: chosen > 0,
      'like-this': chosen === 1,
      'show-photograph': chosen === 1,
    };
    for (const [id, on] of Object.entries(enabled)) byId<HTMLButtonElement>(id).disabled = !on;
  }
}
