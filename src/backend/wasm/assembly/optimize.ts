import {add, div, mul, splat, squareRoot, sub} from './lanes';

/** `momentumStep`, a `T` at a time from byte `at`; where the next one would pass the end it stops and says so. */
function momentumSteps<T>(
  weight: usize,
  velocity: usize,
  gradient: usize,
  nextWeight: usize,
  nextVelocity: usize,
  at: usize,
  bytes: usize,
  scale: f32,
  decay: f32,
  kept: f32,
  rate: f32,
  nesterov: i32,
): usize {
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    const w = load<T>(weight + at);
    const scaled = mul<T>(load<T>(gradient + at), splat<T>(scale));
    const pulled = add<T>(scaled, mul<T>(w, splat<T>(decay)));
    const v = add<T>(mul<T>(load<T>(velocity + at), splat<T>(kept)), pulled);
    const ahead = nesterov ? add<T>(pulled, mul<T>(v, splat<T>(kept))) : v;
    store<T>(nextVelocity + at, v);
    store<T>(nextWeight + at, sub<T>(w, mul<T>(ahead, splat<T>(rate))));
  }
  return at;
}

/**
 * Momentum with clipping and weight decay in one pass over `count` numbers: g = scale * gradient + decay * weight,
 * nextVelocity = kept * velocity + g, nextWeight = weight - rate * nextVelocity, or with Nesterov's weight - rate * (g + kept * nextVelocity).
 */
export function momentumStep(
  weight: usize,
  velocity: usize,
  gradient: usize,
  nextWeight: usize,
  nextVelocity: usize,
  count: i32,
  scale: f32,
  decay: f32,
  kept: f32,
  rate: f32,
  nesterov: i32,
): void {
  const bytes = (<usize>count) << 2;
  // biome-ignore format: one call for vectors and one for the numbers that are left
  const at = momentumSteps<v128>(weight, velocity, gradient, nextWeight, nextVelocity, 0, bytes, scale, decay, kept, rate, nesterov);
  // biome-ignore format: as above
  momentumSteps<f32>(weight, velocity, gradient, nextWeight, nextVelocity, at, bytes, scale, decay, kept, rate, nesterov);
}

/** `adamStep`, a `T` at a time from byte `at`; where the next one would pass the end it stops and says so. */
function adamSteps<T>(
  weight: usize,
  mean: usize,
  square: usize,
  gradient: usize,
  nextWeight: usize,
  nextMean: usize,
  nextSquare: usize,
  at: usize,
  bytes: usize,
  scale: f32,
  decay: f32,
  shrink: f32,
  kept1: f32,
  new1: f32,
  kept2: f32,
  new2: f32,
  rate: f32,
  floor: f32,
): usize {
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    const w = load<T>(weight + at);
    const scaled = mul<T>(load<T>(gradient + at), splat<T>(scale));
    const g = add<T>(scaled, mul<T>(w, splat<T>(decay)));
    const m = add<T>(mul<T>(load<T>(mean + at), splat<T>(kept1)), mul<T>(g, splat<T>(new1)));
    const v = add<T>(mul<T>(load<T>(square + at), splat<T>(kept2)), mul<T>(mul<T>(g, g), splat<T>(new2)));
    const change = mul<T>(div<T>(m, add<T>(squareRoot<T>(v), splat<T>(floor))), splat<T>(rate));
    store<T>(nextMean + at, m);
    store<T>(nextSquare + at, v);
    store<T>(nextWeight + at, sub<T>(mul<T>(w, splat<T>(shrink)), change));
  }
  return at;
}

/**
 * Adam with clipping and weight decay in one pass over `count` numbers: g = scale * gradient + decay * weight,
 * nextMean = kept1 * mean + new1 * g, nextSquare = kept2 * square + new2 * g * g,
 * nextWeight = shrink * weight - rate * nextMean / (sqrt(nextSquare) + floor).
 */
export function adamStep(
  weight: usize,
  mean: usize,
  square: usize,
  gradient: usize,
  nextWeight: usize,
  nextMean: usize,
  nextSquare: usize,
  count: i32,
  scale: f32,
  decay: f32,
  shrink: f32,
  kept1: f32,
  new1: f32,
  kept2: f32,
  new2: f32,
  rate: f32,
  floor: f32,
): void {
  const bytes = (<usize>count) << 2;
  // biome-ignore format: one call for vectors and one for the numbers that are left
  const at = adamSteps<v128>(weight, mean, square, gradient, nextWeight, nextMean, nextSquare, 0, bytes, scale, decay, shrink, kept1, new1, kept2, new2, rate, floor);
  // biome-ignore format: as above
  adamSteps<f32>(weight, mean, square, gradient, nextWeight, nextMean, nextSquare, at, bytes, scale, decay, shrink, kept1, new1, kept2, new2, rate, floor);
}
