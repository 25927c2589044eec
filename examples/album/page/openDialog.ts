import {byId} from './byId';

/** Opens a dialog of the page. A click beside it, its button and Escape close it. */
export function openDialog(id: string, onClose: () => void = () => undefined): HTMLDialogElement {
  const dialog = byId<HTMLDialogElement>(id);
  if (dialog.open) return dialog;
  dialog.onclick = event => {
    const target = event.target as Element;
    if (target === dialog || target.closest('.close')) dialog.close();
  };
  dialog.onclose = () => {
    const message = dialog.querySelector('#message');
    if (message) document.body.append(message);
    onClose();
  };
  dialog.showModal();
  return dialog;
}
