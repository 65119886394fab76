import { expect, test } from 'vitest';

import { pathOf, positions, unreadable } from './position';

const text = `# a comment
name: orders
export:
  connection: files # where from
  csv:
    path: in.csv
steps:
  # before the step
  - filter:
      if: this.a
  - name: split
    branch:
      paths:
        - {name: eu, if: "true", steps: []}
        - name: rest
          steps:
            - import:
                connection: erp
`;

test.each([
  ['name', 2, 1],
  ['export.csv.path', 6, 5],
  ['export.key', 3, 1], // not there: at the export
  ['steps[0].filter.reason', 9, 5],
  ['steps[1]', 11, 5],
  ['steps[1].branch.paths[0].if', 14, 22],
  ['steps[1].branch.paths[1].steps[0].import.connection', 18, 17],
  ['steps[7].import', 7, 1],
  ['export.connection.deeper', 4, 3],
  ['nothing', 1, 1],
  ['', 1, 1],
])('%s is at %i:%i', (path, line, column) => {
  expect(positions(text)(path)).toEqual({ line, column });
});

test('paths are read as the server writes them', () => {
  expect(pathOf('steps[1].branch.paths[0].steps[12].import')).toEqual(['steps', 1, 'branch', 'paths', 0, 'steps', 12, 'import']);
  expect(pathOf('export')).toEqual(['export']);
  expect(pathOf('')).toEqual([]);
});

test('an empty text and one that cannot be read have places too', () => {
  expect(positions('')('name')).toEqual({ line: 1, column: 1 });
  expect(unreadable('name: a\nsteps: [1\n')).toMatchObject({ line: 3 });
  expect(unreadable('a: 1\na: 2\n')).toMatchObject({ line: 2, column: 1 });
  expect(unreadable(text)).toBeUndefined();
});
