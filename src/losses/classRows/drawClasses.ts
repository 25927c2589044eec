import {type Random, seededRandom} from '../../base/random';

/** Into how many segments all classes are divided, each of which is drawn from by itself. */
const SEGMENTS = 256;

/** Which classes a step draws. */
export interface ClassDraw {
  /** How many classes there are. */
  classes: number;
  /** The part of them to draw, above 0 and up to 1. */
  rate: number;
  /** The ids that are drawn in any case, those of the batch. */
  positives: Iterable<number>;
  /** Whole numbers that name the draw. */
  seed: number[];
}

/**
 * Draws classes without replacement, those of a batch among them. Classes lie in segments, each with a generator of its own: however many
 * processes share them, each draws its own and all together the same. It takes the time of the classes drawn, not of all.
 *
 * @param from The first class that is wanted.
 * @param to The first one after it that is not.
 * @returns The ids from `from` on and below `to`, ascending.
 */
export function drawClasses(draw: ClassDraw, from: number, to: number): Int32Array {
  const {classes, rate, positives, seed} = draw;
  if (rate >= 1) return Int32Array.from({length: to - from}, (_, i) => from + i);
  const segments = Math.min(SEGMENTS, classes);
  const start = (segment: number) => Math.floor((classes * segment) / segments);
  const segmentOf = (id: number) => {
    let segment = Math.min(segments - 1, Math.floor((id * segments) / classes));
    while (start(segment + 1) <= id) segment++;
    return segment;
  };
  const bySegment = new Map<number, Set<number>>();
  for (const id of positives) {
    const segment = segmentOf(id);
    const known = bySegment.get(segment);
    if (known) known.add(id);
    else bySegment.set(segment, new Set([id]));
  }
  // An offset for all: small segments have a class now and then, and all together as many as they should.
  const offset = seededRandom(...seed)();
  const parts: Int32Array[] = [];
  for (let segment = segmentOf(from); segment < segments && start(segment) < to; segment++) {
    const [first, end] = [start(segment), start(segment + 1)];
    const wanted = Math.floor(rate * end + offset) - Math.floor(rate * first + offset);
    const kept = bySegment.get(segment) ?? new Set<number>();
    parts.push(drawSegment(first, end, wanted, kept, seededRandom(...seed, segment)));
  }
  const drawn = new Int32Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    drawn.set(part, at);
    at += part.length;
  }
  const inRange = drawn.filter(id => id >= from && id < to);
  return inRange;
}

/** The ids of one segment, ascending: those to keep, and others until there are as many as wanted. */
function drawSegment(
  first: number,
  end: number,
  wanted: number,
  kept: ReadonlySet<number>,
  random: Random,
): Int32Array {
  const count = end - first;
  const others = Math.max(0, Math.min(wanted, count) - kept.size);
  const isFew = others <= (count - kept.size) / 2;
  // Of many, those are drawn that are left out: a draw then seldom hits what is drawn already.
  const chosen = new Set<number>();
  const draws = isFew ? others : count - kept.size - others;
  while (chosen.size < draws) {
    const id = first + Math.floor(count * random());
    if (!kept.has(id)) chosen.add(id);
  }
  const ids = isFew
    ? [...kept, ...chosen]
    : Array.from({length: count}, (_, i) => first + i).filter(id => !chosen.has(id));
  return Int32Array.from(ids).sort();
}
