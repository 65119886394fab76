import { expect, test } from 'vitest';

import { bytesText, countText, percentText, rateText } from './numbers';

test('numbers have as many digits as tell something', () => {
  expect([countText(undefined), countText(1234567)]).toEqual(['0', '1,234,567']);
  expect([rateText(0), rateText(0.25), rateText(9.96), rateText(1234.5)]).toEqual(['0', '0.3', '10', '1,235']);
  expect([percentText(1, 0), percentText(0, 5), percentText(1, 500), percentText(1, 3)]).toEqual(['0 %', '0 %', '< 1 %', '33 %']);
  expect([bytesText(undefined), bytesText(999), bytesText(1000), bytesText(123_456), bytesText(5_400_000)]).toEqual(['0 B', '999 B', '1.0 KB', '123 KB', '5.4 MB']);
});
