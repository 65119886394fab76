import { expect, test } from 'vitest';

import { scopeOf } from './PageScope';

const list = [
  { name: 'shop', flows: ['orders'], connections: ['files', 'shared'] },
  { name: 'stock', flows: ['levels'], connections: ['shared'] },
];
const of = (path: string, run?: string) => {
  const url = new URL(path, 'http://localhost');
  return scopeOf(url.pathname, url.searchParams, list, run);
};

test('pages tell by their address what they are about', () => {
  expect(of('/integrations/shop')).toEqual({ integrations: ['shop'] });
  expect(of('/flows/orders')).toEqual({ integrations: ['shop'] });
  expect(of('/flows/new?integration=stock')).toEqual({ integrations: ['stock'] });
  expect(of('/runs/7', 'levels')).toEqual({ integrations: ['stock'] });
  expect(of('/runs/7')).toEqual({ integrations: [] });
  expect(of('/connections/shared')).toEqual({ integrations: ['shop', 'stock'], all: true });
  expect(of('/connections/shared/doctor')).toEqual({ integrations: ['shop', 'stock'], all: true });
  expect(of('/connections')).toEqual({ integrations: [] });
  expect(of('/errors')).toBeNull();
});
