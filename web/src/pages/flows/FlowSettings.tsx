import { Card, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { defaultIntegration, titleOf, useIntegrations } from '../../api/integrations';
import { emptied, type Path } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { EditorContext, useEditor } from './editor';
import { SchemaField } from './SchemaField';
import classes from './settings.module.css';

/** What holds for the flow as a whole, in groups. */
export function FlowSettings() {
  const editor = useEditor();
  const { flow, schema } = editor;
  // A setting that is taken back takes the object with it that it alone was in.
  const set = (path: Path, value: unknown) => editor.set(value === undefined ? emptied(flow, path) : path, value);
  const errors = flow.errors;
  return (
    <EditorContext value={{ ...editor, set }}>
      <Stack gap="md">
        <Section id="settings-about" title="What it is" help="Lists and searches show it.">
          <Integration />
          <Field path={['description']} value={flow.description} />
        </Section>
        <Section id="settings-errors" title="Record errors" help={schema.properties?.errors?.description}>
          <Field path={['errors', 'trace']} value={errors?.trace} label="Trace key" />
          <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.ends}>
            <Field path={['errors', 'retry', 'times']} value={errors?.retry?.times} label="Try again, times" optional />
            <Field path={['errors', 'retry', 'after']} value={errors?.retry?.after} label="Try again after" />
            <Field path={['errors', 'keep', 'days']} value={errors?.keep?.days} label="Keep resolved errors, days" />
            <Field path={['errors', 'keep', 'megabytes']} value={errors?.keep?.megabytes} label="Keep errors, megabytes" />
          </SimpleGrid>
          <Field path={['errors', 'rules']} value={errors?.rules} label="Rules" />
        </Section>
        <Section id="settings-pages" title="Pages and speed" help={schema.properties?.pages?.description}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.ends}>
            <Field path={['pages', 'size']} value={flow.pages?.size} label="Records a page" />
            <Field path={['pages', 'parallel']} value={flow.pages?.parallel} label="Pages at one time" />
            <Field path={['pages', 'bytes']} value={flow.pages?.bytes} label="Bytes a page" />
          </SimpleGrid>
          <Field path={['pages', 'ordered']} value={flow.pages?.ordered} label="In the order of the export" />
        </Section>
        <Section id="settings-totals" title="Control totals" help={schema.properties?.totals?.description}>
          <Field path={['totals']} value={flow.totals} label="Totals" />
        </Section>
      </Stack>
    </EditorContext>
  );
}

function Section({ id, title, help, children }: { id: string; title: string; help?: string; children: ReactNode }) {
  return (
    <Card padding="lg" component="section" aria-labelledby={id}>
      <div className={classes.section}>
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {help && (
            <Text size="sm" c="dimmed" mt={4}>
              {help}
            </Text>
          )}
        </div>
        <Stack gap="md">{children}</Stack>
      </div>
    </Card>
  );
}

/** A setting at its place in the file; its schema says how it is entered. */
function Field({ path, value, label, optional }: { path: string[]; value: unknown; label?: string; optional?: boolean }) {
  const { schema } = useEditor();
  const name = path.at(-1) ?? '';
  const parent = path.length > 1 ? schemaAt(schema, ...path.slice(0, -1)) : schema;
  const of = parent?.properties?.[name];
  return of ? <SchemaField name={name} schema={of} required={!optional && (parent?.required?.includes(name) ?? false)} path={path} value={value} label={label} /> : null;
}

function Integration() {
  const { flow, schema, set, readOnly, problems } = useEditor();
  const integrations = useIntegrations();
  const names = (integrations.data ?? []).map((i) => ({ value: i.name, label: titleOf(i) }));
  if (flow.integration && !names.some((n) => n.value === flow.integration)) names.push({ value: flow.integration, label: flow.integration });
  return (
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
  );
}
