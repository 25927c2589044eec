/** What begins every WebAssembly file: a zero byte and `asm`. */
const magic = [0x00, 0x61, 0x73, 0x6d];

/** What there is in place of a WebAssembly file, by how it begins. */
function contentReport(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().toLowerCase();
  if (bytes.length === 0) return 'an empty file';
  if (/^<(!doctype|html|head|\?xml|!--)/.test(start))
    return 'an HTML page, not WebAssembly: the server gives it for addresses that it does not know';
  if (start.startsWith('version https://git-lfs'))
    return 'a Git LFS pointer, not WebAssembly: fetch the file itself with git lfs pull';
  const shown = [...bytes.subarray(0, 4)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
  return `no WebAssembly: it begins with ${shown}, not with 00 61 73 6d`;
}

/** What comes back from an address where a WebAssembly file should be. */
export async function wasmFileReport(address: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(address, {credentials: 'same-origin'});
  } catch (error) {
    return `nothing came back (${(error as Error).message}): the address is wrong, the server is away, or CORS or a Content-Security-Policy (connect-src) forbids it`;
  }
  if (!response.ok) return `the server answered ${response.status} ${response.statusText}`.trimEnd();
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (magic.some((byte, i) => bytes[i] !== byte)) return `the server gave ${contentReport(bytes)}`;
  try {
    await WebAssembly.compile(bytes);
  } catch (error) {
    return `the file is there and does not compile (${(error as Error).message}); a Content-Security-Policy needs script-src 'wasm-unsafe-eval'`;
  }
  return 'the file is there and compiles';
}
