import {setTimeout} from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type {BackendName} from '../src/backend/useBackend';
import {useBackend} from '../src/backend/useBackend';

/** What a run can say about itself, when it happened in a process of its own such as a Python one. */
export interface OwnMeasurement {
  milliseconds: number;
  peakMegabytes?: number;
}

/** One thing to measure. */
export interface Case<State = unknown> {
  name: string;
  /** Selected before every set-up and run. Default: whatever is in use. */
  backend?: BackendName;
  /** How many threads the wasm backend computes on. Default: all. */
  threads?: number;
  setup?(): State | Promise<State>;
  /** One timed run. It must wait for its results: a device may still be computing when a call returns. */
  run(state: State): unknown | Promise<unknown>;
  dispose?(state: State): unknown | Promise<unknown>;
  /** Prints what else there is to say of the case, once, before it is timed; not in a process that tells its peak memory. */
  tell?(state: State): unknown | Promise<unknown>;
  /** How much work one run is, to be shown as a rate: `{amount: 128, unit: 'img'}` gives img/s. */
  work?: {amount: number; unit: string};
  /** Whether to report the peak memory of a process that does nothing but this case. */
  memory?: boolean;
}

export interface Row {
  name: string;
  /** Milliseconds. */
  median: number;
  /** First and third quartile, milliseconds. */
  quartiles: [number, number];
  runs: number;
  rate?: {value: number; unit: string};
  peakMegabytes?: number;
}

/** A benchmark: its cases, and which medians to divide by which. */
export interface Bench {
  cases: Case[];
  /** What over what, by a name that says so: `{'lenet++ step / forward': ['lenet++ step', 'lenet++ forward']}`. */
  ratios?: Record<string, [string, string]>;
  /** The same for rates of work. */
  rateRatios?: Record<string, [string, string]>;
  /** The same for peak memory. */
  memoryRatios?: Record<string, [string, string]>;
  /**
   * Whether every case has a process of its own that sleeps while another one is measured, so that none finds the memory as
   * another left it. Its peak memory comes with it. Default false.
   */
  apart?: boolean;
  /** Timed rounds; each runs every case once. Default 11. */
  rounds?: number;
  /** Untimed rounds before them. Default 3: the first ones compile. */
  warmUp?: number;
}

/** A case with its state hidden, so that cases of different states fit in one list. */
export function benchCase<State>(definition: Case<State>): Case {
  return definition as Case;
}

function quantile(sorted: number[], fraction: number): number {
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

const prepared = new Set<string>();

/** Selects the backend of a case. */
export async function select({backend, threads}: Case): Promise<void> {
  const name = `${backend} ${threads}`;
  if (backend === undefined || (tf.getBackend() === backend && prepared.has(name))) return;
  // Even if it is in use already: tfjs-node selects itself when it is imported, without this library's kernels.
  await useBackend(backend, threads === undefined ? {} : {threads});
  prepared.add(name);
}

/** Runs a case once. */
export async function timed(each: Case, state: unknown): Promise<OwnMeasurement> {
  await select(each);
  // Threads of whatever ran before, in this process or a peer's, spin for a while before they sleep.
  await setTimeout(100);
  const start = performance.now();
  const result = await each.run(state);
  const milliseconds = performance.now() - start;
  const own = result as Partial<OwnMeasurement> | undefined;
  return typeof own?.milliseconds === 'number' ? (own as OwnMeasurement) : {milliseconds};
}

/**
 * Measures cases side by side: every round runs each of them once, beginning with another one each time, so that
 * whatever else the machine does falls on all alike.
 */
export async function measure(bench: Bench): Promise<Row[]> {
  const states: unknown[] = [];
  let finished = false;
  try {
    const rows = await measureAll(bench, states);
    finished = true;
    return rows;
  } finally {
    // Also after an error: a case may have a process of its own, which would stay. The error counts, not what follows from it.
    for (const [i, state] of states.entries()) {
      await disposeOf(bench.cases[i], state).catch(error => {
        if (finished) throw error;
      });
    }
  }
}

async function disposeOf(each: Case, state: unknown): Promise<void> {
  await select(each);
  await each.dispose?.(state);
}

async function measureAll({cases, rounds = 11, warmUp = 3}: Bench, states: unknown[]): Promise<Row[]> {
  for (const each of cases) {
    await select(each);
    const state = await each.setup?.();
    states.push(state);
    await each.tell?.(state);
  }
  const times = cases.map(() => [] as number[]);
  const peaks = cases.map(() => 0);
  for (let round = -warmUp; round < rounds; round++) {
    for (let i = 0; i < cases.length; i++) {
      const at = (i + Math.max(0, round)) % cases.length;
      const {milliseconds, peakMegabytes = 0} = await timed(cases[at], states[at]);
      if (round >= 0) times[at].push(milliseconds);
      peaks[at] = Math.max(peaks[at], peakMegabytes);
    }
  }
  return cases.map(({name, work}, i) => {
    const sorted = times[i].sort((a, b) => a - b);
    const median = quantile(sorted, 0.5);
    return {
      name,
      median,
      quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
      runs: sorted.length,
      ...(work && {rate: {value: (work.amount / median) * 1000, unit: `${work.unit}/s`}}),
      ...(peaks[i] > 0 && {peakMegabytes: peaks[i]}),
    };
  });
}
