import type {LayersModel, LayerVariable} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import {distinctNames} from './distinctNames';

/** A weight of a network or a head, under a name that every process gives it. */
export interface NamedWeight {
  /** Such as `backbone/conv_1/kernel`. */
  name: string;
  layer: Layer;
  /** What the weight is in its layer: `kernel`, `bias`, `gamma`. */
  role: string;
  weight: LayerVariable;
}

/** The layers of a model, those of models within it too. */
export function layersOf(model: LayersModel): Layer[] {
  return model.layers.flatMap(layer => ('layers' in layer ? layersOf(layer as LayersModel) : [layer]));
}

/**
 * Names for layers that do not depend on what else the process has made.
 *
 * TensorFlow.js names an unnamed layer after its class and a count that continues from network to network, so that the same
 * network may have other names in another process. Here it is the count within the network.
 */
function stableNames(all: Layer[]): string[] {
  const counts = new Map<string, number>();
  return all.map(layer => {
    const className = layer.getClassName();
    if (!new RegExp(`_${className}\\d+$`).test(layer.name)) return layer.name;
    const count = (counts.get(className) ?? 0) + 1;
    counts.set(className, count);
    return `${className}_${count}`;
  });
}

/** The weights of one layer; what a wrapper holds twice under one name is numbered. */
export function weightsOfLayer(layer: Layer, prefix: string): NamedWeight[] {
  const roles = layer.weights.map(({originalName}) => originalName.split('/').pop() as string);
  const names = distinctNames(roles);
  return layer.weights.map((weight, i) => ({name: `${prefix}/${names[i]}`, layer, role: roles[i], weight}));
}

/** All weights of a network, in the order of its layers. */
export function weightsOfModel(model: LayersModel, prefix: string): NamedWeight[] {
  const all = layersOf(model);
  const names = stableNames(all);
  return all.flatMap((layer, i) => weightsOfLayer(layer, `${prefix}/${names[i]}`));
}
