import {DataFormatError} from '../../formats/dataFormatError';
import {parseStrictJson} from '../../formats/parseStrictJson';
import {parseSafetensors, serializeSafetensors} from '../../formats/safetensors';
import type {StoredTensor} from '../../formats/storedTensor';

/** Whose templates are whose: templates are numbered from 0, and numbers are never given twice. */
export class PeopleOfTemplates {
  /** The number of templates, removed ones included. */
  count = 0;
  private removed = 0;
  private readonly ids: string[] = [];
  private readonly groupNames: string[] = [];
  /** The person of each template, −1 where removed, and its group. */
  private readonly people: number[] = [];
  private readonly groups: number[] = [];
  private readonly templatesOf = new Map<string, {person: number; templates: number[]}>();
  private readonly placeOfGroup = new Map<string, number>();

  /** Gives the next number to a template of a person. */
  add(id: string, group: string): number {
    let own = this.templatesOf.get(id);
    if (own === undefined) {
      own = {person: this.ids.push(id) - 1, templates: []};
      this.templatesOf.set(id, own);
    }
    let place = this.placeOfGroup.get(group);
    if (place === undefined) {
      place = this.groupNames.push(group) - 1;
      this.placeOfGroup.set(group, place);
    }
    this.people.push(own.person);
    this.groups.push(place);
    own.templates.push(this.count);
    return this.count++;
  }

  /** Takes a person's templates away, and gives back their numbers. */
  remove(id: string): number[] {
    const templates = this.templatesOf.get(id)?.templates ?? [];
    this.templatesOf.delete(id);
    for (const template of templates) this.people[template] = -1;
    this.removed += templates.length;
    return templates;
  }

  /** Whose a template is; undefined where it was removed. */
  of(template: number): {id: string; group: string} | undefined {
    const person = this.people[template] ?? -1;
    return person < 0 ? undefined : {id: this.ids[person], group: this.groupNames[this.groups[template]]};
  }

  size(): {people: number; templates: number} {
    return {people: this.templatesOf.size, templates: this.count - this.removed};
  }

  /** All of it as the bytes of a safetensors file. Ids of people who were removed are left out. */
  encode(): Uint8Array<ArrayBuffer> {
    const ids = [...this.templatesOf.keys()];
    const places = new Int32Array(this.ids.length).fill(-1);
    ids.forEach((id, place) => {
      places[this.templatesOf.get(id)?.person ?? 0] = place;
    });
    const text = new TextEncoder().encode(JSON.stringify({ids, groupNames: this.groupNames}));
    const numbers = (values: Int32Array): StoredTensor => ({
      type: 'I32',
      shape: [values.length],
      bytes: new Uint8Array(values.buffer),
    });
    return serializeSafetensors(
      new Map<string, StoredTensor>([
        ['record', {type: 'U8', shape: [text.length], bytes: text}],
        ['people', numbers(Int32Array.from(this.people, person => (person < 0 ? -1 : places[person])))],
        ['groups', numbers(Int32Array.from(this.groups))],
      ]),
    );
  }

  /** @throws {@link index.DataFormatError} if the bytes are damaged. */
  static decode(bytes: Uint8Array, file: string): PeopleOfTemplates {
    const tensors = parseSafetensors(bytes, file);
    const numbersOf = (name: string) => {
      const tensor = tensors.get(name);
      if (tensor?.type !== 'I32') throw new DataFormatError(file, `is damaged: it has no ${name}.`);
      return new Int32Array(new Uint8Array(tensor.bytes).buffer);
    };
    const [people, groups, {ids, groupNames}] = [
      numbersOf('people'),
      numbersOf('groups'),
      recordOf(tensors, file),
    ];
    const isWithin = (least: number, list: string[]) => (place: number) =>
      place >= least && place < list.length;
    if (
      people.length !== groups.length ||
      new Set(ids).size < ids.length ||
      !people.every(isWithin(-1, ids)) ||
      !groups.every(isWithin(0, groupNames))
    ) {
      throw new DataFormatError(file, 'is damaged: a template belongs to nobody.');
    }
    const read = new PeopleOfTemplates();
    people.forEach((person, template) => {
      if (person >= 0) {
        read.add(ids[person], groupNames[groups[template]]);
        return;
      }
      read.people.push(-1);
      read.groups.push(0);
      read.count++;
      read.removed++;
    });
    return read;
  }
}

function recordOf(tensors: Map<string, StoredTensor>, file: string): {ids: string[]; groupNames: string[]} {
  const isText = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every(each => typeof each === 'string');
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(tensors.get('record')?.bytes);
    const {ids, groupNames} = parseStrictJson(text, 2) as Record<string, unknown>;
    if (isText(ids) && isText(groupNames)) return {ids, groupNames};
  } catch (cause) {
    throw new DataFormatError(file, `has a damaged record: ${(cause as Error).message}.`, {cause});
  }
  throw new DataFormatError(file, 'is damaged: its record is incomplete.');
}
