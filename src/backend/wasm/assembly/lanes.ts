/*
 * What a loop over vectors shares with the loop over the numbers that are left. `T` is v128, four float32 numbers, or
 * f32, one; the compiler resolves it, so that neither loop pays for the other.
 */

/** `value` in every lane. */
export function splat<T>(value: f32): T {
  return isVector<T>() ? changetype<T>(f32x4.splat(value)) : changetype<T>(value);
}

export function add<T>(a: T, b: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.add(changetype<v128>(a), changetype<v128>(b)))
    : changetype<T>(changetype<f32>(a) + changetype<f32>(b));
}

export function sub<T>(a: T, b: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.sub(changetype<v128>(a), changetype<v128>(b)))
    : changetype<T>(changetype<f32>(a) - changetype<f32>(b));
}

export function mul<T>(a: T, b: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.mul(changetype<v128>(a), changetype<v128>(b)))
    : changetype<T>(changetype<f32>(a) * changetype<f32>(b));
}

export function div<T>(a: T, b: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.div(changetype<v128>(a), changetype<v128>(b)))
    : changetype<T>(changetype<f32>(a) / changetype<f32>(b));
}

export function squareRoot<T>(a: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.sqrt(changetype<v128>(a)))
    : changetype<T>(sqrt<f32>(changetype<f32>(a)));
}

/** `value` where `a` is above 0, else 0. */
export function wherePositive<T>(a: T, value: T): T {
  return isVector<T>()
    ? changetype<T>(v128.and(changetype<v128>(value), f32x4.gt(changetype<v128>(a), f32x4.splat(0))))
    : changetype<f32>(a) > 0
      ? value
      : splat<T>(0);
}

/** `positive` where `a` is above 0, else `other`. */
export function selectPositive<T>(a: T, positive: T, other: T): T {
  return isVector<T>()
    ? changetype<T>(
        v128.bitselect(
          changetype<v128>(positive),
          changetype<v128>(other),
          f32x4.gt(changetype<v128>(a), f32x4.splat(0)),
        ),
      )
    : changetype<f32>(a) > 0
      ? positive
      : other;
}

/** The larger of the two, lane by lane. */
export function larger<T>(a: T, b: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.max(changetype<v128>(a), changetype<v128>(b)))
    : changetype<T>(max(changetype<f32>(a), changetype<f32>(b)));
}

/** `value`, at least `low` and at most `high`. */
export function bounded<T>(value: T, low: T, high: T): T {
  return isVector<T>()
    ? changetype<T>(
        f32x4.max(f32x4.min(changetype<v128>(value), changetype<v128>(high)), changetype<v128>(low)),
      )
    : changetype<T>(max(min(changetype<f32>(value), changetype<f32>(high)), changetype<f32>(low)));
}

/**
 * a * b + c. Where the engine has fused multiply-add (relaxed SIMD), the host makes one instruction of the two that stand here for vectors,
 * in this order: the product, the sum read from a local, the addition.
 */
export function madd<T>(a: T, b: T, c: T): T {
  return isVector<T>()
    ? changetype<T>(f32x4.add(f32x4.mul(changetype<v128>(a), changetype<v128>(b)), changetype<v128>(c)))
    : changetype<T>(changetype<f32>(c) + changetype<f32>(a) * changetype<f32>(b));
}

/** The sum of the four lanes. */
export function sumOfLanes(vector: v128): f32 {
  const low = f32x4.extract_lane(vector, 0) + f32x4.extract_lane(vector, 1);
  return low + (f32x4.extract_lane(vector, 2) + f32x4.extract_lane(vector, 3));
}
