import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';

import { query as api } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { Wide } from '../../parts/Wide';
import { useMay } from '../../session';

const rows = 10;

/** Runs a SuiteQL query and shows its first rows. */
export function QueryResult({ connection, query, params }: { connection?: string; query?: string; params?: string[] }) {
  const mayQuery = useMay('data.query');
  const run = api.useMutation('post', '/api/v1/connections/{name}/suiteql');
  if (!mayQuery) return null;
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={run.isPending}
          disabled={!connection || !query?.trim()}
          onClick={() => run.mutate({ params: { path: { name: connection ?? '' } }, body: { query: query ?? '', params: params?.map(String), limit: rows } })}
        >
          Run query
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {run.data && `${run.data.total} ${run.data.total === 1 ? 'row' : 'rows'}${run.data.total > run.data.items.length ? `, the first ${run.data.items.length} are shown` : ''}`}
        </Text>
      </Group>
      <Explain error={run.error} title="The query was refused" />
      {run.data && run.data.items.length > 0 && (
        <Wide label="Rows of the query">
          <Table verticalSpacing={6} fz="sm">
            <Table.Thead>
              <Table.Tr>
                {(run.data.columns ?? []).map((c) => (
                  <Table.Th key={c}>{c}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {run.data.items.map((row, n) => (
                <Table.Tr key={n}>
                  {(run.data.columns ?? []).map((c) => (
                    <Table.Td key={c}>{row[c] === undefined || row[c] === null ? '' : String(row[c])}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
    </Stack>
  );
}
