import type * as tf from '@tensorflow/tfjs-core';
import type {Recipe} from './recipe';

/** What is used of the WebAssembly backend. */
interface Backend {
  dataIdMap: {get(dataId: tf.DataId): unknown};
  incRef(dataId: tf.DataId): void;
  refCount(dataId: tf.DataId): number;
  disposeData(dataId: tf.DataId, force?: boolean): boolean;
}

interface Deferred {
  recipe: Recipe;
  compute(): void;
}

const tensorsOf = ({tensors}: Recipe): tf.TensorInfo[] =>
  Object.values(tensors).filter(tensor => tensor !== undefined);

/**
 * Tensors whose values nobody has read yet. Most go straight into an activation or a sum, which computes them on the way and so saves a
 * pass over the memory; whoever else asks the backend for such a tensor finds it computed.
 */
export class DeferredTensors {
  private readonly waiting = new Map<tf.DataId, Deferred>();
  /** Whether references are counted, for which nobody reads values. */
  private counting = false;

  constructor(private readonly backend: Backend) {
    const {dataIdMap, incRef, refCount, disposeData} = backend;
    const {get} = dataIdMap;
    dataIdMap.get = dataId => {
      if (!this.counting) this.settle(dataId);
      return get.call(dataIdMap, dataId);
    };
    backend.incRef = dataId => this.count(() => incRef.call(backend, dataId));
    backend.refCount = dataId => this.count(() => refCount.call(backend, dataId));
    backend.disposeData = (dataId, force) => {
      const isGone = this.count(() => disposeData.call(backend, dataId, force));
      if (isGone) this.forget(dataId);
      return isGone;
    };
  }

  /** Leaves the values of a tensor for later; what they are made of stays until then, or until the tensor is disposed. */
  defer({dataId}: tf.TensorInfo, recipe: Recipe, compute: () => void): void {
    for (const tensor of tensorsOf(recipe)) this.backend.incRef(tensor.dataId);
    this.waiting.set(dataId, {recipe, compute});
  }

  /** What the values of a tensor will be made of, if nobody has read them yet. */
  of({dataId}: tf.TensorInfo): Recipe | undefined {
    return this.waiting.get(dataId)?.recipe;
  }

  /** Computes the values of a tensor, if they are left for later. */
  settle(dataId: tf.DataId): void {
    const deferred = this.waiting.get(dataId);
    if (deferred === undefined) return;
    // First, since computing asks where the values go.
    this.waiting.delete(dataId);
    try {
      deferred.compute();
    } catch (error) {
      // As where the heap has no room: whoever reads it again must not find what was in the memory before.
      this.waiting.set(dataId, deferred);
      throw error;
    }
    this.release(deferred);
  }

  private forget(dataId: tf.DataId): void {
    const deferred = this.waiting.get(dataId);
    this.waiting.delete(dataId);
    if (deferred !== undefined) this.release(deferred);
  }

  private release({recipe}: Deferred): void {
    for (const {dataId} of tensorsOf(recipe)) this.backend.disposeData(dataId);
  }

  private count<T>(work: () => T): T {
    const before = this.counting;
    this.counting = true;
    try {
      return work();
    } finally {
      this.counting = before;
    }
  }
}
