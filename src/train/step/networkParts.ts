import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type CallOutput, type LayerCall, layerCallsOf} from '../../backbones/inference/layerCalls';
import {leastMemoryCuts} from './leastMemoryCuts';

/** A part of a network: it takes one tensor and gives one, and nothing else leads into it or out of it. */
export interface NetworkPart {
  /** In the order in which they run. */
  calls: LayerCall[];
  input: CallOutput;
  output: CallOutput;
}

/** A network as parts, one after the other. */
export interface NetworkParts {
  parts: NetworkPart[];
  /** What the network gives. */
  outputs: CallOutput[];
}

/** Where to divide a network: for the least memory, or behind layers of these names. */
export type Division = true | readonly (string | RegExp)[];

const isInput = ({layer}: LayerCall) => layer.getClassName() === 'InputLayer';

/** The numbers in the outputs of a call, of one image. */
const sizeOf = ({shapes}: LayerCall) =>
  shapes.reduce((sum, shape) => sum + shape.reduce<number>((size, length) => size * (length ?? 1), 1), 0);

/** For each call, the one value that later calls read of all before them; nothing where they read several. */
function narrowPlaces(calls: LayerCall[], input: CallOutput): (CallOutput | undefined)[] {
  const numbers = new Map(calls.map((call, i) => [call, i]));
  const keyOf = ({call, index}: CallOutput) => `${numbers.get(call) ?? 'input'} ${index}`;
  const lastReaders = new Map<string, number>();
  for (const [i, {inputs}] of calls.entries()) {
    for (const value of inputs) lastReaders.set(keyOf(value), i);
  }
  const open = new Map([[keyOf(input), input]]);
  return calls.map((call, i) => {
    for (const index of call.shapes.keys()) open.set(keyOf({call, index}), {call, index});
    for (const key of open.keys()) if ((lastReaders.get(key) ?? -1) <= i) open.delete(key);
    return open.size === 1 ? [...open.values()][0] : undefined;
  });
}

/** Whether a call and the next one have one gradient together, whose digits are others than those of two. */
const isOneGradient = (calls: LayerCall[], i: number) =>
  calls[i].layer.getClassName() === 'BatchNormalization' && calls[i + 1]?.layer.getClassName() === 'PReLU';

/** The places behind layers of some names. */
function cutsBehind(names: readonly (string | RegExp)[], calls: LayerCall[], possible: number[]): number[] {
  const cuts = names.flatMap(wanted => {
    const found = possible.filter(i =>
      typeof wanted === 'string' ? calls[i].name === wanted : calls[i].name.search(wanted) >= 0,
    );
    if (found.length > 0) return found;
    throw new Error(
      `Trainer: recompute must name layers whose output alone leads on, one of ${possible.map(i => calls[i].name).join(', ')}, but names ${String(wanted)}.`,
    );
  });
  return [...new Set(cuts)].sort((a, b) => a - b);
}

/**
 * Divides a network where one tensor alone leads on: behind a residual block, not within it, and not between a batch normalization and
 * its PReLU.
 *
 * @throws If a name belongs to no layer behind which the network can be divided.
 */
export function networkParts(network: LayersModel, division: Division): NetworkParts {
  const {calls: all, outputs} = layerCallsOf(network);
  const input: CallOutput = {call: all.find(isInput) as LayerCall, index: 0};
  const calls = all.filter(call => !isInput(call));
  const through = narrowPlaces(calls, input);
  const possible = [...calls.keys()].filter(i => through[i] !== undefined && !isOneGradient(calls, i));
  const cuts =
    division === true ? leastMemoryCuts(calls.map(sizeOf), possible) : cutsBehind(division, calls, possible);
  const ends = [...cuts, calls.length - 1];
  const parts = ends.map((end, i) => {
    const begin = i === 0 ? 0 : ends[i - 1] + 1;
    return {
      calls: calls.slice(begin, end + 1),
      input: i === 0 ? input : (through[ends[i - 1]] as CallOutput),
      output: through[end] ?? outputs[0],
    };
  });
  return {parts, outputs};
}
