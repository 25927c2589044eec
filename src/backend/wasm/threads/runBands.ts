import type {Address} from '../address';
import type {Heap} from '../heap';
import type {Geometry} from '../simdKernels.generated';
import type {Band} from './band';
import type {KernelArguments, KernelName} from './kernelRunner';

type BandKernel = {
  [Name in KernelName]: KernelArguments<Name> extends {geometry: Address<Geometry>} ? Name : never;
}[KernelName];

/** Runs a kernel on bands of a convolution or pooling; `argumentsOf` gives the rest of its arguments beside the geometry and the scratch. */
export function runBands<Name extends BandKernel>(
  heap: Heap,
  name: Name,
  bands: Band[],
  argumentsOf: (band: Band, index: number) => Omit<KernelArguments<Name>, 'geometry' | 'scratch'>,
  scratchOf: (geometry: Address<Geometry>) => number = () => 0,
): void {
  heap.withGeometries(
    bands.map(({info}) => info),
    geometries => {
      const pieces = bands.map(
        (band, i) =>
          ({...argumentsOf(band, i), geometry: geometries[i]}) as unknown as Omit<
            KernelArguments<Name>,
            'scratch'
          >,
      );
      const scratch = Math.max(...geometries.map(scratchOf));
      if (scratch > 0) heap.runWithScratch(name, scratch, pieces);
      else heap.run(name, pieces as KernelArguments<Name>[]);
    },
  );
}
