import type {Layer} from '../../base/layer';
import type {CallOutput, LayerCall, LayerCalls} from './layerCalls';

/** Members of TensorFlow.js' layers that their types leave out. */
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

const nameOf = (call: LayerCall) => call.layer.getClassName();

function normalizesChannels({layer, inputs}: LayerCall): boolean {
  const {axis} = layer as unknown as {axis: number | number[]};
  const rank = layer.inboundNodes[0].inputTensors[0].rank;
  return inputs.length === 1 && [-1, rank - 1].includes([axis].flat()[0]);
}

/**
 * Folds every batch normalization that it can into the layer before it, or the one behind it.
 *
 * Into the layer before it, if that is linear and nothing else reads it. Into the layer behind it, if that alone reads it
 * and does not pad: beside the image a padded convolution reads zeros where the normalization would have put its offset.
 * Flattening may be between them. Dropout, which does nothing outside training, goes too.
 */
export function foldBatchNorms({calls, outputs}: LayerCalls): LayerCalls {
  const uses = new Map<Layer, number>();
  for (const {layer} of calls) uses.set(layer, (uses.get(layer) ?? 0) + 1);
  // Weights used in two places cannot absorb a layer beside one of them.
  const usedOnce = ({layer}: LayerCall) => uses.get(layer) === 1;
  const replaced = new Map<LayerCall, CallOutput>();
  const current = (value: CallOutput): CallOutput => {
    const other = replaced.get(value.call);
    return other === undefined ? value : current(other);
  };
  /** What reads `call`, if it is one call alone; past flattening. */
  const onlyReader = (call: LayerCall): LayerCall | undefined => {
    const reads = ({inputs}: LayerCall) => inputs.some(input => current(input).call === call);
    const [reader] = calls.filter(each => !replaced.has(each) && reads(each));
    if (reader === undefined || call.consumers !== 1) return undefined;
    return nameOf(reader) === 'Flatten' ? onlyReader(reader) : reader;
  };
  const leaveOut = (call: LayerCall) => {
    const [input] = call.inputs;
    replaced.set(call, input);
    const source = current(input).call;
    source.consumers += call.consumers - 1;
  };

  for (const call of calls) if (nameOf(call) === 'Dropout') leaveOut(call);
  const norms = calls.filter(call => nameOf(call) === 'BatchNormalization' && normalizesChannels(call));
  for (const call of norms) {
    const source = current(call.inputs[0]).call;
    const folds = isLinear(source.layer) && !hasActivation(source.layer) && source.consumers === 1;
    if (!folds || !usedOnce(source)) continue;
    source.after.push(call.layer);
    leaveOut(call);
  }
  // From the last one on, so that two in a row both go.
  for (const call of norms.filter(each => !replaced.has(each)).reverse()) {
    const reader = onlyReader(call);
    if (!reader || !isLinear(reader.layer) || !padsNothing(reader.layer) || !usedOnce(reader)) continue;
    reader.before.unshift(call.layer);
    leaveOut(call);
  }
  const left = calls.filter(call => !replaced.has(call));
  for (const call of left) call.inputs = call.inputs.map(current);
  return {calls: left, outputs: outputs.map(current)};
}
