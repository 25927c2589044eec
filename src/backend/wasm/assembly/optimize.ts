import {add, mul, splat, sub} from './lanes';

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
