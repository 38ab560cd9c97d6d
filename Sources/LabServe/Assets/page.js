'use strict';
// The live page: takes frames from the server, each of them complete, and shows the newest.

const $ = selector => document.querySelector(selector);
const query = new URLSearchParams(location.search);
const runName = query.get('run');

// The token of the page's address opens what changes something; kept for reloads of this tab.
const token = (() => {
  const found = /token=([0-9a-f]+)/.exec(location.hash);
  try {
    if (found) sessionStorage.setItem('token', found[1]);
    return found ? found[1] : sessionStorage.getItem('token');
  } catch { return found && found[1]; }
})();

const page = {
  frame: null,
  stream: null,
  isReplaying: false,
  isOver: false,
  hidden: new Set(),
  span: 0,
  cursor: null,
  charts: new Map(),
  verdicts: new Map(),
  received: null,
};

// MARK: Small helpers

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Writes only what differs: a text that stays costs nothing.
function write(target, text) { if (target.textContent !== text) target.textContent = text; }
function dress(target, className) { if (target.className !== className) target.className = className; }
function remember(key, value) { try { localStorage.setItem(key, value); } catch { /* A private window forgets. */ } }
function recall(key) { try { return localStorage.getItem(key); } catch { return null; } }

// MARK: Frames

function connect(address, isReplay) {
  if (page.stream) page.stream.close();
  page.isReplaying = isReplay;
  page.isOver = false;
  const stream = new EventSource(address);
  page.stream = stream;
  stream.addEventListener('frame', event => {
    page.received = new Date();
    notice(null);
    show(JSON.parse(event.data));
  });
  stream.addEventListener('wait', () => {
    notice(null);
    setState('starting', 'warning');
    write($('#title'), 'The run is starting');
    write($('#facts'), 'Broker, pods and rehearsal come first; the curves begin with the load.');
  });
  stream.addEventListener('failure', event => end(JSON.parse(event.data).error));
  stream.addEventListener('end', () => end(null));
  stream.onerror = () => { if (!page.isOver) lost(stream); };
}

// The stream is complete: the browser is not to ask again.
function end(problem) {
  page.isOver = true;
  page.stream.close();
  if (problem) notice(problem);
  setPlaying(false);
  // Of a demonstration the next run begins by itself.
  if (page.frame && page.frame.isFollowed) setTimeout(() => connect(page.stream.url, false), 5000);
}

async function lost(stream) {
  if (stream.readyState === EventSource.CLOSED) {
    const answer = await fetch(stream.url.replace('/stream', '/frame')).catch(() => null);
    const body = answer && !answer.ok && await answer.json().catch(() => null);
    if (body) return end(body.error);
  }
  if (page.frame && page.frame.isFinal) return;
  const until = page.received ? ` What you see is what came until ${page.received.toLocaleTimeString()}.` : '';
  notice('The lab does not answer: it has ended or was killed.' + until);
  setState('no connection', 'bad');
}

function notice(text, isEnd) {
  const line = $('#notice');
  line.hidden = !text;
  dress(line, isEnd ? 'notice ended' : 'notice');
  if (text) write(line, text);
}

function setState(text, look) {
  write($('#state'), text);
  dress($('#state'), 'badge ' + look);
}

const states = {
  'running': ['live', 'live'], 'replaying': ['replay', 'warning'], 'finished': ['ended', 'muted'],
  'interrupted': ['ended early', 'warning'], 'failed': ['failed', 'bad'], 'cut-off': ['lab killed', 'bad'],
};

function show(frame) {
  page.frame = frame;
  setState(...states[frame.state]);
  write($('#title'), frame.title);
  if (document.title !== frame.title) document.title = frame.title;
  write($('#facts'), `${frame.scenario} · run ${frame.run}` + (frame.timeScale === 1 ? '' : ` · ${Text.trim(frame.timeScale)}× as fast as the clock on the wall`));
  if (frame.ending) notice(frame.ending, true);
  showClock(frame);
  list($('#warnings'), frame.warnings, () => element('li'), (item, text) => write(item, text));
  showVariants(frame);
  showActs(frame);
  showExpectations(frame);
  showCharts(frame);
  showTimeline(frame);
  showReplay(frame);
  $('#stop').hidden = !(token && frame.state === 'running' && runName === 'live');
}

