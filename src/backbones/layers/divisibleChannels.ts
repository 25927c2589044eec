/** So many channels, as the multiple of 8 nearest to it and not below nine tenths of it: what MobileNets of any width have. */
export function divisibleChannels(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}
