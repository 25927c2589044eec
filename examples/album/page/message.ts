import {byId} from './byId';

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something at the foot of the page for a while, with one thing to do about it. */
export function message(text: string, action?: {label: string; run: () => void}): void {
  const [box, button] = [byId('message'), byId<HTMLButtonElement>('message-action')];
  // Above an open dialog, which lies over all else of the page.
  const open = [...document.querySelectorAll<HTMLDialogElement>('dialog[open]')].at(-1);
  (open ?? document.body).append(box);
  box.hidden = false;
  byId('message-text').textContent = text;
  button.hidden = action === undefined;
  button.textContent = action?.label ?? '';
  button.onclick = () => {
    box.hidden = true;
    action?.run();
  };
  clearTimeout(timer);
  timer = setTimeout(() => {
    box.hidden = true;
  }, 8000);
}
