import type {PlainData} from './checkpoints/settingDifferences';
import {type Term, termsOf} from './objective';
import type {TrainerConfig} from './trainerConfig';

/**
 * Options that name a layer or say how its weights began, which do not matter when a training is resumed, and the number of classes, which
 * shapes of weights tell.
 */
const unimportant = [
  'name',
  'dtype',
  'batchInputShape',
  'batchSize',
  'weightsInitializer',
  'seed',
  'classes',
];

/** What is set of a loss, as far as it tells. */
function configOf({loss}: Term): [string, PlainData][] {
  const config = Object.entries(loss.getConfig?.() ?? {}).filter(([name]) => !unimportant.includes(name));
  const {sample} = loss as {sample?: PlainData};
  return sample === undefined ? config : [...config, ['sample', sample]];
}

/**
 * The settings of a training, as plain data for its checkpoints: all that may change when it is resumed, and that whoever resumes it should
 * be told of. What is code is not in it.
 */
export function trainingSettings(config: TrainerConfig): Record<string, PlainData> {
  const {objective, optimizer, learningRate, clipNorm, clip, accumulate = 1, freeze = [], ema} = config;
  const terms = termsOf(objective).map(term => {
    const {name, weight, learningRate, layer} = term;
    return [name, {weight, learningRate, layer, ...Object.fromEntries(configOf(term))}];
  });
  const settings = {
    optimizer: {...optimizer.options, ...optimizer.weightDecay},
    learningRate: typeof learningRate === 'function' ? 'a function' : learningRate,
    clipNorm,
    clip: clipNorm === undefined ? undefined : (clip ?? 'all'),
    accumulate,
    freeze: freeze.map(String),
    ema,
    objective: Object.fromEntries(terms),
  };
  return JSON.parse(JSON.stringify(settings));
}
