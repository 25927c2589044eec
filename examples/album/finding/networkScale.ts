/** The cosines between which a network tells people apart, and the one to begin with. */
export interface NetworkScale {
  min: number;
  max: number;
  step: number;
  threshold: number;
}

/** face-api's network: all faces are alike to it, and one person's a little more. Measured; see the README. */
export const faceApiScale: NetworkScale = {min: 0.88, max: 0.99, step: 0.001, threshold: 0.922};

/** The same network on drawings, which it has not learned: strangers are nearer to one another. */
export const drawingScale: NetworkScale = {...faceApiScale, threshold: 0.96};

/** Networks that were trained with a margin, as those of this library. 0.42 lies between what was best on two sets; see the README. */
export const marginScale: NetworkScale = {min: 0.1, max: 0.8, step: 0.005, threshold: 0.42};
