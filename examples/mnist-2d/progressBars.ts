import cliProgress from 'cli-progress';
import type {Progress} from './train';

/** Shows how far several trainings have come: one bar each on a terminal, plain lines elsewhere. */
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
    format: '{name} {bar} {percentage} % · loss {loss} · {speed} images/s · {left}',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 30,
    hideCursor: true,
  });
  return {
    add(name) {
      const bar = display.create(1, 0, {name: name.padEnd(12), loss: '—', speed: '—', left: 'starting'});
      return progress => {
        bar.setTotal(progress.steps);
        bar.update(progress.step, figures(progress));
      };
    },
    stop: () => display.stop(),
  };
}

function lines(): ProgressDisplay {
  return {
    add(name) {
      let shown = 0;
      return progress => {
        const tenths = Math.floor((10 * progress.step) / progress.steps);
        if (tenths > shown) {
          const {loss, speed, left} = figures(progress);
          console.error(`${name.padEnd(12)} ${10 * tenths} % · loss ${loss} · ${speed} images/s · ${left}`);
          shown = tenths;
        }
      };
    },
    stop: () => undefined,
  };
}

function figures({loss, imagesPerSecond, secondsLeft}: Progress) {
  return {
    loss: loss.toFixed(3),
    speed: Math.round(imagesPerSecond),
    left: secondsLeft > 0 ? `${Math.ceil(secondsLeft)} s left` : 'done',
  };
}
