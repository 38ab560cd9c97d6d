'use strict';
// Charts of the live page, on canvas: one picture for the curves, one above it for the cursor that all charts share.

// Numbers as the reports write them.
const Text = {
  unknown: '–',

  decimal(value, places) { return value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places }); },

  // Three digits that count.
  short(value) {
    const size = Math.abs(value);
    if (size >= 1e9) return Text.trim(value / 1e9) + 'G';
    if (size >= 1e6) return Text.trim(value / 1e6) + 'M';
    if (size >= 1e4) return Text.trim(value / 1e3) + 'k';
    return Text.trim(value);
  },

  trim(value) {
    const size = Math.abs(value);
    const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return value.toLocaleString('en-US', { maximumFractionDigits: places });
  },

  bytes(value) {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let index = 0;
    while (Math.abs(value) >= 1024 && index < units.length - 1) { value /= 1024; index += 1; }
    return Text.trim(value) + ' ' + units[index];
  },

  // Two units at most, of seconds.
  duration(value) {
    const size = Math.abs(value);
    if (size < 1e-3) return size === 0 ? '0 s' : Text.trim(value * 1e6) + ' µs';
    if (size < 1) return Text.trim(value * 1e3) + ' ms';
    if (size < 59.95) return Text.trim(Math.round(value * 10) / 10) + ' s';
    const total = Math.round(value);
    const [days, hours, minutes, seconds] = [Math.floor(total / 86400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60, total % 60];
    const parts = [[days, 'd'], [hours, 'h'], [minutes, 'm'], [seconds, 's']];
    const first = parts.findIndex(part => part[0] > 0);
    return parts.slice(first, first + 2).filter(part => part[0] > 0).map(part => part.join(' ')).join(' ');
  },

  of(unit, value) {
    if (value === null || value === undefined || !isFinite(value)) return Text.unknown;
    switch (unit) {
    case 'bytes': return Text.bytes(value);
    case 'bytesPerHour': return Text.bytes(value) + '/h';
    case 'rate': return Text.short(value) + '/h';
    case 'seconds': return Text.duration(value);
    case 'milliseconds': return Text.duration(value / 1000);
    default: return Text.short(value);
    }
  },
};

const Axis = {
  times: [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400],

  // Zero and round numbers up to the first at or above the largest value.
  ticks(unit, largest, limit) {
    if (!(largest > 0) || !isFinite(largest)) return [0, 1];
    const step = Axis.step(unit, largest, limit);
    const ticks = [];
    for (let index = 0; index <= Math.ceil(largest / step - 1e-9); index += 1) ticks.push(index * step);
    return ticks;
  },

  step(unit, span, limit) {
    if (unit === 'seconds') {
      const step = Axis.times.find(time => time * limit >= span);
      if (step) return step;
    }
    if (unit === 'bytes' || unit === 'bytesPerHour') return 2 ** Math.ceil(Math.log2(Math.max(1, span / limit)));
    const power = 10 ** Math.floor(Math.log10(span / limit));
    return [1, 2, 5, 10].map(factor => factor * power).find(step => step * limit >= span * (1 - 1e-9));
  },
};

// Readings of a line: `12,1024;37,2048`, times in hundredths of a second.
function parsePoints(text) {
  if (!text) return { times: [], values: [] };
  const pairs = text.split(';');
  const times = new Float64Array(pairs.length);
  const values = new Float64Array(pairs.length);
  for (let index = 0; index < pairs.length; index += 1) {
    const comma = pairs[index].indexOf(',');
    times[index] = +pairs[index].slice(0, comma) / 100;
    values[index] = +pairs[index].slice(comma + 1);
  }
  return { times, values };
}

// The last value at or before a time.
function valueAt(points, time) {
  let low = 0;
  let high = points.times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points.times[middle] <= time) low = middle + 1; else high = middle;
  }
  return low === 0 ? null : points.values[low - 1];
}

