import {shapeText} from '../../formats/storedTensor';
import {explainingChange} from './explainingChange';
import {type NameDifference, nameDifferences} from './nameDifference';
import type {NamedShape} from './namedShape';
import {shownName} from './shownName';
import type {MismatchExplanation, WeightsMismatch} from './weightsMismatchError';

/** What a network and a file have, by name. */
export interface NamedTensors {
  ours: readonly NamedShape[];
  /** Without what is never surplus. */
  theirs: readonly NamedShape[];
  /** What stands before the names in the file. Default none. */
  prefix?: string;
  /** The prefixes behind which a single weight stands. Default none. */
  candidates?: readonly string[];
}

function placeOf({name: whole, ours, theirs}: NameDifference, {misshapen}: WeightsMismatch): string {
  const name = shownName(whole);
  if (theirs === undefined) return `${name} ${shapeText(ours ?? [])}, which the file lacks`;
  if (ours === undefined) return `${name} ${shapeText(theirs)}, which the network lacks`;
  const found = misshapen.find(each => each.name === whole)?.found ?? shapeText(theirs);
  return `${name}, which is ${found} in the file and ${shapeText(ours)} in the network`;
}

/** The first part of all names of the network, if the file has the names without it. */
function ownPrefix(ours: readonly NamedShape[], theirs: ReadonlySet<string>): string | undefined {
  const [prefix] = ours[0].name.match(/^[^.]+\./) ?? [];
  if (prefix === undefined) return undefined;
  const fits = ours.every(({name}) => name.startsWith(prefix) && theirs.has(name.slice(prefix.length)));
  return fits ? prefix : undefined;
}

/** Says where a network and a file part whose tensors go by names, and what would explain it. */
export function explainNames(mismatch: WeightsMismatch, tensors: NamedTensors): MismatchExplanation {
  const {ours, theirs, prefix = '', candidates = []} = tensors;
  const theirNames = new Set(theirs.map(({name}) => name));
  const shared = ours.some(({name}) => theirNames.has(name));
  if (candidates.length > 0) {
    const shown = candidates.slice(0, 3).map(shownName).join(', ');
    return {
      place: `${ours[0].name}, which stands behind ${candidates.length} prefixes in the file (choose one by the option prefix): ${shown}`,
    };
  }
  if (!shared) {
    const own = ownPrefix(ours, theirNames);
    return {
      place: `the names, none of which is in both: the file begins with ${shownName(theirs[0]?.name ?? 'nothing')}, the network with ${ours[0].name}`,
      change: own && `layers whose names do not begin with ${own}`,
    };
  }
  const misshapen = new Set(mismatch.misshapen.map(({name}) => name));
  const surplus = new Set(mismatch.surplus.map(text => text.slice(0, text.indexOf(' '))));
  const ourNames = new Set(ours.map(({name}) => name));
  const isApart = (name: string) =>
    misshapen.has(name) || surplus.has(name) || (ourNames.has(name) && !theirNames.has(name));
  const apart = new Set([...ourNames, ...theirNames].filter(isApart));
  const differences = nameDifferences(ours, theirs, apart);
  const behind = prefix === '' ? '' : ` (names are those behind ${shownName(prefix)})`;
  return {
    place: placeOf(differences[0], mismatch) + behind,
    change: explainingChange(differences, [...ourNames], [...theirNames]),
  };
}
