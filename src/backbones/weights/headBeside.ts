import type {NamedShape} from './namedShape';

/**
 * Tells the tensors of a head that a file has beside the network: a classifier, class centers, a layer that rates the quality.
 *
 * A head is a module that the network has not, whose matrices have a side as long as the embedding: `head.kernel`, `[512, 10572]`. What
 * belongs to the same module, such as a bias, is of the head too. A module with a convolution is none: it may be a part of the network.
 *
 * @param network The parameters of the network, named as in the file, the last as long as the embedding. A layer's alone have no head.
 * @param surplus What the file has and the network has no place for.
 * @returns Whether a tensor of the surplus is of a head.
 */
export function headBeside(
  network: readonly NamedShape[],
  surplus: readonly NamedShape[],
): (name: string) => boolean {
  const moduleOf = (name: string) => name.split('.')[0];
  const own = new Set(network.map(({name}) => moduleOf(name)));
  const embeddingSize = network.at(-1)?.shape[0] ?? 0;
  const modules = new Map<string, (readonly number[])[]>();
  for (const {name, shape} of surplus) {
    const module = moduleOf(name);
    if (own.has(module)) continue;
    const shapes = modules.get(module) ?? [];
    modules.set(module, shapes);
    shapes.push(shape);
  }
  // The weights of a layer alone have no module.
  if (network.every(({name}) => !name.includes('.'))) return () => false;
  const isHead = (shapes: (readonly number[])[]) =>
    shapes.every(shape => shape.length < 3) &&
    shapes.some(shape => shape.length === 2 && shape.includes(embeddingSize));
  const heads = new Set([...modules].filter(([, shapes]) => isHead(shapes)).map(([module]) => module));
  return name => heads.has(moduleOf(name));
}
