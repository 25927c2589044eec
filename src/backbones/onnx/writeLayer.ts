import {clip, onnxActivation, onnxActivationNames} from './onnxActivation';
import {
  checkChannelsLast,
  membersOf,
  type OnnxCall,
  type OnnxValue,
  plainInput,
  refused,
  type Shape,
  shapeOf,
  sidesOf,
  written,
} from './onnxCall';
import {convolution, dense} from './onnxLinear';
import {onnxPadding} from './onnxPadding';

function batchNormalization(call: OnnxCall): OnnxValue {
  const input = plainInput(call, true);
  const layer = membersOf(call);
  const {axis} = layer as unknown as {axis: number | number[]};
  if (![-1, input.shape.length - 1].includes([axis].flat()[0])) {
    throw refused(call, 'normalize channels, which are last', `has axis ${axis}`);
  }
  const [mean, variance] = ['moving_mean', 'moving_variance'].map(call.weight) as string[];
  const channels = input.shape.at(-1) as number;
  const filled = (own: string, value: number) =>
    call.weight(own) ??
    call.builder.floats(`${call.call.name}.${own}`, Array<number>(channels).fill(value), [channels]);
  const inputs = [input.name, filled('gamma', 1), filled('beta', 0), mean, variance];
  const attributes = {epsilon: {float: layer.epsilon}};
  return {...input, name: call.builder.node('BatchNormalization', call.call.name, inputs, attributes)};
}

function prelu(call: OnnxCall): OnnxValue {
  const input = plainInput(call, true);
  const [slope] = call.call.layer.weights;
  if ((slope.shape as number[]).slice(0, -1).some(length => length !== 1)) {
    throw refused(call, 'have one slope a channel (sharedAxes: [1, 2])', `has slopes [${slope.shape}]`);
  }
  return {
    ...input,
    name: call.builder.node('PRelu', call.call.name, [input.name, call.weight('alpha') as string]),
  };
}

const pooling =
  (operation: 'MaxPool' | 'AveragePool') =>
  (call: OnnxCall): OnnxValue => {
    checkChannelsLast(call);
    const input = plainInput(call);
    const {poolSize, strides, padding} = membersOf(call);
    const window = {
      kernelSize: poolSize,
      strides,
      dilation: [1, 1],
      padding: String(padding),
      added: [
        [0, 0],
        [0, 0],
      ] as const,
    };
    const pads = onnxPadding(window, sidesOf(call, input));
    const name = call.builder.node(operation, call.call.name, [input.name], {
      kernel_shape: poolSize,
      strides,
      pads,
    });
    return {name, shape: shapeOf(call), members: 1};
  };

const globalPooling =
  (operation: string) =>
  (call: OnnxCall): OnnxValue => {
    checkChannelsLast(call);
    const {builder} = call;
    const pooled = builder.node(operation, call.call.name, [plainInput(call).name]);
    const name = builder.node('Flatten', `${call.call.name}.flatten`, [pooled], {axis: 1});
    return {name, shape: shapeOf(call), members: 1};
  };

/** An operation of several values of one shape, or of one that stretches to it. */
const merging =
  (operation: string, ofMany?: string) =>
  (call: OnnxCall): OnnxValue => {
    const inputs = call.inputs.map(value => written(call, value));
    if (inputs.some(({members}) => members !== 1)) {
      throw refused(call, 'not read what leads to a convolution in groups', 'reads that too');
    }
    const names = inputs.map(({name}) => name);
    const {
      builder,
      call: {name},
    } = call;
    if (inputs.some(({shape}) => shape.length !== inputs[0].shape.length)) {
      throw refused(call, 'get inputs of one rank', 'gets them of several ranks');
    }
    const shape = shapeOf(call);
    if (names.length === 2) return {name: builder.node(operation, name, names), shape, members: 1};
    if (ofMany !== undefined) return {name: builder.node(ofMany, name, names), shape, members: 1};
    const product = names.reduce((before, next) => builder.node(operation, name, [before, next]));
    return {name: product, shape, members: 1};
  };

function concatenation(call: OnnxCall): OnnxValue {
  const inputs = call.inputs.map(value => written(call, value));
  const {axis} = call.call.layer as unknown as {axis: number};
  const rank = inputs[0].shape.length;
  if (![-1, rank - 1].includes(axis))
    throw refused(call, 'join channels, which are last', `has axis ${axis}`);
  const names = inputs.map(({name}) => name);
  return {
    name: call.builder.node('Concat', call.call.name, names, {axis: 1}),
    shape: shapeOf(call),
    members: 1,
  };
}

