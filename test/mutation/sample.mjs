import {createHash} from 'node:crypto';
import {CheckStatus} from '@stryker-mutator/api/check';
import {declareClassPlugin, PluginKind} from '@stryker-mutator/api/plugin';

/** @typedef {import('@stryker-mutator/api/core').Mutant} Mutant */

/** Where a change is and what it is. Two runs have the same changes as long as their file is the same, under whatever ids. */
const nameOf = ({fileName, location, mutatorName, replacement}) =>
  JSON.stringify([fileName.replace(/^.*\/src\//, ''), location, mutatorName, replacement]);

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

/** Lets a sample of all changes through, before any is tried. Stryker leaves the others out of the score, as if they did not compile. */
class SampleChecker {
  async init() {}

  /** @param {Mutant[]} mutants */
  async group(mutants) {
    return [mutants.map(({id}) => id)];
  }

  /** @param {Mutant[]} mutants */
  async check(mutants) {
    const {size, seed} = JSON.parse(process.env.FACE_MARGINS_MUTATION_SAMPLE ?? '{}');
    const chosen = new Set(drawn(mutants, size, seed).map(({id}) => id));
    return Object.fromEntries(
      mutants.map(({id}) => [
        id,
        chosen.has(id)
          ? {status: CheckStatus.Passed}
          : {status: CheckStatus.CompileError, reason: 'not in the sample'},
      ]),
    );
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker)];
