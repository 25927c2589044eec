import {halfFloats} from '../../formats/halfFloats';
import type {WrittenAttribute, WrittenNode} from '../../formats/serializeOnnx';
import type {StoredTensor} from '../../formats/storedTensor';

type Attributes = Readonly<Record<string, WrittenAttribute>>;

/** Gathers the nodes of a graph and its small constants; every name is given once. */
export class OnnxBuilder {
  readonly nodes: WrittenNode[] = [];
  readonly constants = new Map<string, StoredTensor>();
  private readonly taken: Set<string>;

  /**
   * @param taken Names that are not to be given to nodes, because weights have them.
   * @param half Whether numbers are float16.
   */
  constructor(
    taken: Iterable<string>,
    private readonly half: boolean,
  ) {
    this.taken = new Set(taken);
  }

  private unique(name: string): string {
    let own = name;
    for (let i = 1; this.taken.has(own); i++) own = `${name}:${i}`;
    this.taken.add(own);
    return own;
  }

  /** Adds a node, and gives the name of its output, which is that of the node. */
  node(operation: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const own = this.unique(name);
    this.nodes.push({operation, name: own, inputs, outputs: [own], attributes});
    return own;
  }

  /** Adds what makes a weight of its whole numbers and their scales; it comes before all that reads it. */
  dequantized(name: string, inputs: readonly string[]): void {
    this.nodes.unshift({
      operation: 'DequantizeLinear',
      name: this.unique(`${name}.dequantize`),
      inputs,
      outputs: [name],
      attributes: {axis: 0},
    });
  }

  /** Adds whole numbers: a shape, axes, indices. */
  integers(name: string, values: readonly number[]): string {
    const own = this.unique(name);
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.constants.set(own, {type: 'I64', shape: [values.length], bytes});
    return own;
  }

  /**
   * Adds numbers of the graph's type.
   *
   * @param exact Whether they are float32 in any graph.
   */
  floats(name: string, values: readonly number[], shape: number[], exact = false): string {
    const own = this.unique(name);
    const floats = Float32Array.from(values);
    const half = this.half && !exact;
    const bytes = new Uint8Array(half ? halfFloats(floats).buffer : floats.buffer);
    this.constants.set(own, {type: half ? 'F16' : 'F32', shape, bytes});
    return own;
  }
}
