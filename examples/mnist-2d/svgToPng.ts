import {createRequire} from 'node:module';
import {Resvg} from '@resvg/resvg-js';

const {resolve} = createRequire(import.meta.url);

/** Inter, from npm: so that text is drawn, and looks alike, on machines that have no fonts. */
const fontFiles = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map(file =>
  resolve(`@expo-google-fonts/inter/${file}`),
);

/** Rasterizes a picture, with two pixels for each of its own. */
export function svgToPng(svg: string): Uint8Array {
  const font = {fontFiles, loadSystemFonts: false, defaultFontFamily: 'Inter'};
  return new Resvg(svg, {fitTo: {mode: 'zoom', value: 2}, background: 'white', font}).render().asPng();
}
