import {angularLogit, cosine, type Margin} from './angularLogit';
import {arcFaceMargin} from './arcFace';
import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';
import {accumulate, angle, type Matrix, norm, ones, scaled, sum, type Vector, zeroMatrix} from './vectors';

/*
 * The heads of 2019 to 2023, as their papers and published code have them. Where one of them takes something as a constant in its gradient
 * (a statistic of the batch, which classes are hard), that is computed from `frozen`: the inputs themselves, unless a central difference
 * moves the inputs and must leave it alone.
 */

/** h of a cosine to another class, and dh/dc. */
type Others = (cos: number) => {value: number; slope: number};

/** What a head makes of one example: f for its target, h for the other classes. */
interface Example {
  target: Margin;
  others?: Others;
}

const plainCosine: Others = cos => ({value: cos, slope: 1});

/** h as a function of the angle. */
const byAngle =
  (others: Others): Margin =>
  theta => {
    const {value, slope} = others(Math.cos(theta));
    return {value, slope: -slope * Math.sin(theta)};
  };

const logitOf =
  (examples: Example[], scale: number) => (x: Vector, w: Vector, isTarget: boolean, i: number) => {
    const {target, others = plainCosine} = examples[i];
    return angularLogit(x, w, isTarget ? target : byAngle(others), {scale});
  };

const softmaxOf = (inputs: HeadInputs, scale: number, examples: Example[]): HeadResult =>
  softmaxLoss(inputs, {logit: logitOf(examples, scale)});

const targetAngles = ({embeddings, weights, labels}: HeadInputs): number[] =>
  embeddings.map((x, i) => angle(x, weights[labels[i]]));

const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

export interface AdaFaceReference {
  scale: number;
  margin: number;
  h?: number;
  momentum?: number;
  mean?: number;
  deviation?: number;
  gradient?: 'exact' | 'straight-through';
}

/** The running statistics of norms after a batch. */
export function adaFaceStatistics(embeddings: Matrix, options: Partial<AdaFaceReference> = {}) {
  const {momentum = 0.01, mean = 20, deviation = 100} = options;
  const norms = embeddings.map(x => clip(norm(x), 0.001, 100));
  const average = sum(norms) / norms.length;
  const spread = Math.sqrt(sum(norms.map(n => (n - average) ** 2)) / (norms.length - 1));
  return {
    mean: momentum * average + (1 - momentum) * mean,
    deviation: norms.length < 2 ? deviation : momentum * spread + (1 - momentum) * deviation,
  };
}

/** AdaFace (arXiv 2204.00964): z_y = s (cos(θ − m ẑ) − m (1 + ẑ)). */
export function adaFace(inputs: HeadInputs, options: AdaFaceReference, frozen = inputs): HeadResult {
  const {scale, margin: m, h = 0.333, gradient = 'exact'} = options;
  const {mean, deviation} = adaFaceStatistics(frozen.embeddings, options);
  const examples = frozen.embeddings.map((x): Example => {
    const z = clip((h * (clip(norm(x), 0.001, 100) - mean)) / (deviation + 1e-3), -1, 1);
    return {
      target: theta => {
        const phi = clip(theta - m * z, 1e-3, Math.PI - 1e-3);
        const exact = phi === theta - m * z ? -Math.sin(phi) : 0;
        return {
          value: Math.cos(phi) - m * (1 + z),
          slope: gradient === 'exact' ? exact : -Math.sin(theta),
        };
      },
    };
  });
  return softmaxOf(inputs, scale, examples);
}

export interface MagFaceReference {
  scale: number;
  norms: [number, number];
  margins: [number, number];
  lambda: number;
  form: 'arc' | 'cos';
}

/** MagFace and Mag-CosFace (arXiv 2103.06627). */
export function magFace(inputs: HeadInputs, options: MagFaceReference): HeadResult {
  const {scale, norms, margins, lambda, form} = options;
  const k = (margins[1] - margins[0]) / (norms[1] - norms[0]);
  const inside = (n: number) => (n > norms[0] && n < norms[1] ? 1 : 0);
  const marginAt = (n: number) => margins[0] + k * (clip(n, ...norms) - norms[0]);
  const target: Margin = (theta, n = 0) => {
    if (form === 'cos') {
      return {value: Math.cos(theta) - marginAt(n), slope: -Math.sin(theta), normSlope: -k * inside(n)};
    }
    if (Math.cos(theta) <= 0) return cosine(theta, n);
    const phi = theta + marginAt(n);
    return {value: Math.cos(phi), slope: -Math.sin(phi), normSlope: -k * inside(n) * Math.sin(phi)};
  };
  const {upstream = ones(inputs.labels.length)} = inputs;
  const result = softmaxOf(
    inputs,
    scale,
    inputs.labels.map(() => ({target})),
  );
  inputs.embeddings.forEach((x, i) => {
    const a = clip(norm(x), ...norms);
    result.losses[i] += lambda * (a / norms[1] ** 2 + 1 / a);
    const slope = lambda * inside(norm(x)) * (1 / norms[1] ** 2 - 1 / a ** 2);
    accumulate(result.gradients.embeddings[i], x, (upstream[i] * slope) / norm(x));
  });
  return result;
}

