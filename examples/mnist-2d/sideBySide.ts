/** Puts pictures of one size beside each other, in rows of three, or of six where there are many: one SVG file of several. */
export function sideBySide(pictures: string[]): string {
  const columns = pictures.length > 12 ? 6 : 3;
  const sizes = pictures.map(sizeOf);
  const width = Math.max(...sizes.map(size => size.width));
  const height = Math.max(...sizes.map(size => size.height));
  const rows = Math.ceil(pictures.length / columns);
  const placed = pictures.map((picture, i) => {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
    return picture.replace('<svg', `<svg x="${x}" y="${y}"`);
  });
  const total = `width="${Math.min(columns, pictures.length) * width}" height="${rows * height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${total}>${placed.join('\n')}</svg>`;
}

function sizeOf(svg: string): {width: number; height: number} {
  const attribute = (name: string) => Number(new RegExp(`<svg[^>]*\\s${name}="([\\d.]+)"`).exec(svg)?.[1]);
  return {width: attribute('width'), height: attribute('height')};
}
