import type {ElementType} from './storedTensor';

/** ONNX's numbers of element types: `TensorProto.DataType` of onnx.proto. */
export const onnxElementTypes: Partial<Record<ElementType, number>> = {
  F32: 1,
  U8: 2,
  I8: 3,
  U16: 4,
  I16: 5,
  I32: 6,
  I64: 7,
  BOOL: 9,
  F16: 10,
  F64: 11,
  U32: 12,
  U64: 13,
  BF16: 16,
};