/** t after a batch: the running mean of the targets' cosines. */
export const curricularT = (inputs: HeadInputs, momentum = 0.01, t = 0): number =>
  momentum * (sum(targetAngles(inputs).map(Math.cos)) / inputs.labels.length) + (1 - momentum) * t;

/** CurricularFace (arXiv 2004.00288). */
export function curricularFace(
  inputs: HeadInputs,
  {scale, margin, momentum, t}: {scale: number; margin: number; momentum?: number; t?: number},
  frozen = inputs,
): HeadResult {
  const mixed = curricularT(frozen, momentum, t);
  const examples = targetAngles(frozen).map((theta): Example => {
    const tau = Math.cos(theta + margin);
    return {
      target: arcFaceMargin({margin}),
      others: c => (c > tau ? {value: c * (mixed + c), slope: mixed + 2 * c} : plainCosine(c)),
    };
  });
  return softmaxOf(inputs, scale, examples);
}

/** MV-Softmax (arXiv 1912.00833), with ArcFace's margin or AM-Softmax'. */
export function mvSoftmax(
  inputs: HeadInputs,
  {scale, margin: m, t, form}: {scale: number; margin: number; t: number; form: 'arc' | 'am'},
  frozen = inputs,
): HeadResult {
  const am: Margin = theta => ({
    value: Math.cos(theta) > m ? Math.cos(theta) - m : Math.cos(theta),
    slope: -Math.sin(theta),
  });
  const examples = targetAngles(frozen).map((theta): Example => {
    const tau = form === 'arc' ? Math.cos(theta + m) : Math.cos(theta) - m;
    return {
      target: form === 'arc' ? arcFaceMargin({margin: m, easy: true, beyond: 'none'}) : am,
      others: c => (c > tau ? {value: t * c + t - 1, slope: t} : plainCosine(c)),
    };
  });
  return softmaxOf(inputs, scale, examples);
}

/** SphereFace-R (arXiv 2109.05565): cos(min(mθ, π)) for the target, or cos(θ/m) for the others. */
export function sphereFaceR(
  inputs: HeadInputs,
  {scale, margin: m, on}: {scale: number; margin: number; on: 'target' | 'others'},
): HeadResult {
  const multiplied: Margin = theta =>
    m * theta < Math.PI
      ? {value: Math.cos(m * theta), slope: -m * Math.sin(m * theta)}
      : {value: -1, slope: 0};
  const divided: Margin = theta => ({value: Math.cos(theta / m), slope: -Math.sin(theta / m) / m});
  return softmaxLoss(inputs, {
    logit: (x, w, isTarget) => {
      const f = isTarget ? (on === 'target' ? multiplied : cosine) : on === 'others' ? divided : cosine;
      return angularLogit(x, w, f, {scale});
    },
  });
}

/** The class-level Circle head (arXiv 2002.10857). */
export function circleFace(
  inputs: HeadInputs,
  {scale, margin: m, gradient}: {scale: number; margin: number; gradient: 'exact' | 'detached'},
): HeadResult {
  const exact = gradient === 'exact';
  const target: Margin = theta => {
    const c = Math.cos(theta);
    const bracket = Math.max(0, 1 + m - c);
    const slope = exact ? 2 - 2 * c : bracket;
    return {value: bracket * (c - 1 + m), slope: -slope * Math.sin(theta)};
  };
  const others: Others = c => {
    const bracket = Math.max(0, c + m);
    return {value: bracket * (c - m), slope: bracket === 0 ? 0 : exact ? 2 * c : bracket};
  };
  return softmaxOf(
    inputs,
    scale,
    inputs.labels.map(() => ({target, others})),
  );
}

/** The scale of AdaCos (arXiv 1905.00292) for a batch. */
export function adaCosScale(inputs: HeadInputs, scale: number): number {
  const {embeddings, weights, labels} = inputs;
  const sums = embeddings.map((x, i) =>
    sum(weights.map((w, j) => (j === labels[i] ? 0 : Math.exp(scale * Math.cos(angle(x, w)))))),
  );
  const angles = targetAngles(inputs).sort((a, b) => a - b);
  const median = angles[Math.floor((angles.length - 1) / 2)];
  return Math.max(0.01, Math.log(sum(sums) / sums.length) / Math.cos(Math.min(Math.PI / 4, median)));
}

/** AdaCos: cosines times a scale that follows from the batch. */
export const adaCos = (inputs: HeadInputs, {scale}: {scale: number}, frozen = inputs): HeadResult =>
  softmaxOf(
    inputs,
    adaCosScale(frozen, scale),
    inputs.labels.map(() => ({target: cosine})),
  );

