import {randomUUID} from 'node:crypto';
import {readFile, rm, stat, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {type FolderHolder, FolderInUseError} from './folderInUseError';
import {processStart} from './processStart';

/** What the file of a lock says. */
interface LockContent extends FolderHolder {
  /** Tells processes of one number apart, where the platform can. */
  start?: string;
  /** Tells the locks of one process apart. */
  token: string;
}

/** The name of the file that says who trains in a folder. */
const lockName = 'training.lock';

/** How long, in milliseconds, a file may be empty because its writer has only just made it. */
const patience = 500;

const has = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

/** The content of a file, or undefined if the file does not exist. */
async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(error => {
    if (has(error, 'ENOENT')) return undefined;
    throw error;
  });
}

function parsed(text: string): LockContent | undefined {
  try {
    const {pid, host, since, token, ...rest} = JSON.parse(text) as LockContent;
    const isWhole = Number.isSafeInteger(pid) && pid > 0 && [host, since, token].every(Boolean);
    return isWhole ? {pid, host, since, token, ...rest} : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of this machine runs, as far as can be told. */
function runs({pid, start}: LockContent): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be sent signals, and is there.
    return has(error, 'EPERM');
  }
  return start === undefined || start === processStart(pid);
}

/**
 * Says by a file who trains in a folder, so that no second training does.
 *
 * The file is made by one process or by none. One whose process has ended on this machine is taken over. Of a process on another
 * machine nobody can tell.
 */
export class FolderLock {
  private readonly file: string;
  private token: string | undefined;

  /**
   * @param folder Where the file lies; it must exist before the lock is taken.
   * @param takeOver Whether to take over the lock of another machine.
   */
  constructor(
    private readonly folder: string,
    private readonly takeOver: boolean,
  ) {
    this.file = join(folder, lockName);
  }

  /** Whether this lock was taken, and not released. */
  get isHeld(): boolean {
    return this.token !== undefined;
  }

  /**
   * Takes the lock.
   *
   * @throws {@link FolderInUseError} if another training has it.
   */
  async take(): Promise<void> {
    while (!(await this.make())) {
      const text = await this.settledText();
      if (text === undefined) continue;
      const holder = parsed(text);
      if (holder && (holder.host === hostname() ? runs(holder) : !this.takeOver)) throw this.inUse(holder);
      await this.remove(text);
    }
  }

  /**
   * Checks that the lock is still this one's.
   *
   * @throws {@link FolderInUseError} if another training was told to take over.
   */
  async confirm(): Promise<void> {
    const text = await textOf(this.file);
    if (text === undefined) return this.take();
    const holder = parsed(text);
    if (holder && holder.token !== this.token) throw this.inUse(holder);
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    const text = await textOf(this.file);
    if (text !== undefined && parsed(text)?.token === this.token) await rm(this.file, {force: true});
    this.token = undefined;
  }

  /** Makes the file where there is none, and tells whether it has. */
  private async make(): Promise<boolean> {
    const token = randomUUID();
    const {pid} = process;
    const since = new Date().toISOString();
    const content: LockContent = {host: hostname(), pid, since, start: processStart(pid), token};
    try {
      await writeFile(this.file, `${JSON.stringify(content)}\n`, {flag: 'wx'});
    } catch (error) {
      if (has(error, 'EEXIST')) return false;
      throw error;
    }
    this.token = token;
    return true;
  }

  /** What the file says, once its writer has had the time to write it; nothing where there is none. */
  private async settledText(): Promise<string | undefined> {
    const until = performance.now() + patience;
    let text = await textOf(this.file);
    while (text !== undefined && parsed(text) === undefined && performance.now() < until) {
      await wait(20);
      text = await textOf(this.file);
    }
    return text;
  }

  /**
   * Takes the file of a dead training away. One process at a time does so, and looks again first: otherwise a slow one would take away
   * that of the training which has begun meanwhile.
   */
  private async remove(text: string): Promise<void> {
    const turn = `${this.file}.removal`;
    try {
      await writeFile(turn, '', {flag: 'wx'});
    } catch (error) {
      if (!has(error, 'EEXIST')) throw error;
      const age = await stat(turn)
        .then(({mtimeMs}) => Date.now() - mtimeMs)
        .catch(() => 0);
      // Killed in the midst of it.
      if (age > 10_000) await rm(turn, {force: true});
      await wait(20);
      return;
    }
    try {
      if ((await textOf(this.file)) === text) await rm(this.file, {force: true});
    } finally {
      await rm(turn, {force: true});
    }
  }

  private inUse(holder: LockContent): FolderInUseError {
    const {pid, host} = holder;
    const wayOut =
      host === hostname()
        ? `If process ${pid} is not a training, delete ${this.file}.`
        : `If that one is dead, give checkpointFolder {takeOver: true}, or delete ${this.file}.`;
    return new FolderInUseError(this.folder, {pid, host, since: holder.since}, wayOut);
  }
}
