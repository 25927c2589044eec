import type {Layer} from '../../base/layer';
import type {Step, Steps, Value} from './steps';

/** What the layers of TensorFlow.js know, and do not say in their types. */
interface Linear extends Layer {
  readonly activation?: {getClassName(): string} | null;
  readonly dataFormat?: string;
  readonly padding?: string;
  readonly kernelSize?: number[];
}

const linearClasses = new Set(['Conv2D', 'DepthwiseConv2D', 'Dense']);

const isLinear = (layer: Linear) =>
  linearClasses.has(layer.getClassName()) && layer.dataFormat !== 'channelsFirst';

const hasActivation = ({activation}: Linear) => activation != null && activation.getClassName() !== 'linear';

/** Zeros around the image are not what an offset would make of them. */
const padsNothing = ({padding, kernelSize = [1]}: Linear) =>
  padding !== 'same' || kernelSize.every(side => side === 1);

const nameOf = (step: Step) => step.layer.getClassName();

function normalisesChannels({layer, inputs}: Step): boolean {
  const {axis} = layer as unknown as {axis: number | number[]};
  const rank = layer.inboundNodes[0].inputTensors[0].rank;
  return inputs.length === 1 && [-1, rank - 1].includes([axis].flat()[0]);
}

/**
 * Takes every batch normalization that it can out of the steps and leaves it with the layer before it, or the one behind it.
 *
 * Into the layer before it, if that is linear and nothing else reads it. Into the layer behind it, if that alone reads it
 * and does not pad: beside the image a padded convolution reads zeros where the normalization would have put its offset.
 * Flattening may be between them. Dropout, which does nothing outside training, goes too.
 */
export function foldBatchNorms({steps, outputs}: Steps): Steps {
  const uses = new Map<Layer, number>();
  for (const {layer} of steps) uses.set(layer, (uses.get(layer) ?? 0) + 1);
  // Weights that serve in two places cannot take up what is before or behind one of them.
  const usedOnce = ({layer}: Step) => uses.get(layer) === 1;
  const replaced = new Map<Step, Value>();
  const current = (value: Value): Value => {
    const other = replaced.get(value.step);
    return other === undefined ? value : current(other);
  };
  /** What reads `step`, if it is one step alone; past flattening. */
  const onlyReader = (step: Step): Step | undefined => {
    const reads = ({inputs}: Step) => inputs.some(input => current(input).step === step);
    const [reader] = steps.filter(each => !replaced.has(each) && reads(each));
    if (reader === undefined || step.consumers !== 1) return undefined;
    return nameOf(reader) === 'Flatten' ? onlyReader(reader) : reader;
  };
  const leaveOut = (step: Step) => {
    const [input] = step.inputs;
    replaced.set(step, input);
    const source = current(input).step;
    source.consumers += step.consumers - 1;
  };

  for (const step of steps) if (nameOf(step) === 'Dropout') leaveOut(step);
  const norms = steps.filter(step => nameOf(step) === 'BatchNormalization' && normalisesChannels(step));
  for (const step of norms) {
    const source = current(step.inputs[0]).step;
    const folds = isLinear(source.layer) && !hasActivation(source.layer) && source.consumers === 1;
    if (!folds || !usedOnce(source)) continue;
    source.after.push(step.layer);
    leaveOut(step);
  }
  // From the last one on, so that two in a row both go.
  for (const step of norms.filter(each => !replaced.has(each)).reverse()) {
    const reader = onlyReader(step);
    if (!reader || !isLinear(reader.layer) || !padsNothing(reader.layer) || !usedOnce(reader)) continue;
    reader.before.unshift(step.layer);
    leaveOut(step);
  }
  const left = steps.filter(step => !replaced.has(step));
  for (const step of left) step.inputs = step.inputs.map(current);
  return {steps: left, outputs: outputs.map(current)};
}
