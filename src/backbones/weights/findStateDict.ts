import type {StoredTensor} from '../../formats/storedTensor';
import {irBodyNaming} from './irBodyNaming';
import {pyTorchName, pyTorchNamings} from './pyTorchName';
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

/**
 * Finds the state dict of a network within a file: behind which prefix its names stand, `module.`, `backbone.`, `state_dict.model.`, and
 * under which naming. What most parameters are found by counts, of several the shortest prefix. What a file has beside it, such as an
 * optimizer or a copy of averaged weights, is left out. A single weight may stand behind many prefixes: then none is guessed.
 *
 * @param names Of all parameters of the network, in its order.
 */
export function findStateDict(tensors: Map<string, StoredTensor>, names: readonly string[]): FoundStateDict {
  const [best, ...others] = namings(names)
    .flatMap(naming => {
      const wanted = new Set(names.flatMap(name => naming(name) ?? []));
      return [...prefixes(tensors, wanted)].map(([prefix, found]) => ({naming, prefix, found}));
    })
    .sort((a, b) => b.found - a.found || a.prefix.length - b.prefix.length);
  const {prefix, naming, found} = best;
  const alike = others.filter(other => other.found === found && other.prefix !== prefix && found > 0);
  if (names.length === 1 && prefix !== '' && alike.length > 0) {
    const candidates = [...new Set([best, ...alike].map(each => each.prefix))];
    return {prefix: '', naming, tensors, candidates};
  }
  if (prefix === '') return {prefix, naming, tensors, candidates: []};
  const behind = [...tensors].filter(([name]) => name.startsWith(prefix));
  const within = new Map(behind.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  return {prefix, naming, tensors: within, candidates: []};
}