// Keeps as many children as there are values, and fills them.
function list(parent, values, make, fill) {
  while (parent.childElementCount > values.length) parent.lastElementChild.remove();
  values.forEach((value, index) => {
    if (index >= parent.childElementCount) parent.append(make(value));
    fill(parent.children[index], value, index);
  });
}

function time(wall) { return Text.duration(Math.floor(wall * page.frame.timeScale)); }

function showClock(frame) {
  $('#clock').hidden = false;
  const share = Math.min(100, frame.now / frame.end * 100);
  $('.progress i').style.width = share.toFixed(1) + '%';
  $('.progress').setAttribute('aria-valuenow', share.toFixed(0));
  const wall = frame.timeScale === 1 ? '' : ` (${Text.duration(Math.floor(frame.now))} on the wall)`;
  write($('#elapsed'), frame.isFinal && frame.state !== 'replaying' ? `${time(frame.now)}${wall}` : `${time(frame.now)} of ${time(frame.end)}${wall}`);
  write($('#phase'), frame.phase);
  write($('#rate'), frame.rate);
  write($('#next'), frame.next ? `next: ${frame.next.text} in ${time(Math.max(0, frame.next.at - frame.now) + 1 / frame.timeScale)}` : '');
}

// MARK: Variants

function makeCard(variant) {
  const card = element('article', `card s${variant.style}`);
  card.innerHTML = '<header><i class="swatch"></i><h2></h2><button type="button" aria-pressed="true">shown</button></header>'
    + '<p class="muted role"></p><div class="verdict"><span class="badge"></span><span class="open"></span></div><p class="segments"></p>'
    + '<dl class="values"></dl><details><summary>Why</summary><ul></ul></details>';
  card.querySelector('i').className = `swatch s${variant.style}`;
  card.querySelector('button').addEventListener('click', () => toggle(card.dataset.name));
  return card;
}

function showVariants(frame) {
  list($('#variants'), frame.variants, makeCard, (card, variant) => {
    card.dataset.name = variant.name;
    write(card.querySelector('h2'), variant.name);
    const pods = [variant.role, variant.segment && `▸ ${variant.segment}`, variant.pods].filter(Boolean).join(' · ');
    write(card.querySelector('.role'), pods);
    const badge = card.querySelector('.badge');
    write(badge, `${variant.sign} ${variant.verdict}`);
    dress(badge, `badge ${variant.tone}`);
    write(card.querySelector('.open'), [variant.open, ...variant.against.map(text => '! ' + text)].filter(Boolean).join(' · '));
    list(card.querySelector('.segments'), variant.segments, () => element('span'), (chip, segment) => {
      write(chip, `${segment.name} ${segment.sign} ${segment.verdict}`);
      dress(chip, `badge ${segment.tone}`);
    });
    list(card.querySelector('dl'), variant.values, () => {
      const pair = element('div');
      pair.append(element('dt'), element('dd'));
      return pair;
    }, (pair, value) => {
      write(pair.children[0], value.label);
      write(pair.children[1], value.text);
      pair.children[1].title = value.text;
    });
    const why = card.querySelector('details');
    why.hidden = !variant.because.length;
    list(why.querySelector('ul'), variant.because, () => element('li'), (item, text) => write(item, text));
    showToggle(card);
    speak(variant);
  });
}

function showToggle(card) {
  const isShown = !page.hidden.has(card.dataset.name);
  const button = card.querySelector('button');
  button.setAttribute('aria-pressed', String(isShown));
  button.setAttribute('aria-label', `Curves of ${card.dataset.name}`);
  write(button, isShown ? 'shown' : 'hidden');
  card.classList.toggle('hidden-series', !isShown);
}

function toggle(name) {
  if (page.hidden.has(name)) page.hidden.delete(name); else page.hidden.add(name);
  document.querySelectorAll('.card').forEach(showToggle);
  redraw();
}

