/** Puts a text on the clipboard, and says whether that worked. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Offers the page's address to the device's other programs, or puts it on the clipboard. Gives what there is to say about it. */
export async function shareAddress(title: string): Promise<string> {
  const url = location.href;
  // Where there is a mouse, a link to paste is what one expects.
  if (navigator.share && matchMedia('(pointer: coarse)').matches) {
    try {
      await navigator.share({title, url});
      return '';
    } catch (error) {
      if ((error as Error).name === 'AbortError') return '';
    }
  }
  return (await copied(url)) ? 'Link copied.' : `Copy the address of this page: ${url}`;
}
