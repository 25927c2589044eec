import {vi} from 'vitest';

/** What a command prints when it refuses its arguments and would end the process; throws if it does not refuse them. */
export function refusal(command: () => unknown): string {
  let printed = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    printed += text;
    return true;
  });
  const ended = new Error('the end of the process');
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw ended;
  });
  try {
    command();
  } catch (error) {
    if (error !== ended) throw error;
    if (exit.mock.calls[0][0] !== 1) throw new Error(`The command ended with code ${exit.mock.calls[0][0]}.`);
    return printed;
  } finally {
    write.mockRestore();
    exit.mockRestore();
  }
  throw new Error('The command did not refuse its arguments.');
}
