import {ApartPeople} from './apartPeople';
import {checkedOnlineOptions, type OnlineSettings} from './checkedOnlineOptions';
import {checkedSighting} from './checkedSighting';
import {isPossible} from './isPossible';
import {checkSaved, type OnlineClustersData} from './onlineClustersData';
import type {
  ForgettingReason,
  OnlineClustersOptions,
  OnlineMerge,
  OnlinePerson,
} from './onlineClustersOptions';
import {lastTime, personOf, priorOf} from './personOf';
import {PersonStore, type StoredPerson} from './personStore';
import type {Sighting} from './sighting';

/** How many sightings and tracks of a person are kept to tell what is possible. */
const KEPT = 16;

/** People of a stream: virtual identities. {@link onlineClusters} makes it. */
export class OnlineClusters {
  private readonly settings: OnlineSettings;
  private store?: PersonStore;
  private nextId = 0;
  private turn = 0;
  private readonly apart = new ApartPeople();
  private readonly personOfTracklet = new Map<string | number, StoredPerson>();

  /** Made by {@link onlineClusters}. */
  constructor(options: OnlineClustersOptions, saved?: OnlineClustersData) {
    this.settings = checkedOnlineOptions(options);
    if (saved !== undefined) this.restore(checkSaved('onlineClusters', saved));
  }

  /** The people, in no order. */
  get people(): OnlinePerson[] {
    return this.store?.people.map(personOf) ?? [];
  }

  /**
   * Finds the person of a face, or makes a new one.
   *
   * A face of a known tracklet is of its person. Else those are left out who cannot be it: by picture, speed or rule. The most similar of
   * the rest is the person if the cosine with the mean of their faces plus the prior reaches the threshold.
   *
   * @returns The id of the person, from 0. A later merge may end it: {@link OnlineClustersOptions.onMerge} tells.
   * @throws If the embedding is not finite, is all zeros or has another dimension than those before, or time or place are not numbers.
   */
  add(face: Sighting): number {
    const unit = checkedSighting(face, this.store?.dimension);
    if (face.time !== undefined) this.expire(face.time);
    this.store ??= new PersonStore(unit.length);
    const {store} = this;
    const refused: number[] = [];
    const row =
      this.linkedRow(face, store) ?? this.nearestRow(face, unit, store, refused) ?? this.newRow(store);
    const person = store.people[row];
    for (const id of refused) this.apart.add(id, person.id);
    store.addTo(row, unit);
    person.count++;
    person.turn = this.turn++;
    this.remember(person, face, store);
    const id = this.mergeFrom(person, face, store);
    this.makeRoom(store);
    return id;
  }

  /**
   * Forgets a person: id, mean, times and places. Nothing of the embeddings stays in memory.
   *
   * @returns Whether there was such a person.
   */
  forget(id: number): boolean {
    const row = this.store?.people.findIndex(person => person.id === id) ?? -1;
    if (row < 0) return false;
    this.drop(row, 'asked');
    return true;
  }

  /**
   * Forgets those not seen for {@link OnlineClustersOptions.forgetAfter} seconds; {@link OnlineClusters.add} does so by itself.
   *
   * @param time Now, in the seconds of the sightings. People without a time stay.
   */
  expire(time: number): void {
    const {forgetAfter} = this.settings;
    if (forgetAfter === undefined || this.store === undefined) return;
    const {people} = this.store;
    for (let row = people.length - 1; row >= 0; row--) {
      const last = lastTime(people[row]);
      if (last !== undefined && time - last > forgetAfter) this.drop(row, 'expired');
    }
  }

  /** All that is remembered, as plain data for a file; pass it to {@link onlineClusters} to go on. Options are not in it. */
  toJSON(): OnlineClustersData {
    const {store} = this;
    return {
      format: 'face-margins online clusters 1',
      dimension: store?.dimension ?? 0,
      nextId: this.nextId,
      people:
        store?.people.map((person, row) => ({
          id: person.id,
          count: person.count,
          turn: person.turn,
          sum: [...store.sumOf(row)],
          past: person.past.map(sighting => ({...sighting})),
          tracklets: [...person.tracklets],
          apart: this.apart.list(person.id),
        })) ?? [],
    };
  }

  private restore({dimension, nextId, people}: OnlineClustersData): void {
    this.nextId = nextId;
    if (dimension === 0) return;
    this.store = new PersonStore(dimension);
    for (const {sum, apart, past, tracklets, ...own} of people) {
      const person = {...own, past: past.map(sighting => ({...sighting})), tracklets: [...tracklets]};
      this.store.addTo(this.store.push(person), sum);
      for (const tracklet of tracklets) this.personOfTracklet.set(tracklet, person);
      for (const other of apart) this.apart.add(own.id, other);
      this.turn = Math.max(this.turn, own.turn + 1);
    }
  }

  /** The person that a face must be. */
  private linkedRow(face: Sighting, store: PersonStore): number | undefined {
    const {mustLink} = this.settings;
    const known = face.tracklet === undefined ? undefined : this.personOfTracklet.get(face.tracklet);
    if (known !== undefined) return store.people.indexOf(known);
    const row = mustLink ? store.people.findIndex(person => mustLink(face, personOf(person))) : -1;
    return row < 0 ? undefined : row;
  }

