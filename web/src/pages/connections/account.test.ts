import { expect, test } from 'vitest';

import { readAccount } from './account';

test.each([
  ['1234567_SB1', '1234567_SB1', '1234567-sb1', 'sandbox'],
  ['1234567-sb1', '1234567_SB1', '1234567-sb1', 'sandbox'],
  [' 1234567 ', '1234567', '1234567', 'production'],
  ['1234567-rp', '1234567_RP', '1234567-rp', 'release-preview'],
  ['TSTDRV99', 'TSTDRV99', 'tstdrv99', 'production'],
  ['https://1234567-sb2.app.netsuite.com/app/center/card.nl?sc=-29', '1234567_SB2', '1234567-sb2', 'sandbox'],
  ['1234567.suitetalk.api.netsuite.com', '1234567', '1234567', 'production'],
])('%s is an account ID', (text, realm, host, environment) => {
  expect(readAccount(text)).toEqual({ realm, host, environment });
});

test.each(['', '  ', '12 34', '_SB1', '1234567_', 'https://system.netsuite.com/', '1234567.app.netsuite.com.example.org', 'https://example.org/1234567', 'x'.repeat(64)])('"%s" is none', (text) => {
  expect(readAccount(text)).toBeUndefined();
});
