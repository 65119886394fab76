import { expect, test } from 'vitest';

import type { Kind } from '../../api/schema';
import { changed, draftOf, emptyDraft, fieldOf, groupsOf, inputOf, needs, problemsByField } from './draft';

const kind: Kind = {
  id: 'netsuite',
  label: 'NetSuite',
  help: '',
  fields: [
    { name: 'type', group: 'Authentication', label: 'Authentication type', help: '', default: 'token', required: true },
    { name: 'account', group: 'Authentication', label: 'Account ID', help: '', required: true, obtained: [{ field: 'type', values: ['auto'] }] },
    { name: 'iclient', group: 'Authentication', label: 'iClient', help: '' },
    { name: 'consumer_key', group: 'Authentication', label: 'Consumer key', help: '', secret: true, required: true, when: [{ field: 'type', values: ['token', 'auto'] }, { field: 'iclient', values: [''] }] },
    { name: 'token_id', group: 'Authentication', label: 'Token ID', help: '', secret: true, required: true, when: [{ field: 'type', values: ['token', 'auto'] }], obtained: [{ field: 'type', values: ['auto'] }] },
    { name: 'certificate_id', group: 'Authentication', label: 'Certificate ID', help: '', required: true, when: [{ field: 'type', values: ['m2m'] }] },
    { name: 'suitescript', group: 'NetSuite', label: 'Link', help: '', editing: true },
    { name: 'concurrency', group: 'Advanced', label: 'Concurrency level', help: '', default: '5' },
  ],
};

function field(name: string) {
  const found = kind.fields?.find((f) => f.name === name);
  if (!found) throw new Error(name);
  return found;
}

const names = (draft = emptyDraft('netsuite'), editing = false) => groupsOf(kind, draft, editing).map((g) => [g.name, ...g.fields.map((f) => f.name)].join(' '));

test('defaults decide which fields are shown', () => {
  expect(names()).toEqual(['Authentication type account iclient consumer_key token_id', 'Advanced concurrency']);
});

test('a secret that is obtained is not asked for, and what else is obtained may stay empty', () => {
  const draft = { ...emptyDraft('netsuite'), settings: { type: 'auto' } };
  expect(names(draft)[0]).toBe('Authentication type account iclient consumer_key');
  expect(needs(kind, draft, field('account'))).toBe(false);
  expect(needs(kind, emptyDraft('netsuite'), field('account'))).toBe(true);
});

test('an iClient takes the place of own keys', () => {
  expect(names({ ...emptyDraft('netsuite'), settings: { iclient: 'main' } })[0]).toBe('Authentication type account iclient token_id');
});

test('fields for editing wait until the connection exists', () => {
  expect(names(emptyDraft('netsuite'), true)).toContain('NetSuite suitescript');
});

test('what is sent leaves out what does not apply, and secrets that were not typed', () => {
  const draft = { name: ' erp ', kind: 'netsuite', settings: { account: '1', certificate_id: 'x', iclient: '', concurrency: '7' }, secrets: { token_id: 'made-up', consumer_key: '' } };
  expect(inputOf(kind, draft)).toEqual({ name: 'erp', kind: 'netsuite', settings: { type: 'token', account: '1', concurrency: '7' }, secrets: { token_id: 'made-up' } });
});

test('a form is changed when a value is, not when an empty one appears', () => {
  const stored = draftOf({ id: '1', name: 'erp', kind: 'netsuite', settings: { account: '1' }, secrets: { token_id: 'secret:00000000' }, status: 'online', created_at: '', updated_at: '' });
  expect(changed({ ...stored, settings: { account: '1', iclient: '' } }, stored)).toBe(false);
  expect(changed({ ...stored, secrets: { token_id: 'made-up' } }, stored)).toBe(true);
});

test('problems find their fields', () => {
  expect(fieldOf({ code: '', message: '', path: 'settings.account' })).toBe('account');
  expect(fieldOf({ code: '', message: '', path: 'secrets.token_id' })).toBe('token_id');
  expect(fieldOf({ code: '', message: '', path: 'name' })).toBe('name');
  const lost = { code: 'c', message: 'm', path: 'settings.gone' };
  expect(problemsByField([lost], ['name'])['']).toEqual([lost]);
});
