import type {OnnxNode} from '../../formats/onnxMessages';
import type {GraphStep} from './graphUnit';
import type {OnnxTensor} from './onnxTensor';

type Step = GraphStep<OnnxTensor>;

const isNear = (value: number | undefined, expected: number) =>
  value !== undefined && Math.abs(value - expected) < 1e-6;

/**
 * The operations that MobileNetV3's layers have where ONNX has one: HardSigmoid is a factor, a summand and bounds, HardSwish its product with
 * what it reads. Undefined for a node that is neither, or a HardSigmoid of another slope, such as TensorFlow.js' own.
 *
 * @param before What the node reads.
 */
export function hardActivationSteps(
  {operation, name, attributes}: OnnxNode,
  before: Step,
): Step[] | undefined {
  const slope = attributes.get('alpha')?.float;
  const offset = attributes.get('beta')?.float ?? 0.5;
  const isGate = operation === 'HardSigmoid' && isNear(slope, 1 / 6) && isNear(offset, 0.5);
  if (operation !== 'HardSwish' && !isGate) return undefined;
  const steps: Step[] = [];
  for (const kind of ['Mul of a constant', 'Add of a constant', 'Clip of a constant']) {
    steps.push({unit: {kind, name}, inputs: [steps.at(-1) ?? before]});
  }
  if (isGate) return steps;
  return [...steps, {unit: {kind: 'multiply', name}, inputs: [before, steps[2]]}];
}
