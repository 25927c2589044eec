import {DataFormatError} from './dataFormatError';
import {onnxElementTypes} from './onnxElementTypes';
import type {OnnxExternalTensor} from './onnxExternalData';
import {type ProtobufFields, varints} from './protobufFields';
import {checkStoredSize, type ElementType, isFloating, type StoredTensor} from './storedTensor';

/** The parts of ONNX's messages that give a network's weights and where they belong. */
export interface OnnxAttribute {
  float?: number;
  integer?: number;
  text?: string;
  integers: number[];
  tensor?: StoredTensor;
  /** A list of numbers, if it is short. */
  floats?: number[];
}

export interface OnnxNode {
  name: string;
  operation: string;
  inputs: string[];
  outputs: string[];
  attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  /** In topological order. */
  nodes: OnnxNode[];
  constants: Map<string, StoredTensor>;
  inputs: string[];
  outputs: string[];
  /** The text of this library in the file's metadata. */
  metadata?: string;
}

/** Longer than any list of sizes. */
const longestList = 16;

/** Element types by ONNX's numbers. */
const elementTypes = new Map(
  Object.entries(onnxElementTypes).map(([type, number]) => [number, type as ElementType]),
);

const decoder = new TextDecoder();

/** Shared by all messages without attributes: one each would outweigh a small message many times. */
const noBytes = new Uint8Array() as Uint8Array;
const noAttributes: ReadonlyMap<string, OnnxAttribute> = new Map();

/** A copy without the spare capacity of a grown list, sixteen elements or more. */
const trimmed = <T>(list: T[]): T[] => list.slice();

