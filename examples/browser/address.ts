import {choices, first, plain} from './choices';
import type {Wish} from './messages';

/** The decimals of the steps of all margins. */
const decimals = 2;

/** What an address asks for after its `#`: `#head=arcface&m=0.3`. What is missing or makes no sense is as on the first visit. */
export function readAddress(hash: string): Wish {
  const asked = new URLSearchParams(hash.replace(/^#/, ''));
  const name = asked.get('head') ?? first;
  const head = Object.hasOwn(choices, name) && name !== plain ? name : first;
  return {head, margin: marginOf(head, asked.get('m'))};
}

/** The part of the address from `#` on that asks for a head and its margin. */
export function addressOf({head, margin}: Wish): string {
  return choices[head].margin ? `#head=${head}&m=${margin}` : `#head=${head}`;
}

/** The margin nearest to a text that its slider can show; 0 for heads that have none. */
function marginOf(head: string, text: string | null): number {
  const range = choices[head].margin;
  if (!range) return 0;
  const wanted = Number(text);
  if (text === null || text.trim() === '' || !Number.isFinite(wanted)) return range.value;
  const {min, max, step} = range;
  const steps = Math.round((Math.min(max, Math.max(min, wanted)) - min) / step);
  return Number((min + steps * step).toFixed(decimals));
}