function reshape(call: OnnxCall): OnnxValue {
  const {builder} = call;
  const input = plainInput(call);
  const shape = shapeOf(call);
  const isPixel = (of: Shape) => of.length === 2 || (of.length === 4 && of[1] === 1 && of[2] === 1);
  if (!isPixel(input.shape) || !isPixel(shape)) {
    throw refused(call, 'keep each pixel as it is', `makes [${shape.slice(1).join(', ')}]`);
  }
  const channels = shape.at(-1) as number;
  // 0 keeps the batch.
  const lengths = shape.length === 2 ? [0, channels] : [0, channels, 1, 1];
  const target = builder.integers(`${call.call.name}.shape`, lengths);
  return {name: builder.node('Reshape', call.call.name, [input.name, target]), shape, members: 1};
}

function flatten(call: OnnxCall): OnnxValue {
  const input = plainInput(call);
  const shape = shapeOf(call);
  if (input.shape.length === 2) return input;
  const {name} = call.call;
  if (input.shape.length !== 4) throw refused(call, 'get images', `gets rank ${input.shape.length}`);
  return {name, shape, members: 1, image: input};
}

function zeroPadding(call: OnnxCall): OnnxValue {
  checkChannelsLast(call);
  const input = plainInput(call, true);
  const zeros = membersOf(call).padding as OnnxValue['zeros'];
  return {...input, shape: shapeOf(call), zeros};
}

function activation(call: OnnxCall): OnnxValue {
  const input = plainInput(call);
  const {activation: own} = call.call.layer.getConfig() as {activation: string};
  const name = onnxActivation(call.builder, own, call.call.name, input.name, input.shape.length);
  if (name === undefined) throw refused(call, `be one of ${onnxActivationNames.join(', ')}`, `is ${own}`);
  return {...input, name};
}

function relu(call: OnnxCall): OnnxValue {
  const input = plainInput(call, true);
  const {maxValue} = call.call.layer.getConfig() as {maxValue?: number | null};
  const {
    builder,
    call: {name},
  } = call;
  const made =
    typeof maxValue === 'number'
      ? clip(builder, name, input.name, maxValue)
      : builder.node('Relu', name, [input.name]);
  return {...input, name: made};
}

const withAlpha =
  (operation: string) =>
  (call: OnnxCall): OnnxValue => {
    const input = plainInput(call, true);
    const {alpha} = call.call.layer.getConfig() as {alpha: number};
    return {
      ...input,
      name: call.builder.node(operation, call.call.name, [input.name], {alpha: {float: alpha}}),
    };
  };

/** scale · x + offset. */
function rescaling(call: OnnxCall): OnnxValue {
  const input = plainInput(call, true);
  const {scale, offset} = call.call.layer.getConfig() as {scale: number; offset: number};
  const {
    builder,
    call: {name},
  } = call;
  const number = (own: string, value: number) => builder.floats(`${name}.${own}`, [value], []);
  const scaled = builder.node('Mul', name, [input.name, number('scale', scale)]);
  if (offset === 0) return {...input, name: scaled};
  return {...input, name: builder.node('Add', `${name}.shifted`, [scaled, number('offset', offset)])};
}

/** How layers are written, by TensorFlow.js' name of their class. */
const writers: Record<string, (call: OnnxCall) => OnnxValue> = {
  Activation: activation,
  Add: merging('Add', 'Sum'),
  AveragePooling2D: pooling('AveragePool'),
  BatchNormalization: batchNormalization,
  Concatenate: concatenation,
  Conv2D: convolution,
  Dense: dense,
  DepthwiseConv2D: convolution,
  Dropout: ({inputs}) => inputs[0],
  ELU: withAlpha('Elu'),
  Flatten: flatten,
  GlobalAveragePooling2D: globalPooling('GlobalAveragePool'),
  GlobalMaxPooling2D: globalPooling('GlobalMaxPool'),
  LeakyReLU: withAlpha('LeakyRelu'),
  MaxPooling2D: pooling('MaxPool'),
  Maximum: merging('Max', 'Max'),
  Multiply: merging('Mul'),
  PReLU: prelu,
  ReLU: relu,
  Rescaling: rescaling,
  Reshape: reshape,
  ZeroPadding2D: zeroPadding,
};

/**
 * Writes a call of a layer.
 *
 * @throws If ONNX has nothing for it here.
 */
export function writeLayer(call: OnnxCall): OnnxValue {
  const className = call.call.layer.getClassName();
  if (!Object.hasOwn(writers, className)) {
    throw refused(call, `be one of ${Object.keys(writers).join(', ')}`, `is a ${className}`);
  }
  return writers[className](call);
}
