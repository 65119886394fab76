import { expect, test } from 'vitest';

import { layout } from './layout';
import { beyond, comfortable, least, onwards, viewOf } from './view';

const screen = { width: 1160, height: 500 };
const wide = (width: number) => ({ x: 0, y: -100, width, height: 200 });

test('a flow opens whole as long as it can be read, else at its beginning', () => {
  expect(viewOf(wide(900), screen, false)).toMatchObject({ zoom: 1, x: 130 });
  const fitted = viewOf(wide(1800), screen, false);
  expect(fitted.zoom).toBeGreaterThanOrEqual(0.6);
  expect(1800 * fitted.zoom + fitted.x).toBeLessThanOrEqual(screen.width);
  expect(viewOf(wide(2400), screen, false)).toEqual({ zoom: comfortable, x: 24, y: expect.any(Number) as number });
});

test('all of a flow is shown where that is asked for, as far as it goes', () => {
  expect(2400 * viewOf(wide(2400), screen, true).zoom).toBeLessThanOrEqual(screen.width);
  expect(viewOf(wide(100_000), screen, true).zoom).toBe(least);
});

test('what is out of sight is counted by side, and reached from screen to screen', () => {
  const { parts } = layout({ name: 'a', export: { connection: 'shop' }, steps: Array.from({ length: 9 }, () => ({ map: 'root = this' })) });
  const box = { x: 0, y: -100, width: 10 * 300, height: 200 };
  let view = viewOf(box, screen, false);
  const first = beyond(parts, view, screen);
  expect(first).toMatchObject({ left: 0, above: 0, below: 0 });
  expect(first.right).toBeGreaterThan(3);
  let seen = 10 - first.right;
  for (let n = 0; n < 10 && beyond(parts, view, screen).right > 0; n++) {
    view = onwards(box, view, screen, 'right');
    const now = beyond(parts, view, screen);
    expect(10 - now.right).toBeGreaterThan(seen);
    seen = 10 - now.right;
  }
  expect(beyond(parts, view, screen)).toMatchObject({ right: 0 });
  expect(box.width * comfortable + view.x).toBeGreaterThanOrEqual(screen.width - 25);
  expect(onwards(box, viewOf(wide(900), screen, false), screen, 'left').x).toBe(130);
});
