import { Alert, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCircleCheck, IconX } from '@tabler/icons-react';
import type { Evidence } from '../../api/schema';

/** What a test of a connection proved, or why it failed. */
export function TestResult({ evidence }: { evidence: Evidence }) {
  const facts = evidence.facts ?? [];
  return (
    <Alert
      color={evidence.ok ? 'green' : 'red'}
      variant="outline"
      icon={evidence.ok ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={evidence.ok ? evidence.message : (evidence.error?.message ?? evidence.message)}
      styles={{ title: { color: evidence.ok ? 'var(--status-good)' : 'var(--status-bad)' } }}
    >
      {!evidence.ok && evidence.error?.remedy && <Text size="sm">{evidence.error.remedy}</Text>}
      {facts.length > 0 && (
        <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={6} mt={4} fz="sm" w="auto" styles={{ th: { verticalAlign: 'top' }, td: { verticalAlign: 'top' } }}>
          <Table.Tbody>
            {facts.map((f) => (
              <Table.Tr key={f.name}>
                <Table.Th scope="row" fw={500} pl={0}>
                  <Group gap={6} wrap="nowrap" align="flex-start">
                    {f.ok ? <IconCheck size={16} aria-hidden color="var(--status-good)" style={{ flexShrink: 0 }} /> : <IconX size={16} aria-hidden color="var(--status-bad)" style={{ flexShrink: 0 }} />}
                    {f.name}
                    <VisuallyHidden>{f.ok ? ' (fine)' : ' (not fine)'}</VisuallyHidden>
                  </Group>
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{f.value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Alert>
  );
}