// A change of a verdict is read out; all else can be looked up.
function speak(variant) {
  const before = page.verdicts.get(variant.name);
  page.verdicts.set(variant.name, variant.verdict);
  if (before && before !== variant.verdict) write($('#spoken'), `${variant.name}: ${variant.verdict}`);
}

function showExpectations(frame) {
  const section = $('#expectations');
  section.hidden = !frame.isFinal || !frame.expectations.length;
  if (section.hidden) return;
  const applicable = frame.expectations.filter(expectation => !expectation.notApplicable);
  const met = applicable.filter(expectation => expectation.met).length;
  const all = applicable.length;
  const others = frame.expectations.length - all;
  if (!section.childElementCount) {
    const fold = element('details');
    fold.append(element('summary'), element('ul'));
    // What is not met has to be seen; the rest is there for who asks.
    fold.open = met < all;
    section.append(element('h2', '', 'What was expected'), fold);
  }
  const fold = section.lastElementChild;
  write(fold.firstChild, `${met} of ${all} met` + (others ? `, ${others} made for another run` : ''));
  list(fold.lastElementChild, frame.expectations, () => {
    const item = element('li');
    item.append(element('b'), element('span'));
    return item;
  }, (item, expectation) => {
    const applies = !expectation.notApplicable;
    write(item.firstChild, applies ? expectation.met ? '✓ met' : '✗ not met' : '– not applicable');
    dress(item.firstChild, applies ? expectation.met ? 'good' : 'bad' : 'muted');
    const why = [expectation.observed && `observed: ${expectation.observed}`, expectation.notApplicable].filter(Boolean).join('; ');
    write(item.lastChild, expectation.text + (why ? ` (${why})` : ''));
  });
}

// MARK: Charts

const seen = new IntersectionObserver(entries => {
  for (const entry of entries) {
    const chart = entry.target.chart;
    chart.isVisible = entry.isIntersecting;
  }
  schedule();
}, { rootMargin: '200px' });

function showCharts(frame) {
  const wanted = new Set(frame.charts.map(chart => chart.id));
  for (const [id, chart] of page.charts) {
    if (wanted.has(id)) continue;
    seen.unobserve(chart.figure);
    chart.figure.remove();
    page.charts.delete(id);
  }
  const places = {};
  for (const data of frame.charts) {
    let chart = page.charts.get(data.id);
    if (!chart) {
      chart = new LiveChart(moveCursor, schedule);
      chart.figure.chart = chart;
      page.charts.set(data.id, chart);
      seen.observe(chart.figure);
    }
    const grid = document.querySelector(`.grid[data-group=${data.group}]`);
    const place = places[data.group] = (places[data.group] ?? -1) + 1;
    if (grid.children[place] !== chart.figure) grid.insertBefore(chart.figure, grid.children[place] || null);
    chart.set(data);
  }
  $('#more').hidden = !places.more && places.more !== 0;
  schedule();
}

let isScheduled = false;

// One picture at most for each frame of the screen, of the charts that are in sight.
function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    draw();
    inTurns([...page.charts.values()].filter(chart => chart.view && chart.isVisible && chart.cursor !== page.cursor), chart => chart.drawCursor(page.cursor));
  });
}

function draw() {
  const { frame } = page;
  if (!frame) return;
  const end = page.span ? Math.max(frame.now, Math.min(page.span, frame.end)) : frame.end;
  const start = page.span ? Math.max(0, end - page.span) : 0;
  const view = {
    start, end, timeScale: frame.timeScale, hidden: page.hidden, cursor: page.cursor,
    bands: frame.bands, steps: frame.steps, marks: frame.marks,
  };
  inTurns([...page.charts.values()].filter(chart => chart.isDue), chart => chart.draw(view));
}

// What takes longer than a part of a screen's frame goes on in the next one, so that scrolling stays smooth.
const share = 2.5;

function inTurns(charts, work) {
  const began = performance.now();
  for (const chart of charts) {
    if (performance.now() - began > share) return schedule();
    work(chart);
  }
}

function redraw() {
  for (const chart of page.charts.values()) chart.isStale = true;
  schedule();
}