/** What a head of one sigmoid a class gives besides. */
export interface SigmoidResult extends HeadResult {
  /** The gradient of Σ uᵢLᵢ by the threshold b. */
  threshold: number;
}

export interface SigmoidReference {
  scale: number;
  threshold: number;
  positive: number;
  negative: number;
  target: Margin;
  others?: Others;
}

const softplus = (d: number) => Math.max(d, 0) + Math.log1p(Math.exp(-Math.abs(d)));
const sigmoid = (d: number) => 1 / (1 + Math.exp(-d));

/** L = α log(1 + e^{b − z_y}) + β Σ_{j≠y} log(1 + e^{z_j − b}). */
export function sigmoidLoss(inputs: HeadInputs, options: SigmoidReference): SigmoidResult {
  const {embeddings, weights, labels, upstream = ones(labels.length)} = inputs;
  const {scale, threshold: b, positive, negative, target, others} = options;
  const logit = logitOf(
    labels.map(() => ({target, ...(others && {others})})),
    scale,
  );
  const gradients = {
    embeddings: zeroMatrix(embeddings.length, embeddings[0].length),
    weights: zeroMatrix(weights.length, embeddings[0].length),
    scale: 0,
  };
  let threshold = 0;
  const logits: number[][] = [];
  const losses = embeddings.map((x, i) => {
    const terms = weights.map((w, j) => logit(x, w, j === labels[i], i));
    logits.push(terms.map(({value}) => value));
    return sum(
      terms.map((term, j) => {
        const own = j === labels[i];
        const excess = own ? b - term.value : term.value - b;
        const slope = upstream[i] * (own ? -positive : negative) * sigmoid(excess);
        accumulate(gradients.embeddings[i], term.embedding, slope);
        accumulate(gradients.weights[j], term.weight, slope);
        gradients.scale += slope * term.scale;
        threshold -= slope;
        return (own ? positive : negative) * softplus(excess);
      }),
    );
  });
  return {losses, logits, gradients, threshold};
}

/** UniFace (ICCV 2023). */
export const uniFace = (
  inputs: HeadInputs,
  {scale, margin, negative = 1}: {scale: number; margin: number; negative?: number},
  threshold = Math.log(10 * inputs.weights.length),
): SigmoidResult =>
  sigmoidLoss(inputs, {
    ...{scale, threshold, positive: 1, negative},
    target: theta => ({value: Math.cos(theta) - margin, slope: -Math.sin(theta)}),
  });

export interface SphereFace2Reference {
  scale: number;
  margin: number;
  t: number;
  alpha: number;
  weight: number;
  gradient?: 'exact' | 'straight-through';
}

/** SphereFace2's b at the start (arXiv 2108.01513): its published closed form, with the sign that b has here. */
export function sphereFace2Threshold(classes: number, {scale: r, margin: m, t, alpha}: SphereFace2Reference) {
  if (classes < 2) return 0;
  const z = alpha / ((1 - alpha) * (classes - 1));
  const ay = r * (2 * 0.5 ** t - 1 - m);
  const ai = r * (2 * 0.5 ** t - 1 + m);
  return -(Math.log(2 * z) - ai - Math.log(1 - z + Math.sqrt((1 - z) ** 2 + 4 * z * Math.exp(ay - ai))));
}

/** SphereFace2. */
export function sphereFace2(
  inputs: HeadInputs,
  options: SphereFace2Reference,
  threshold = sphereFace2Threshold(inputs.weights.length, options),
): SigmoidResult {
  const {scale, margin: m, t, alpha, weight, gradient = 'exact'} = options;
  const g = (c: number) => 2 * ((c + 1) / 2) ** t - 1;
  const slope = (c: number) => (gradient === 'exact' ? t * ((c + 1) / 2) ** (t - 1) : 1);
  return sigmoidLoss(inputs, {
    ...{scale, threshold, positive: (weight / scale) * alpha, negative: (weight / scale) * (1 - alpha)},
    target: theta => ({
      value: g(Math.cos(theta)) - m,
      slope: -slope(Math.cos(theta)) * Math.sin(theta),
    }),
    others: c => ({value: g(c) + m, slope: slope(c)}),
  });
}

/** A head that leaves other classes out whose cosine is above a threshold, as label noise. */
export const filtered = (
  inputs: HeadInputs,
  {scale, margin, threshold}: {scale: number; margin: number; threshold: number},
  frozen = inputs,
): HeadResult => {
  const {embeddings, weights} = frozen;
  return softmaxLoss(inputs, {
    logit: (x, w, isTarget, i) => {
      const j = inputs.weights.indexOf(w);
      const plain = angularLogit(x, w, isTarget ? arcFaceMargin({margin}) : cosine, {scale});
      const left = !isTarget && Math.cos(angle(embeddings[i], weights[j])) > threshold;
      return left ? {value: -1e9, embedding: scaled(x, 0), weight: scaled(w, 0), scale: 0} : plain;
    },
  });
};
