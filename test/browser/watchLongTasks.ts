import type {Page} from 'playwright';

/** Keeps in `document.body.dataset.longest` how many milliseconds the longest task of the page has taken from now on. */
export const watchLongTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const {dataset} = document.body;
    dataset.longest = '0';
    new PerformanceObserver(list => {
      for (const {duration} of list.getEntries())
        dataset.longest = String(Math.max(Number(dataset.longest), duration));
    }).observe({type: 'longtask'});
  });
