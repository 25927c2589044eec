/** Pairs of people who are known to be two. */
export class ApartPeople {
  private readonly others = new Map<number, Set<number>>();

  /** Remembers that two ids are two people. */
  add(one: number, other: number): void {
    this.of(one).add(other);
    this.of(other).add(one);
  }

  /** Whether two ids are known to be two people. */
  has(one: number, other: number): boolean {
    return this.others.get(one)?.has(other) === true;
  }

  /** Whom an id is known not to be. */
  list(id: number): number[] {
    return [...(this.others.get(id) ?? [])];
  }

  /** Gives what is known of an id to another. */
  move(from: number, into: number): void {
    for (const id of this.list(from)) this.add(into, id);
    this.forget(from);
  }

  /** Forgets an id. */
  forget(id: number): void {
    for (const other of this.list(id)) this.others.get(other)?.delete(id);
    this.others.delete(id);
  }

  private of(id: number): Set<number> {
    const known = this.others.get(id) ?? new Set();
    this.others.set(id, known);
    return known;
  }
}
