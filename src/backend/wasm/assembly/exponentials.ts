import {bounded, madd, splat} from './lanes';

/* What is less is 0, what is more is infinite in float32. */
const LOWEST: f32 = -104;
const HIGHEST: f32 = 89;

/* ln 2 in two parts: the first has so few digits that its multiples are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;

/** 2^n of whole numbers from −126 to 127. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** e^x = 2^n e^r, where n is whole and |r| at most half of ln 2; e^r by the polynomial of the Cephes library. */
function exponential(x: v128): v128 {
  const within = bounded<v128>(x, splat<v128>(LOWEST), splat<v128>(HIGHEST));
  const whole = f32x4.nearest(f32x4.mul(within, splat<v128>(<f32>Math.LOG2E)));
  let r = madd<v128>(whole, splat<v128>(-LN2_HIGH), within);
  r = madd<v128>(whole, splat<v128>(-LN2_LOW), r);
  let sum = madd<v128>(splat<v128>(1.98756915e-4), r, splat<v128>(1.3981999507e-3));
  sum = madd<v128>(sum, r, splat<v128>(8.3334519073e-3));
  sum = madd<v128>(sum, r, splat<v128>(4.1665795894e-2));
  sum = madd<v128>(sum, r, splat<v128>(1.6666665459e-1));
  sum = madd<v128>(sum, r, splat<v128>(5.0000001201e-1));
  sum = f32x4.add(madd<v128>(sum, f32x4.mul(r, r), r), splat<v128>(1));
  // In two steps: 2^n alone leaves float32 where the product does not.
  const n = i32x4.trunc_sat_f32x4_s(whole);
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(sum, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

/** out = e^x, of `count` numbers. */
export function exponentials(x: usize, out: usize, count: i32): void {
  const end = x + ((<usize>count) << 2);
  for (; x + 16 <= end; x += 16, out += 16) v128.store(out, exponential(v128.load(x)));
  for (; x < end; x += 4, out += 4) {
    store<f32>(out, f32x4.extract_lane(exponential(v128.load32_splat(x)), 0));
  }
}
