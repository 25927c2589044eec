import {centerDigit} from './centerDigit';

/** The side of the pad's bitmap; a step of the keyboard's pen, and how thick it writes. */
const side = 168;
const keyStep = 6;
const thickness = 14;

/** How long to wait after a stroke before the drawing is embedded, in milliseconds. */
const pause = 120;

/**
 * A pad to draw a digit on, with a pointer or with the keyboard: arrows move the pen, the space bar puts it down and lifts it, Delete
 * empties the pad.
 */
export class Pad {
  private pen?: [number, number];
  private down = false;
  private strokes = false;
  private timer = 0;
  private readonly ink = new OffscreenCanvas(side, side).getContext('2d', {
    willReadFrequently: true,
  }) as OffscreenCanvasRenderingContext2D;

  /** @param changed Called with the drawing as an image like MNIST's, or with nothing where it is empty. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly changed: (image?: Uint8Array<ArrayBuffer>) => void,
  ) {
    [canvas.width, canvas.height] = [side, side];
    Object.assign(this.ink, {lineWidth: thickness, lineCap: 'round', lineJoin: 'round'});
    canvas.addEventListener('pointerdown', event => this.press(event));
    canvas.addEventListener('pointermove', event => this.drag(event));
    for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, () => this.lift());
    canvas.addEventListener('keydown', event => this.key(event));
    for (const name of ['focus', 'blur']) canvas.addEventListener(name, () => this.draw());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  clear(): void {
    this.ink.clearRect(0, 0, side, side);
    [this.strokes, this.down, this.pen] = [false, false, undefined];
    this.draw();
    this.changed();
  }

  private place({offsetX, offsetY}: PointerEvent): [number, number] {
    const scale = side / this.canvas.clientWidth;
    return [offsetX * scale, offsetY * scale];
  }

  private press(event: PointerEvent): void {
    event.preventDefault();
    this.canvas.focus({focusVisible: false} as FocusOptions);
    this.canvas.setPointerCapture(event.pointerId);
    this.down = true;
    this.pen = this.place(event);
    this.line(this.pen);
  }

  private drag(event: PointerEvent): void {
    if (this.down && event.buttons > 0) this.line(this.place(event));
  }

  private lift(): void {
    this.down = false;
    this.pen = undefined;
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-keyStep, 0],
      ArrowRight: [keyStep, 0],
      ArrowUp: [0, -keyStep],
      ArrowDown: [0, keyStep],
    };
    const move = moves[event.key];
    if (!move && ![' ', 'Delete', 'Backspace'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'Delete' || event.key === 'Backspace') {
      this.clear();
      return;
    }
    const [x, y] = this.pen ?? [side / 2, side / 2];
    if (event.key === ' ') {
      this.down = !this.down;
      this.pen = [x, y];
      if (this.down) this.line(this.pen);
    } else {
      const to = [x + move[0], y + move[1]].map(value => Math.min(side - 10, Math.max(10, value)));
      if (this.down) this.line([to[0], to[1]]);
      this.pen = [to[0], to[1]];
    }
    this.draw();
  }

  /** Writes to a place. */
  private line(to: [number, number]): void {
    const {ink} = this;
    ink.beginPath();
    ink.moveTo(...(this.pen ?? to));
    ink.lineTo(...to);
    ink.stroke();
    this.pen = to;
    this.strokes = true;
    this.draw();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.changed(this.image()), pause);
  }

  private image(): Uint8Array<ArrayBuffer> | undefined {
    const {data} = this.ink.getImageData(0, 0, side, side);
    return centerDigit(
      Uint8Array.from({length: side * side}, (_, i) => data[4 * i + 3]),
      side,
    );
  }

  private draw(): void {
    const {canvas, pen, strokes} = this;
    const context = canvas.getContext('2d');
    if (!context) return;
    const {color} = getComputedStyle(canvas);
    context.clearRect(0, 0, side, side);
    context.globalCompositeOperation = 'source-over';
    context.drawImage(this.ink.canvas, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = color;
    context.fillRect(0, 0, side, side);
    context.globalCompositeOperation = 'source-over';
    canvas.classList.toggle('empty', !strokes);
    if (!canvas.matches(':focus-visible')) return;
    const [x, y] = pen ?? [side / 2, side / 2];
    context.beginPath();
    context.arc(x, y, thickness / 2 + 2, 0, 2 * Math.PI);
    context.strokeStyle = color;
    context.lineWidth = this.down ? 3 : 1;
    context.stroke();
  }
}
