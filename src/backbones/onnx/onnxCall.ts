import type {Layer} from '../../base/layer';
import type {LayerCall} from '../inference/layerCalls';
import type {OnnxBuilder} from './onnxBuilder';

export type Shape = (number | null)[];

/** What a call of a layer gives, in the graph. */
export interface OnnxValue {
  name: string;
  /** As in TensorFlow.js, channels last; in the graph images are channels first. */
  shape: Shape;
  /** How many channels a group has if the channels are in PyTorch's order of a convolution in groups behind; 1 if they are not. */
  members: number;
  /** Of zeros around an image, not yet written: a convolution takes them along. */
  zeros?: readonly [[number, number], [number, number]];
  /** Of a flattened image, not yet written: a fully connected layer reads it in PyTorch's order. */
  image?: OnnxValue;
}

/** A call of a layer to be written. */
export interface OnnxCall {
  call: LayerCall;
  inputs: OnnxValue[];
  builder: OnnxBuilder;
  /** The name of a weight of the layer, by what the layer calls it; undefined if it has none. */
  weight: (own: string) => string | undefined;
}

/** Members of TensorFlow.js' layers that their types leave out. */
export interface LayerMembers extends Layer {
  readonly activation?: {getClassName(): string} | null;
  readonly kernelSize: number[];
  readonly strides: number[];
  readonly dilationRate: number[];
  readonly poolSize: number[];
  readonly padding: unknown;
  readonly dataFormat?: string;
  readonly epsilon: number;
}

export const membersOf = ({call}: OnnxCall) => call.layer as LayerMembers;

/** The error of a layer that is not what it must be here. */
export const refused = ({call}: OnnxCall, right: string, what: string): Error =>
  new Error(`exportOnnx: layer ${call.name} (${call.layer.getClassName()}) must ${right}, but ${what}.`);

/** The shape that the layer gives. */
export const shapeOf = ({call, inputs}: OnnxCall): Shape => {
  const shapes = inputs.map(({shape}) => shape);
  return call.layer.computeOutputShape(shapes.length === 1 ? shapes[0] : shapes) as Shape;
};

/** Height and width of an image. */
export function sidesOf(written: OnnxCall, {shape}: OnnxValue): number[] {
  const sides = shape.slice(1, 3);
  if (shape.length !== 4) throw refused(written, 'get images', `gets [${shape.slice(1).join(', ')}]`);
  return sides.map(side => {
    if (side === null) throw refused(written, 'get images of one size', 'gets images of any');
    return side;
  });
}

export function checkChannelsLast(written: OnnxCall): void {
  const {dataFormat = 'channelsLast'} = membersOf(written);
  if (dataFormat !== 'channelsLast') throw refused(written, 'have channels last', `has ${dataFormat}`);
}

/** The value with everything written that was put off. */
export function written({builder}: OnnxCall, value: OnnxValue): OnnxValue {
  const {name, image, zeros} = value;
  if (image !== undefined) {
    const last = builder.node('Transpose', `${name}.channelsLast`, [image.name], {perm: [0, 2, 3, 1]});
    return {...value, name: builder.node('Flatten', name, [last], {axis: 1}), image: undefined};
  }
  if (zeros === undefined) return value;
  const [rows, columns] = zeros;
  const pads = [0, 0, rows[0], columns[0], 0, 0, rows[1], columns[1]];
  const padded = builder.node('Pad', `${name}.pad`, [name, builder.integers(`${name}.pads`, pads)]);
  // onnxruntime 1.30 joins a Pad to the pooling behind it, which then takes the zeros for the smallest numbers: a sum of one keeps them apart.
  const kept = builder.node('Sum', `${name}.padded`, [padded]);
  return {...value, name: kept, zeros: undefined};
}

/** The only input, written, whose channels are in the order of TensorFlow.js unless the operation keeps whichever it is. */
export function plainInput(call: OnnxCall, keepsChannels = false): OnnxValue {
  const [first] = call.inputs.map(value => written(call, value));
  if (first.members !== 1 && !keepsChannels) {
    throw refused(call, 'not read what leads to a convolution in groups', 'reads that too');
  }
  return first;
}