  /**
   * The most similar person that a face can be, if similar enough.
   *
   * @param refused Takes the ids of people whom the rule refuses: whoever the face is, it is none of them.
   */
  private nearestRow(
    face: Sighting,
    unit: Float32Array,
    store: PersonStore,
    refused: number[],
  ): number | undefined {
    const {threshold, prior, cannotLink, speedLimit} = this.settings;
    let [nearest, best]: [number | undefined, number] = [undefined, -Infinity];
    store.cosines(unit).forEach((cosine, row) => {
      const person = store.people[row];
      const score = prior ? cosine + priorOf(prior, face, person) : cosine;
      if (!(score >= threshold && score > best)) return;
      if (!person.past.every(past => isPossible(face, past, speedLimit))) return;
      if (cannotLink?.(face, personOf(person))) refused.push(person.id);
      else [nearest, best] = [row, score];
    });
    return nearest;
  }

  private newRow(store: PersonStore): number {
    return store.push({id: this.nextId++, count: 0, past: [], tracklets: [], turn: 0});
  }

  private remember(person: StoredPerson, face: Sighting, {people}: PersonStore): void {
    const {time, place, frame, tracklet} = face;
    if (frame !== undefined) {
      for (const other of people) {
        if (other !== person && other.past.some(past => past.frame === frame))
          this.apart.add(other.id, person.id);
      }
    }
    person.past.push({
      ...(time !== undefined && {time}),
      ...(place !== undefined && {place: [...place]}),
      ...(frame !== undefined && {frame}),
    });
    if (person.past.length > KEPT) person.past.shift();
    if (tracklet === undefined || this.personOfTracklet.has(tracklet)) return;
    this.personOfTracklet.set(tracklet, person);
    person.tracklets.push(tracklet);
    if (person.tracklets.length > KEPT)
      this.personOfTracklet.delete(person.tracklets.shift() as string | number);
  }

  /** Merges a person with those whose means are near enough. Returns the id that is left. */
  private mergeFrom(person: StoredPerson, face: Sighting, store: PersonStore): number {
    const {mergeThreshold, speedLimit, cannotLink} = this.settings;
    for (;;) {
      const row = store.people.indexOf(person);
      let [nearest, best] = [-1, mergeThreshold];
      if (mergeThreshold <= 1) {
        store.cosines(store.sumOf(row)).forEach((cosine, other) => {
          if (other === row || cosine < best) return;
          const {id, past} = store.people[other];
          if (this.apart.has(person.id, id)) return;
          if (!past.every(one => person.past.every(two => isPossible(one, two, speedLimit)))) return;
          if (cannotLink?.(face, personOf(store.people[other]))) this.apart.add(person.id, id);
          else [nearest, best] = [other, cosine];
        });
      }
      if (nearest < 0) return person.id;
      this.merge(person, store.people[nearest], store);
    }
  }

  /** Adds the other person to one; the lower id stays. */
  private merge(person: StoredPerson, other: StoredPerson, store: PersonStore): void {
    const merge: OnlineMerge = {
      from: Math.max(person.id, other.id),
      into: Math.min(person.id, other.id),
    };
    store.addTo(store.people.indexOf(person), store.sumOf(store.people.indexOf(other)));
    store.remove(store.people.indexOf(other));
    person.count += other.count;
    person.past = [...other.past, ...person.past].slice(-KEPT);
    for (const tracklet of other.tracklets) this.personOfTracklet.set(tracklet, person);
    person.tracklets = [...other.tracklets, ...person.tracklets];
    for (const dropped of person.tracklets.splice(0, person.tracklets.length - KEPT)) {
      this.personOfTracklet.delete(dropped);
    }
    this.apart.move(merge.from, merge.into);
    person.id = merge.into;
    this.settings.onMerge?.(merge);
  }

  private makeRoom(store: PersonStore): void {
    while (store.people.length > this.settings.most) {
      let oldest = 0;
      store.people.forEach(({turn}, row) => {
        if (turn < store.people[oldest].turn) oldest = row;
      });
      this.drop(oldest, 'full');
    }
  }

  private drop(row: number, reason: ForgettingReason): void {
    const {id, tracklets} = (this.store as PersonStore).remove(row);
    for (const tracklet of tracklets) this.personOfTracklet.delete(tracklet);
    this.apart.forget(id);
    this.settings.onForget?.(id, reason);
  }
}

/**
 * Clusters faces as they come: each gets the id of a person at once, by the mean of the person's faces, and by what time, place, picture
 * and track allow.
 *
 *     score(face, person) = cos(face, mean of the person's faces) + prior(Δt, distance)
 *
 * A new face takes the time of one product with all people. Memory is 4D bytes for each, and their last 16 sightings.
 *
 * @param options The threshold, and what is known of people.
 * @param saved What {@link OnlineClusters.toJSON} gave, to go on from. Default: nobody.
 * @throws If an option is invalid, or `saved` is not such data.
 *
 * @example
 * ```ts
 * const people = onlineClusters({threshold: 0.5});
 * const ids = [people.add({embedding: [1, 0]}), people.add({embedding: [0, 1]}), people.add({embedding: [0.9, 0.1]})];
 * ids;   // 0, 1, 0
 * ```
 */
export function onlineClusters(options: OnlineClustersOptions, saved?: OnlineClustersData): OnlineClusters {
  return new OnlineClusters(options, saved);
}
