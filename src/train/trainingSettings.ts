import type {PlainData} from './checkpoints/settingDifferences';
import {type Term, termsOf} from './objective';
import type {TrainerConfig} from './trainerConfig';

/** Options that name a layer or say how its weights began: they do not matter when a training is resumed. */
const unimportant = ['name', 'dtype', 'batchInputShape', 'batchSize', 'weightsInitializer', 'seed'];

/** What is set of a loss, as far as it tells. */
function configOf({loss}: Term): [string, PlainData][] {
  return Object.entries(loss.getConfig?.() ?? {}).filter(([name]) => !unimportant.includes(name));
}

/**
 * The settings of a training, as plain data for its checkpoints: all that may change when it is resumed, and that whoever resumes it should
 * be told of. What is code is not in it.
 */
export function trainingSettings(config: TrainerConfig): Record<string, PlainData> {
  const {objective, optimizer, learningRate, clipNorm, clip, accumulate = 1, freeze = []} = config;
  const terms = termsOf(objective).map(term => {
    const {name, weight, learningRate} = term;
    return [name, {weight, learningRate, ...Object.fromEntries(configOf(term))}];
  });
  const settings = {
    optimizer: {...optimizer.options, ...optimizer.weightDecay},
    learningRate: typeof learningRate === 'function' ? 'a function' : learningRate,
    clipNorm,
    clip: clipNorm === undefined ? undefined : (clip ?? 'all'),
    accumulate,
    freeze: freeze.map(String),
    objective: Object.fromEntries(terms),
  };
  return JSON.parse(JSON.stringify(settings));
}
