import type {Side} from './messages';
import type {Plane} from './plane';
import {type Frames, sides} from './recording';

/** How long the recording plays, and how long a frame takes, in milliseconds. */
const whole = 1000;

/**
 * Plays what was recorded, from where both networks were one to where training goes on; at once the last frame where motion is not
 * wanted.
 *
 * @param shown Called with the number of each frame.
 * @returns When the last frame is reached.
 */
export async function replay(
  frames: Frames,
  planes: Record<Side, Plane>,
  shown: (frame: number) => void,
): Promise<void> {
  const last = frames.steps.length - 1;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  for (let frame = calm ? last : 0; frame <= last; frame++) {
    const takes = frame === 0 ? 0 : whole / last;
    for (const side of sides) planes[side].show(frames.pictures[side][frame], takes);
    shown(frame);
    await new Promise(resolve => setTimeout(resolve, takes));
  }
}
