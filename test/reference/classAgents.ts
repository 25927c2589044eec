import {distance} from './distances';
import {accumulate, type Matrix, normalized, ones, throughNormalization, type Vector, zeros} from './vectors';

export interface ClassAgentInputs {
  embeddings: Matrix;
  /** One agent a class, [C][D]. */
  weights: Matrix;
  labels: Vector;
  upstream?: Vector;
}

export interface ClassAgentResult {
  losses: number[];
  gradients: {embeddings: number[][]; weights: number[][]};
}

/** The value of one example and its derivative with respect to each squared distance d_j = ‖x̂ − ŵ_j‖². */
type AgentLoss = (distances: Vector, label: number) => {value: number; slopes: Vector};

/**
 * NormFace's C-contrastive loss (arXiv 1704.06369): max(0, d_y − m₊) + β Σ_{j≠y} max(0, m₋ − d_j) per
 * example, over squared distances of unit vectors. β is the published layer's negative_weight.
 */
export const classContrastive = (
  inputs: ClassAgentInputs,
  {positiveMargin = 0, negativeMargin = 1, negativeWeight = 1} = {},
): ClassAgentResult =>
  agentLoss(inputs, (distances, label) => {
    const hinges = distances.map((d, j) =>
      Math.max(0, j === label ? d - positiveMargin : negativeMargin - d),
    );
    return {
      value: hinges.reduce((total, hinge, j) => total + (j === label ? hinge : negativeWeight * hinge), 0),
      slopes: hinges.map((hinge, j) => (hinge > 0 ? (j === label ? 1 : -negativeWeight) : 0)),
    };
  });

/**
 * NormFace's C-triplet loss: Σ_{j≠y} max(0, m + d_y − d_j) per example, or only the largest of these (the
 * first of equals), over squared distances of unit vectors.
 */
export const classTriplet = (
  inputs: ClassAgentInputs,
  {margin = 0.8, hardestOnly = true} = {},
): ClassAgentResult =>
  agentLoss(inputs, (distances, label) => {
    const hinges = distances.map((d, j) => (j === label ? 0 : Math.max(0, margin + distances[label] - d)));
    const hardest = hinges.indexOf(Math.max(...hinges));
    const counted = hinges.map((hinge, j) => (!hardestOnly || j === hardest ? hinge : 0));
    const active = counted.filter(hinge => hinge > 0).length;
    return {
      value: counted.reduce((total, hinge) => total + hinge, 0),
      slopes: counted.map((hinge, j) => (j === label ? active : hinge > 0 ? -1 : 0)),
    };
  });

function agentLoss(
  {embeddings, weights, labels, upstream = ones(labels.length)}: ClassAgentInputs,
  evaluate: AgentLoss,
): ClassAgentResult {
  const unitWeights = weights.map(normalized);
  const weightGradients = weights.map(w => zeros(w.length));
  const embeddingGradients: number[][] = [];
  const losses = embeddings.map((x, i) => {
    const byClass = unitWeights.map(w => distance('squared', normalized(x), w));
    const {value, slopes} = evaluate(
      byClass.map(d => d.value),
      labels[i],
    );
    const gradient = zeros(x.length);
    byClass.forEach((d, j) => {
      accumulate(gradient, d.a, upstream[i] * slopes[j]);
      accumulate(weightGradients[j], d.b, upstream[i] * slopes[j]);
    });
    embeddingGradients.push(throughNormalization(x, gradient));
    return value;
  });
  return {
    losses,
    gradients: {
      embeddings: embeddingGradients,
      weights: weightGradients.map((gradient, j) => throughNormalization(weights[j], gradient)),
    },
  };
}
