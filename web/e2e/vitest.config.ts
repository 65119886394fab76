import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** What takes longest begins first, so that no worker is left with it at the end. */
const long = ['navigation.test', 'documents/automatic', 'people.test', 'documents/basic-to-token', 'many.test', 'panes.test', 'flow.test', 'policy.test'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const rank = ({ moduleId }: TestSpecification) => (long.findIndex((name) => moduleId.includes(name)) + long.length + 1) % (long.length + 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    retry: 0,
    // What a page does next is waited for on a busy machine too; what is there already costs nothing.
    expect: { poll: { timeout: 10_000 } },
  },
});
