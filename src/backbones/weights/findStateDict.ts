import type {StoredTensor} from '../../formats/storedTensor';
import {irBodyNaming} from './irBodyNaming';
import {pyTorchName, pyTorchNamings} from './pyTorchName';
import {shownName} from './shownName';
import type {StateDictNaming} from './stateDictNaming';

/** The part of a file that is the state dict of a network. */
export interface FoundStateDict {
  /** What stands before the names, such as `state_dict.module.`. */
  prefix: string;
  /** What each parameter is called behind the prefix. */
  naming: StateDictNaming;
  /** The tensors behind the prefix, by names without it. */
  tensors: Map<string, StoredTensor>;
  /** The prefixes behind which a single weight stands as well, so that none is taken off. */
  candidates: string[];
}

/** Every naming under which a state dict may have the parameters, the names of the layers here first. */
const namings = (names: readonly string[]): StateDictNaming[] => [
  ...pyTorchNamings.map(naming => (name: string) => pyTorchName(naming, name)),
  ...irBodyNaming(names),
];

/** The prefixes behind which wanted names stand in a file, and how many each. */
function prefixes(tensors: Map<string, StoredTensor>, wanted: Set<string>): Map<string, number> {
  const mostParts = [...wanted].reduce((most, name) => Math.max(most, name.split('.').length), 1);
  const counts = new Map([['', 0]]);
  for (const name of tensors.keys()) {
    let at = name.length;
    for (let part = 0; part < mostParts && at >= 0; part++) {
      at = at === 0 ? -1 : name.lastIndexOf('.', at - 1);
      if (!wanted.has(name.slice(at + 1))) continue;
      const prefix = name.slice(0, at + 1);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  return counts;
}

/** The most other places that are looked at: a stranger's file may have any number. */
const mostOthers = 8;

/** What a prefix is written as: with a dot at its end, unless there is none. */
const withDot = (prefix: string) => (prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`);

interface Place {
  prefix: string;
  naming: StateDictNaming;
  /** How many parameters stand there. */
  found: number;
}

/** Where the parameters stand, most first, of several the shortest prefix first; each prefix once. */
function placesOf(tensors: Map<string, StoredTensor>, names: readonly string[]): Place[] {
  const places = namings(names).flatMap(naming => {
    const wanted = new Set(names.flatMap(name => naming(name) ?? []));
    return [...prefixes(tensors, wanted)].map(([prefix, found]): Place => ({naming, prefix, found}));
  });
  const known = new Map<string, Place>();
  for (const place of places.sort((a, b) => b.found - a.found || a.prefix.length - b.prefix.length)) {
    if (!known.has(place.prefix)) known.set(place.prefix, place);
  }
  return [...known.values()];
}

/** The place that a caller names. */
function placeAt(places: Place[], prefix: string, file: string): Place {
  const place = places.find(each => each.prefix === prefix);
  if (place !== undefined && place.found > 0) return place;
  // Not what a part of the network stands behind, such as a block.
  const known = places.filter(({found}) => found > 0 && 2 * found > places[0].found).slice(0, 3);
  if (known.length === 0) return {...places[0], prefix};
  const shown = known.map(each => `'${shownName(each.prefix)}'`).join(' or ');
  throw new Error(
    `importWeights: prefix must be what stands before weights of the network in ${file}, such as ${shown}, but is '${prefix}'.`,
  );
}

/** The tensors behind a prefix, by names without it; not those behind a longer one at which another copy of the network begins. */
function tensorsBehind(tensors: Map<string, StoredTensor>, prefix: string, copies: readonly string[]) {
  const within = copies.filter(copy => copy !== prefix && copy.startsWith(prefix));
  const isBehind = (name: string) => name.startsWith(prefix) && !within.some(copy => name.startsWith(copy));
  const behind = [...tensors].filter(([name]) => isBehind(name));
  return new Map(behind.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/**
 * Finds the state dict of a network within a file: behind which prefix its names stand, `module.`, `backbone.`, `state_dict.model.`, and
 * under which naming. What most parameters are found by counts, of several the shortest prefix. What a file has beside it, such as an
 * optimizer, is left out. A single weight may stand behind many prefixes: then none is guessed.
 *
 * @param names Of all parameters of the network, in its order.
 * @param file What messages call the file.
 * @param prefix What stands before the names, if the caller says so.
 * @returns The place, then others where as many parameters stand.
 * @throws If nothing stands behind the prefix of the caller, and something behind another.
 */
export function findStateDict(
  tensors: Map<string, StoredTensor>,
  names: readonly string[],
  file = 'the file',
  prefix?: string,
): [FoundStateDict, ...FoundStateDict[]] {
  const places = placesOf(tensors, names);
  const best = prefix === undefined ? places[0] : placeAt(places, withDot(prefix), file);
  const others = places.filter(
    ({prefix, found}) => found === best.found && found > 0 && prefix !== best.prefix,
  );
  if (prefix === undefined && names.length === 1 && best.prefix !== '' && others.length > 0) {
    const candidates = [best, ...others].map(each => each.prefix);
    return [{prefix: '', naming: best.naming, tensors, candidates}];
  }
  const looked = [best, ...others.slice(0, mostOthers)];
  const copies = looked.map(each => each.prefix);
  const found = (place: Place): FoundStateDict => ({
    ...place,
    tensors: tensorsBehind(tensors, place.prefix, copies),
    candidates: [],
  });
  return prefix === undefined ? [found(best), ...looked.slice(1).map(found)] : [found(best)];
}
