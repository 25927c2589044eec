import {blur, type Pixels, type Random} from 'face-margins/data';
import type {Pose} from './pose';

/** Brightness, blur and the noise of a sensor. */
export function develop(picture: Pixels, {brightness, blur: width, noise}: Pose, random: Random): void {
  if (width > 0) blur(picture, random, {sigma: [width, width]});
  const {data} = picture;
  for (let i = 0; i < data.length; i++) {
    // Three even draws: near enough to a Gaussian, for a quarter of the time.
    const grain = 2 * noise * (random() + random() + random() - 1.5);
    data[i] = Math.min(255, Math.max(0, brightness * data[i] + grain));
  }
}