function moveCursor(time) {
  page.cursor = time;
  showCursor();
  schedule();
}

// What the cursor is at, in words.
function showCursor() {
  const line = $('#cursor');
  const { cursor, frame } = page;
  line.hidden = cursor === null || !frame;
  if (line.hidden) return;
  const near = frame.end / 120;
  const band = frame.bands.find(band => band.start <= cursor && cursor < band.end);
  const marks = frame.marks.filter(mark => Math.abs(mark.at - cursor) <= near).slice(0, 3);
  const step = frame.steps.filter(step => step.at <= cursor).pop();
  const parts = [band && band.name, step && `after ${step.text}`, ...marks.map(mark => mark.text + (mark.count > 1 ? ` and ${mark.count - 1} more` : ''))];
  line.replaceChildren(element('b', '', Text.duration(Math.round(cursor * frame.timeScale * 10) / 10)), ...parts.filter(Boolean).map(text => element('span', '', text)));
}

// MARK: Timeline

function showTimeline(frame) {
  $('#timeline').hidden = !frame.events.length;
  const newestFirst = frame.events.slice().reverse();
  list($('#timeline ol'), newestFirst, () => {
    const item = element('li');
    item.append(element('time'), element('b'), element('span'), element('span', 'what'));
    return item;
  }, (item, event) => {
    dress(item, event.isWarning ? 'warning' : '');
    [time(Math.max(0, event.at)), (event.isWarning ? '▲ ' : '') + event.reason, event.object, event.message]
      .forEach((text, index) => write(item.children[index], text));
  });
}

// MARK: Replay

function showReplay(frame) {
  const canReplay = runName !== 'live' && frame.state !== 'running' && frame.length > 0;
  $('#replay').hidden = !canReplay;
  const position = $('#position');
  position.max = String(frame.length);
  if (document.activeElement !== position || page.isReplaying) position.value = String(frame.now);
  position.setAttribute('aria-valuetext', time(frame.now));
}

function setPlaying(isPlaying) {
  write($('#play'), isPlaying ? '❚❚ Pause' : '▶ Replay');
  $('#play').setAttribute('aria-pressed', String(isPlaying));
  page.isPlaying = isPlaying;
}

function replay(from, speed) {
  notice(null);
  connect(`/api/runs/${encodeURIComponent(runName)}/stream?from=${from.toFixed(2)}&speed=${speed}`, true);
  setPlaying(speed > 0);
}

function playOrPause() {
  if ($('#replay').hidden) return;
  const position = Number($('#position').value);
  if (page.isPlaying) {
    page.stream.close();
    setPlaying(false);
  } else {
    replay(position >= page.frame.length - 0.5 ? 0 : position, Number($('#speed').value));
  }
}

// MARK: All runs

async function showRuns() {
  $('#runs').hidden = false;
  setState('runs', 'muted');
  write($('#title'), 'Recorded runs');
  for (const tool of ['#spans', 'footer']) $(tool).hidden = true;
  const answer = await fetch('/api/runs').catch(() => null);
  if (!answer) return notice('The server does not answer: it has ended.');
  const runs = await answer.json();
  if (!answer.ok) return notice(runs.error);
  notice(null);
  write($('#facts'), runs.length ? 'Newest first. A run that goes on is shown live; one that has ended can be replayed.' : 'There are none yet. “leaklab run service-per-event --serve” makes one, and shows it.');
  list($('#runs'), runs, () => {
    const item = element('a', 'listed');
    item.append(element('div'), element('div', 'muted'), element('div', 'badges'));
    item.firstChild.append(element('h3'), element('p', 'muted'));
    return item;
  }, (item, run) => {
    item.href = `/?run=${encodeURIComponent(run.run)}`;
    write(item.firstChild.firstChild, run.title || run.run);
    write(item.firstChild.lastChild, `${run.scenario} · ${run.run}`);
    write(item.children[1], `${new Date(run.startedAt).toLocaleString()} · ${run.duration}`);
    const badges = [[run.state === 'recording' ? 'live' : run.state, run.state === 'recording' ? 'live' : 'muted'],
      ...run.variants.map(variant => [`${variant.name} ${variant.verdict}`, variant.flagged ? 'bad' : variant.verdict === 'bounded' ? 'good' : 'warning'])];
    list(item.lastChild, badges, () => element('span'), (badge, [text, look]) => {
      write(badge, text);
      dress(badge, `badge ${look}`);
    });
  });
}

