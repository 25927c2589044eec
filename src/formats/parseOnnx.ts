import {DataFormatError} from './dataFormatError';
import {type OnnxGraph, onnxMessages} from './onnxMessages';
import {loadProtobufFields} from './protobufFields';

/**
 * Reads the graph of an ONNX file: its nodes, and its weights as views of the bytes given.
 *
 * Only what is needed to tell which weights belong where is read, everything else is skipped. Nothing is allocated on the word of
 * a length: tensors must have just the bytes that their shapes need, lists are short, messages nest as far as the format has
 * them, and fields are counted.
 *
 * @param bytes The whole file.
 * @param file What error messages call it.
 * @throws {@link DataFormatError} if the file is damaged or of another format.
 * @throws If the protobuf library is not installed; the message has the command that installs it.
 */
export async function parseOnnx(bytes: Uint8Array, file: string): Promise<OnnxGraph> {
  const fields = await loadProtobufFields();
  try {
    for (const [field, value] of fields(bytes)) {
      if (field === 7 && typeof value !== 'number') return onnxMessages(fields, file).graph(value);
    }
  } catch (cause) {
    if (cause instanceof DataFormatError) throw cause;
    throw new DataFormatError(file, `is damaged or no ONNX file: ${(cause as Error).message}.`, {cause});
  }
  throw new DataFormatError(file, 'is neither a safetensors nor an ONNX file: there is no graph in it.');
}
