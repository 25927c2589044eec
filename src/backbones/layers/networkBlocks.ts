import {initializers, layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import type {OptionNames} from '../../base/checkOptions';
import type {Layer} from '../../base/layer';
import {type BatchNormLayerOptions, batchNormLayer} from './batchNormLayer';
import {layerSeeds} from './convolutionPrelu';
import {memorySavingLayers} from './memorySavingLayers';
import {preluLayer} from './preluLayer';

/** How all batch normalizations of a face network keep their running statistics. */
export interface BatchNormSettings {
  /**
   * Share of the old running mean and variance kept at every step. Default 0.9, which PyTorch writes as
   * `momentum=0.1`. Running variances are Bessel-corrected, as PyTorch's.
   */
  momentum?: number;
  /** ε of every batch normalization. Default 1e-5. */
  epsilon?: number;
}

/** The names of {@link BatchNormSettings}. */
export const batchNormSettings: OptionNames<BatchNormSettings> = {momentum: true, epsilon: true};

interface ConvolutionSettings {
  filters: number;
  kernelSize: number | [number, number];
  strides?: number;
  useBias?: boolean;
  /** 'half' pads (k − 1) / 2 pixels on every side, as PyTorch does when told to. Default 'half'. */
  padding?: 'half' | 'valid';
  /** Standard deviation of the initial weights. */
  stddev: number;
}

/** A pooling; 'same' keeps the last row and column of an odd side. */
interface PoolingSettings {
  poolSize: number;
  strides: number;
  padding: 'same' | 'valid';
}

/** Their type leaves out what every layer takes. */
type GlobalPoolingArgs = Parameters<typeof layers.globalAveragePooling2d>[0];

type DepthwiseSettings = Omit<ConvolutionSettings, 'filters'> & {multiplier?: number};

const apply = (layer: Layer, input: SymbolicTensor | SymbolicTensor[]) =>
  layer.apply(input) as SymbolicTensor;

/**
 * The padding with which a convolution of TensorFlow.js reads the pixels that PyTorch's padding of (k − 1) / 2 gives it. Theirs
 * pad alike but for stride 2 on an even side, where 'same' pads more at the far end, and PyTorch's kernel needs more at the near one.
 */
function halfPadding(input: SymbolicTensor, name: string, {strides = 1, kernelSize}: DepthwiseSettings) {
  const sides = input.shape.slice(1, 3) as [number, number];
  if (strides === 1 || kernelSize === 1 || sides.every(side => side % 2 === 1)) {
    return {input, padding: 'same'} as const;
  }
  const kernel = [kernelSize, kernelSize].flat();
  const padding = sides.map((side, axis) => {
    const half = (kernel[axis] - 1) / 2;
    return [half, half - 1 + (side % 2)];
  }) as [[number, number], [number, number]];
  return {
    input: apply(memorySavingLayers.zeroPadding2d({padding, name: `${name}.pad`}), input),
    padding: 'valid',
  } as const;
}

/**
 * The layers that the face networks are made of, with the initial values, padding and batch normalization of PyTorch.
 * Names are the caller's: those of the PyTorch module, so that weights can be matched by name.
 */
export function networkBlocks(
  where: string,
  {momentum = 0.9, epsilon = 1e-5}: BatchNormSettings,
  seed: number | undefined,
) {
  check.between(where, 'momentum', momentum, 0, 1);
  check.positive(where, 'epsilon', epsilon);
  const nextSeed = layerSeeds(seed);
  const normal = (stddev: number) => initializers.randomNormal({mean: 0, stddev, seed: nextSeed()});
  const padded = (input: SymbolicTensor, name: string, settings: DepthwiseSettings) =>
    settings.padding === 'valid' ? ({input, padding: 'valid'} as const) : halfPadding(input, name, settings);

  return {
    /** A 2-D convolution, without bias unless asked for. */
    convolution(input: SymbolicTensor, name: string, settings: ConvolutionSettings): SymbolicTensor {
      const {filters, kernelSize, strides = 1, useBias = false, stddev} = settings;
      const {input: images, padding} = padded(input, name, settings);
      const kernelInitializer = normal(stddev);
      return apply(
        memorySavingLayers.conv2d({filters, kernelSize, strides, padding, useBias, kernelInitializer, name}),
        images,
      );
    },

    /** A depthwise convolution without bias. */
    depthwise(input: SymbolicTensor, name: string, settings: DepthwiseSettings): SymbolicTensor {
      const {kernelSize, strides = 1, multiplier = 1, stddev} = settings;
      const {input: images, padding} = padded(input, name, settings);
      return apply(
        memorySavingLayers.depthwiseConv2d({
          kernelSize,
          strides,
          padding,
          depthMultiplier: multiplier,
          useBias: false,
          depthwiseInitializer: normal(stddev),
          name,
        }),
        images,
      );
    },

    /** A fully connected layer from the flattened input. */
    dense(
      input: SymbolicTensor,
      name: string,
      {units, useBias, stddev}: {units: number; useBias: boolean; stddev: number},
    ): SymbolicTensor {
      const flat = input.rank === 2 ? input : apply(layers.flatten({name: `${name}.flatten`}), input);
      return apply(layers.dense({units, useBias, kernelInitializer: normal(stddev), name}), flat);
    },

    norm(input: SymbolicTensor, name: string, options: BatchNormLayerOptions = {}): SymbolicTensor {
      return apply(batchNormLayer({momentum, epsilon, besselCorrection: true, name, ...options}), input);
    },

    /** PReLU with one slope a channel, 0.25 at first. */
    prelu(input: SymbolicTensor, name: string): SymbolicTensor {
      const sharedAxes = input.rank === 4 ? [1, 2] : undefined;
      const alphaInitializer = initializers.constant({value: 0.25});
      return apply(preluLayer({sharedAxes, alphaInitializer, name}), input);
    },

    /** ReLU, up to an upper bound if there is one. */
    relu(input: SymbolicTensor, name: string, maxValue?: number): SymbolicTensor {
      return apply(layers.reLU({maxValue, name}), input);
    },

    add(inputs: SymbolicTensor[], name: string): SymbolicTensor {
      return apply(memorySavingLayers.add({name}), inputs);
    },

    /** Joins the channels of images of one size. */
    concatenate(inputs: SymbolicTensor[], name: string): SymbolicTensor {
      return apply(layers.concatenate({name}), inputs);
    },

    maxPool(input: SymbolicTensor, name: string, settings: PoolingSettings): SymbolicTensor {
      return apply(layers.maxPooling2d({...settings, name}), input);
    },

    averagePool(input: SymbolicTensor, name: string, settings: PoolingSettings): SymbolicTensor {
      return apply(layers.averagePooling2d({...settings, name}), input);
    },

    /** The mean of each channel. */
    globalAverage(input: SymbolicTensor, name: string): SymbolicTensor {
      return apply(layers.globalAveragePooling2d({name} as GlobalPoolingArgs), input);
    },

    /** scale · x + offset. */
    rescale(input: SymbolicTensor, name: string, settings: {scale: number; offset?: number}): SymbolicTensor {
      return apply(layers.rescaling({...settings, name}), input);
    },

    /** Dropout; nothing at a rate of 0. */
    dropout(input: SymbolicTensor, name: string, rate: number): SymbolicTensor {
      return rate === 0 ? input : apply(layers.dropout({rate, name}), input);
    },
  };
}

export type NetworkBlocks = ReturnType<typeof networkBlocks>;