// Colours that a canvas needs written out; read again when the theme changes.
const Palette = {
  known: null,

  get colors() {
    if (Palette.known) return Palette.known;
    const probe = document.createElement('i');
    document.body.append(probe);
    const style = getComputedStyle(probe);
    const color = (name, variable) => {
      probe.className = name;
      probe.style.color = variable ? `var(${variable})` : '';
      return style.color;
    };
    const colors = { series: [0, 1, 2, 3, 4, 5, 6, 7].map(index => color('s' + index)), reference: color('reference') };
    for (const name of ['ink', 'soft', 'card', 'band', 'grid', 'axis', 'limit', 'warning']) colors[name] = color('', '--' + name);
    probe.remove();
    Palette.known = colors;
    return colors;
  },

  of(style) { return style === null || style === undefined ? Palette.colors.reference : Palette.colors.series[style]; },
};

// As the printed reports tell lines apart without colour.
const dashes = [[], [10, 3], [7, 3, 2, 3], [12, 3, 2, 3, 2, 3], [6, 3], [2, 2.5], [4, 4], [1, 3]];

// The size of the root's letters, in pixels; read again when it changes.
const Letters = {
  known: null,

  get size() {
    Letters.known ??= parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Letters.known;
  },
};

class LiveChart {
  // `onCursor` gets the time under the pointer, `onSize` is called when there is more or less room.
  constructor(onCursor, onSize) {
    this.figure = document.createElement('figure');
    this.figure.tabIndex = 0;
    this.figure.setAttribute('role', 'group');
    this.figure.innerHTML = '<figcaption><h3></h3><p></p></figcaption><div class="plot" role="img"><canvas></canvas><canvas></canvas></div><ul class="legend"></ul>';
    [this.title, this.subtitle] = this.figure.querySelectorAll('h3, p');
    this.plot = this.figure.querySelector('.plot');
    [this.picture, this.above] = this.figure.querySelectorAll('canvas');
    this.legend = this.figure.querySelector('ul');
    this.isVisible = false;
    this.isStale = true;
    this.box = null;
    // Asked for only here: to ask between two writes would lay out the page each time.
    this.width = this.height = 0;
    new ResizeObserver(([entry]) => {
      ({ width: this.width, height: this.height } = entry.contentRect);
      this.isStale = true;
      onSize();
    }).observe(this.plot);
    const move = event => {
      if (!this.box) return;
      const x = event.clientX - this.plot.getBoundingClientRect().left;
      onCursor(this.time(x));
    };
    this.plot.addEventListener('pointermove', move);
    this.plot.addEventListener('pointerdown', move);
    this.plot.addEventListener('pointerleave', event => { if (event.pointerType === 'mouse') onCursor(null); });
  }

  // Takes over new readings; nothing is drawn, and nothing parsed, before it is seen.
  set(chart) {
    this.chart = chart;
    this.lines = null;
    this.isStale = true;
    if (this.title.textContent !== chart.title) this.title.textContent = chart.title;
    if (this.subtitle.textContent !== chart.subtitle) this.subtitle.textContent = chart.subtitle;
    this.figure.setAttribute('aria-label', chart.title);
    this.plot.setAttribute('aria-label', chart.summary);
  }

  get isDue() { return this.isVisible && this.isStale && this.chart && this.width > 0; }

  // `view` has the frame's marks, bands and steps, the stretch of time, and the names that are hidden.
  draw(view) {
    if (!this.isDue) return;
    this.isStale = false;
    if (!this.lines) {
      this.lines = this.chart.lines.map(line => ({
        name: line.name, style: line.style, points: parsePoints(line.points), strands: line.strands.map(parsePoints),
      }));
    }
    this.view = view;
    this.shown = this.lines.filter(line => !view.hidden.has(line.name));
    const context = this.prepare(this.picture);
    this.measure(context);
    this.drawGround(context);
    context.save();
    context.beginPath();
    context.rect(this.box.left, this.box.top - 2, this.box.width, this.box.height + 4);
    context.clip();
    this.drawLimits(context);
    for (const line of this.shown) this.drawLine(context, line);
    context.restore();
    this.drawMarks(context);
    this.drawCursor(view.cursor);
  }

  // A canvas as large as it is shown, in the pixels of the screen.
  prepare(canvas) {
    const { width, height } = this;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.em = Letters.size;
    context.font = `${(this.em * 0.8).toFixed(1)}px system-ui, sans-serif`;
    return context;
  }

