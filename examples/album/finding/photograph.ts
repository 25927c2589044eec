/** A region of a photograph, in its pixels. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A decoded photograph, upright. Dispose of it: it holds all of its pixels. */
export class Photograph {
  readonly width: number;
  readonly height: number;

  private constructor(private readonly bitmap: ImageBitmap) {
    this.width = bitmap.width;
    this.height = bitmap.height;
  }

  /** Decodes a file as the browser can, turned as its camera was held. */
  static async decode(file: Blob): Promise<Photograph> {
    try {
      return new Photograph(await createImageBitmap(file, {imageOrientation: 'from-image'}));
    } catch {
      throw new Error('This browser cannot read the file as a picture. JPEG, PNG, WebP, GIF and AVIF work.');
    }
  }

  /** A region scaled to a size; what lies outside of the photograph is gray. */
  pixels(region: Region, width: number, height: number): ImageData {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', {willReadFrequently: true});
    if (!context) throw new Error('This browser gives no canvas to a worker.');
    context.fillStyle = '#808080';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    const [across, down] = [width / region.width, height / region.height];
    context.drawImage(
      this.bitmap,
      -region.x * across,
      -region.y * down,
      this.width * across,
      this.height * down,
    );
    return context.getImageData(0, 0, width, height);
  }

  dispose(): void {
    this.bitmap.close();
  }
}
