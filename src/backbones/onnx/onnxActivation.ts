import type {OnnxBuilder} from './onnxBuilder';

type Activation = (builder: OnnxBuilder, name: string, input: string, rank: number) => string;

const simple =
  (operation: string): Activation =>
  (builder, name, input) =>
    builder.node(operation, name, [input]);

/** Activations by TensorFlow.js' name of them. */
const activations: Record<string, Activation> = {
  linear: (_, __, input) => input,
  relu: simple('Relu'),
  relu6: (builder, name, input) => clip(builder, name, input, 6),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  elu: simple('Elu'),
  selu: simple('Selu'),
  softplus: simple('Softplus'),
  softsign: simple('Softsign'),
  hardSigmoid: (builder, name, input) =>
    builder.node('HardSigmoid', name, [input], {alpha: {float: 0.2}, beta: {float: 0.5}}),
  softmax: (builder, name, input, rank) =>
    builder.node('Softmax', name, [input], {axis: rank === 4 ? 1 : -1}),
  swish: (builder, name, input) =>
    builder.node('Mul', name, [input, builder.node('Sigmoid', `${name}.sigmoid`, [input])]),
};

/** The names of all that can be written. */
export const onnxActivationNames: readonly string[] = Object.keys(activations);

/** A ReLU with an upper bound. */
export function clip(builder: OnnxBuilder, name: string, input: string, most: number): string {
  const bounds = [0, most].map((value, i) => builder.floats(`${name}.${['min', 'max'][i]}`, [value], []));
  return builder.node('Clip', name, [input, ...bounds]);
}

/** Adds an activation; undefined if there is none of that name. */
export const onnxActivation = (
  builder: OnnxBuilder,
  activation: string,
  name: string,
  input: string,
  rank: number,
): string | undefined =>
  Object.hasOwn(activations, activation) ? activations[activation](builder, name, input, rank) : undefined;
