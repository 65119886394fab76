import { Card, Select, Stack } from '@mantine/core';

import { defaultIntegration, titleOf, useIntegrations } from '../../api/integrations';
import { useEditor } from './editor';
import { SchemaFields } from './SchemaFields';

/** What a flow is for, which integration it is of, how its runs are cut into pages. */
export function FlowSettings() {
  const { flow, schema, set, readOnly, problems } = useEditor();
  const integrations = useIntegrations();
  const names = (integrations.data ?? []).map((i) => ({ value: i.name, label: titleOf(i) }));
  if (flow.integration && !names.some((n) => n.value === flow.integration)) names.push({ value: flow.integration, label: flow.integration });
  return (
    <Card padding="lg" maw={720}>
      <Stack gap="md">
        <Select
          label="Integration"
          description={schema.properties?.integration?.description}
          data={names}
          value={flow.integration || defaultIntegration}
          allowDeselect={false}
          readOnly={readOnly}
          error={problems.integration}
          onChange={(v) => set(['integration'], v && v !== defaultIntegration ? v : undefined)}
        />
        <SchemaFields schema={schema} path={[]} value={flow as Record<string, unknown>} omit={['name', 'integration', 'export', 'steps']} show={['description', 'totals', 'pages']} />
      </Stack>
    </Card>
  );
}
