'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const at = (id) => document.getElementById(id);
  const svg = at('picture'), over = at('over'), find = at('find'), found = at('found'), about = at('about');
  const NS = 'http://www.w3.org/2000/svg';
  const make = (name, words, into) => {
    const made = document.createElement(name);
    if (words !== undefined) made.textContent = words;
    if (into) into.append(made);
    return made;
  };
  const shapes = data.cards.map((card) => at(card.i));
  const numbers = new Map(data.cards.map((card, number) => [card.i, number]));

  // --- pan and zoom: what part of the page is seen
  const [W, H] = data.size;
  let view = { x: 0, y: 0, w: W, h: H };
  const show = () => svg.setAttribute('viewBox', [view.x, view.y, view.w, view.h].map((n) => n.toFixed(2)).join(' '));
  const ratio = () => Math.max(svg.clientWidth, 1) / Math.max(svg.clientHeight, 1);
  // What is seen has the shape of the window, so that a pixel is as wide as it is high.
  const shaped = (w, cx, cy) => { const h = w / ratio(); view = { x: cx - w / 2, y: cy - h / 2, w, h }; show(); };
  let whole = true;
  const fit = () => { whole = true; shaped(Math.max(W, H * ratio()), W / 2, H / 2); };
  const zoom = (by, px, py) => {
    whole = false;
    const w = Math.min(Math.max(view.w / by, 120), Math.max(W, H * ratio()) * 4);
    const h = w / ratio();
    const [u, v] = [px ?? 0.5, py ?? 0.5];
    view = { x: view.x + (view.w - w) * u, y: view.y + (view.h - h) * v, w, h };
    show();
  };
  const move = (dx, dy) => { whole = false; view.x += dx; view.y += dy; show(); };
  const centre = (number) => {
    whole = false;
    const [x, y, w, h] = data.cards[number].r;
    shaped(Math.min(view.w, Math.max(900, w * 4)), x + w / 2, y + h / 2);
  };

  // --- what lights up
  const element = (name, attributes, into = over) => {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    into.append(made);
    return made;
  };
  // What stands at the end of a line: an open dot where it begins, or a cross where it ends.
  const sign = (style, points) => {
    const [ink, width, , kind] = data.styles[style];
    if (!kind) return;
    const at = kind === 'dot' ? points : [...points.slice(-2), ...points.slice(-4, -2)];
    const off = kind === 'dot' ? 6 : 9;
    const [x, y] = [at[0] + off * Math.sign(at[2] - at[0]), at[1] + off * Math.sign(at[3] - at[1])];
    const stroke = `var(--i${ink})`;
    if (kind === 'dot') element('circle', { class: 'sign', cx: x, cy: y, r: 3, stroke, 'stroke-width': width });
    else element('path', { class: 'sign', d: `M${x - 4} ${y - 4}l8 8m0-8l-8 8`, stroke, 'stroke-width': width + 0.5 });
  };
  // Lines that share their way are drawn once, so that dots stay dots.
  const lines = (legs) => {
    const styles = new Map();
    for (const leg of legs) {
      const [style, ...points] = data.legs[leg];
      if (!styles.has(style)) styles.set(style, new Map());
      const pieces = styles.get(style);
      for (let i = 0; i + 3 < points.length; i += 2) {
        const [x, y, u, v] = points.slice(i, i + 4);
        const key = x === u ? 'v' + x : y === v ? 'h' + y : 's' + [x, y, u, v];
        if (!pieces.has(key)) pieces.set(key, []);
        pieces.get(key).push(x === u ? [Math.min(y, v), Math.max(y, v)] : [Math.min(x, u), Math.max(x, u), x, y, u, v]);
      }
    }
    for (const [style, pieces] of styles) {
      let d = '';
      for (const [key, spans] of pieces) {
        if (key[0] === 's') { const [, , x, y, u, v] = spans[0]; d += `M${x} ${y}L${u} ${v}`; continue; }
        spans.sort((a, b) => a[0] - b[0]);
        let [from, to] = spans[0];
        const place = key.slice(1);
        const put = () => { d += key[0] === 'v' ? `M${place} ${from}V${to}` : `M${from} ${place}H${to}`; };
        for (const [a, b] of spans) { if (a > to) { put(); [from, to] = [a, b]; } else to = Math.max(to, b); }
        put();
      }
      const [ink, width, dash] = data.styles[style];
      element('path', { d, stroke: `var(--i${ink})`, 'stroke-width': width, 'stroke-dasharray': dash });
    }
    const signs = new Set();
    for (const leg of legs) {
      const [style, ...points] = data.legs[leg];
      // Lines to one target have one cross.
      const place = [style, ...(data.styles[style][3] === 'cross' ? points.slice(-2) : points.slice(0, 2))].join();
      if (!signs.has(place)) { signs.add(place); sign(style, points); }
    }
  };
  const frame = (card, attributes, by) => {
    const [x, y, width, height] = data.cards[card].r;
    element('rect', { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by, rx: 6 + by, ...attributes });
  };
  let chosen = -1, matches = null;
  const light = (number) => {
    over.replaceChildren();
    let cards = matches ?? [], legs = [];
    if (number >= 0) ({ c: cards, l: legs } = data.sets[data.cards[number].s]);
    const on = number >= 0 || matches !== null;
    svg.classList.toggle('dim', on);
    if (!on) return;
    lines(legs);
    const ringed = [...new Set([number, chosen])].filter((card) => card >= 0);
    // The outline of a box comes before the cards that stand on it. One that holds other boxes is marked only where it
    // is meant: it would run over all that stands there.
    for (const card of cards) {
      const box = data.cards[card].b;
      if (box?.[1]) frame(card, { class: 'box', stroke: `var(--i${box[0]})` }, 0);
    }
    for (const card of ringed) if (data.cards[card].b) frame(card, { class: 'ring' }, 3);
    for (const card of cards) element('use', { href: '#' + data.cards[card].i, transform: data.shift });
    for (const card of ringed) if (!data.cards[card].b) frame(card, { class: 'ring' }, 3);
  };
  const rest = () => light(chosen);

  // --- details
  const open = (number) => {
    chosen = number;
    const card = data.cards[number];
    at('name').textContent = card.n;
    at('key').textContent = card.k ?? '';
    const link = at('link');
    link.hidden = !card.l;
    if (card.l) link.href = card.l; else link.removeAttribute('href');
    const facts = at('facts');
    facts.replaceChildren();
    for (const line of card.f) make('li', line, facts);
    const related = at('related');
    related.replaceChildren();
    const others = data.sets[card.s].c.filter((other) => other !== number);
    at('relatives').hidden = others.length === 0;
    for (const other of others) {
      const button = make('button', data.cards[other].n, make('li', undefined, related));
      button.type = 'button';
      button.addEventListener('click', () => { open(other); centre(other); });
    }
    about.hidden = false;
    about.scrollTop = 0;
    light(number);
  };
  const close = () => { chosen = -1; about.hidden = true; rest(); };

  const inside = new Map();
  const card = (event) => {
    const shape = event.target.closest?.('.card');
    if (inside.has(event.target)) return inside.get(event.target);
    return shape && numbers.has(shape.id) ? numbers.get(shape.id) : -1;
  };
  const map = svg.querySelector('.map');
  shapes.forEach((shape, number) => {
    if (!shape) return;
    const box = data.cards[number].b;
    if (box) shape.classList.add('head');
    // A box that holds no other box is meant by its whole inside.
    if (box?.[1]) {
      const [x, y, width, height] = data.cards[number].r;
      const [dx, dy] = data.shift.match(/-?[\d.]+/g).map(Number);
      const ground = element('rect', { class: 'inside', x: x - dx, y: y - dy, width, height }, map);
      map.prepend(ground);
      inside.set(ground, number);
    }
    shape.setAttribute('tabindex', '0');
    shape.setAttribute('role', 'button');
    shape.setAttribute('aria-label', data.cards[number].t);
    shape.addEventListener('focus', () => light(number));
    shape.addEventListener('blur', rest);
  });
  svg.addEventListener('pointerover', (event) => { if (!held) { const number = card(event); if (number >= 0) light(number); } });
  svg.addEventListener('pointerout', (event) => { if (!held && card(event) >= 0) rest(); });

  let held = null;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button === 0) held = { x: event.clientX, y: event.clientY, moved: 0, card: card(event) };
  });
  addEventListener('pointermove', (event) => {
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    held.moved += Math.abs(dx) + Math.abs(dy);
    if (held.moved < 4) return;
    svg.classList.add('held');
    Object.assign(held, { x: event.clientX, y: event.clientY });
    move(-dx * view.w / svg.clientWidth, -dy * view.h / svg.clientHeight);
  });
  addEventListener('pointerup', () => {
    if (!held) return;
    const { moved, card } = held;
    held = null;
    svg.classList.remove('held');
    if (moved < 4) { if (card >= 0) open(card); else close(); }
  });
  svg.addEventListener('wheel', (event) => {
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)),
      (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });

  // --- search
  const search = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    matches = words.length === 0 ? null : data.cards.flatMap((card, number) => {
      const text = [card.t, card.k ?? '', ...card.f].join('\n').toLowerCase();
      return words.every((word) => text.includes(word)) ? [number] : [];
    });
    found.textContent = matches === null ? '' : matches.length === 1 ? '1 found' : matches.length + ' found';
    chosen = -1;
    rest();
  };
  let next = 0;
  find.addEventListener('input', () => { next = 0; search(); });
  find.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && matches?.length) {
      const number = matches[next % matches.length];
      next += 1;
      open(number);
      centre(number);
    }
    if (event.key === 'Escape') { find.value = ''; search(); svg.focus(); }
    event.stopPropagation();
  });

  // --- buttons and keys
  at('in').addEventListener('click', () => zoom(1.25));
  at('out').addEventListener('click', () => zoom(0.8));
  at('fit').addEventListener('click', fit);
  at('close').addEventListener('click', close);
  at('theme')?.addEventListener('click', () => {
    const root = document.documentElement;
    const dark = root.dataset.theme === 'dark' ||
      (root.dataset.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const number = card(event);
    const step = view.w * 0.08;
    const keys = {
      '+': () => zoom(1.25), '=': () => zoom(1.25), '-': () => zoom(0.8), 0: fit, '/': () => find.focus(), Escape: close,
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0), ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
      Enter: number >= 0 ? () => open(number) : undefined, ' ': number >= 0 ? () => open(number) : undefined,
    };
    const key = keys[event.key];
    if (!key || (about.contains(event.target) && event.key !== 'Escape')) return;
    event.preventDefault();
    key();
  });
  // A panel that opens changes the room as a window that is resized does.
  new ResizeObserver(() => whole ? fit() : shaped(view.w, view.x + view.w / 2, view.y + view.h / 2)).observe(svg);
  fit();
})();
