import {checkOptions, type OptionNames} from './checkOptions';
import type {LayerConfig} from './layer';

/** The names of the options that a layer has beyond those of every layer. */
export type LayerOptionNames<T> = OptionNames<Omit<T, keyof LayerConfig>>;

const layerOptions: OptionNames<LayerConfig & {customObjects?: unknown}> = {
  name: true,
  trainable: true,
  dtype: true,
  inputShape: true,
  batchInputShape: true,
  batchSize: true,
  weights: true,
  inputDType: true,
  // TensorFlow.js adds it to what it reads from a saved model.
  customObjects: false,
};

/** As {@link checkOptions}, for a layer, which has the options of every layer too. */
export function checkLayerOptions<T extends LayerConfig>(
  where: string,
  config: T,
  names: LayerOptionNames<NoInfer<T>>,
): T {
  return checkOptions(where, config, {...names, ...layerOptions} as OptionNames<T>);
}
