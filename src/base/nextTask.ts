/**
 * Lets everything else that waits have its turn: events, timers, pictures.
 *
 * A message to oneself, since timers are slowed down in hidden browser tabs, and promises leave events waiting.
 */
export function nextTask(): Promise<void> {
  return new Promise(resolve => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
