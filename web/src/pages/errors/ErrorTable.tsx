import { Checkbox, Table, Text, UnstyledButton } from '@mantine/core';

import type { RecordError } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Wide } from '../../parts/Wide';
import { classLabel } from './classification';
import classes from './errors.module.css';

interface Props {
  rows: RecordError[];
  selected: number[];
  onSelect: (ids: number[]) => void;
  onShow: (id: number) => void;
}

/** Record errors as a table, to select many or look at one. */
export function ErrorTable({ rows, selected, onSelect, onShow }: Props) {
  const all = selected.length === rows.length;
  return (
    <Wide label="Errors">
      <Table verticalSpacing="sm" highlightOnHover layout="fixed" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={44}>
              <Checkbox aria-label="Select all" checked={all} indeterminate={!all && selected.length > 0} onChange={() => onSelect(all ? [] : rows.map((e) => e.id))} />
            </Table.Th>
            <Table.Th w="26%" className={classes.record}>
              Record
            </Table.Th>
            <Table.Th>What happened</Table.Th>
            <Table.Th visibleFrom="md" w={150}>
              Flow
            </Table.Th>
            <Table.Th visibleFrom="sm" w={130}>
              When
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((e) => (
            <Table.Tr key={e.id} bg={selected.includes(e.id) ? 'var(--mantine-primary-color-light)' : undefined}>
              <Table.Td>
                <Checkbox
                  aria-label={`Select ${e.key || `error ${e.id}`}`}
                  checked={selected.includes(e.id)}
                  onChange={(event) => onSelect(event.currentTarget.checked ? [...selected, e.id] : selected.filter((id) => id !== e.id))}
                />
              </Table.Td>
              <Table.Td>
                <UnstyledButton className={classes.open} onClick={() => onShow(e.id)} aria-label={`Error ${e.id}: ${e.key || e.origin || 'record'}`}>
                  {e.key || `Record ${e.seq}`}
                </UnstyledButton>
                {e.origin && (
                  <Text size="xs" c="dimmed">
                    {e.origin}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm" lineClamp={2}>
                  {e.message}
                </Text>
                <Text size="xs" c="dimmed">
                  {classLabel(e.classification)}
                  {e.assignee && `, assigned to ${e.assignee}`}
                  {e.tags?.map((tag) => ` #${tag}`)}
                  {e.retries > 0 && `, tried again ${e.retries === 1 ? 'once' : `${e.retries} times`}`}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {e.flow}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Ago at={e.created_at} size="sm" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
