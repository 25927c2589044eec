import {existsSync} from 'node:fs';

/** Where Linux, macOS and Windows put a Chromium or a Chrome. */
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** What to do where {@link findChromium} finds none. */
export const howToInstall =
  'Install one (Debian and Ubuntu: apt install chromium; elsewhere: Google Chrome), or set CHROMIUM to the path of yours.';

/**
 * The path of a Chromium, or undefined where there is none: that of the environment variable CHROMIUM, or else one in the
 * usual places.
 *
 * @throws If CHROMIUM names a file that does not exist.
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (!named) return usualPlaces.find(existsSync);
  if (!existsSync(named)) throw new Error(`CHROMIUM is ${named}, but there is no such file. ${howToInstall}`);
  return named;
}

/** WebGL 2 and WebGPU in software, so that they are there without a GPU, and give the same numbers everywhere. */
export const chromiumArgs = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
];
