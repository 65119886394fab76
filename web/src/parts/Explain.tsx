import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

import { ApiError } from '../api/client';

/** Says what went wrong: what happened, where, and what to do about it. */
export function Explain({ error, title }: { error: unknown; title?: string }) {
  if (!error) return null;
  const body = error instanceof ApiError ? error.body : { code: 'page', message: error instanceof Error ? error.message : String(error) };
  const problems = 'problems' in body ? (body.problems ?? []) : [];
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={title ?? body.message}>
      {title && <Text size="sm">{body.message}</Text>}
      {'where' in body && body.where && <Text size="sm">At {body.where}</Text>}
      {'remedy' in body && body.remedy && <Text size="sm">{body.remedy}</Text>}
      {problems.length > 0 && (
        <List size="sm" mt="xs">
          {problems.map((p) => (
            <List.Item key={`${p.path} ${p.code}`}>
              {p.message}
              {p.remedy ? `. ${p.remedy}` : ''}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
