/** What the page does: it collects the effects of what is chosen into a keep-list. */
export const pageScript = `
const effects = JSON.parse(document.getElementById('effects').textContent);
const candidates = [...document.querySelectorAll('[data-candidate]')];
const output = document.querySelector('output');
const store = 'keep-list ' + document.querySelector('header p').textContent;

const chosen = candidate => Number(candidate.querySelector('input:checked').value);
const choose = (candidate, choice) => {
  const input = candidate.querySelector('input[value="' + choice + '"]');
  if (input) input.checked = true;
};

function keepList() {
  const drop = new Set();
  const move = {};
  const merge = {};
  const last = name => {
    while (Object.hasOwn(merge, name)) name = merge[name];
    return name;
  };
  for (const candidate of candidates) {
    const effect = effects[candidate.dataset.candidate][chosen(candidate)];
    for (const name of effect.drop ?? []) drop.add(name);
    Object.assign(move, effect.move);
    for (const [from, into] of Object.entries(effect.merge ?? {})) {
      if (last(from) !== last(into)) merge[last(from)] = last(into);
    }
  }
  for (const name of drop) delete move[name];
  return {format: 'face-margins keep-list 1', drop: [...drop], move, merge};
}

function show() {
  const {drop, move, merge} = keepList();
  const counts = [[drop.length, 'dropped'], [Object.keys(move).length, 'moved'], [Object.keys(merge).length, 'merged']];
  output.textContent = counts.map(([count, what]) => count + ' ' + what).join(', ');
  for (const candidate of candidates) candidate.classList.toggle('decided', chosen(candidate) > 0);
  try {
    localStorage.setItem(store, JSON.stringify(candidates.map(chosen)));
  } catch {}
}

try {
  const before = JSON.parse(localStorage.getItem(store) ?? '[]');
  candidates.forEach((candidate, i) => choose(candidate, before[i] ?? 0));
} catch {}
document.addEventListener('change', show);
document.addEventListener('click', ({target}) => {
  if (!target.dataset?.all) return;
  for (const candidate of target.closest('section').querySelectorAll('[data-candidate]')) {
    choose(candidate, target.dataset.all === 'keep' ? 0 : candidate.dataset.suggested);
  }
  show();
});
document.getElementById('save').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(keepList(), null, 2) + '\\n'], {type: 'application/json'}));
  link.download = 'keep-list.json';
  link.click();
  URL.revokeObjectURL(link.href);
});
show();
`;