  measure(context) {
    const { start, end } = this.view;
    let largest = 0;
    for (const line of this.shown) {
      for (const points of line.strands.length ? line.strands : [line.points]) {
        for (let index = 0; index < points.times.length; index += 1) {
          if (points.times[index] >= start && points.times[index] <= end && points.values[index] > largest) largest = points.values[index];
        }
      }
    }
    for (const limit of this.chart.limits) {
      if (limit.value <= largest * 2.5 && (limit.to ?? Infinity) > start && (limit.from ?? 0) < end) largest = Math.max(largest, limit.value * 1.04);
    }
    const { width, height } = this;
    const ticks = Axis.ticks(this.chart.unit, largest, Math.max(2, Math.min(6, Math.floor(height / (this.em * 2.4)))));
    const labels = ticks.map(tick => tick === 0 ? '0' : Text.of(this.chart.unit, tick));
    const left = Math.max(...labels.map(label => context.measureText(label).width)) + this.em * 0.6;
    const bottom = this.em * 2.6;
    const top = this.em * 1.2;
    this.box = { left, top, width: width - left - this.em * 0.6, height: height - top - bottom, bottom: height - bottom };
    this.ticks = ticks.map((value, index) => ({ value, label: labels[index] }));
    this.largest = ticks[ticks.length - 1];
  }

  x(time) { return this.box.left + (time - this.view.start) / (this.view.end - this.view.start) * this.box.width; }
  y(value) { return this.box.bottom - value / this.largest * this.box.height; }
  time(x) {
    const share = Math.min(1, Math.max(0, (x - this.box.left) / this.box.width));
    return this.view.start + share * (this.view.end - this.view.start);
  }

  drawGround(context) {
    const { box, view, em } = this;
    const colors = Palette.colors;
    context.textBaseline = 'alphabetic';
    view.bands.forEach((band, index) => {
      const from = Math.max(box.left, this.x(band.start));
      const to = Math.min(box.left + box.width, this.x(band.end));
      if (to <= from) return;
      if (index % 2 === 0) {
        context.fillStyle = colors.band;
        context.fillRect(from, box.top, to - from, box.height);
      }
      context.fillStyle = colors.soft;
      if (context.measureText(band.name).width < to - from - 4) context.fillText(band.name, from + 3, box.top - em * 0.35);
    });
    context.lineWidth = 1;
    context.textAlign = 'right';
    for (const tick of this.ticks) {
      const y = Math.round(this.y(tick.value)) + 0.5;
      context.strokeStyle = tick.value === 0 ? colors.axis : colors.grid;
      context.beginPath();
      context.moveTo(box.left, y);
      context.lineTo(box.left + box.width, y);
      context.stroke();
      context.fillStyle = colors.soft;
      context.fillText(tick.label, box.left - em * 0.35, y + em * 0.28);
    }
    context.textAlign = 'center';
    const scale = view.timeScale;
    const step = Axis.step('seconds', (view.end - view.start) * scale, Math.max(2, Math.floor(box.width / (em * 5.5))));
    for (let time = Math.ceil(view.start * scale / step) * step; time <= view.end * scale; time += step) {
      const x = this.x(time / scale);
      const label = time === 0 ? '0' : Text.duration(time);
      const half = context.measureText(label).width / 2;
      context.fillText(label, Math.min(Math.max(x, half), box.left + box.width - half + em * 0.5), box.bottom + em * 2.3);
    }
    context.textAlign = 'left';
    this.drawSteps(context);
  }

  drawSteps(context) {
    const { box, view, em } = this;
    let free = -Infinity;
    for (const step of view.steps) {
      const x = this.x(step.at);
      if (x < box.left || x > box.left + box.width) continue;
      context.strokeStyle = context.fillStyle = Palette.of(step.style);
      context.setLineDash([2, 3]);
      context.beginPath();
      context.moveTo(x, box.top);
      context.lineTo(x, box.bottom);
      context.stroke();
      context.setLineDash([]);
      const width = context.measureText(step.text).width;
      const start = Math.min(x + 4, box.left + box.width - width);
      if (start > free) {
        context.fillText(step.text, start, box.top + em * 0.85);
        free = start + width + em;
      }
    }
  }

