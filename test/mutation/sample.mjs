import {createHash} from 'node:crypto';
import {CheckStatus} from '@stryker-mutator/api/check';
import {declareClassPlugin, declareFactoryPlugin, PluginKind} from '@stryker-mutator/api/plugin';

/** @typedef {import('@stryker-mutator/api/core').Mutant} Mutant */

const withinSource = fileName => fileName.replace(/^.*\/src\//, '');

/** Where a change is and what it is. Two runs have the same changes as long as their file is the same, under whatever ids. */
const nameOf = ({fileName, location: {start, end}, mutatorName, replacement}) =>
  [withinSource(fileName), start.line, start.column, end.line, end.column, mutatorName, replacement].join(
    ' ',
  );

/**
 * The changes that a seed draws, each as likely as any other; the same ones again while source and seed are the same.
 *
 * @param {Mutant[]} mutants
 * @param {number} size
 * @param {number} seed
 */
export function drawn(mutants, size, seed) {
  const rank = mutant =>
    createHash('sha256')
      .update(`${seed} ${nameOf(mutant)}`)
      .digest('hex');
  return mutants
    .map(mutant => ({mutant, rank: rank(mutant)}))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, size)
    .map(({mutant}) => mutant);
}

/** The changes that `main.ts` has drawn. @returns {Mutant[]} */
const chosen = () => JSON.parse(process.env.FACE_MARGINS_MUTATION_SAMPLE ?? '[]');

/** Lets a sample of all changes through, before any is tried. Stryker leaves the others out of the score, as if they did not compile. */
class SampleChecker {
  names = new Set(chosen().map(nameOf));

  async init() {}

  /** @param {Mutant[]} mutants */
  async group(mutants) {
    return [mutants.map(({id}) => id)];
  }

  /** @param {Mutant[]} mutants */
  async check(mutants) {
    const passed = {status: CheckStatus.Passed};
    const left = {status: CheckStatus.CompileError, reason: 'not in the sample'};
    return Object.fromEntries(
      mutants.map(mutant => [mutant.id, this.names.has(nameOf(mutant)) ? passed : left]),
    );
  }
}

const isBefore = (one, other) =>
  one.line < other.line || (one.line === other.line && one.column <= other.column);

/**
 * Leaves code without a change of the sample as it is: each place that could change counts how often it runs, and loops over pixels would
 * take ten times as long.
 */
function sampleIgnorer() {
  const byFile = new Map();
  for (const {fileName, location} of chosen()) {
    byFile.set(withinSource(fileName), [...(byFile.get(withinSource(fileName)) ?? []), location]);
  }
  return {
    shouldIgnore({node, hub}) {
      const locations = byFile.get(withinSource(hub.file.opts.filename)) ?? [];
      // Babel counts lines from 1, Stryker from 0.
      const [start, end] = [node.loc.start, node.loc.end].map(({line, column}) => ({line: line - 1, column}));
      const isWithin = location => isBefore(start, location.start) && isBefore(location.end, end);
      return locations.some(isWithin) ? undefined : 'not in the sample';
    },
  };
}
sampleIgnorer.inject = [];

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker),
  declareFactoryPlugin(PluginKind.Ignore, 'sample', sampleIgnorer),
];
