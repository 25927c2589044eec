import {bounded, mul, selectPositive} from './lanes';

/*
 * How the sums of a convolution or a product begin and end: with a bias, a slope for those that are not positive, and bounds. A record has
 * these four for 8 channels, one after the other, so that a tile of sums needs a single address.
 */

/** Channels of a record. */
const CHANNELS: i32 = 8;

/** Bytes of the same thing of all channels of a record, and of a record. */
const PART: usize = 4 * 8;
const RECORD: usize = 4 * 4 * 8;

/** Numbers of the records of so many channels. */
export function endingFloats(channels: i32): i32 {
  return 4 * ((channels + CHANNELS - 1) & ~(CHANNELS - 1));
}

/**
 * Writes the records of `channels` channels. `bias` and `slopes` are the address of one number each, or 0: then no bias, and `slope`
 * everywhere.
 */
export function packEnding(
  bias: usize,
  slopes: usize,
  slope: f32,
  low: f32,
  high: f32,
  ending: usize,
  channels: i32,
): void {
  const all = (channels + CHANNELS - 1) & ~(CHANNELS - 1);
  for (let c = 0; c < all; c++) {
    const to = endingOf(ending, c);
    const at = (<usize>c) << 2;
    const isThere = c < channels;
    store<f32>(to, bias !== 0 && isThere ? load<f32>(bias + at) : 0);
    store<f32>(to + PART, slopes !== 0 && isThere ? load<f32>(slopes + at) : slope);
    store<f32>(to + 2 * PART, low);
    store<f32>(to + 3 * PART, high);
  }
}

/** Where a channel's numbers begin, from the record of the first one; 0 where there are none. */
export function endingOf(ending: usize, channel: i32): usize {
  if (ending === 0) return 0;
  const inRecord = channel & (CHANNELS - 1);
  return ending + <usize>(channel / CHANNELS) * RECORD + ((<usize>inRecord) << 2);
}

/** What sums of the channels at `ending` begin with. */
export function begun<T>(ending: usize): T {
  return load<T>(ending);
}

/** What becomes of sums of the channels at `ending`. */
export function ended<T>(sums: T, ending: usize): T {
  const bent = selectPositive<T>(sums, sums, mul<T>(sums, load<T>(ending, PART)));
  return bounded<T>(bent, load<T>(ending, 2 * PART), load<T>(ending, 3 * PART));
}