// MARK: Controls

const themes = ['auto', 'light', 'dark'];

function setTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  write($('#theme'), { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' }[theme]);
  remember('theme', theme);
  Palette.known = null;
  redraw();
}

function nextTheme() { setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme || 'auto') + 1) % 3]); }

function setLarge(isLarge) {
  if (isLarge) document.documentElement.dataset.size = 'large'; else delete document.documentElement.dataset.size;
  $('#large').setAttribute('aria-pressed', String(isLarge));
  remember('large', String(isLarge));
  Letters.known = null;
  redraw();
}

function setSpan(button) {
  page.span = Number(button.dataset.span);
  document.querySelectorAll('#spans button').forEach(other => other.setAttribute('aria-pressed', String(other === button)));
  redraw();
}

async function stopRun() {
  if (!confirm('End the run now? What was recorded is kept and judged.')) return;
  const answer = await fetch(`/api/runs/${encodeURIComponent(runName)}/acts`, {
    method: 'POST', headers: { 'X-LeakLab-Token': token }, body: JSON.stringify({ act: 'stop' }),
  }).catch(() => null);
  if (!answer || !answer.ok) notice(answer ? (await answer.json()).error : 'The lab does not answer.');
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(SELECT|INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
  const { frame } = page;
  const isButton = /^(BUTTON|SUMMARY|A)$/.test(event.target.tagName);
  const actions = {
    p: () => setLarge(!document.documentElement.dataset.size),
    t: nextTheme,
    a: () => frame && frame.controls && ($('#acts input') || $('#acts')).focus(),
    h: () => frame && frame.controls && act(frame.controls.isPaused ? 'resume' : 'pause'),
    n: () => act('next'),
    Escape: () => moveCursor(null),
    Home: () => frame && moveCursor(0),
    End: () => frame && moveCursor(frame.now),
    ArrowLeft: () => frame && moveCursor(Math.max(0, (page.cursor ?? frame.now) - frame.end / (event.shiftKey ? 20 : 200))),
    ArrowRight: () => frame && moveCursor(Math.min(frame.now, (page.cursor ?? 0) + frame.end / (event.shiftKey ? 20 : 200))),
  };
  if (event.key === ' ' && !isButton) actions[' '] = playOrPause;
  const variant = frame && frame.variants[Number(event.key) - 1];
  const action = actions[event.key] || (variant && (() => toggle(variant.name)));
  if (!action || (event.key === ' ' && $('#replay').hidden)) return;
  event.preventDefault();
  action();
}

function begin() {
  setTheme(query.get('theme') || recall('theme') || 'auto');
  setLarge((query.get('large') || recall('large')) === 'true');
  $('#large').addEventListener('click', () => setLarge(!document.documentElement.dataset.size));
  $('#theme').addEventListener('click', nextTheme);
  $('#stop').addEventListener('click', stopRun);
  document.querySelectorAll('#spans button').forEach(button => button.addEventListener('click', () => setSpan(button)));
  $('#play').addEventListener('click', playOrPause);
  $('#position').addEventListener('input', () => replay(Number($('#position').value), 0));
  $('#speed').addEventListener('change', () => { if (page.isPlaying) replay(page.frame.now, Number($('#speed').value)); });
  $('#toend').addEventListener('click', () => connect(`/api/runs/${encodeURIComponent(runName)}/stream`, false));
  document.addEventListener('keydown', key);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { Palette.known = null; redraw(); });
  if (!runName) {
    showRuns();
    setInterval(showRuns, 5000);
  } else if (query.has('at')) {
    replay(Number(query.get('at')) || 0, 0);
  } else {
    connect(`/api/runs/${encodeURIComponent(runName)}/stream`, false);
  }
}

begin();