  drawLimits(context) {
    const { box, em } = this;
    context.strokeStyle = context.fillStyle = Palette.colors.limit;
    context.lineWidth = 1.5;
    for (const limit of this.chart.limits) {
      if (limit.value > this.largest) continue;
      const from = Math.max(box.left, limit.from === undefined ? box.left : this.x(limit.from));
      const to = Math.min(box.left + box.width, limit.to === undefined ? Infinity : this.x(limit.to));
      if (to <= from) continue;
      const y = this.y(limit.value);
      context.setLineDash([5, 4]);
      context.beginPath();
      context.moveTo(from, y);
      context.lineTo(to, y);
      context.stroke();
      context.setLineDash([]);
      const width = context.measureText(limit.name).width;
      if (width + 8 < to - from) context.fillText(limit.name, to - width - 4, y > box.top + em * 2.2 ? y - em * 0.3 : y + em * 0.95);
    }
  }

  drawLine(context, line) {
    context.strokeStyle = Palette.of(line.style);
    context.lineJoin = 'round';
    const isReference = line.style === null || line.style === undefined;
    context.setLineDash(isReference ? [2, 4] : []);
    context.lineWidth = line.strands.length ? 1.2 : isReference ? 1.5 : this.em > 18 ? 3 : 2;
    context.globalAlpha = line.strands.length ? 0.75 : 1;
    for (const points of line.strands.length ? line.strands : [line.points]) this.path(context, points);
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  path(context, points) {
    const { times, values } = points;
    context.beginPath();
    for (let index = 0; index < times.length; index += 1) {
      const x = this.x(times[index]);
      const y = this.y(values[index]);
      if (index === 0) context.moveTo(x, y); else context.lineTo(x, y);
    }
    context.stroke();
  }

  // A row below the curves: crosses are kills, triangles other warnings, with their number where they are many.
  drawMarks(context) {
    const { box, view, em } = this;
    const y = box.bottom + em * 0.75;
    const size = em * 0.26;
    for (const mark of view.marks) {
      const x = this.x(mark.at);
      if (x < box.left - 1 || x > box.left + box.width + 1) continue;
      context.strokeStyle = context.fillStyle = mark.isKill ? Palette.of(mark.style) : Palette.colors.warning;
      context.lineWidth = 1.8;
      context.beginPath();
      if (mark.isKill) {
        context.moveTo(x - size, y - size);
        context.lineTo(x + size, y + size);
        context.moveTo(x + size, y - size);
        context.lineTo(x - size, y + size);
        context.stroke();
      } else {
        context.moveTo(x, y - size * 1.2);
        context.lineTo(x + size * 1.2, y + size);
        context.lineTo(x - size * 1.2, y + size);
        context.fill();
      }
    }
  }

  // The cursor that all charts share; `time` is `null` for none.
  drawCursor(time) {
    if (!this.box || !this.isVisible) return;
    const context = this.prepare(this.above);
    const { box } = this;
    this.cursor = time;
    if (time !== null) {
      const x = Math.round(this.x(time)) + 0.5;
      context.strokeStyle = Palette.colors.axis;
      context.beginPath();
      context.moveTo(x, box.top);
      context.lineTo(x, box.bottom);
      context.stroke();
    }
    this.drawLegend(context, time);
  }

  drawLegend(context, time) {
    const texts = this.shown.map(line => {
      const { times, values } = line.points;
      const at = time === null ? times.length - 1 : null;
      const value = at === null ? valueAt(line.points, time) : values[at];
      const moment = time === null ? times[at] : time;
      if (value !== null && value !== undefined && moment >= this.view.start) {
        context.fillStyle = Palette.of(line.style);
        context.beginPath();
        context.arc(this.x(moment), this.y(value), this.em * 0.24, 0, 7);
        context.fill();
      }
      return { name: line.name, style: line.style, value: Text.of(this.chart.unit, value) };
    });
    if (this.legend.childElementCount !== texts.length) {
      this.legend.replaceChildren(...texts.map(() => {
        const item = document.createElement('li');
        item.innerHTML = '<i class="swatch"></i><span></span><b></b>';
        return item;
      }));
    }
    texts.forEach((text, index) => {
      const [swatch, name, value] = this.legend.children[index].children;
      const look = 'swatch ' + (text.style === null || text.style === undefined ? 'reference' : 's' + text.style);
      if (swatch.className !== look) swatch.className = look;
      if (name.textContent !== text.name) name.textContent = text.name;
      if (value.textContent !== text.value) value.textContent = text.value;
    });
  }
}
