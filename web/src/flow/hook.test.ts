import { expect, test } from 'vitest';

import { arrivals } from './hook';

test('deliveries are counted in words', () => {
  expect(arrivals({ waiting: 0, last: 0 })).toContain('Nothing was delivered yet');
  expect(arrivals({ waiting: 0, last: 1 })).toBe('1 delivery was received; none waits.');
  expect(arrivals({ waiting: 1, last: 3 })).toBe('3 deliveries were received; 1 waits for a run.');
  expect(arrivals({ waiting: 2, last: 3 })).toBe('3 deliveries were received; 2 wait for a run.');
});
