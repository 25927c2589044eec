/** Where a step first had a value that is not finite. */
export type DivergedAt = 'images' | 'weights' | 'embeddings' | 'loss' | 'gradient' | 'update';

/** The places in the order in which a step computes them. */
export const divergedAt: readonly DivergedAt[] = [
  'images',
  'weights',
  'embeddings',
  'loss',
  'gradient',
  'update',
];

/** What is known of a step that was stopped, or of one that was completed and made weights not finite. */
export interface Divergence {
  /** The step that was stopped, from 1; at `'update'` the last one that was taken. */
  step: number;
  /** The pass over the data, from 0. */
  epoch: number;
  /** Where the first value came up that is not finite. */
  at: DivergedAt;
  /** The term of the objective whose loss or gradient it is, such as `arcFace`; nothing where the network comes before. */
  term?: string;
  /** The rank that had it, of several. */
  rank?: number;
  /** The weights, running statistics among them, whose gradients, or which themselves, are not finite. */
  weights: string[];
  /** The loss of each term. */
  terms: Record<string, number>;
  /** The norm of all gradients together, before clipping. */
  gradientNorm: number;
  /** The learning rate of the step. */
  learningRate: number;
}

const causes: Record<DivergedAt, string> = {
  images: 'The images of this batch are not finite: look at how they are read and scaled',
  weights: 'Weights were not finite before the first step of this run: look at where they were loaded from',
  embeddings:
    'The embeddings overflow though images and weights are finite: the weights have grown without bound. Lower the learning ' +
    'rate (to a tenth), warm it up over some hundred steps, set clipNorm (5 is usual), or add weight decay',
  loss:
    'The loss overflows on finite embeddings. Lower the scale s of the head or the learning rate; a loss of your own may divide ' +
    'by zero or take the logarithm of zero',
  gradient:
    'The loss is finite and its gradient is not. Lower the learning rate (to a tenth) or the scale s of the head, of which gradients ' +
    'are a multiple, warm up the learning rate and the margin, and set clipNorm; in a loss of your own look for the root or ' +
    'the norm of zero',
  update:
    'Loss and gradient were finite, so the step was too long, or running statistics overflowed. Lower the learning rate (to a ' +
    'tenth), warm it up over some hundred steps, or set clipNorm (5 is usual)',
};

const firstNames = (names: string[]) =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

/** How a message begins and ends: what became of the step, and what is left. */
function describeDivergence({step, epoch, at, term, rank, weights}: Divergence): [string, string] {
  const names = weights.length > 0 ? ` (${firstNames(weights)})` : '';
  if (at === 'update') {
    return [
      `Training stopped: step ${step} (epoch ${epoch}) has left weights that are not finite${names}.`,
      'No checkpoint of them was written: go on from the last one.',
    ];
  }
  return [
    `Training stopped before step ${step} (epoch ${epoch}) was taken: not finite in the ${at}` +
      `${term === undefined ? '' : ` of ${term}`}${rank === undefined ? '' : ` on rank ${rank}`}${names}.`,
    'Weights are as before this step, and the last checkpoint is untouched.',
  ];
}

/**
 * A step has a loss or gradient that is not finite and was not taken, or a step that was taken made weights not finite.
 *
 * In the first case weights, running statistics, centers, schedules and the optimizer are as before the step. In neither case is a
 * checkpoint written: the last one is good.
 */
export class TrainingDivergedError extends Error implements Divergence {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'TrainingDivergedError';
  readonly step: number;
  readonly epoch: number;
  readonly at: DivergedAt;
  readonly term?: string;
  readonly rank?: number;
  readonly weights: string[];
  readonly terms: Record<string, number>;
  readonly gradientNorm: number;
  readonly learningRate: number;

  constructor(divergence: Divergence) {
    const {step, epoch, at, term, rank, weights, terms, gradientNorm, learningRate} = divergence;
    const losses = Object.entries(terms).map(([name, loss]) => `${name} ${loss}`);
    const [happened, left] = describeDivergence(divergence);
    super(
      `${happened} Loss: ${losses.join(', ')}; gradient norm ${gradientNorm}; learning rate ${learningRate}. ${causes[at]}. ${left}`,
    );
    this.step = step;
    this.epoch = epoch;
    this.at = at;
    this.term = term;
    this.rank = rank;
    this.weights = weights;
    this.terms = terms;
    this.gradientNorm = gradientNorm;
    this.learningRate = learningRate;
  }
}
