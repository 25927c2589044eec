import {flattenedImage, isGrouped, membersAhead} from '../weights/pyTorchParameters';
import {onnxActivation, onnxActivationNames} from './onnxActivation';
import {
  checkChannelsLast,
  membersOf,
  type OnnxCall,
  type OnnxValue,
  plainInput,
  refused,
  shapeOf,
  sidesOf,
  written,
} from './onnxCall';
import {onnxPadding} from './onnxPadding';

/** The name behind the activation that a layer has of its own. */
function activated(call: OnnxCall, name: string, rank: number): string {
  const activation = membersOf(call).activation?.getClassName() ?? 'linear';
  const result = onnxActivation(call.builder, activation, `${call.call.name}.${activation}`, name, rank);
  if (result === undefined) {
    throw refused(call, `have an activation of ${onnxActivationNames.join(', ')}`, `has ${activation}`);
  }
  return result;
}

/** A convolution: of all channels, of each, or in groups. */
export function convolution(call: OnnxCall): OnnxValue {
  const layer = membersOf(call);
  checkChannelsLast(call);
  const [given] = call.inputs;
  const depthwise = layer.getClassName() === 'DepthwiseConv2D';
  const grouped = depthwise && isGrouped(layer);
  const input = given.zeros === undefined ? written(call, given) : given;
  const [channels, multiplier] = depthwise ? (layer.weights[0].shape as number[]).slice(2) : [0, 1];
  const expected = grouped ? multiplier : 1;
  if (input.members !== expected) {
    throw refused(call, 'follow a convolution whose channels it orders', 'has other channels before it');
  }
  const {kernelSize, strides, dilationRate: dilation, padding} = layer;
  const window = {
    kernelSize,
    strides,
    dilation,
    padding: String(padding),
    added:
      input.zeros ??
      ([
        [0, 0],
        [0, 0],
      ] as const),
  };
  // Zeros are part of the shape already.
  const inner = sidesOf(call, input).map(
    (side, axis) => side - window.added[axis][0] - window.added[axis][1],
  );
  const group = grouped ? channels / multiplier : channels;
  const inputs = [input.name, call.weight(depthwise ? 'depthwise_kernel' : 'kernel'), call.weight('bias')];
  const name = call.builder.node(
    'Conv',
    call.call.name,
    inputs.filter(each => each !== undefined),
    {
      kernel_shape: kernelSize,
      strides,
      pads: onnxPadding(window, inner),
      ...(dilation.some(rate => rate !== 1) && {dilations: dilation}),
      ...(depthwise && {group}),
    },
  );
  const shape = shapeOf(call);
  if (grouped) shape[3] = channels;
  return {name: activated(call, name, 4), shape, members: membersAhead(layer)};
}

/** A fully connected layer. */
export function dense(call: OnnxCall): OnnxValue {
  const layer = membersOf(call);
  const [{image, shape, name}] = call.inputs;
  const {builder} = call;
  const wanted = flattenedImage(layer);
  if (shape.length !== 2) {
    throw refused(call, 'get a list of numbers for each image', `gets [${shape.slice(1).join(', ')}]`);
  }
  if (wanted !== undefined && image === undefined && wanted[0] * wanted[1] > 1) {
    throw refused(call, 'always get a flattened image', 'gets something else too');
  }
  const flat =
    wanted !== undefined && image !== undefined
      ? builder.node('Flatten', name, [image.name], {axis: 1})
      : plainInput(call).name;
  const inputs = [flat, call.weight('kernel'), call.weight('bias')].filter(each => each !== undefined);
  const made = builder.node('Gemm', call.call.name, inputs, {transB: 1});
  return {name: activated(call, made, 2), shape: shapeOf(call), members: 1};
}
