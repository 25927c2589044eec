import cliProgress from 'cli-progress';

/** Shows how many images of a total are done: a bar on a terminal, a line each tenth elsewhere. */
export interface ImageProgress {
  update(images: number): void;
  stop(): void;
}

/** Progress through so many images. */
export function imageProgress(total: number): ImageProgress {
  const started = performance.now();
  const figures = (images: number) => {
    const speed = images / ((performance.now() - started) / 1000);
    return {speed: speed.toFixed(1), left: `${Math.ceil((total - images) / speed)} s left`};
  };
  if (!process.stderr.isTTY) {
    let shown = 0;
    return {
      update(images) {
        const tenths = Math.floor((10 * images) / total);
        if (tenths === shown) return;
        shown = tenths;
        const {speed, left} = figures(images);
        console.error(`${10 * tenths} % · ${images} images · ${speed} images/s · ${left}`);
      },
      stop: () => undefined,
    };
  }
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % · {value} images · {speed} images/s · {left}',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 30,
    hideCursor: true,
  });
  bar.start(total, 0, {speed: '—', left: 'starting'});
  return {update: images => bar.update(images, figures(images)), stop: () => bar.stop()};
}
