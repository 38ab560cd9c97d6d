'use strict';
// What can be done to a run while it goes on: controls that send the words of “leaklab act”, and what came of each.

const acts = { shape: null, sent: 0 };

// Sends one act and says what came of it; never throws.
async function act(words) {
  if (!page.frame || !page.frame.controls) return;
  const number = ++acts.sent;
  sayAct(`${words} …`, 'waiting');
  const answer = await fetch(`/api/runs/${encodeURIComponent(runName)}/acts`, {
    method: 'POST', headers: { 'X-LeakLab-Token': token }, body: JSON.stringify({ act: words }),
  }).catch(() => null);
  const body = answer && await answer.json().catch(() => null);
  if (number !== acts.sent) return;
  if (!body) return sayAct(`${words}: the lab does not answer.`, 'refused');
  if (!answer.ok) return sayAct(`${words}: ${body.error}`, 'refused');
  const time = body.afterMilliseconds === undefined ? '' : `in effect after ${Math.round(body.afterMilliseconds)} ms`;
  sayAct([words, [time, body.done === 'Done.' ? '' : body.done].filter(Boolean).join('. ')].filter(Boolean).join(': '), 'done');
}

function sayAct(text, look) {
  write($('#actstate'), text);
  dress($('#actstate'), look);
}

function showActs(frame) {
  const { controls } = frame;
  const isOpen = Boolean(token && controls && runName === 'live');
  $('#acts').hidden = !isOpen;
  $('#done').hidden = !frame.acts.length;
  list($('#done ol'), frame.acts.slice().reverse(), () => {
    const item = element('li');
    item.append(element('time'), element('b'), element('span'));
    return item;
  }, (item, done) => [time(done.at), done.text, `in effect after ${Math.round(done.afterMilliseconds)} ms`]
    .forEach((text, index) => write(item.children[index], text)));
  if (!isOpen) return;
  const shape = JSON.stringify([controls.variants.map(variant => [variant.name, variant.handlers, variant.isProfiled]), controls.world.map(one => one.choices), controls.podCounts]);
  if (acts.shape !== shape) {
    acts.shape = shape;
    makeActs(controls);
  }
  document.querySelectorAll('#acts [data-value]').forEach(input => input.refresh(controls));
  const hold = $('#hold');
  write(hold, controls.isPaused ? 'Resume the load' : 'Pause the load');
  hold.setAttribute('aria-pressed', String(controls.isPaused));
}

function makeActs(controls) {
  const rows = [loadRow(), ...controls.variants.map((variant, index) => podRow(variant, index, controls.podCounts))];
  if (controls.world.length) rows.push(worldRow(controls.world));
  $('#acts .rows').replaceChildren(...rows);
}

function row(title, className, ...parts) {
  const made = element('div', 'row');
  made.setAttribute('role', 'group');
  made.setAttribute('aria-label', title);
  const head = element('b', className, title);
  made.append(head, ...parts);
  return made;
}

function button(text, words, title) {
  const made = element('button', '', text);
  made.type = 'button';
  if (title) made.title = title;
  made.addEventListener('click', () => act(typeof words === 'function' ? words() : words));
  return made;
}

// A labelled field that keeps what somebody is about to write, and otherwise shows what is so.
function field(label, input, value, send) {
  const made = element('label', '', label + ' ');
  input.dataset.value = label;
  let shown = null;
  input.refresh = controls => {
    const now = String(value(controls));
    if (now === shown || (document.activeElement === input && input.tagName === 'INPUT')) return;
    shown = now;
    if (input.tagName === 'SELECT' && ![...input.options].some(option => option.value === now)) input.prepend(new Option(now));
    input.value = now;
  };
  const done = () => { shown = null; send(input.value.trim()); };
  if (input.tagName === 'SELECT') input.addEventListener('change', done);
  else input.addEventListener('keydown', event => { if (event.key === 'Enter' && input.value.trim()) { done(); input.blur(); } });
  made.append(input);
  return made;
}

function choice(values) {
  const made = element('select');
  made.append(...values.map(value => new Option(value)));
  return made;
}

function entry(size, hint) {
  const made = element('input');
  made.size = size;
  made.title = hint;
  made.enterKeyHint = 'send';
  made.autocomplete = 'off';
  made.spellcheck = false;
  return made;
}

function loadRow() {
  const hold = button('', () => page.frame.controls.isPaused ? 'resume' : 'pause', 'All that is planned waits (H)');
  hold.id = 'hold';
  return row('Load', '', field('rate', entry(9, 'Such as 5000/s or 7.23M/h; Enter sends it'), controls => controls.rate, value => act(`rate ${value.replace(/,/g, '')}`)),
    button('× ½', 'rate 0.5x', 'Half of what is planned'), button('× 2', 'rate 2x', 'Twice what is planned'), hold,
    button('Next', 'next', 'What is planned next happens now (N)'));
}

function podRow(variant, index, counts) {
  const find = controls => controls.variants[index];
  const pods = choice((counts.length ? counts : [1, 2, 3, 4, 6, 8, 12, 16]).map(String));
  const parts = [
    field('pods', pods, controls => find(controls).pods, value => act(`scale ${variant.name} ${value}`)),
    field('limit', entry(7, 'Such as 256MiB, or none; Enter sends it'), controls => find(controls).limit, value => act(`limit ${variant.name} ${value.replace(/\s/g, '')}`)),
  ];
  if (variant.handlers.length) parts.push(field('handler', choice(variant.handlers), controls => find(controls).handler, value => act(`rollout ${variant.name} ${value}`)));
  if (variant.isProfiled) parts.push(button('Profile', `profile ${variant.name}-0`, 'Take a heap profile of its first pod, and name the code that grows'));
  return row(variant.name, '', ...parts);
}

function worldRow(world) {
  return row('World', '', ...world.map((variable, index) => field(variable.name, choice(variable.choices), controls => controls.world[index].condition, value => act(`world ${variable.name}: ${value}`))));
}
