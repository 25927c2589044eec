import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {draw} from './draw';
import type {Outcome} from './job';
import {page} from './page';
import {type HeadResult, headResult, type Results} from './results';
import {sideBySide} from './sideBySide';
import {svgToPng} from './svgToPng';

/** What the folder of a run shows, brought up to date with each head that is done: a long run that breaks off keeps what it had. */
export class Report {
  private readonly done = new Map<string, {result: HeadResult; svg: string}>();
  private writing: Promise<unknown> = Promise.resolve();

  /**
   * @param out The folder.
   * @param heads The heads of the run, in the order in which to show them.
   * @param run What there is to say about the run.
   * @param labels Of the test images.
   */
  constructor(
    private readonly out: string,
    private readonly heads: string[],
    private readonly run: Omit<Results, 'heads' | 'seconds'>,
    private readonly labels: Uint8Array,
  ) {}

  /** The figures of the heads that are done. */
  get results(): Record<string, HeadResult> {
    return Object.fromEntries(this.inOrder().map(([head, {result}]) => [head, result]));
  }

  /** Adds a head, and writes its pictures, the page and all figures. */
  async add(head: string, outcome: Outcome): Promise<void> {
    const {svg, png} = await draw(head, outcome, this.labels);
    this.done.set(head, {result: await headResult(outcome, this.labels), svg});
    // Two heads may end at once; their files are written one after the other.
    this.writing = this.writing.then(() =>
      this.write({[`${head}.svg`]: svg, [`${head}.png`]: png, ...this.shared()}),
    );
    await this.writing;
  }

  private shared(): Record<string, string | Uint8Array> {
    const pictures = Object.fromEntries(this.inOrder().map(([head, {svg}]) => [head, svg]));
    const results: Results = {...this.run, seconds: performance.now() / 1000, heads: this.results};
    return {
      'results.json': `${JSON.stringify(results, null, 2)}\n`,
      'index.html': page(results, pictures),
      'heads.png': svgToPng(sideBySide(Object.values(pictures))),
    };
  }

  private async write(files: Record<string, string | Uint8Array>): Promise<void> {
    await mkdir(this.out, {recursive: true});
    await Promise.all(
      Object.entries(files).map(([name, content]) => writeFile(join(this.out, name), content)),
    );
  }

  private inOrder() {
    return this.heads.flatMap(head => {
      const done = this.done.get(head);
      return done ? [[head, done] as const] : [];
    });
  }
}
