import type {StepReport} from './stepReport';

/** How long, in milliseconds, a run may wait for somebody who takes its reports. */
const patience = 1000;

/**
 * A training that `fit` has made ready: it trains as its reports are taken, or to its end when it is awaited.
 *
 * Awaited, it gives the last report, or nothing if there was nothing left to do. An async function that returns it awaits it, as
 * JavaScript has it: the training runs to its end there. Return the run within an object, or `yield*` it, to hand the reports on.
 */
export class TrainingRun
  implements AsyncGenerator<StepReport, void, undefined>, PromiseLike<StepReport | undefined>
{
  private last: StepReport | undefined;
  private end: Promise<StepReport | undefined> | undefined;
  private readonly alarm: ReturnType<typeof setTimeout>;

  /**
   * @param reports Trains as they are taken.
   * @param onIdle Called where nobody has asked for a report after a second.
   */
  constructor(
    private readonly reports: AsyncGenerator<StepReport, void, undefined>,
    onIdle: () => void,
  ) {
    this.alarm = setTimeout(onIdle, patience);
  }

  /** Trains to the next report. */
  async next(): Promise<IteratorResult<StepReport, void>> {
    clearTimeout(this.alarm);
    const result = await this.reports.next();
    if (!result.done) this.last = result.value;
    return result;
  }

  /** Ends the training, with a checkpoint. */
  async return(): Promise<IteratorResult<StepReport, void>> {
    clearTimeout(this.alarm);
    return this.reports.return();
  }

  /** Ends the training by an error, with a checkpoint. */
  async throw(error: unknown): Promise<IteratorResult<StepReport, void>> {
    clearTimeout(this.alarm);
    return this.reports.throw(error);
  }

  /** The run itself: its reports come once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the training where `await using` leaves its block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Trains to the end. */
  // biome-ignore lint/suspicious/noThenProperty: whoever awaits a run means to train, and nothing else says that nothing was.
  readonly then: Promise<StepReport | undefined>['then'] = (onEnd, onError) => {
    this.end ??= this.toEnd();
    return this.end.then(onEnd, onError);
  };

  /** Trains to the end, and handles what stops it. */
  readonly catch: Promise<StepReport | undefined>['catch'] = onError => this.then(undefined, onError);

  /** Trains to the end, and does something then in any case. */
  readonly finally: Promise<StepReport | undefined>['finally'] = onEnd => this.then().finally(onEnd);

  private async toEnd(): Promise<StepReport | undefined> {
    while (!(await this.next()).done);
    return this.last;
  }
}
