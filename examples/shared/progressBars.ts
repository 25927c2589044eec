import cliProgress from 'cli-progress';
import type {StepReport} from 'face-margins';

/** What is shown of a training: a report of the library's trainer, or of a loop of one's own. */
export type Progress = Pick<
  StepReport,
  'step' | 'steps' | 'loss' | 'accuracy' | 'imagesPerSecond' | 'secondsLeft'
>;

/** Shows how far trainings have come: one bar each on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  /** Adds a training; the function returned takes its progress. */
  add(name: string): (progress: Progress) => void;
  /** Leaves the last state standing. */
  stop(): void;
}

/** A display that suits where the output goes. */
export function progressDisplay(): ProgressDisplay {
  return process.stderr.isTTY ? bars() : lines();
}

function bars(): ProgressDisplay {
  const display = new cliProgress.MultiBar({
    format: '{name} {bar} {percentage} % · {figures}',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 30,
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

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
