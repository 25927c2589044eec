import {type ProtobufValue, protobufMessage} from './protobufMessage';

/** Settings of a run for TensorBoard's page of hyperparameters. */
export type Hyperparameters = Record<string, string | number | boolean>;

/** What an event says. */
export type TensorBoardContent =
  /** The first event of every file. */
  | {kind: 'version'}
  /** A process goes on with a training: events of this step and later ones, in earlier files, count no more. */
  | {kind: 'start'}
  /** Figures by their tags. */
  | {kind: 'scalars'; values: Record<string, number>}
  /** Settings of the run. */
  | {kind: 'hyperparameters'; values: Hyperparameters};

type Fields = [field: number, value: ProtobufValue][];

const message = (fields: Fields): ProtobufValue => ({bytes: protobufMessage(fields)});

const text = (value: string): ProtobufValue => ({bytes: value});

/** Proto3 leaves out what is 0. */
const unlessZero = (field: number, value: number): Fields => (value === 0 ? [] : [[field, {varint: value}]]);

const scalar = ([tag, value]: [string, number]) =>
  message([
    [1, text(tag)],
    [2, {float: value}],
  ]);

function structValue(value: string | number | boolean): ProtobufValue {
  if (typeof value === 'number') return message([[2, {double: value}]]);
  return message([typeof value === 'string' ? [3, text(value)] : [4, {varint: Number(value)}]]);
}

/** The type float, the shape `[0]`: TensorBoard has no summary without a value. */
const noTensor = message([
  [1, {varint: 1}],
  [2, message([[2, message([])]])],
]);

/** What the plugin `hparams` takes for the beginning of a run. */
function sessionStart(values: Hyperparameters, seconds: number): ProtobufValue {
  const settings = Object.entries(values).map(([name, value]): Fields[number] => [
    1,
    message([
      [1, text(name)],
      [2, structValue(value)],
    ]),
  ]);
  const content = message([[3, message([...settings, [5, {double: seconds}]])]]);
  const plugin = message([
    [1, text('hparams')],
    [2, content],
  ]);
  return message([
    [1, text('_hparams_/session_start_info')],
    [8, noTensor],
    [9, message([[1, plugin]])],
  ]);
}

function fieldOf(content: TensorBoardContent, seconds: number): Fields[number] {
  if (content.kind === 'version') return [3, text('brain.Event:2')];
  if (content.kind === 'start') return [7, message([[1, {varint: 1}]])];
  const values =
    content.kind === 'scalars'
      ? Object.entries(content.values).map(scalar)
      : [sessionStart(content.values, seconds)];
  return [5, message(values.map(value => [1, value]))];
}

/**
 * An `Event` as TensorBoard reads it, a protobuf message. Scalars are float32.
 *
 * @param content What it says.
 * @param at When, in seconds since 1970, and at which step, a whole number of 0 or more.
 */
export function tensorBoardEvent(
  content: TensorBoardContent,
  {seconds, step}: {seconds: number; step: number},
): Uint8Array {
  return protobufMessage([[1, {double: seconds}], ...unlessZero(2, step), fieldOf(content, seconds)]);
}
