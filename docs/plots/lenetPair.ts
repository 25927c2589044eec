import {readFile} from 'node:fs/promises';
import {svgToPng} from '../../examples/mnist-2d/svgToPng';

/** The mean angle within a class, as docs/mnist-2d.md has it measured. */
const panels = [
  {file: 'lenet-softmax', name: 'softmax', within: '1.3°'},
  {file: 'lenet-arcface', name: 'ArcFace', within: '0.45°'},
];
const [width, height, side, top] = [480, 560, 458, 96];
/** The part of each picture below its heading: the chart without the numbers along its axes. */
const chart = {x: 92, y: 130, side: 842, whole: [960, 1040]};

/** Two networks of docs/mnist-2d.md beside each other, without a margin and with one, with how narrow their classes are. */
export async function lenetPair(folder: URL): Promise<Uint8Array> {
  const parts = await Promise.all(
    panels.map(async ({file, name, within}, i) => {
      const data = (await readFile(new URL(`${file}.png`, folder))).toString('base64');
      const left = i * width + (width - side) / 2;
      const {x, y, side: seen, whole} = chart;
      return `<g font-family="Inter" fill="#1f2230">
        <text x="${left}" y="38" font-size="26" font-weight="600">${name}</text>
        <text x="${left}" y="74" font-size="22" fill="#676d7c">${within} within a class</text>
        <svg x="${left}" y="${top}" width="${side}" height="${side}" viewBox="${x} ${y} ${seen} ${seen}">
          <image width="${whole[0]}" height="${whole[1]}" href="data:image/png;base64,${data}"/>
        </svg>
      </g>`;
    }),
  );
  const size = `width="${width * panels.length}" height="${height}"`;
  return svgToPng(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect ${size} fill="white"/>${parts.join('')}</svg>`,
  );
}
