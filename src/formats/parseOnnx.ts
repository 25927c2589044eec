import {DataFormatError} from './dataFormatError';
import {foreignName} from './foreignFormat';
import {type OnnxExternalData, onnxExternalData} from './onnxExternalData';
import {type OnnxGraph, onnxMessages} from './onnxMessages';
import {ownMetadata} from './ownMetadata';
import {loadProtobufFields, type ProtobufFields} from './protobufFields';

/**
 * Reads the graph of an ONNX file: its nodes, and its weights as views of the input.
 *
 * Only fields that say where weights belong are read; others are skipped. A claimed length allocates nothing: tensors must have exactly
 * the bytes of their shapes, lists are short, messages nest only as deep as the format, and fields are counted.
 *
 * @param bytes The whole file.
 * @param file The name of the file in messages.
 * @param externalData Reads a file that weights lie in, beside this one.
 * @throws {@link DataFormatError} if the file is damaged or of another format.
 * @throws If the protobuf library is not installed; the message has the command that installs it.
 */
export async function parseOnnx(
  bytes: Uint8Array,
  file: string,
  externalData?: OnnxExternalData,
): Promise<OnnxGraph> {
  const {graph, external} = graphOf(bytes, file, await loadProtobufFields());
  await onnxExternalData(external, file, externalData);
  return graph;
}

function graphOf(bytes: Uint8Array, file: string, fields: ProtobufFields) {
  const hint = foreignName(file);
  const advice = hint === undefined ? '' : ` ${hint}.`;
  try {
    const {graph, external, entry} = onnxMessages(fields, file);
    let content: OnnxGraph | undefined;
    let metadata: string | undefined;
    for (const [field, value] of fields(bytes)) {
      if (typeof value === 'number') continue;
      if (field === 7) content ??= graph(value);
      if (field !== 14) continue;
      const [key, text] = entry(value);
      if (key === ownMetadata) metadata = text;
    }
    if (content !== undefined) return {graph: {...content, metadata}, external};
  } catch (cause) {
    if (cause instanceof DataFormatError) throw cause;
    throw new DataFormatError(file, `is damaged or not an ONNX file: ${(cause as Error).message}.${advice}`, {
      cause,
    });
  }
  const what = bytes.length === 0 ? 'it is empty. Download or copy it again' : 'it has no graph';
  throw new DataFormatError(file, `is neither a safetensors nor an ONNX file: ${what}.${advice}`);
}
