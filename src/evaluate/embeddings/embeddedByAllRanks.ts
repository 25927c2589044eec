import {gatherTexts} from '../../base/gatherTexts';
import type {Ranks} from '../../base/ranks';

/** The embeddings of some images. */
export interface EmbeddedRows {
  /** `[rows, dimension]`. */
  values: Float32Array;
  dimension: number;
}

/** How many numbers a rank has for a round, where it has no batch left, and where it failed. */
const [NONE, FAILED] = [-1, -2];

/** What a rank has for a round. */
type Turn = {rows?: EmbeddedRows} | {error: unknown};

/**
 * The embeddings of the batches of all ranks, of which rank r has every N-th from r on, in the order of batches. Ranks exchange
 * each round of N batches, so that none waits for one that has failed.
 *
 * @param own The embeddings of this rank's batches in parts; nothing at the end of each batch.
 * @throws If a rank fails, on every rank: its own error on that rank.
 */
export async function* embeddedByAllRanks(
  own: AsyncGenerator<EmbeddedRows | undefined>,
  ranks: Ranks,
): AsyncGenerator<EmbeddedRows> {
  try {
    for (;;) {
      const turn = await nextTurn(own);
      const {values, dimension} = ('rows' in turn && turn.rows) || {values: undefined, dimension: 0};
      const count = 'error' in turn ? FAILED : (values?.length ?? NONE);
      const told = ranks.allGather(Int32Array.of(count, dimension), new Int32Array(2 * ranks.size));
      const counts = [...told].filter((_, i) => i % 2 === 0);
      if (counts.includes(FAILED)) throw failure(turn, ranks);
      if (counts.every(each => each === NONE)) return;
      const all = exchange(values, counts, ranks);
      checkDimensions([...told]);
      for (const [rank, part] of all.entries()) {
        if (part.length > 0) yield {values: part, dimension: told[2 * rank + 1]};
      }
    }
  } finally {
    await own.return(undefined);
  }
}

/** The next batch of this rank as a whole. */
async function nextTurn(own: AsyncGenerator<EmbeddedRows | undefined>): Promise<Turn> {
  const parts: EmbeddedRows[] = [];
  try {
    for (;;) {
      const {value, done} = await own.next();
      if (done) return {};
      if (value === undefined) return {rows: joined(parts)};
      parts.push(value);
    }
  } catch (error) {
    return {error};
  }
}

function joined(parts: EmbeddedRows[]): EmbeddedRows {
  if (parts.length === 1) return parts[0];
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let end = 0;
  for (const part of parts) {
    values.set(part.values, end);
    end += part.values.length;
  }
  return {values, dimension: parts[0]?.dimension ?? 0};
}

function exchange(values: Float32Array | undefined, counts: number[], ranks: Ranks): Float32Array[] {
  const block = Math.max(...counts);
  const padded = new Float32Array(block);
  if (values) padded.set(values);
  const all = ranks.allGather(padded, new Float32Array(block * ranks.size));
  return counts.map((count, rank) => all.slice(rank * block, rank * block + Math.max(0, count)));
}

function checkDimensions(told: number[]): void {
  const dimensions = new Set(told.filter((dimension, i) => i % 2 === 1 && dimension > 0));
  if (dimensions.size < 2) return;
  throw new Error(
    `embedImages: the model must be the same on all ranks, but its embeddings have ${[...dimensions].join(' and ')} numbers.`,
  );
}

/** This rank's error, or that of the first that has one. */
function failure(turn: Turn, ranks: Ranks): unknown {
  const own = 'error' in turn ? turn.error : undefined;
  const message = own instanceof Error ? own.message : String(own);
  const texts = gatherTexts(ranks, 'error' in turn ? `${message} ` : '');
  if ('error' in turn) return own;
  const rank = texts.findIndex(text => text !== '');
  return new Error(`embedImages: all ranks end, because rank ${rank} failed: ${texts[rank].trimEnd()}`);
}
