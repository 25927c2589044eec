import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import {layersOf} from '../checkpoints/namedWeight';

/**
 * The layers of a network that are to stay as they are.
 *
 * @param freeze Names of layers, or patterns that names are searched for.
 * @throws If no layer has such a name: a typing error would train a layer that should be frozen.
 */
export function frozenLayers(network: LayersModel, freeze: readonly (string | RegExp)[]): Set<Layer> {
  const all = layersOf(network);
  const frozen = freeze.flatMap(wanted => {
    const found = all.filter(({name}) =>
      typeof wanted === 'string' ? name === wanted : name.search(wanted) >= 0,
    );
    if (found.length > 0) return found;
    const names = all.filter(({weights}) => weights.length > 0).map(({name}) => name);
    throw new Error(
      `Trainer: freeze must name layers, of which ${names.join(', ')} have weights, but names ${String(wanted)}.`,
    );
  });
  return new Set(frozen);
}