/** Reads ONNX's messages; field numbers as in onnx.proto. */
export function onnxMessages(fields: ProtobufFields, file: string) {
  const external: OnnxExternalTensor[] = [];

  const damaged = (problem: string) =>
    new DataFormatError(file, `is damaged or not an ONNX file: ${problem}.`);

  const bytes = (value: number | Uint8Array, what: string) => {
    if (typeof value === 'number') throw damaged(`${what} is a number`);
    return value;
  };

  const text = (value: number | Uint8Array, what: string) => decoder.decode(bytes(value, what));

  const number = (value: number | Uint8Array, what: string) => {
    if (typeof value !== 'number') throw damaged(`${what} is not a number`);
    return value;
  };

  const append = (list: number[], value: number | Uint8Array, what: string) => {
    for (const each of varints(value)) {
      if (list.length === longestList) throw damaged(`${what} is a list of more than ${longestList}`);
      list.push(each);
    }
  };

  /** Half-precision numbers, whose bits are stored as whole numbers of 1 to 3 bytes. */
  function halves(words: Uint8Array): Uint8Array {
    // The last byte of each number alone is below 128.
    const bits = new Uint16Array(words.reduce((count, byte) => count + (byte < 128 ? 1 : 0), 0));
    let i = 0;
    for (const word of varints(words)) {
      if (word > 0xffff) throw damaged(`a number of 16 bits is ${word}`);
      bits[i++] = word;
    }
    return new Uint8Array(bits.buffer);
  }

  /** An entry of where a tensor lies in another file: its key and its value. */
  function entry(message: Uint8Array): [string, string] {
    let [key, content] = ['', ''];
    for (const [field, value] of fields(message)) {
      if (field === 1) key = text(value, 'a key');
      else if (field === 2) content = text(value, 'a place');
    }
    return [key, content];
  }

  /** Stops at one more than the longest list. */
  function appendFloats(list: number[], value: number | Uint8Array): void {
    if (typeof value === 'number') {
      if (list.length <= longestList) list.push(value);
      return;
    }
    const first = value.slice(0, 4 * Math.min(longestList + 1, value.length >> 2));
    for (const number of new Float32Array(new Uint8Array(first).buffer)) appendFloats(list, number);
  }

  function tensor(message: Uint8Array): {name: string; tensor: StoredTensor} {
    let name = '';
    let type: ElementType | undefined;
    let data = noBytes;
    let words = noBytes;
    let place: Map<string, string> | undefined;
    let isExternal = false;
    const shape: number[] = [];
    for (const [field, value] of fields(message)) {
      if (field === 1) append(shape, value, 'a shape');
      else if (field === 2) type = elementTypes.get(number(value, 'a type'));
      // Packed floats and doubles have the layout of raw data.
      else if (field === 4 || field === 9 || field === 10) data = bytes(value, 'the data of a tensor');
      else if (field === 5 && typeof value !== 'number') words = value;
      else if (field === 8) name = text(value, 'the name of a tensor');
      else if (field === 13) {
        place ??= new Map();
        place.set(...entry(bytes(value, 'a place')));
      } else if (field === 14) isExternal = value === 1;
    }
    if (type === undefined) throw damaged(`tensor ${name} has an unknown type`);
    if (!shape.every(length => Number.isSafeInteger(length) && length >= 0)) {
      throw damaged(`tensor ${name} has the impossible shape [${shape}]`);
    }
    const isHalf = type === 'F16' || type === 'BF16';
    const stored = {type, shape: trimmed(shape), bytes: isHalf && data.length === 0 ? halves(words) : data};
    if (isExternal) external.push({name, tensor: stored, place: place ?? new Map()});
    // Integers are sizes and axes here, never weights.
    else if (isFloating(stored)) checkStoredSize(stored, file, name);
    return {name, tensor: stored};
  }

  function attribute(message: Uint8Array): [string, OnnxAttribute] {
    let name = '';
    const content: OnnxAttribute = {integers: []};
    const integers: number[] = [];
    const floats: number[] = [];
    for (const [field, value] of fields(message)) {
      if (field === 1) name = text(value, 'the name of an attribute');
      else if (field === 2) content.float = number(value, 'a number');
      else if (field === 3) content.integer = number(value, 'a number');
      else if (field === 4) content.text = text(value, 'a text');
      else if (field === 5) content.tensor = tensor(bytes(value, 'a tensor')).tensor;
      else if (field === 7) appendFloats(floats, value);
      else if (field === 8) append(integers, value, 'an attribute');
    }
    content.integers = trimmed(integers);
    if (floats.length > 0 && floats.length <= longestList) content.floats = trimmed(floats);
    return [name, content];
  }

  function node(message: Uint8Array): OnnxNode {
    let [name, operation] = ['', ''];
    const [inputs, outputs]: string[][] = [[], []];
    let attributes: Map<string, OnnxAttribute> | undefined;
    for (const [field, value] of fields(message)) {
      if (field === 1) inputs.push(text(value, 'an input'));
      else if (field === 2) outputs.push(text(value, 'an output'));
      else if (field === 3) name = text(value, 'the name of a node');
      else if (field === 4) operation = text(value, 'an operation');
      else if (field === 5) {
        attributes ??= new Map();
        attributes.set(...attribute(bytes(value, 'an attribute')));
      }
    }
    if (operation === '' || !outputs.some(output => output !== '')) {
      throw damaged(`node '${name}' has no operation or no output`);
    }
    return {
      name,
      operation,
      inputs: trimmed(inputs),
      outputs: trimmed(outputs),
      attributes: attributes ?? noAttributes,
    };
  }

  function named(message: Uint8Array): string {
    for (const [field, value] of fields(message)) if (field === 1) return text(value, 'a name');
    return '';
  }

  function graph(message: Uint8Array): OnnxGraph {
    const content: OnnxGraph = {nodes: [], constants: new Map(), inputs: [], outputs: []};
    for (const [field, value] of fields(message)) {
      if (field === 1) content.nodes.push(node(bytes(value, 'a node')));
      else if (field === 11) content.inputs.push(named(bytes(value, 'an input')));
      else if (field === 12) content.outputs.push(named(bytes(value, 'an output')));
      else if (field === 5) {
        const {name, tensor: stored} = tensor(bytes(value, 'a tensor'));
        if (content.constants.has(name)) throw damaged(`it has tensor ${name} twice`);
        content.constants.set(name, stored);
      }
    }
    return content;
  }

  return {graph, external, entry};
}
