import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';

import type { Verdict } from '../../api/schema';
import { CodeBox } from './CodeBox';
import { TextLink } from '../../parts/TextLink';

/** What the doctor says: the one step to mend, or as few as the answers leave, the most likely first. */
export function VerdictView({ verdict, connection, type }: { verdict: Verdict; connection: string; type?: string }) {
  const steps = verdict.steps ?? [];
  const healthy = verdict.code === 'connection.healthy';
  const others = (verdict.connections ?? []).filter((c) => c !== connection);
  return (
    <Stack gap="md">
      <Alert
        variant="outline"
        color={healthy ? 'green' : 'red'}
        icon={healthy ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
        title={verdict.summary}
        styles={{ title: { color: healthy ? 'var(--status-good)' : 'var(--status-bad)' } }}
      >
        {others.length > 0 && (
          <Text size="sm" mb="xs">
            The same holds for{' '}
            {others.map((c, i) => (
              <span key={c}>
                {i > 0 && ', '}
                <TextLink to={`/connections/${encodeURIComponent(c)}`}>{c}</TextLink>
              </span>
            ))}
            .
          </Text>
        )}
        {steps.length > 1 && (
          <Text size="sm" fw={600} mb={4}>
            Either of these is the cause, the most likely first:
          </Text>
        )}
        <List type={steps.length > 1 ? 'ordered' : 'unordered'} size="sm" spacing="xs" listStyleType={steps.length > 1 ? undefined : 'none'}>
          {steps.map((s) => (
            <List.Item key={(s.step ?? '') + s.why}>
              <Text size="sm">
                {s.why}. <b>{s.fix}.</b>{' '}
                {s.step && (
                  <TextLink to={`/guide?step=${s.step}&connection=${encodeURIComponent(connection)}${type ? `&type=${type}` : ''}`}>
                    Show me how
                  </TextLink>
                )}
              </Text>
            </List.Item>
          ))}
        </List>
      </Alert>
      {verdict.question && <CodeBox question={verdict.question} connection={connection} />}
    </Stack>
  );
}
