import { Anchor, Card, MultiSelect, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';

import { query } from '../../../api/client';
import { Explain } from '../../../parts/Explain';
import { useEditor } from '../editor';

/** The flows that run when a run of this one has completed, and those that this one follows. */
export function Following({ name }: { name: string }) {
  const { flow, set, problems, readOnly, schema } = useEditor();
  const flows = query.useQuery('get', '/api/v1/flows');
  const next = Array.isArray(flow.next) ? flow.next : [];
  const others = (flows.data?.items ?? []).map((f) => f.flow.name).filter((n) => n !== name);
  const before = (flows.data?.items ?? []).filter((f) => f.flow.next?.includes(name)).map((f) => f.flow.name);
  const wrong = Object.entries(problems).find(([at]) => at === 'next' || at.startsWith('next['))?.[1];
  return (
    <Card padding="lg" component="section" aria-labelledby="schedule-following">
      <Stack gap="md">
        <Title order={2} size="h4" id="schedule-following">
          Flows that follow
        </Title>
        <MultiSelect
          label="Run when a run of this flow has completed"
          description={schema.properties?.next?.description}
          data={[...new Set([...others, ...next])]}
          value={next}
          searchable
          clearable
          hidePickedOptions
          readOnly={readOnly}
          error={wrong}
          placeholder={next.length ? undefined : 'None'}
          nothingFoundMessage="There is no other flow"
          onChange={(v) => set(['next'], v.length ? v : undefined)}
        />
        <Explain error={flows.error} title="The other flows cannot be listed" />
        {before.length > 0 && (
          <Text size="sm">
            It follows{' '}
            {before.map((n, i) => (
              <span key={n}>
                {i > 0 && ', '}
                <Anchor component={Link} to={`/flows/${encodeURIComponent(n)}?tab=schedule`}>
                  {n}
                </Anchor>
              </span>
            ))}
            .
          </Text>
        )}
      </Stack>
    </Card>
  );
}
