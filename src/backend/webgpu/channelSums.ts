import type * as tf from '@tensorflow/tfjs-core';
import type {WebgpuBackend} from './webgpuBackend';

/** Neighboring channels and rows of one workgroup: channels lie side by side in memory. */
const SIDE = 16;
/** Rows that are worth a workgroup of their own, and the most that one channel gets. */
const ROWS_PER_BLOCK = 256;
const MOST_BLOCKS = 64;

/** What to add up. */
export interface ChannelTerm {
  /** Of tensors `[rows, channels]`, each at `[at]`, and `[channels]`, each at `[channel]`: one number, as WGSL. */
  term: string;
  /** The tensors by the names that the term uses; the first has all rows. */
  inputs: Record<string, tf.TensorInfo>;
  /** A number that the term may use as `uniforms.epsilon`. Default 0. */
  epsilon?: number;
  /** What the sums are multiplied by. Default 1. */
  factor?: number;
}

/** Sums of a block of rows. */
const code = (term: string) => `
  var<workgroup> sums : array<f32, ${SIDE * SIDE}>;
  fn main() {
    let channels = uniforms.outShape.y;
    let channel = i32(workgroupId.x) * ${SIDE} + i32(localId.x);
    let block = i32(workgroupId.y);
    let last = min((block + 1) * uniforms.rowsPerBlock, uniforms.rows);
    var sum = 0.0;
    if (channel < channels) {
      for (var row = block * uniforms.rowsPerBlock + i32(localId.y); row < last; row = row + ${SIDE}) {
        let at = row * channels + channel;
        sum = sum + (${term});
      }
    }
    sums[localIndex] = sum;
    workgroupBarrier();
    for (var half = ${SIDE / 2}u; half > 0u; half = half / 2u) {
      if (localId.y < half) {
        sums[localIndex] = sums[localIndex] + sums[localIndex + half * ${SIDE}u];
      }
      workgroupBarrier();
    }
    if (localId.y == 0u && channel < channels) {
      result[block * channels + channel] = sums[localIndex] * uniforms.factor;
    }
  }`;

const sizeOf = ({shape}: tf.TensorInfo) => shape.reduce((size, length) => size * length, 1);

function sumBlocks(
  backend: WebgpuBackend,
  {term, inputs, epsilon = 0, factor = 1}: ChannelTerm,
  channels: number,
  blocks: number,
): tf.TensorInfo {
  const tensors = Object.values(inputs);
  const rows = sizeOf(tensors[0]) / channels;
  const program = {
    shaderKey: `faceMarginsChannelSums ${term}`,
    variableNames: Object.keys(inputs),
    outputShape: [blocks, channels],
    dispatchLayout: {x: [1], y: [0]},
    dispatch: [Math.ceil(channels / SIDE), blocks, 1] as [number, number, number],
    workgroupSize: [SIDE, SIDE, 1] as [number, number, number],
    uniforms: 'rows : i32, rowsPerBlock : i32, epsilon : f32, factor : f32,',
    getUserCode: () => code(term),
  };
  const flat = tensors.map(tensor => ({...infoOf(tensor), shape: [sizeOf(tensor)]}));
  return backend.runWebGPUProgram(program, flat, 'float32', [
    {type: 'int32', data: [rows]},
    {type: 'int32', data: [Math.ceil(rows / blocks)]},
    {type: 'float32', data: [epsilon]},
    {type: 'float32', data: [factor]},
  ]);
}

const infoOf = ({dataId, dtype}: tf.TensorInfo) => ({dataId, dtype});

/**
 * Sums of a term over all rows, for each channel: one dispatch, or two where there are many rows, without a transpose.
 *
 * @returns `[channels]`.
 */
export function channelSums(backend: WebgpuBackend, term: ChannelTerm, channels: number): tf.TensorInfo {
  const rows = sizeOf(Object.values(term.inputs)[0]) / channels;
  const blocks = Math.min(MOST_BLOCKS, Math.ceil(rows / ROWS_PER_BLOCK));
  if (blocks === 1) return {...sumBlocks(backend, term, channels, 1), shape: [channels]};
  const parts = sumBlocks(backend, {...term, factor: 1}, channels, blocks);
  const {factor} = term;
  const sums = sumBlocks(backend, {term: 'parts[at]', inputs: {parts}, factor}, channels, 1);
  backend.disposeData(parts.dataId);
  return {...sums, shape: [channels]};
}
