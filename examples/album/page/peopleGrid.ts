import type {Album} from '../people/album';
import {facesByTypicality} from '../people/facesByTypicality';
import type {Person} from '../people/person';
import {counted} from './counted';
import {element} from './element';
import {VirtualGrid} from './virtualGrid';

/** What can be done with a person of the grid. */
export interface PeopleGridActions {
  open: (person: Person) => void;
  name: (person: Person, name: string) => void;
  /** The choice of people is another. */
  choose: () => void;
}

/** Faces in the strip below the large one. */
const stripFaces = 4;

/** The people of the album, as cards: a large face, some more, a name, a count. Those seen once are smaller. */
export class PeopleGrid {
  /** Keys of the people that are chosen. */
  readonly chosen = new Set<string>();
  private readonly many: VirtualGrid<Person>;
  private readonly once: VirtualGrid<Person>;
  private people = new Map<string, Person>();
  private readonly order = new Map<string, {count: number; last: number; faces: number[]}>();

  constructor(
    private readonly album: Album,
    private readonly places: {many: HTMLElement; once: HTMLElement},
    private readonly actions: PeopleGridActions,
  ) {
    const shared = {
      gap: 14,
      keyOf: ({key}: Person) => key,
      make: () => this.card(),
      update: (cell: HTMLElement, person: Person) => this.fill(cell, person),
    };
    this.many = new VirtualGrid({
      ...shared,
      container: places.many,
      minWidth: width => (width < 520 ? 150 : 196),
      height: width => width + width / stripFaces + 62,
    });
    this.once = new VirtualGrid({
      ...shared,
      container: places.once,
      minWidth: width => (width < 520 ? 96 : 124),
      height: width => width + 44,
    });
  }

  /** Shows the album as it is now. */
  show(): void {
    const {people} = this.album;
    this.people = new Map(people.map(person => [person.key, person]));
    for (const key of this.chosen) if (!this.people.has(key)) this.chosen.delete(key);
    const isOne = ({faces, name}: Person) => faces.length === 1 && name === '';
    this.many.show(people.filter(person => !isOne(person)));
    this.once.show(people.filter(isOne));
    const hidden = !people.some(isOne);
    const section = this.places.once.parentElement;
    if (section) section.hidden = hidden;
  }

  /** The people that are chosen, in the order of the page. */
  get chosenPeople(): Person[] {
    return [...this.people.values()].filter(({key}) => this.chosen.has(key));
  }

  clearChoice(): void {
    this.chosen.clear();
    this.show();
  }

  focus(key: string | undefined): void {
    this.many.focus(key);
    this.once.focus(key);
  }

  /** Faces of a person, the most typical first. */
  typicalFaces({key, faces}: Person): number[] {
    const known = this.order.get(key);
    if (known && known.count === faces.length && known.last === faces[faces.length - 1]) return known.faces;
    const {embeddings} = this.album;
    const sorted = facesByTypicality(embeddings.rows, embeddings.dimension, faces);
    this.order.set(key, {count: faces.length, last: faces[faces.length - 1], faces: sorted});
    return sorted;
  }

  private card(): HTMLLIElement {
    const picture = () => element('img', {alt: '', decoding: 'async', draggable: false});
    const open = element(
      'button',
      {type: 'button', className: 'open', dataset: {main: ''}},
      picture(),
      element(
        'span',
        {className: 'strip'},
        ...Array.from({length: stripFaces}, picture),
        element('span', {className: 'more'}),
      ),
    );
    const choice = element('input', {type: 'checkbox'});
    const name = element('input', {
      type: 'text',
      className: 'name',
      placeholder: 'Add a name',
      autocomplete: 'off',
      spellcheck: false,
      maxLength: 80,
    });
    name.setAttribute('list', 'names');
    const card = element(
      'li',
      {className: 'card'},
      open,
      element('label', {className: 'choice'}, choice),
      element('div', {className: 'line'}, name, element('span', {className: 'count'})),
    );
    this.listen(card, {open, choice, name});
    return card;
  }

  private listen(
    card: HTMLElement,
    {open, choice, name}: {open: HTMLElement; choice: HTMLInputElement; name: HTMLInputElement},
  ): void {
    const person = () => this.people.get(card.dataset.key ?? '');
    const withPerson = (act: (person: Person) => void) => {
      const found = person();
      if (found) act(found);
    };
    open.addEventListener('click', () => withPerson(this.actions.open));
    choice.addEventListener('change', () => withPerson(({key}) => this.choose(key, choice.checked)));
    card.addEventListener('keydown', event => {
      if ((event.target as Element).matches('input[type=text]')) return;
      if (event.key === ' ' && event.target === open) {
        event.preventDefault();
        withPerson(({key}) => this.choose(key, !this.chosen.has(key)));
      }
      if (event.key === 'F2' || event.key === 'n') {
        event.preventDefault();
        name.focus();
        name.select();
      }
    });
    name.addEventListener('change', () => withPerson(each => this.actions.name(each, name.value)));
    name.addEventListener('keydown', event => {
      if (event.key === 'Escape') name.value = person()?.name ?? '';
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      // Or else Enter would also press the button that now has the focus.
      event.preventDefault();
      open.focus();
    });
  }

  private choose(key: string, chosen: boolean): void {
    if (chosen) this.chosen.add(key);
    else this.chosen.delete(key);
    this.show();
    this.actions.choose();
  }

  private fill(card: HTMLElement, person: Person): void {
    const {key, name, faces} = person;
    const typical = this.typicalFaces(person);
    const pictures = card.querySelectorAll('img');
    pictures.forEach((picture, i) => {
      const face = typical[i];
      const url = face === undefined ? '' : this.album.faces[face].url;
      picture.hidden = url === '';
      if (url !== '' && picture.getAttribute('src') !== url) picture.src = url;
    });
    const rest = faces.length - pictures.length;
    const more = part(card, '.more');
    more.hidden = rest <= 0;
    more.textContent = `+${rest + 1}`;
    const chosen = this.chosen.has(key);
    card.classList.toggle('chosen', chosen);
    const choice = part<HTMLInputElement>(card, '.choice input');
    choice.checked = chosen;
    const field = part<HTMLInputElement>(card, '.name');
    if (document.activeElement !== field) field.value = name;
    const called = name || 'person without a name';
    part(card, '.count').textContent = String(faces.length);
    part(card, '.open').setAttribute('aria-label', `${called}, ${counted(faces.length, 'face')}`);
    choice.setAttribute('aria-label', `Choose ${called}`);
    field.setAttribute('aria-label', `Name of ${called}`);
  }
}

function part<T extends HTMLElement = HTMLElement>(card: HTMLElement, selector: string): T {
  return card.querySelector(selector) as T;
}
