/** What numbers an ONNX file has its weights in: see {@link ExportOnnxOptions.precision}. */
export type OnnxPrecision = 'float32' | 'float16' | 'int8';
