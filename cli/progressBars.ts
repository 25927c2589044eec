import cliProgress from 'cli-progress';
import type {StepReport} from 'face-margins';

/** What is shown of a training: a report of the library's trainer, or of a loop of one's own. */
export type Progress = Pick<
  StepReport,
  'step' | 'steps' | 'loss' | 'accuracy' | 'imagesPerSecond' | 'secondsLeft'
>;

/** Shows how far long work has come: one bar for each piece of it on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  /** Adds a training; the function returned takes its progress. */
  add(name: string): (progress: Progress) => void;
  /** Adds a walk through so many images; the function returned takes how many are done, and begins anew when that falls. */
  addImages(name: string, total: number): (images: number) => void;
  /** Leaves the last state standing. */
  stop(): void;
}

/** Milliseconds between lines about images: a walk of a few seconds prints none. */
const LINE_EVERY = 10_000;

/** A display that suits where the output goes. */
export function progressDisplay(): ProgressDisplay {
  return process.stderr.isTTY ? bars() : lines();
}

function bars(): ProgressDisplay {
  const display = new cliProgress.MultiBar({
    format: '{name} {bar} {percentage} % · {figures}',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    // What is said behind the bar must not be cut off.
    barsize: Math.max(4, Math.min(30, (process.stderr.columns ?? 80) - 76)),
    hideCursor: true,
  });
  return {
    add(name) {
      const bar = display.create(1, 0, {name: name.padEnd(12), figures: 'starting'});
      return report => {
        bar.setTotal(report.steps ?? Infinity);
        bar.update(report.step, {figures: inWords(report)});
      };
    },
    addImages(name, total) {
      const speed = imageSpeed(total);
      let bar: cliProgress.SingleBar | undefined;
      return images => {
        bar ??= display.create(total, 0, {name: name.padEnd(12)});
        bar.update(images, {figures: speed(images).figures});
      };
    },
    stop: () => display.stop(),
  };
}

function lines(): ProgressDisplay {
  return {
    add(name) {
      let shown = 0;
      return report => {
        const tenths = Math.floor((10 * report.step) / (report.steps ?? Infinity));
        if (tenths > shown) {
          console.error(`${name.padEnd(12)} ${10 * tenths} % · ${inWords(report)}`);
          shown = tenths;
        }
      };
    },
    addImages(name, total) {
      const speed = imageSpeed(total);
      let last = 0;
      return images => {
        const {figures, begins} = speed(images);
        if (begins) last = performance.now();
        if (performance.now() - last < LINE_EVERY) return;
        last = performance.now();
        console.error(`${name.padEnd(12)} ${Math.floor((100 * images) / total)} % · ${figures}`);
      };
    },
    stop: () => undefined,
  };
}

/** `loss 0.123 · accuracy 98 % · 640 images/s · 3 min left` */
function inWords({loss, accuracy, imagesPerSecond, secondsLeft}: Progress): string {
  const figures = [`loss ${loss.toFixed(3)}`];
  if (accuracy !== undefined) figures.push(`accuracy ${Math.round(100 * accuracy)} %`);
  figures.push(`${Math.round(imagesPerSecond)} images/s`);
  if (secondsLeft !== undefined) figures.push(secondsLeft > 0 ? `${duration(secondsLeft)} left` : 'done');
  return figures.join(' · ');
}

/** `123 images/s · 40 s left`, by the time since the walk's first images; a walk begins where the count falls. */
function imageSpeed(total: number): (images: number) => {figures: string; begins: boolean} {
  let [started, first, done] = [0, 0, Infinity];
  return images => {
    const begins = images < done;
    done = images;
    if (begins) {
      [started, first] = [performance.now(), images];
      return {begins, figures: images < total ? 'starting' : 'done'};
    }
    const speed = (images - first) / ((performance.now() - started) / 1000);
    const left = images < total ? `${duration((total - images) / speed)} left` : 'done';
    return {begins, figures: `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} images/s · ${left}`};
  };
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
