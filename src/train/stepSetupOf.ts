import {oneProcess} from '../base/oneProcess';
import {MarginHead} from '../losses/heads/marginHead';
import {weightsOfModel} from './checkpoints/namedWeight';
import {buildTerms, type Term, termsOf, weightsOfTerms} from './objective';
import {type Parameter, type SampledTerm, Updater} from './optimizers/updater';
import {frozenLayers} from './step/frozenLayers';
import {TermInputs} from './step/termInputs';
import type {StepSetup} from './step/trainingStep';
import {WeightAverage} from './step/weightAverage';
import type {TrainerConfig} from './trainerConfig';

const isSharded = ({loss}: Term) => loss instanceof MarginHead && loss.isSharded;

/** Two batches of a step would draw other rows, whose gradients do not add up. */
function checkSampling(terms: Term[], {accumulate = 1}: TrainerConfig): void {
  const sampled = terms.find(({loss}) => loss instanceof MarginHead && loss.sample !== undefined);
  if (sampled === undefined || accumulate === 1) return;
  throw new Error(
    `Trainer: accumulate must be 1 where a head draws classes in each step, as ${sampled.name} does, but is ${accumulate}.`,
  );
}

/**
 * What every step of a training has in common. Builds the heads, which waited to see how long an embedding is.
 *
 * @throws If a name in `freeze` names no layer, one in `recompute` none behind which the network can be divided, or nothing is left to train.
 */
export function stepSetupOf(config: TrainerConfig): StepSetup {
  const {
    backbone,
    objective,
    optimizer,
    freeze = [],
    seed = 1,
    clipNorm,
    clip = 'all',
    ema,
    recompute,
    collective = oneProcess,
  } = config;
  const terms = termsOf(objective);
  const frozen = frozenLayers(backbone, freeze);
  const inputs = new TermInputs(backbone, terms, frozen, seed, recompute || undefined);
  buildTerms(terms, inputs.dimensions);
  const ofBackbone = weightsOfModel(backbone, 'backbone');
  const ofTerms = weightsOfTerms(terms);
  const shares = new Map(
    terms.flatMap(({loss}, i): [string, MarginHead][] => {
      if (!(loss instanceof MarginHead && loss.isSharded)) return [];
      return ofTerms[i]
        .filter(({layer, role}) => layer === loss && role === 'classWeights')
        .map(({name}) => [name, loss]);
    }),
  );
  const trained = new Set(backbone.trainableWeights);
  const parameters: Parameter[] = [
    ...ofBackbone
      .filter(({weight, layer}) => trained.has(weight) && !frozen.has(layer))
      .map(named => ({...named, learningRate: 1, part: 'backbone' as const})),
    ...terms.flatMap((term, i) =>
      ofTerms[i]
        .filter(({weight}) => weight.trainable && term.learningRate > 0)
        .map(named => ({
          ...named,
          learningRate: term.learningRate,
          part: 'objective' as const,
          ...(isSharded(term) && {divided: shares.has(named.name) ? ('rows' as const) : ('same' as const)}),
        })),
    ),
  ];
  checkSampling(terms, config);
  const sampled = terms.flatMap(({name, loss, learningRate}): SampledTerm[] => {
    const isSampled = loss instanceof MarginHead && loss.sample !== undefined && learningRate > 0;
    return isSampled ? [{head: loss, name: `objective/${name}/classWeights`, learningRate}] : [];
  });
  if (parameters.length + sampled.length === 0) {
    throw new Error(
      'Trainer: freeze must leave something to train, but every layer is frozen and the objective has no weights.',
    );
  }
  return {
    inputs,
    terms,
    weights: [...ofBackbone, ...ofTerms.flat()],
    parameters,
    statistics: ofBackbone.filter(({weight, layer}) => !trained.has(weight) && !frozen.has(layer)),
    divided: {shares, sampled},
    updater: new Updater(optimizer, parameters),
    ...(ema !== undefined && {
      average: new WeightAverage(
        ofBackbone.filter(({layer}) => !frozen.has(layer)),
        ema,
      ),
    }),
    clipNorm,
    clip,
    seed,
    collective,
  };
}
