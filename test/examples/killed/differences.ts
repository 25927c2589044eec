import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {logOf} from './runs';

/** In what two runs of the example differ, besides their speed: figures of the log, verification and the bytes of the model. */
export async function differences(expected: string, found: string): Promise<string[]> {
  const [one, other] = [await logOf(expected), await logOf(found)];
  const steps = Array.from({length: Math.max(one.length, other.length)}, (_, i) => [one[i], other[i]]);
  const resultsOf = async (run: string) => {
    const {trained, untrained, history} = JSON.parse(await readFile(join(run, 'results.json'), 'utf8'));
    return {trained, untrained, history};
  };
  const modelOf = (run: string) => readFile(join(run, 'model', 'weights.bin'));
  return [
    ...steps.flatMap(([a, b], i) =>
      isDeepStrictEqual(timeless(a), timeless(b))
        ? []
        : [`Line ${i + 1} of the log: ${JSON.stringify(a)}, but ${JSON.stringify(b)}`],
    ),
    ...(isDeepStrictEqual(await resultsOf(expected), await resultsOf(found))
      ? []
      : ['results.json differs.']),
    ...((await modelOf(expected)).equals(await modelOf(found)) ? [] : ['The weights of the model differ.']),
  ];
}

/** A line without what depends on how fast the machine is. */
function timeless(line: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return line && {...line, imagesPerSecond: undefined, secondsLeft: undefined};
}
