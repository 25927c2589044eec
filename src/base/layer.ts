import type {initializers, layers} from '@tensorflow/tfjs-layers';

/** Any layer of tfjs-layers, which does not export its class as a type. */
export type Layer = InstanceType<typeof layers.Layer>;

/** What every layer's constructor takes: name, trainable, input shape. */
export type LayerConfig = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** What fills a weight at the start. */
export type Initializer = ReturnType<typeof initializers.zeros>;

/** What any layer can be applied to. */
export type LayerInput = Parameters<Layer['apply']>[0];

/** What applying any layer gives: tfjs-layers leaves open which. */
export type LayerOutput = ReturnType<Layer['apply']>;
