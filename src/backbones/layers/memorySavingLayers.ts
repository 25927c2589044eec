import type * as tf from '@tensorflow/tfjs-core';
import {type LayerVariable, layers} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import {runMemorySavingKernel} from '../../ops/layers/runMemorySavingKernel';

type Inputs = tf.Tensor | tf.Tensor[];
type Pair = [number, number];
type Constructor<Args, L extends Layer> = new (args: Args) => L;

/** Members of TensorFlow.js' convolution layers that their types leave out. */
interface Convolution extends Layer {
  readonly strides: Pair;
  readonly padding: string;
  readonly dataFormat: string;
  readonly dilationRate: Pair;
  readonly activation: {getClassName(): string} | null;
  readonly bias: LayerVariable | null;
  readonly kernel: LayerVariable;
  readonly depthwiseKernel: LayerVariable;
}

const firstOf = (inputs: Inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);

/** TensorFlow.js does not export the classes of its layers, so they are taken from a layer. */
const classOf = <Args, L extends Layer>(layer: Layer) => layer.constructor as Constructor<Args, L>;

function isPlain({dataFormat, dilationRate, activation}: Convolution): boolean {
  const linear = activation === null || activation.getClassName() === 'linear';
  return linear && dataFormat === 'channelsLast' && dilationRate.every(rate => rate === 1);
}

function convolve(
  layer: Convolution,
  kernelName: 'Conv2D' | 'DepthwiseConv2dNative',
  x: tf.Tensor,
): tf.Tensor {
  const {strides, padding: pad, bias} = layer;
  const filter = (kernelName === 'Conv2D' ? layer.kernel : layer.depthwiseKernel).read();
  const y = runMemorySavingKernel(
    kernelName,
    {x, filter},
    {strides, pad, dataFormat: 'NHWC', dilations: [1, 1]},
  );
  return bias === null ? y : runMemorySavingKernel('Add', {a: y, b: bias.read()});
}

function makeClasses() {
  const conv2d = layers.conv2d({filters: 1, kernelSize: 1});
  const Conv2D = classOf<Parameters<typeof layers.conv2d>[0], Convolution>(conv2d);
  const depthwise = layers.depthwiseConv2d({kernelSize: 1});
  const Depthwise = classOf<Parameters<typeof layers.depthwiseConv2d>[0], Convolution>(depthwise);
  const ZeroPadding = classOf<
    Parameters<typeof layers.zeroPadding2d>[0],
    Layer & {padding: [Pair, Pair]; dataFormat: string}
  >(layers.zeroPadding2d());
  const Add = classOf<Parameters<typeof layers.add>[0], Layer>(layers.add());
  return {
    Conv2D: class extends Conv2D {
      override call(inputs: Inputs, kwargs: Parameters<Layer['call']>[1]) {
        return isPlain(this) ? convolve(this, 'Conv2D', firstOf(inputs)) : super.call(inputs, kwargs);
      }
    },
    DepthwiseConv2D: class extends Depthwise {
      override call(inputs: Inputs, kwargs: Parameters<Layer['call']>[1]) {
        return isPlain(this)
          ? convolve(this, 'DepthwiseConv2dNative', firstOf(inputs))
          : super.call(inputs, kwargs);
      }
    },
    ZeroPadding2D: class extends ZeroPadding {
      override call(inputs: Inputs, kwargs: Parameters<Layer['call']>[1]) {
        if (this.dataFormat !== 'channelsLast') return super.call(inputs, kwargs);
        const paddings = [[0, 0], ...this.padding, [0, 0]];
        return runMemorySavingKernel('PadV2', {x: firstOf(inputs)}, {paddings, constantValue: 0});
      }
    },
    Add: class extends Add {
      override call(inputs: Inputs) {
        const [first, ...others] = inputs as tf.Tensor[];
        return others.reduce((a, b) => runMemorySavingKernel('Add', {a, b}), first);
      }
    },
  };
}

let classes: ReturnType<typeof makeClasses> | undefined;

function layerClasses() {
  classes ??= makeClasses();
  return classes;
}

/**
 * Layers of TensorFlow.js that save as what they are, and free memory during the backward pass instead of after it.
 * What else they could do (another data format, dilation, an activation of their own) they leave to the stock code.
 */
export const memorySavingLayers = {
  conv2d: (args: Parameters<typeof layers.conv2d>[0]): Layer => new (layerClasses().Conv2D)(args),
  depthwiseConv2d: (args: Parameters<typeof layers.depthwiseConv2d>[0]): Layer =>
    new (layerClasses().DepthwiseConv2D)(args),
  zeroPadding2d: (args: Parameters<typeof layers.zeroPadding2d>[0]): Layer =>
    new (layerClasses().ZeroPadding2D)(args),
  add: (args: Parameters<typeof layers.add>[0]): Layer => new (layerClasses().Add)(args),
};
