type ArrayConstructor = new (...values: never[]) => object;

const names = [
  'Array',
  'ArrayBuffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
] as const;

/**
 * How many bytes a function asks for when it makes arrays of a length, be it for a moment, be it refused. Literals, what grows by
 * `push` and views of what is there already do not count: they are no longer than what was read.
 *
 * Until the function is done, be it asynchronous, all code counts, so nothing else should run beside it. Buffers of Node do not
 * count.
 */
export async function allocatedBy(work: () => unknown): Promise<number> {
  const globals = globalThis as unknown as Record<string, ArrayConstructor>;
  const originals = names.map(name => globals[name]);
  let bytes = 0;
  for (const [i, name] of names.entries()) {
    const original = originals[i];
    const perItem =
      (original as {BYTES_PER_ELEMENT?: number}).BYTES_PER_ELEMENT ?? (name === 'Array' ? 8 : 1);
    globals[name] = new Proxy(original, {
      construct(target, values: never[], newTarget) {
        const [first]: unknown[] = values;
        if (typeof first === 'number' && values.length === 1) bytes += first * perItem;
        return Reflect.construct(target, values, newTarget);
      },
    });
  }
  try {
    await work();
  } finally {
    for (const [i, name] of names.entries()) globals[name] = originals[i];
  }
  return bytes;
}
